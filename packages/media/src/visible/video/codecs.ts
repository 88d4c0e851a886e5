/** What tells one picture codec from another where a stretch of it is encoded again. */
import { makeBox, parseBoxes } from '../../carriers/bmff.ts'
import type { VideoFacts } from '../video-facts.ts'
import { hevcLengthSize, joinHevc, renumberedSample } from './hevc-sets.ts'
import { configurationOf } from './movie-track.ts'
import { avcLengthSize, freeAvcId, joinAvc } from './parameter-sets.ts'

export interface Codec {
  /** Types of its sample entries. */
  readonly entries: RegExp
  /** Whether every picture that can be cut at brings all that a decoder has to know. */
  readonly inBand: boolean
  /** What ffmpeg can put it into. Default `mp4`. */
  readonly container?: 'webm'
  /** Bytes at the beginning of a sample that tell whether decoding can begin there. */
  readonly headBytes: number
  /** Whether nothing from here on refers to anything before. */
  isClean(head: Uint8Array, entry: Uint8Array): boolean
  /** Options of the encoder. Or why it can't make the same kind of stream, in words. */
  encoder(facts: VideoFacts, entry: Uint8Array, plan: EncodePlan): string[] | string
  /** What has to be changed in a sample that the encoder made. Default: nothing. */
  readonly rewrite?: (sample: Uint8Array) => Uint8Array
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
  inBand: false,
  headBytes: 4096,
  isClean(head, entry) {
    const configuration = configurationOf(entry, 'avcC')
    return configuration !== undefined && firstSlice(head, avcLengthSize(configuration), avcUnit) === 5
  },
  encoder(facts, entry, { reorder, intra }) {
    const configuration = configurationOf(entry, 'avcC')
    const id = configuration && freeAvcId(configuration)
    const profile = profiles.get(facts.profile)
    if (configuration === undefined || id === undefined) return 'its avcC is missing, damaged or full'
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

/** x265 knows no identifiers for its parameter sets: the pictures that it made get another afterwards. */
const hevc: Codec = {
  entries: /^h(?:vc|ev)1$/,
  inBand: false,
  headBytes: 4096,
  isClean(head, entry) {
    const configuration = configurationOf(entry, 'hvcC')
    if (configuration === undefined) return false
    const slice = firstSlice(head, hevcLengthSize(configuration), hevcUnit)
    // IDR pictures, with or without pictures that are decoded after them and shown before.
    return slice === 19 || slice === 20
  },
  encoder(facts, entry, { reorder, intra }) {
    const profile = hevcProfiles.get(facts.profile)
    const configuration = configurationOf(entry, 'hvcC')
    if (configuration === undefined) return 'its hvcC is damaged'
    if (hevcLengthSize(configuration) !== 4) return 'its units have short lengths'
    if (profile === undefined) return `profile ${facts.profile}`
    const tier = ((configuration[1] ?? 0) >> 5) & 1
    const order = reorder === 0 ? 'bframes=0' : `bframes=3:b-pyramid=${reorder > 1 ? 1 : 0}`
    const keys = intra ? 'keyint=1' : 'keyint=100000:min-keyint=1:open-gop=0'
    const level = facts.level > 0 ? `:level-idc=${(facts.level / 30).toFixed(1)}:high-tier=${tier}` : ''
    return [
      ...['-c:v', 'libx265', '-preset', 'veryfast', '-crf', quality, '-profile:v', profile],
      ...['-forced-idr', '1', '-tag:v', 'hvc1'],
      ...['-x265-params', `log-level=error:info=0:repeat-headers=0:${order}:${keys}${level}`],
    ]
  },
  entriesOf(source, encoded) {
    const [old, fresh] = [configurationOf(source, 'hvcC'), configurationOf(encoded, 'hvcC')]
    const joined = old && fresh ? joinHevc(old, fresh) : 'no hvcC'
    return typeof joined === 'string' ? joined : { kept: withConfiguration(source, 'hvcC', joined) }
  },
  rewrite: renumberedSample,
}

const hevcProfiles: ReadonlyMap<string, string> = new Map([
  ['Main', 'main'],
  ['Main 10', 'main10'],
])

/** Every key frame of VP9 brings all that a decoder has to know. */
const vp9: Codec = {
  entries: /^vp09$/,
  inBand: true,
  headBytes: 4,
  isClean: ([first = 0]) => isVp9Key(first),
  encoder: ({ pixelFormat, profile }, _, { intra }) =>
    pixelFormat.startsWith('yuva')
      ? `its pixels are ${pixelFormat}`
      : [
          ...['-c:v', 'libvpx-vp9', '-profile:v', /\d/.exec(profile)?.[0] ?? '0'],
          ...['-crf', '18', '-b:v', '0', '-deadline', 'good', '-cpu-used', '4', '-row-mt', '1'],
          ...['-g', intra ? '1' : '9999'],
        ],
  entriesOf: (source) => ({ kept: source }),
}

/** RFC 6386 9.1: the first bit of a key frame is 0. */
const vp8: Codec = {
  entries: /^vp08$/,
  container: 'webm',
  inBand: true,
  headBytes: 1,
  isClean: ([first = 1]) => (first & 1) === 0,
  encoder: (_, __, { intra }) => [
    ...['-c:v', 'libvpx', '-crf', '6', '-b:v', '20M', '-qmax', '30', '-deadline', 'good', '-cpu-used', '4'],
    ...['-auto-alt-ref', '0', '-g', intra ? '1' : '9999'],
  ],
  entriesOf: (source) => ({ kept: source }),
}

/** VP9 bitstream specification 6.2: marker, profile, no show_existing_frame, frame_type 0. */
function isVp9Key(first: number): boolean {
  const profile = ((first >> 5) & 1) + ((first >> 3) & 2)
  // Profile 3 is followed by a reserved bit.
  const at = profile === 3 ? 2 : 3
  return first >> 6 === 2 && ((first >> at) & 1) === 0 && ((first >> (at - 1)) & 1) === 0
}

/** The sequence header stands in front of every key frame that can be cut at; in MP4 it is told in an entry as well. */
const av1: Codec = {
  entries: /^av01$/,
  inBand: true,
  headBytes: 4,
  isClean: ([first = 0, second = 0]) =>
    obuType(first) === 1 || (obuType(first) === 2 && obuType(second) === 1),
  encoder: (facts, _, { intra }) => [
    ...['-c:v', 'libsvtav1', '-preset', '8', '-crf', '18', '-g', intra ? '1' : '9999'],
    ...(facts.color.range === 'pc' ? ['-svtav1-params', 'color-range=1'] : []),
  ],
  entriesOf(source, encoded) {
    const fresh = configurationOf(encoded, 'av1C')
    return fresh === undefined ? 'no av1C' : { kept: source, added: withConfiguration(source, 'av1C', fresh) }
  },
}

/** AV1 bitstream specification 5.3.2. */
const obuType = (header: number) => (header >> 3) & 15

const codecs: readonly Codec[] = [h264, hevc, vp9, vp8, av1]

/** By the type of a sample entry. */
export const codecOf = (type: string): Codec | undefined => codecs.find(({ entries }) => entries.test(type))

const avcUnit = (unit: number) => {
  const type = unit & 0x1f
  return type >= 1 && type <= 5 ? type : undefined
}

const hevcUnit = (unit: number) => {
  const type = (unit >> 1) & 0x3f
  return type < 32 ? type : undefined
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
