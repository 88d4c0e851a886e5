/**
 * Packets of Vorbis (Vorbis I): how long they last, and a label as packets that the content's own setup decodes. Two
 * recordings can share a stream only with the very same codebooks; libvorbis has one set of them for each quality.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ToolError, throwIfAborted, type VisibleContext } from '@yinji/core'
import { hasAscii } from '../../carriers/binary.ts'
import { uint32le } from '../../carriers/integers.ts'
import { runFfmpeg } from '../../ffmpeg.ts'
import type { SoundFacts } from './encode.ts'
import type { OggClip, OggTiming } from './ogg-joiner.ts'
import { pagesOf } from './ogg-pages.ts'
import { waveFile } from './wave-file.ts'

export const vorbisHeaders = 3
const timeoutSeconds = 60

/** What the headers say of the packets. */
export interface VorbisSetup {
  /** Samples of a short and a long block. */
  readonly blocks: readonly [number, number]
  /** Whether each mode is of long blocks. */
  readonly modes: readonly boolean[]
  readonly rate: number
  /** Bits per second. */
  readonly nominal: number
  /** The whole setup header. */
  readonly books: Uint8Array
}

/** The identification and the setup header (4.2.2, 4.2.4); undefined when they are damaged. */
export function vorbisSetup([head, , books]: readonly Uint8Array[]): VorbisSetup | undefined {
  if (!head || !books || head.byteLength < 30 || !hasAscii(head, '\x01vorbis')) return undefined
  const [short, long] = [(head[28] ?? 0) & 15, (head[28] ?? 0) >> 4]
  const modes = hasAscii(books, '\x05vorbis') ? modesOf(books) : undefined
  if (modes === undefined || short < 6 || long < short || long > 13) return undefined
  return {
    blocks: [2 ** short, 2 ** long],
    modes,
    rate: uint32le(head, 12),
    nominal: uint32le(head, 20) | 0,
    books,
  }
}

/**
 * The modes stand at the end of the setup header, and what comes before them is long to read: so they are read from
 * behind, until there are as many as the number before them says. Each is a flag, two times sixteen zeros and a mapping.
 */
function modesOf(books: Uint8Array): boolean[] | undefined {
  const bit = (at: number) => ((books[at >> 3] ?? 0) >> (at & 7)) & 1
  const bits = (at: number, count: number) => {
    let value = 0
    for (let index = count - 1; index >= 0; index--) value = value * 2 + bit(at + index)
    return value
  }
  let end = books.byteLength * 8 - 1
  while (end > 64 && bit(end) === 0) end--
  const modes: boolean[] = []
  let found: boolean[] | undefined
  for (let at = end - 41; at > 64 && modes.length < 64; at -= 41) {
    if (bits(at + 33, 8) > 63 || bits(at + 1, 32) !== 0) break
    modes.unshift(bit(at) === 1)
    if (bits(at - 6, 6) + 1 === modes.length) found = [...modes]
  }
  return found
}

/** Samples of the block in a packet that begins with this byte (4.3.1). */
export function blockOf({ blocks, modes }: VorbisSetup, first: number): number {
  const width = modes.length > 1 ? 32 - Math.clz32(modes.length - 1) : 0
  return blocks[modes[(first >> 1) & (2 ** width - 1)] === true ? 1 : 0]
}

/** A packet gives a quarter of its block and a quarter of the block before (4.3.8); the first gives nothing. */
export function vorbisTiming(serial: number, setup: VorbisSetup): OggTiming {
  let before: number | undefined
  let begun: number | undefined
  return {
    serial,
    headers: vorbisHeaders,
    rate: setup.rate,
    skip: 0,
    kindOf: (packet) => blockOf(setup, packet[0] ?? 0),
    lastKind: () => before,
    ticksIn(lacing, payload, continued) {
      if (!continued) begun = undefined
      let [sum, at] = [0, 0]
      for (const length of lacing) {
        // A packet without a byte is no block.
        if (begun === undefined && length > 0) begun = blockOf(setup, payload[at] ?? 0)
        at += length
        if (length === 255) continue
        if (begun !== undefined) {
          sum += before === undefined ? 0 : (before + begun) / 4
          before = begun
        }
        begun = undefined
      }
      return sum
    },
  }
}

/** A label in the content's codebooks. Or undefined, when no setting of the encoder gives these. */
export type VorbisEncoder = (samples: Float64Array) => Promise<OggClip | undefined>

/** Finds out with a moment of silence how the content was encoded. Undefined when it was done by another encoder. */
export async function vorbisEncoder(
  setup: VorbisSetup,
  facts: SoundFacts,
  context: VisibleContext,
): Promise<VorbisEncoder | undefined> {
  const silence = new Float64Array(Math.ceil(facts.rate / 10))
  const matches = async (wanted: readonly string[]) => {
    throwIfAborted(context.signal)
    const made = await encode(silence, wanted, facts, context).catch(refused)
    return { made, same: made !== undefined && Buffer.compare(made.setup.books, setup.books) === 0 }
  }
  const wanted = (await qualityFor(setup, facts.channels, matches)) ?? (await bitrateFor(setup, matches))
  if (wanted === undefined) return undefined
  return async (samples) => {
    const made = await encode(samples, wanted, facts, context)
    return made && Buffer.compare(made.setup.books, setup.books) === 0 ? made.clip(samples.length) : undefined
  }
}

/** A bitrate may be more or less than libvorbis can do. */
function refused(error: unknown): undefined {
  if (!(error instanceof ToolError) || error.code !== 'tool.ffmpeg.failed') throw error
}

type Matches = (wanted: readonly string[]) => Promise<{ made: Made | undefined; same: boolean }>

/** Nominal bitrate of a channel at 44.1 kHz, for the qualities -1 to 10. */
const rates = [22.5, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 250] as const

/** Tenths of a quality: right for the usual sampling rates, near for others. */
function guess(kilobits: number): number {
  const above = rates.findIndex((rate) => rate >= kilobits)
  if (above <= 0) return above < 0 ? 100 : -10
  const [from = 0, to = 0] = [rates[above - 1], rates[above]]
  return Math.round((above - 2 + (kilobits - from) / (to - from)) * 10)
}

/** The quality that has about this bitrate: unlike a bitrate, libvorbis never refuses it. */
export function vorbisQuality(bitrate: number, channels: number, rate: number): number {
  return bitrate > 0 ? guess((bitrate / 1000 / channels) * (44_100 / rate)) / 10 : 5
}

/** Qualities go from -1 to 10 in tenths, and the nominal bitrate rises with them. */
async function qualityFor(
  { nominal }: VorbisSetup,
  channels: number,
  matches: Matches,
): Promise<string[] | undefined> {
  let [low, high] = [-10, 100]
  for (let middle = guess(nominal / 1000 / channels); low <= high; middle = (low + high) >> 1) {
    const wanted = ['-q:a', (middle / 10).toFixed(1)]
    const { made, same } = await matches(wanted)
    if (same) return wanted
    if (made === undefined || made.setup.nominal === nominal) return undefined
    if (made.setup.nominal < nominal) low = middle + 1
    else high = middle - 1
  }
  return undefined
}

async function bitrateFor({ nominal }: VorbisSetup, matches: Matches): Promise<string[] | undefined> {
  const wanted = ['-b:a', `${nominal}`]
  return nominal > 0 && (await matches(wanted)).same ? wanted : undefined
}

interface Made {
  readonly setup: VorbisSetup
  clip(length: number): OggClip
}

async function encode(
  samples: Float64Array,
  wanted: readonly string[],
  { rate, channels }: SoundFacts,
  { tools, signal, ...context }: VisibleContext,
): Promise<Made | undefined> {
  const directory = await context.temporaryDirectory()
  const [input, output] = [join(directory, 'label.wav'), join(directory, 'label.ogg')]
  await writeFile(input, waveFile(samples, rate, channels))
  const plain = ['-map_metadata', '-1', '-f', 'ogg', '-y']
  await runFfmpeg(
    {
      inputs: [{ path: input, options: ['-f', 'wav'] }],
      options: ['-c:a', 'libvorbis', ...wanted, ...plain],
      output,
    },
    { tools, signal, timeoutSeconds },
  )
  const { headers, sound } = await pagesOf(new Uint8Array(await readFile(output)), vorbisHeaders)
  const setup = vorbisSetup(headers)
  if (setup === undefined) return undefined
  const timing = vorbisTiming(0, setup)
  const first = blockOf(setup, sound[0]?.payload[0] ?? 0)
  let ticks = 0
  const pages = sound.map(({ page, payload }) => {
    ticks += timing.ticksIn(page.lacing, payload, (page.flags & 1) === 1)
    return { page, payload, granule: ticks }
  })
  const last = timing.lastKind() ?? first
  const lead = (before: number | undefined) => (before === undefined ? 0 : (before + first) / 4)
  const gain = (before: number | undefined, after: number) =>
    ticks + (before === undefined ? (last + after) / 4 : (first + last) / 4)
  const clip = (length: number): OggClip => ({ pages, heard: Math.min(ticks, length), lead, gain })
  return { setup, clip }
}
