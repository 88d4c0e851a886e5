/** Orders of decoding and of showing, where pictures refer to later ones. */
import { type Samples, shownAt } from './samples.ts'
import type { Cut, Stretch } from './stretches.ts'

/** When the frames of a track are shown, ascending; only those that an edit list leaves. */
export function shownTimes(samples: Samples, shown: { from: number; until: number }): Float64Array {
  const times = new Float64Array(samples.count)
  for (let index = 0; index < samples.count; index++) times[index] = shownAt(samples, index)
  return times.filter((time) => time >= shown.from && time < shown.until).sort()
}

/**
 * Sync samples where the film falls in two: everything before is shown before, everything behind is shown behind. That
 * leaves out open groups of pictures, whose first pictures refer to the group before.
 */
export function cutsOf(samples: Samples): Cut[] {
  const { count, sync } = samples
  const behind = new Float64Array(count + 1).fill(Number.POSITIVE_INFINITY)
  for (let index = count - 1; index >= 0; index--)
    behind[index] = Math.min(behind[index + 1] ?? 0, shownAt(samples, index))
  const cuts: Cut[] = []
  let before = Number.NEGATIVE_INFINITY
  for (let index = 0; index < count; index++) {
    const time = shownAt(samples, index)
    if (index === 0 || (sync[index] === 1 && before < time && behind[index] === time))
      cuts.push({ index, time })
    before = Math.max(before, time)
  }
  return cuts
}

/** How many pictures are decoded before one that is shown before them, at most: what a decoder has to hold back. */
export function reorderDepth(samples: Samples): number {
  const most = 16
  let depth = 0
  for (let index = 0; index < samples.count; index++) {
    let later = 0
    for (let before = index - 1; before >= Math.max(0, index - most); before--)
      if (shownAt(samples, before) > shownAt(samples, index)) later++
    depth = Math.max(depth, later)
  }
  return depth
}

/** Indices of samples in the order in which they are shown. */
function shownOrder(samples: Samples, indices: readonly number[]): number[] {
  return [...indices].sort((a, b) => shownAt(samples, a) - shownAt(samples, b))
}

export function indicesOf(stretches: readonly Stretch[]): number[] {
  return stretches.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, at) => start + at))
}

/**
 * The columns of the track with the encoded samples in the place of the stretches: the frame that is shown as the n-th
 * gets the time of the n-th. Or why that can't be, in words.
 */
export function fitted(
  samples: Samples,
  stretches: readonly Stretch[],
  encoded: Samples,
  entry: number | undefined,
): Samples | string {
  const places = indicesOf(stretches)
  if (encoded.count !== places.length)
    return `${places.length} frames were decoded and encoded as ${encoded.count}`
  const times = shownOrder(samples, places).map((index) => shownAt(samples, index))
  const order = shownOrder(
    encoded,
    places.map((_, at) => at),
  )
  const out: Samples = {
    ...samples,
    size: samples.size.slice(),
    position: samples.position.slice(),
    delay: samples.delay.slice(),
    sync: samples.sync.slice(),
    entry: samples.entry.slice(),
  }
  const least = samples.delay.reduce((a, b) => Math.min(a, b), 0)
  for (const [nth, at] of order.entries()) {
    const place = places[at] ?? 0
    const delay = (times[nth] ?? 0) - (samples.decoded[place] ?? 0)
    if (delay < least) return outOfOrder
    out.delay[place] = delay
    out.size[place] = encoded.size[at] ?? 0
    out.position[place] = encoded.position[at] ?? 0
    out.sync[place] = encoded.sync[at] ?? 0
    if (entry !== undefined) out.entry[place] = entry
  }
  const starts = cutsOf(out)
  const clean = (index: number) => index === samples.count || starts.some((cut) => cut.index === index)
  return stretches.every(({ start, end }) => clean(start) && clean(end)) ? out : outOfOrder
}

/** Pictures that come later than they are shown; fewer of them refer to later ones in a second attempt. */
export const outOfOrder = 'its pictures come in an order that can’t be kept'
