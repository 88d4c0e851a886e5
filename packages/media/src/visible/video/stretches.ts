/**
 * Which frames carry the label (GB 45438-2025 5.4), and which groups of pictures have to be encoded again for it. All
 * in ticks of the track; nothing here knows a container or a codec.
 */
import type { VisibleLabel } from '@yinji/core'

/** Times from which and until which the label is shown; `until` is the time of the first frame without it. */
export interface Showing {
  readonly from: number
  readonly until: number
}

/** 5.4: at least this long at normal speed. */
export const leastSeconds = 2

/**
 * When the label is shown.
 * @param times when each frame is shown, ascending
 * @param ticks a second
 */
export function showingsOf(
  label: Pick<VisibleLabel, 'moment' | 'seconds' | 'every'>,
  times: Float64Array,
  ticks: number,
): Showing[] {
  const first = times[0] ?? 0
  const last = times.at(-1) ?? first
  const { moment = 'start', every } = label
  const length = Math.max(leastSeconds, label.seconds ?? leastSeconds) * ticks
  const wanted: Showing[] = []
  if (moment === 'throughout') wanted.push({ from: first, until: last + 1 })
  if (moment === 'start' || moment === 'both') wanted.push(spread(times, first, length))
  if (every !== undefined && every > 0)
    for (let from = first + every * ticks; from <= last; from += Math.max(every * ticks, length))
      wanted.push(spread(times, from, length))
  // As long before the end as at the start, and one frame more, because the last may be cut short.
  if (moment === 'end' || moment === 'both')
    wanted.push({ from: times[Math.max(0, indexAt(times, last - length) - 1)] ?? first, until: last + 1 })
  return merged(wanted)
}

/** The label stays until the first frame at or after `length` has been shown as well: frames may be cut short. */
function spread(times: Float64Array, from: number, length: number): Showing {
  const end = indexAt(times, from + length)
  return { from, until: times[end + 1] ?? (times.at(-1) ?? from) + 1 }
}

/** Index of the first time that is not before `time`. */
function indexAt(times: Float64Array, time: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) < time) low = middle + 1
    else high = middle
  }
  return low
}

function merged(showings: readonly Showing[]): Showing[] {
  const out: Showing[] = []
  for (const next of [...showings].sort((a, b) => a.from - b.from)) {
    const last = out.at(-1)
    if (last && next.from <= last.until)
      out[out.length - 1] = { from: last.from, until: Math.max(last.until, next.until) }
    else out.push(next)
  }
  return out
}

/** Samples in decode order, `end` exclusive. */
export interface Stretch {
  readonly start: number
  readonly end: number
}

/** Where decoding can begin anew: the sample, and the time from which on everything behind it is shown. */
export interface Cut {
  readonly index: number
  readonly time: number
}

/**
 * The stretches that hold every showing, from cut to cut. Cuts come in order, the first at sample 0.
 * @param count samples of the track
 */
export function stretchesOf(showings: readonly Showing[], cuts: readonly Cut[], count: number): Stretch[] {
  const out: Stretch[] = []
  for (let index = 0; index < cuts.length; index++) {
    const [cut, next] = [cuts[index], cuts[index + 1]]
    if (cut === undefined) continue
    const from = index === 0 ? Number.NEGATIVE_INFINITY : cut.time
    const until = next?.time ?? Number.POSITIVE_INFINITY
    if (!showings.some((one) => one.from < until && one.until > from)) continue
    const last = out.at(-1)
    const end = next?.index ?? count
    if (last?.end === cut.index) out[out.length - 1] = { start: last.start, end }
    else out.push({ start: cut.index, end })
  }
  return out
}
