/**
 * The label joined onto sound whose coded form allows no splice: ffmpeg decodes all of it, joins, and encodes it again.
 * Of what is stored losslessly (FLAC, ALAC) every sample stays as it is.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Drawn,
  finding,
  InputError,
  type Source,
  type VisibleContext,
  type VisibleLabel,
} from '@yinji/core'
import { fieldsOf, listOf, probe, runFfmpeg } from '../../ffmpeg.ts'
import { openFile } from '../../file.ts'
import { clipFor } from './clip.ts'
import { loudnessAt, type Programme } from './decode.ts'
import { joinTimes, noSound } from './joins.ts'
import { soundOf } from './sound.ts'
import { vorbisQuality } from './vorbis.ts'
import { waveFile } from './wave-file.ts'

const probeSeconds = 60

/** What ffprobe says of the first sound in a file. */
export interface SoundFacts extends Programme {
  readonly codec: string
  readonly profile: string
  /** Bits per second; 0 when not known. */
  readonly bitrate: number
  /** Bits of a sample, where they count. */
  readonly bits: number
  readonly layout: string
}

/** @throws InputError when there is no sound in it; ToolError as ffprobe fails. */
export async function soundFacts(
  source: Source,
  format: string,
  context: VisibleContext,
): Promise<SoundFacts> {
  const path = await context.pathOf(source)
  const { tools, signal } = context
  const found = await probe(path, { tools, signal, timeoutSeconds: probeSeconds })
  const stream = listOf(found.streams).find((one) => one['codec_type'] === 'audio')
  const rate = Number(stream?.['sample_rate'] ?? 0)
  const channels = Number(stream?.['channels'] ?? 0)
  if (stream === undefined || !(rate > 0) || !(channels > 0)) throw noSound(source)
  const all = fieldsOf(found.format)
  return {
    path,
    format,
    rate,
    channels,
    seconds: Number(stream['duration'] ?? all['duration'] ?? 0) || 0,
    codec: String(stream['codec_name'] ?? ''),
    profile: String(stream['profile'] ?? ''),
    bitrate: Number(stream['bit_rate'] ?? all['bit_rate'] ?? 0) || 0,
    bits: Number(stream['bits_per_raw_sample'] ?? 0) || 0,
    layout: String(stream['channel_layout'] ?? ''),
  }
}

/** How a codec is encoded; the bitrate is the content's. */
const encoders: Readonly<Record<string, (facts: SoundFacts) => string[]>> = {
  // What HE-AAC says with half of the sampling rate takes AAC-LC twice the bits.
  aac: ({ bitrate, profile }) => ['-c:a', 'aac', ...rateOf(/^HE/.test(profile) ? 2 * bitrate : bitrate)],
  // Tags are the caller's business: those of the source stay around what is made here.
  mp3: ({ bitrate }) => [
    ...['-c:a', 'libmp3lame', ...rateOf(bitrate), '-id3v2_version', '0', '-write_id3v1', '0'],
  ],
  alac: ({ bits }) => ['-c:a', 'alac', '-sample_fmt', bits > 16 ? 's32p' : 's16p'],
  flac: ({ bits }) => ['-c:a', 'flac', '-sample_fmt', bits > 16 ? 's32' : 's16'],
  vorbis: ({ bitrate, channels, rate }) => [
    ...['-c:a', 'libvorbis', '-q:a', `${vorbisQuality(bitrate, channels, rate)}`],
  ],
  opus: ({ bitrate }) => ['-c:a', 'libopus', ...rateOf(bitrate)],
}

const rateOf = (bitrate: number) => (bitrate > 0 ? ['-b:a', `${Math.round(bitrate)}`] : [])

/** A label as a file, and before which second of the content it goes. */
interface Insert {
  readonly path: string
  readonly time: number
}

/** @param what why it could not be spliced */
export async function encodeJoined(
  source: Source,
  label: VisibleLabel,
  context: VisibleContext,
  facts: SoundFacts,
  what: string,
): Promise<Drawn> {
  const encoder = encoders[facts.codec]
  if (encoder === undefined) throw new InputError('visible.content.unsupported', { what: facts.codec })
  const inserts = await inserted(label, context, facts)
  const output = join(await context.temporaryDirectory(), 'joined.out')
  const { tools, signal, onProgress } = context
  const total = Math.max(1, facts.seconds)
  const inputs = [
    { path: facts.path, options: ['-f', facts.format] },
    ...inserts.map(({ path }) => ({ path, options: ['-f', 'wav'] })),
  ]
  const tags = ['-map_metadata', '0', '-map_metadata:s:a:0', '0:s:a:0', '-map_chapters', '0']
  const cover =
    facts.format === 'mov' ? ['-map', '0:v?', '-c:v', 'copy', '-disposition:v', 'attached_pic'] : []
  await runFfmpeg(
    {
      inputs,
      options: [
        ...['-filter_complex', graph(facts, inserts), '-map', '[joined]', ...cover],
        ...[...tags, ...encoder(facts), '-f', facts.format === 'mov' ? 'ipod' : facts.format],
      ],
      output,
    },
    {
      tools,
      signal,
      onProgress: onProgress && ((seconds) => onProgress(Math.min(1, seconds / total))),
      timeoutSeconds: Math.ceil(120 + total),
    },
  )
  const drawn = await openFile(output)
  const findings = [finding('visible.sound.encoded', { data: { what } })]
  return { source: named(drawn, source.name), label, path: 'encoded', findings }
}

const named = (source: Source & AsyncDisposable, name: string | undefined): Source => ({
  size: source.size,
  read: (start, end) => source.read(start, end),
  ...(name === undefined ? {} : { name }),
  [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
})

async function inserted(label: VisibleLabel, context: VisibleContext, facts: SoundFacts): Promise<Insert[]> {
  const { rate, channels, seconds } = facts
  const times = joinTimes(label, seconds)
  const levels = await loudnessAt(facts, times, context)
  const sound = await soundOf(label, context)
  const directory = await context.temporaryDirectory()
  const inserts: Insert[] = []
  for (const [index, time] of times.entries()) {
    const place = { rate, channels, lufs: levels[index], before: time > 0, after: time < seconds }
    const path = join(directory, `label-${index}.wav`)
    await writeFile(path, waveFile(await clipFor(sound, place), rate, channels))
    inserts.push({ path, time })
  }
  return inserts
}

/** The filter that gives samples the form of the content's: what is lossless stays in whole numbers. */
export function formOf({ channels, layout, bits, codec }: SoundFacts): string {
  const lossless = codec === 'flac' || codec === 'alac'
  const samples = lossless ? (bits > 16 ? 's32' : 's16') : 'fltp'
  return `aformat=sample_fmts=${samples}:channel_layouts=${layout === '' ? `${channels}c` : layout.replace('|', '')}`
}

/** Content and labels in turn. Cut by samples, so that none is lost. */
function graph(facts: SoundFacts, inserts: readonly Insert[]): string {
  const { rate } = facts
  const form = formOf(facts)
  const cuts = inserts.map(({ time }) => time).filter((time) => time > 0 && Number.isFinite(time))
  const edges = [0, ...cuts.map((time) => Math.round(time * rate))]
  const pieces = edges.map((from, index) => {
    const to = edges[index + 1]
    const end = to === undefined ? '' : `:end_sample=${to}`
    return `[c${index}]atrim=start_sample=${from}${end},asetpts=N/SR/TB[p${index}]`
  })
  const split = `[0:a:0]${form},asplit=${edges.length}${edges.map((_, index) => `[c${index}]`).join('')}`
  const clips = inserts.map((_, index) => `[${index + 1}:a:0]${form}[l${index}]`)
  const order: string[] = []
  let piece = 0
  for (const [index, { time }] of inserts.entries()) {
    if (time > 0) order.push(`[p${piece++}]`)
    order.push(`[l${index}]`)
  }
  if (piece < edges.length) order.push(`[p${piece}]`)
  const join_ = `${order.join('')}concat=n=${order.length}:v=0:a=1[joined]`
  return [split, ...pieces, ...clips, join_].join(';')
}
