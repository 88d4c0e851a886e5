/** Packets of Opus (RFC 6716, 3; RFC 7845): how long they last, and a label as such packets. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Source, ToolError, type VisibleContext } from '@yinji/core'
import { loadPage, payloadOf } from '../../carriers/ogg-page.ts'
import { Window } from '../../carriers/window.ts'
import { runFfmpeg } from '../../ffmpeg.ts'
import type { SoundFacts } from './encode.ts'
import type { OggClip, OggTiming } from './ogg-joiner.ts'
import { pagesOf } from './ogg-pages.ts'
import { waveFile } from './wave-file.ts'

/** Times in Opus count samples of 48 kHz, whatever the input was. */
export const opusRate = 48_000
export const opusHeaders = 2
const timeoutSeconds = 60
/** What libopus has before the signal; a player that drops more than this would drop some of the label. */
const ownSkip = 312

export interface OpusHead {
  readonly family: number
  /** Samples at 48 kHz that players drop at the start. */
  readonly preSkip: number
}

/** RFC 7845, 5.1. */
export async function opusHead(source: Source, serial: number): Promise<OpusHead | undefined> {
  const window = new Window(source)
  for (let at = 0, count = 0; count < 64; count++) {
    const page = await loadPage(window, at, source.size)
    if (page === undefined) return undefined
    const payload = payloadOf(await source.read(page.start, page.end), page)
    if (page.serial === serial)
      return payload.byteLength < 19
        ? undefined
        : { family: payload[18] ?? 255, preSkip: (payload[10] ?? 0) + (payload[11] ?? 0) * 256 }
    at = page.end
  }
  return undefined
}

/** Packets of Opus last as long as they say, whatever stands beside them. */
export const opusTiming = (serial: number, { preSkip }: OpusHead): OggTiming => ({
  serial,
  headers: opusHeaders,
  rate: opusRate,
  skip: preSkip,
  ticksIn,
  kindOf: () => 0,
  lastKind: () => 0,
})

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
): Promise<OggClip> {
  const directory = await context.temporaryDirectory()
  const [input, output] = [join(directory, 'label.wav'), join(directory, 'label.opus')]
  const lead = Math.max(0, preSkip - ownSkip)
  const padded = new Float64Array(lead + samples.length)
  padded.set(samples, lead)
  await writeFile(input, waveFile(padded, opusRate, channels))
  const wanted = bitrate > 0 ? ['-b:a', `${Math.round(Math.max(6_000, bitrate))}`] : []
  const plain = ['-frame_duration', '20', '-map_metadata', '-1', '-f', 'ogg', '-y']
  await runFfmpeg(
    {
      inputs: [{ path: input, options: ['-f', 'wav'] }],
      options: ['-c:a', 'libopus', ...wanted, ...plain],
      output,
    },
    { tools, signal, timeoutSeconds },
  )
  return clipOf(new Uint8Array(await readFile(output)), padded.length)
}

/** @param length samples that were encoded. @throws ToolError when the file holds no packets. */
export async function clipOf(file: Uint8Array, length: number): Promise<OggClip> {
  const { sound } = await pagesOf(file, opusHeaders)
  let ticks = 0
  const pages = sound.map(({ page, payload }) => {
    ticks += ticksIn(page.lacing, payload, (page.flags & 1) === 1)
    return { page, payload, granule: ticks }
  })
  if (pages.length === 0)
    throw new ToolError('tool.ffmpeg.failed', { stderr: 'the label was not encoded as Opus' })
  return { pages, heard: Math.min(ticks, length + ownSkip), lead: () => 0, gain: () => ticks }
}
