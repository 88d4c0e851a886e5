/**
 * Hears the rhythm label `短长 短短` (GB 45438-2025 5.3), whoever made it: four marks of one pitch, short long short
 * short, with quiet between them. Any pitch and any speed, a letter gap of 1 to 7 units (real files play 短长短短 too).
 * Music is told apart by what a label is not: mixed with anything, or of several pitches.
 */
import { binWidth, hearingRate, type Spectra, spectra } from './spectrum.ts'

export interface HeardRhythm {
  /** Seconds from the beginning of the samples. */
  readonly at: number
  readonly end: number
  /** Hertz. */
  readonly pitch: number
  /** Seconds. */
  readonly unit: number
}

/** A run of windows that hold one tone. */
interface Mark {
  readonly from: number
  readonly to: number
  readonly bin: number
  readonly level: number
}

/** 10 ms: a twelfth of our unit. */
const hop = hearingRate / 100
/** Hertz; below is hum, above no listener would call it a signal. */
const [lowest, highest] = [380, 2560] as const
/** Share of the power in a window that belongs to its strongest tone and its overtones. */
const pure = 0.75
/** Power of −65 dBFS. */
const silence = 10 ** (-65 / 10)
/** Seconds. */
const [shortestUnit, longestUnit] = [0.04, 0.35] as const
/** Marks are of one loudness, within 6 dB; between them it is 14 dB quieter at least. */
const [alike, quiet] = [4, 0.04] as const

export function hearRhythm(samples: Float64Array): HeardRhythm[] {
  const sound = spectra(samples, hop)
  const marks = findMarks(sound)
  const heard: HeardRhythm[] = []
  for (let index = 0; index + 3 < marks.length; index++) {
    const found = rhythmIn(marks.slice(index, index + 4), sound)
    if (found === undefined) continue
    heard.push(found)
    index += 3
  }
  return heard
}

interface Tone {
  readonly bin: number
  /** Power of the tone; 0 where there is none. */
  readonly level: number
}

function findMarks(sound: Spectra): Mark[] {
  const tones = Array.from({ length: sound.frames }, (_, frame) => toneOf(sound, frame))
  const marks: Mark[] = []
  for (let frame = 0; frame < tones.length; ) {
    const first = tones[frame]
    if (first === undefined || first.level === 0) {
      frame++
      continue
    }
    let end = frame + 1
    while (end < tones.length && continues(first, tones[end])) end++
    marks.push(...trimmed(tones, frame, end))
    frame = end
  }
  return marks
}

const continues = (first: Tone, next: Tone | undefined) =>
  next !== undefined && next.level > 0 && Math.abs(next.bin - first.bin) <= 1

/** From where the tone reaches half of its loudest power to where it leaves it. */
function trimmed(tones: readonly Tone[], from: number, to: number): Mark[] {
  const run = tones.slice(from, to)
  const level = run.reduce((most, tone) => Math.max(most, tone.level), 0)
  const loud = (tone: Tone) => tone.level >= level / 4
  const [first, last] = [run.findIndex(loud), run.findLastIndex(loud)]
  const bin = run[(first + last) >> 1]?.bin ?? 0
  return last > first ? [{ from: from + first, to: from + last + 1, bin, level }] : []
}

function toneOf({ power, bins }: Spectra, frame: number): Tone {
  const at = frame * bins
  let [total, bin] = [0, 0]
  for (let index = 4; index < bins; index++) total += power[at + index] ?? 0
  for (let index = Math.ceil(lowest / binWidth); index <= highest / binWidth; index++)
    if ((power[at + index] ?? 0) > (power[at + bin] ?? 0) || bin === 0) bin = index
  const level = around(power, at, bin, bins)
  let tone = level
  for (let overtone = 2 * bin; overtone < bins - 2; overtone += bin) tone += around(power, at, overtone, bins)
  return level > silence && Math.min(tone, total) >= pure * total ? { bin, level } : { bin, level: 0 }
}

function around(power: Float64Array, at: number, bin: number, bins: number): number {
  let sum = 0
  for (let index = Math.max(0, bin - 2); index <= Math.min(bins - 1, bin + 2); index++)
    sum += power[at + index] ?? 0
  return sum
}

function rhythmIn(marks: readonly Mark[], sound: Spectra): HeardRhythm | undefined {
  const [a, b, c, d] = marks
  if (a === undefined || b === undefined || c === undefined || d === undefined) return undefined
  const levels = marks.map(({ level }) => level)
  if (Math.max(...levels) > alike * Math.min(...levels)) return undefined
  if (marks.some(({ bin }) => Math.abs(bin - b.bin) > 1)) return undefined
  const long = (mark: Mark) => mark.to - mark.from
  const unit = (long(a) + long(b) + long(c) + long(d)) / 6
  const within = (frames: number, least: number, most: number) =>
    frames >= least * unit && frames <= most * unit
  const shorts = [a, c, d].every((mark) => within(long(mark), 0.6, 1.45))
  const gaps = within(b.from - a.to, 0.5, 1.8) && within(d.from - c.to, 0.5, 1.8)
  const letter = within(c.from - b.to, 0.6, 7.5)
  if (!shorts || !within(long(b), 2.3, 3.8) || !gaps || !letter) return undefined
  const seconds = unit * sound.step
  if (seconds < shortestUnit || seconds > longestUnit) return undefined
  const still = (from: number, to: number) => quietBetween(sound, from, to, b.level)
  const apart = still(a.to, b.from) && still(b.to, c.from) && still(c.to, d.from)
  const pause = Math.round(unit)
  // Joined on, never mixed in: on one side at least there is quiet, or nothing at all.
  if (!apart || !(still(a.from - pause - 2, a.from) || still(d.to, d.to + pause + 2))) return undefined
  return {
    at: a.from * sound.step,
    end: d.to * sound.step,
    pitch: Math.round(b.bin * binWidth),
    unit: seconds,
  }
}

/** Whether it is quiet in the middle of a gap; windows at its edges still hold the marks. */
function quietBetween({ power, bins, frames }: Spectra, from: number, to: number, level: number): boolean {
  const third = Math.max(1, Math.floor((to - from) / 3))
  for (let frame = Math.max(0, from + third); frame < Math.min(frames, to - third); frame++) {
    let total = 0
    for (let bin = 4; bin < bins; bin++) total += power[frame * bins + bin] ?? 0
    if (total > quiet * level) return false
  }
  return true
}
