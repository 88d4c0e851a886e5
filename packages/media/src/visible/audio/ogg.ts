/**
 * The label among the packets of Opus and Vorbis in Ogg (GB 45438-2025 5.3; RFC 3533, RFC 7845). The content's packets
 * stay bit for bit as they are. What can't be joined is encoded again: chained streams would stop many players.
 */
import { join } from 'node:path'
import {
  concat,
  type Drawn,
  InputError,
  limits,
  type Source,
  splicedSource,
  type VisibleContext,
  type VisibleLabel,
} from '@yinji/core'
import { readOggComment, renumberPages, rewritePages } from '../../carriers/ogg-comment.ts'
import { loadPage, payloadOf } from '../../carriers/ogg-page.ts'
import { type OggStream, readOgg } from '../../carriers/ogg-streams.ts'
import { partsOf } from '../../carriers/replacements.ts'
import { writeVorbisComment } from '../../carriers/vorbis-comment.ts'
import { Window } from '../../carriers/window.ts'
import { openFile } from '../../file.ts'
import { clipFor } from './clip.ts'
import { loudnessAt } from './decode.ts'
import { encodeJoined, type SoundFacts, soundFacts } from './encode.ts'
import { joinTimes, noSound } from './joins.ts'
import { hasPackets, joinPages, type OggClip, type OggTiming, packetsIn } from './ogg-joiner.ts'
import { type LoadedPage, packetsOf } from './ogg-pages.ts'
import { encodeOpus, opusHead, opusHeaders, opusRate, opusTiming } from './opus.ts'
import { soundOf } from './sound.ts'
import { vorbisEncoder, vorbisHeaders, vorbisSetup, vorbisTiming } from './vorbis.ts'

/** @throws InputError when the file is damaged; ToolError when ffmpeg is missing or fails. */
export async function joinOgg(source: Source, label: VisibleLabel, context: VisibleContext): Promise<Drawn> {
  const { streams, damage } = await readOgg(source)
  if (damage !== undefined) throw new InputError('input.damaged', { what: damage, name: source.name ?? '' })
  // Sound that grows longer would run away from the picture.
  if (streams.some(({ codec }) => !codec.audio))
    throw new InputError('visible.content.unsupported', { what: 'a video in Ogg' })
  const sounds = streams.filter(({ codec }) => codec.audio)
  const [stream] = sounds
  const headers = stream && headerCounts.get(stream.codec.magic)
  if (stream && headers !== undefined && !(await hasPackets(source, stream.serial, headers)))
    throw noSound(source)
  const facts = await soundFacts(source, 'ogg', context)
  const times = joinTimes(label, facts.seconds)
  const plan = label.encode === true ? 'as asked' : await planOf(source, facts, sounds, context)
  const clips = typeof plan === 'string' ? plan : await clipsOf(plan, times, facts, label, context)
  if (typeof plan === 'string' || typeof clips === 'string') {
    const drawn = await encodeJoined(source, label, context, facts, String(clips))
    return { ...drawn, source: await withComment(source, drawn.source) }
  }
  const output = join(await context.temporaryDirectory(), 'joined.ogg')
  await joinPages(source, plan.timing, { times, clips }, output, context)
  const drawn = await openFile(output)
  const read = drawn.read.bind(drawn)
  const named = { size: drawn.size, read, [Symbol.asyncDispose]: () => drawn[Symbol.asyncDispose]() }
  return {
    source: source.name === undefined ? named : { ...named, name: source.name },
    label,
    path: 'spliced',
  }
}

const headerCounts: ReadonlyMap<string, number> = new Map([
  ['OpusHead', opusHeaders],
  ['\x01vorbis', vorbisHeaders],
])

/** How labels get into a stream without encoding it again. */
interface Plan {
  readonly timing: OggTiming
  /** Of the samples given to the encoder. */
  readonly rate: number
  /** Undefined, when the label does not come out like the content. */
  encode(samples: Float64Array, first: boolean): Promise<OggClip | undefined>
}

/** Or why there is none, in words. */
async function planOf(
  source: Source,
  facts: SoundFacts,
  sounds: readonly OggStream[],
  context: VisibleContext,
): Promise<Plan | string> {
  const [stream, another] = sounds
  if (stream === undefined || another !== undefined) return `${sounds.length} streams of sound`
  const { serial } = stream
  if (facts.codec === 'opus') {
    const head = await opusHead(source, serial)
    if (head === undefined) return 'no OpusHead'
    if (head.family !== 0) return `Opus of channel mapping family ${head.family}`
    const encode: Plan['encode'] = (samples, first) =>
      encodeOpus(samples, facts, first ? head.preSkip : 0, context)
    return { timing: opusTiming(serial, head), rate: opusRate, encode }
  }
  if (facts.codec !== 'vorbis') return facts.codec
  const setup = vorbisSetup(await headerPackets(source, serial, vorbisHeaders))
  const encode = setup && (await vorbisEncoder(setup, facts, context))
  if (setup === undefined || encode === undefined) return 'Vorbis with the codebooks of another encoder'
  return { timing: vorbisTiming(serial, setup), rate: facts.rate, encode }
}

async function headerPackets(source: Source, serial: number, count: number): Promise<Uint8Array[]> {
  const window = new Window(source)
  const pages: LoadedPage[] = []
  for (let at = 0, packets = 0, size = 0; packets < count && size < limits.metadataBytes; ) {
    const page = await loadPage(window, at, source.size)
    if (page === undefined) break
    at = page.end
    if (page.serial !== serial) continue
    pages.push({ page, payload: payloadOf(await source.read(page.start, page.end), page) })
    packets += packetsIn(page.lacing)
    size += page.end - page.start
  }
  return packetsOf(pages)
}

async function clipsOf(
  { rate, encode }: Plan,
  times: readonly number[],
  facts: SoundFacts,
  label: VisibleLabel,
  context: VisibleContext,
): Promise<OggClip[] | string> {
  const levels = await loudnessAt(facts, times, context)
  const sound = await soundOf(label, context)
  const clips: OggClip[] = []
  for (const [index, time] of times.entries()) {
    const ends = { before: time > 0, after: Number.isFinite(time) }
    const place = { rate, channels: facts.channels, lufs: levels[index], ...ends }
    const clip = await encode(await clipFor(sound, place), time === 0)
    if (clip === undefined) return 'the label was not encoded like the content'
    clips.push(clip)
    context.onProgress?.((index + 1) / times.length)
  }
  return clips
}

/** The encoded file with the comment header of the source, pictures and all: ffmpeg leaves some of it out. */
async function withComment(source: Source, encoded: Source): Promise<Source> {
  const [old, fresh] = [await readOgg(source), await readOgg(encoded)]
  const [from, to] = [
    old.streams.find(({ codec }) => codec.audio),
    fresh.streams.find(({ codec }) => codec.audio),
  ]
  if (from === undefined || to === undefined || from.codec.magic !== to.codec.magic) return encoded
  const [comment, target] = [await readOggComment(source, from), await readOggComment(encoded, to)]
  if (comment === undefined || target === undefined) return encoded
  const body = writeVorbisComment(target.comment.vendor, comment.comment.fields)
  const prefix = target.prefix.slice()
  if (to.codec.magic === '\x7fFLAC')
    prefix.set([body.byteLength >> 16, (body.byteLength >> 8) & 0xff, body.byteLength & 0xff], 1)
  const rest = to.codec.magic === '\x01vorbis' ? target.comment.rest : new Uint8Array(0)
  const rewritten = rewritePages(target, concat([prefix, body, rest]))
  if (rewritten === undefined) return encoded
  const grown = new Map(rewritten.grown === 0 ? [] : [[to.serial, { stream: to, by: rewritten.grown }]])
  const changes = [
    ...rewritten.changes,
    ...(await renumberPages(encoded, grown, encoded.size - fresh.trailing)),
  ]
  const joined = splicedSource(encoded, partsOf(encoded.size, changes), source.name)
  return { ...joined, [Symbol.asyncDispose]: async () => encoded[Symbol.asyncDispose]?.() }
}
