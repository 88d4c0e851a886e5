/** What tells one picture codec from another where a stretch of it is encoded again. */
import { makeBox, parseBoxes } from '../../carriers/bmff.ts'
import type { VideoFacts } from '../video-facts.ts'
import { configurationOf } from './movie-track.ts'
import { avcLengthSize, freeAvcId, joinAvc } from './parameter-sets.ts'

export interface Codec {
  /** Types of its sample entries. */
  readonly entries: RegExp
  /** Bytes at the beginning of a sample that tell whether decoding can begin there. */
  readonly headBytes: number
  /** Whether nothing from here on refers to anything before. */
  isClean(head: Uint8Array, entry: Uint8Array): boolean
  /** Options of the encoder. Or why it can't make the same kind of stream, in words. */
  encoder(facts: VideoFacts, entry: Uint8Array, plan: EncodePlan): string[] | string
  /**
   * The sample entries of the spliced track: the source's, which the kept samples go on using, and one for the new ones.
   * Or why they don't go together, in words.
   */
  entriesOf(source: Uint8Array, encoded: Uint8Array): { kept: Uint8Array; added?: Uint8Array } | string
}

export interface EncodePlan {
  /** How many pictures may be shown later than one that is decoded after them. */
  readonly reorder: number
  /** Every picture stands for itself. */
  readonly intra: boolean
}

const profiles: ReadonlyMap<string, string> = new Map([
  ['Baseline', 'baseline'],
  ['Constrained Baseline', 'baseline'],
  ['Main', 'main'],
  ['High', 'high'],
  ['High 10', 'high10'],
  ['High 4:2:2', 'high422'],
])

/** The quality of what is encoded again: a few seconds, so it may cost bits; above 42 dB on camera pictures. */
const quality = '16'

const h264: Codec = {
  entries: /^avc[13]$/,
  headBytes: 4096,
  isClean(head, entry) {
    const configuration = configurationOf(entry, 'avcC')
    return configuration !== undefined && firstSlice(head, avcLengthSize(configuration), avcUnit) === 5
  },
  encoder(facts, entry, { reorder, intra }) {
    const configuration = configurationOf(entry, 'avcC')
    const id = configuration && freeAvcId(configuration)
    const profile = profiles.get(facts.profile)
    if (configuration === undefined || id === undefined) return 'its avcC is damaged or full'
    if (profile === undefined) return `profile ${facts.profile}`
    if (avcLengthSize(configuration) !== 4) return 'its units have short lengths'
    // The level says which devices can play the file. Left to itself, x264 takes a variable frame rate for a huge one.
    const level = facts.level >= 10 && facts.level <= 62 ? ['-level:v', (facts.level / 10).toFixed(1)] : []
    const pyramid = reorder > 1 ? 'normal' : 'none'
    return [
      ...['-c:v', 'libx264', '-preset', 'fast', '-crf', quality, '-profile:v', profile, ...level],
      ...['-bf', reorder === 0 ? '0' : '3', '-g', intra ? '1' : '100000', '-forced-idr', '1'],
      ...['-x264-params', `sps-id=${id}:b-pyramid=${pyramid}`],
      ...(facts.interlaced ? ['-flags', '+ilme+ildct'] : []),
    ]
  },
  entriesOf(source, encoded) {
    const [old, fresh] = [configurationOf(source, 'avcC'), configurationOf(encoded, 'avcC')]
    const joined = old && fresh ? joinAvc(old, fresh) : 'no avcC'
    return typeof joined === 'string' ? joined : { kept: withConfiguration(source, 'avcC', joined) }
  },
}

const codecs: readonly Codec[] = [h264]

/** By the type of a sample entry. */
export const codecOf = (type: string): Codec | undefined => codecs.find(({ entries }) => entries.test(type))

const avcUnit = (unit: number) => {
  const type = unit & 0x1f
  return type >= 1 && type <= 5 ? type : undefined
}

/** Type of the first coded slice of a sample. */
function firstSlice(
  head: Uint8Array,
  lengthSize: number,
  sliceOf: (unit: number) => number | undefined,
): number | undefined {
  for (let at = 0; at + lengthSize < head.byteLength; ) {
    let length = 0
    for (let index = 0; index < lengthSize; index++) length = length * 256 + (head[at + index] ?? 0)
    const slice = sliceOf(head[at + lengthSize] ?? 0)
    if (slice !== undefined) return slice
    at += lengthSize + length
  }
  return undefined
}

/** A sample entry with other content in one of its boxes. */
function withConfiguration(entry: Uint8Array, type: string, content: Uint8Array): Uint8Array {
  const fixed = entry.subarray(8, 8 + 78)
  const boxes = parseBoxes(entry, 8 + 78, entry.byteLength).boxes
  const name = String.fromCharCode(...entry.subarray(4, 8))
  return makeBox(
    name,
    fixed,
    ...boxes.map((box) => (box.type === type ? makeBox(type, content) : entry.subarray(box.start, box.end))),
  )
}
