/** Packets of Opus (RFC 6716, 3; RFC 7845): how long they last, and a label as such packets. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesSource, ToolError, type VisibleContext } from '@yinji/core'
import { setUint32le, uint32le, uint64le } from '../../carriers/integers.ts'
import { loadPage, type OggPage, payloadOf } from '../../carriers/ogg-page.ts'
import { Window } from '../../carriers/window.ts'
import { runFfmpeg } from '../../ffmpeg.ts'
import type { SoundFacts } from './encode.ts'
import { waveFile } from './wave-file.ts'

/** Times in Opus count samples of 48 kHz, whatever the input was. */
export const opusRate = 48_000
const timeoutSeconds = 60
/** What libopus has before the signal; a player that drops more than this would drop some of the label. */
const ownSkip = 312

export interface OpusClip {
  readonly pages: readonly {
    readonly page: OggPage
    readonly payload: Uint8Array
    readonly granule: number
  }[]
  /** Samples of all packets, and up to the end of the label. */
  readonly ticks: number
  readonly heard: number
}

/** All ones: no packet ends on the page. */
export const noGranule: Uint8Array = new Uint8Array(8).fill(0xff)

export const granuleOf = (bytes: Uint8Array): number | undefined =>
  bytes.every((byte) => byte === 0xff) ? undefined : uint64le(bytes, 0)

export function granuleBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  setUint32le(bytes, 0, value % 0x1_0000_0000)
  setUint32le(bytes, 4, Math.floor(value / 0x1_0000_0000))
  return bytes
}

/** Samples of the packets that begin on a page. One that goes on from the page before was counted there. */
export function ticksIn(lacing: Uint8Array, payload: Uint8Array, continued = false): number {
  let [sum, at, begins] = [0, 0, !continued]
  for (const length of lacing) {
    if (begins) sum += packetTicks(payload[at] ?? 0, payload[at + 1] ?? 0)
    at += length
    begins = length < 255
  }
  return sum
}

/** RFC 6716, 3.1: the table of contents in the first byte, the number of frames perhaps in the second. */
function packetTicks(toc: number, second: number): number {
  const config = toc >> 3
  const milliseconds =
    config < 12
      ? [10, 20, 40, 60][config & 3]
      : config < 16
        ? [10, 20][config & 1]
        : [2.5, 5, 10, 20][config & 3]
  const frames = (toc & 3) === 3 ? second & 0x3f : (toc & 3) === 0 ? 1 : 2
  return (milliseconds ?? 20) * frames * (opusRate / 1000)
}

/** @param preSkip samples that the player drops, where the label comes first */
export async function encodeOpus(
  samples: Float64Array,
  { channels, bitrate }: SoundFacts,
  preSkip: number,
  { tools, signal, ...context }: VisibleContext,
): Promise<OpusClip> {
  const directory = await context.temporaryDirectory()
  const [input, output] = [join(directory, 'label.wav'), join(directory, 'label.opus')]
  const lead = Math.max(0, preSkip - ownSkip)
  const padded = new Float64Array(lead + samples.length)
  padded.set(samples, lead)
  await writeFile(input, waveFile(padded, opusRate, channels))
  const wanted = bitrate > 0 ? ['-b:a', `${Math.round(Math.max(6_000, bitrate))}`] : []
  await runFfmpeg(
    {
      inputs: [{ path: input, options: ['-f', 'wav'] }],
      options: [
        '-c:a',
        'libopus',
        ...wanted,
        '-frame_duration',
        '20',
        '-map_metadata',
        '-1',
        '-f',
        'ogg',
        '-y',
      ],
      output,
    },
    { tools, signal, timeoutSeconds },
  )
  return clipOf(new Uint8Array(await readFile(output)), padded.length)
}

async function clipOf(file: Uint8Array, length: number): Promise<OpusClip> {
  const source = bytesSource(file)
  const window = new Window(source)
  const pages: { page: OggPage; payload: Uint8Array; granule: number }[] = []
  let [ticks, at] = [0, 0]
  for (let packets = 0; at < file.byteLength; ) {
    const page = await loadPage(window, at, file.byteLength)
    if (page === undefined) break
    const payload = payloadOf(file.subarray(page.start, page.end), page)
    if (packets >= 2) {
      ticks += ticksIn(page.lacing, payload, (page.flags & 1) === 1)
      pages.push({ page, payload, granule: ticks })
    }
    packets += page.lacing.reduce((count, one) => count + (one < 255 ? 1 : 0), 0)
    at = page.end
  }
  if (pages.length === 0 || uint32le(file, 0) === 0)
    throw new ToolError('tool.ffmpeg.failed', { stderr: 'the label was not encoded as Opus' })
  return { pages, ticks, heard: Math.min(ticks, length + ownSkip) }
}
