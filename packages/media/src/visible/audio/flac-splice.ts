/**
 * Labels between the frames of a FLAC stream (RFC 9639, 9) whose blocks are all of one size: a frame of the content gets
 * another number, and checksums that fit, and stays as it is otherwise. Labels fill whole blocks; one behind the end
 * shares a block with the content's last samples, which are encoded again, losslessly.
 */
import { open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { concat, type Source, throwIfAborted, type VisibleContext, type VisibleLabel } from '@yinji/core'
import { blockHeader, blockTypes, flacLayout } from '../../audio/flac-blocks.ts'
import { type FlacFrame, flacFrames, renumbered } from '../../audio/flac-walk.ts'
import { binaryBytes, uint16 } from '../../carriers/binary.ts'
import { setUint32 } from '../../carriers/integers.ts'
import { runFfmpeg } from '../../ffmpeg.ts'
import { openFile } from '../../file.ts'
import { clipFor } from './clip.ts'
import { loudnessAt } from './decode.ts'
import { formOf, type SoundFacts } from './encode.ts'
import { joinTimes } from './joins.ts'
import { soundOf } from './sound.ts'
import { waveFile } from './wave-file.ts'

/** ffmpeg decodes hours in a minute. */
const timeoutSeconds = 3600

/** Frames that are written at once: a megabyte or less. */
const writtenFrames = 64

export interface FlacStream {
  /** What STREAMINFO holds. */
  readonly info: Uint8Array
  /** The frames in the file. */
  readonly start: number
  readonly end: number
}

/**
 * A FLAC file of STREAMINFO and frames alone, on disk. Undefined, when the stream has blocks of several sizes.
 * @throws ToolError as ffmpeg does
 */
export async function spliceFlac(
  source: Source,
  stream: FlacStream,
  facts: SoundFacts,
  label: VisibleLabel,
  context: VisibleContext,
): Promise<(Source & AsyncDisposable) | undefined> {
  const block = uint16(stream.info, 0)
  if (block !== uint16(stream.info, 2) || block < 16) return undefined
  const path = join(await context.temporaryDirectory(), 'joined.flac')
  const tally: Tally = { frames: 0, samples: 0, least: 0xffffff, most: 0 }
  {
    await using file = await open(path, 'w')
    await file.writeFile(headOf(stream.info))
    let held: Uint8Array[] = []
    for await (const frame of joinedFrames(source, stream, block, facts, label, context)) {
      if (frame === undefined) return undefined
      const bytes = renumbered(frame, tally.frames++)
      tally.samples += frame.samples
      tally.least = Math.min(tally.least, bytes.byteLength)
      tally.most = Math.max(tally.most, bytes.byteLength)
      held.push(bytes)
      if (held.length < writtenFrames) continue
      await file.writeFile(concat(held))
      held = []
    }
    await file.writeFile(concat(held))
  }
  const info = counted(stream.info, tally)
  await writeHead(path, info)
  // Where the checksum of all samples was not known before, it is not needed now.
  if (info.subarray(digestAt).some((byte) => byte !== 0))
    info.set(await digestOf(path, facts, context), digestAt)
  await writeHead(path, info)
  return openFile(path)
}

async function writeHead(path: string, info: Uint8Array): Promise<void> {
  await using file = await open(path, 'r+')
  const head = headOf(info)
  await file.write(head, 0, head.byteLength, 0)
}

interface Tally {
  frames: number
  samples: number
  least: number
  most: number
}

/** MD5 of the samples in STREAMINFO (8.2). */
const digestAt = 18

const headOf = (info: Uint8Array) =>
  concat([binaryBytes('fLaC'), blockHeader(blockTypes.streamInfo, info.byteLength, true), info])

function counted(old: Uint8Array, { samples, least, most }: Tally): Uint8Array {
  const info = old.slice()
  const samplesAt = 14
  info.set([least >> 16, (least >> 8) & 0xff, least & 0xff, most >> 16, (most >> 8) & 0xff, most & 0xff], 4)
  info[samplesAt - 1] = ((info[samplesAt - 1] ?? 0) & 0xf0) | Math.floor(samples / 0x1_0000_0000)
  setUint32(info, samplesAt, samples % 0x1_0000_0000)
  return info
}

/** Frames of content and labels in turn; ends with `undefined` where they can't be. */
async function* joinedFrames(
  source: Source,
  stream: FlacStream,
  block: number,
  facts: SoundFacts,
  label: VisibleLabel,
  context: VisibleContext,
): AsyncGenerator<FlacFrame | undefined> {
  const times = joinTimes(label, facts.seconds)
  const levels = await loudnessAt(facts, times, context)
  const sound = await soundOf(label, context)
  const expected = (facts.seconds * facts.rate) / block
  let [done, index] = [0, 0]
  let rest: FlacFrame | undefined
  const labelled = async function* (before: boolean, after: boolean, tail?: FlacFrame) {
    const place = { rate: facts.rate, channels: facts.channels, lufs: levels[done++], before, after }
    const clip = await clipFor(sound, place)
    yield* encodedFrames(after ? filled(clip, block) : clip, tail, stream.info, facts, context)
  }
  for await (const frame of flacFrames(source, stream.start, stream.end)) {
    throwIfAborted(context.signal)
    if (frame === undefined || frame.variable || frame.number !== index || rest !== undefined)
      return yield undefined
    while ((times[done] ?? Infinity) * facts.rate <= index * block) yield* labelled(index > 0, true)
    if (frame.samples < block) rest = { ...frame, bytes: frame.bytes.slice() }
    else if (frame.samples > block) return yield undefined
    else yield frame
    if (++index % 256 === 0) context.onProgress?.(Math.min(0.5, (0.5 * index) / expected))
  }
  if (done < times.length) yield* labelled(true, false, rest)
  else if (rest !== undefined) yield rest
}

/** Whole blocks: there is a pause at the end, which becomes a little longer. */
function filled(clip: Float64Array, block: number): Float64Array {
  const out = new Float64Array(Math.ceil(clip.length / block) * block)
  out.set(clip)
  return out
}

/** A label in blocks of the content's size, behind the content's last samples where there are any. */
async function* encodedFrames(
  clip: Float64Array,
  tail: FlacFrame | undefined,
  info: Uint8Array,
  facts: SoundFacts,
  { tools, signal, ...context }: VisibleContext,
): AsyncGenerator<FlacFrame | undefined> {
  const directory = await context.temporaryDirectory()
  const [wave, rest, output] = ['label.wav', 'rest.flac', 'label.flac'].map((name) => join(directory, name))
  if (wave === undefined || rest === undefined || output === undefined) return
  await writeFile(wave, waveFile(clip, facts.rate, facts.channels))
  if (tail !== undefined)
    await writeFile(rest, concat([headOf(alone(info, tail.samples)), renumbered(tail, 0)]))
  const inputs = [
    ...(tail === undefined ? [] : [{ path: rest, options: ['-f', 'flac'] }]),
    { path: wave, options: ['-f', 'wav'] },
  ]
  const forms = inputs.map((_, index) => `[${index}:a:0]${formOf(facts)}[p${index}]`)
  const pieces = inputs.map((_, index) => `[p${index}]`).join('')
  const graph = [...forms, `${pieces}concat=n=${inputs.length}:v=0:a=1[joined]`].join(';')
  const encoder = ['-c:a', 'flac', '-frame_size', `${uint16(info, 0)}`, '-f', 'flac', '-y']
  await runFfmpeg(
    { inputs, options: ['-filter_complex', graph, '-map', '[joined]', ...encoder], output },
    { tools, signal, timeoutSeconds },
  )
  await using made = await openFile(output)
  const { blocks } = await flacLayout(made)
  yield* flacFrames(made, blocks.at(-1)?.end ?? 0, made.size)
}

/** STREAMINFO of a stream with one short frame. */
function alone(info: Uint8Array, samples: number): Uint8Array {
  const out = counted(info, { frames: 1, samples, least: 0, most: 0 })
  out.fill(0, digestAt)
  return out
}

/** Over the samples as they are played, channel by channel, in as many bytes as they need; decoding is a test, too. */
async function digestOf(
  path: string,
  { bits, seconds }: SoundFacts,
  { tools, signal, onProgress, ...context }: VisibleContext,
): Promise<Uint8Array> {
  const output = join(await context.temporaryDirectory(), 'samples.md5')
  const plain = ['-map', '0:a:0', '-c:a', bits > 16 ? 'pcm_s24le' : 'pcm_s16le', '-f', 'md5', '-y']
  await runFfmpeg(
    { inputs: [{ path, options: ['-xerror', '-f', 'flac'] }], options: plain, output },
    {
      tools,
      signal,
      timeoutSeconds,
      onProgress: (at) => onProgress?.(Math.min(1, 0.5 + (0.5 * at) / Math.max(1, seconds))),
    },
  )
  const hex = /MD5=([\da-f]{32})/.exec(await readFile(output, 'latin1'))?.[1] ?? ''
  return new Uint8Array(Buffer.from(hex, 'hex'))
}
