/**
 * The label among the packets of Opus in Ogg (GB 45438-2025 5.3; RFC 3533, RFC 7845). The content's packets stay bit for
 * bit as they are; pages get new numbers, times and checksums. Vorbis needs the very same codebooks for two recordings
 * in one stream, and chained streams stop many players, so that it is encoded again, like any other codec in Ogg.
 */
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import {
  concat,
  type Drawn,
  InputError,
  type Source,
  splicedSource,
  throwIfAborted,
  type VisibleContext,
  type VisibleLabel,
} from '@yinji/core'
import { readOggComment, renumberPages, rewritePages } from '../../carriers/ogg-comment.ts'
import { loadPage, type OggPage, pageFlags, payloadOf, writePage } from '../../carriers/ogg-page.ts'
import { readOgg } from '../../carriers/ogg-streams.ts'
import { partsOf } from '../../carriers/replacements.ts'
import { writeVorbisComment } from '../../carriers/vorbis-comment.ts'
import { Window } from '../../carriers/window.ts'
import { openFile } from '../../file.ts'
import { clipFor } from './clip.ts'
import { loudnessAt } from './decode.ts'
import { encodeJoined, type SoundFacts, soundFacts } from './encode.ts'
import { joinTimes } from './joins.ts'
import { encodeOpus, granuleBytes, granuleOf, noGranule, type OpusClip, opusRate, ticksIn } from './opus.ts'
import { soundOf } from './sound.ts'

/** @throws InputError when the file is damaged; ToolError when ffmpeg is missing or fails. */
export async function joinOgg(source: Source, label: VisibleLabel, context: VisibleContext): Promise<Drawn> {
  const { streams, damage } = await readOgg(source)
  if (damage !== undefined) throw new InputError('input.damaged', { what: damage, name: source.name ?? '' })
  // Sound that grows longer would run away from the picture.
  if (streams.some(({ codec }) => !codec.audio))
    throw new InputError('visible.content.unsupported', { what: 'a video in Ogg' })
  const facts = await soundFacts(source, 'ogg', context)
  const sounds = streams.filter(({ codec }) => codec.audio)
  const [stream] = sounds
  const head = stream === undefined ? undefined : await opusHead(source, stream.serial)
  const obstacle =
    facts.codec !== 'opus'
      ? facts.codec
      : sounds.length !== 1 || head === undefined
        ? `${sounds.length} streams of sound`
        : head.family !== 0
          ? `Opus of channel mapping family ${head.family}`
          : undefined
  if (label.encode === true || obstacle !== undefined || head === undefined || stream === undefined) {
    const drawn = await encodeJoined(source, label, context, facts, obstacle ?? 'as asked')
    return { ...drawn, source: await withComment(source, drawn.source) }
  }
  const times = joinTimes(label, facts.seconds)
  const clips = await opusClips(times, facts, head, label, context)
  const output = join(await context.temporaryDirectory(), 'joined.opus')
  await new Joiner(source, head, times, clips).write(output, context)
  const drawn = await openFile(output)
  const { size } = drawn
  const read = drawn.read.bind(drawn)
  const named = { size, read, [Symbol.asyncDispose]: () => drawn[Symbol.asyncDispose]() }
  return {
    source: source.name === undefined ? named : { ...named, name: source.name },
    label,
    path: 'spliced',
  }
}

interface OpusHead {
  readonly serial: number
  readonly family: number
  /** Samples at 48 kHz that players drop at the start. */
  readonly preSkip: number
}

async function opusHead(source: Source, serial: number): Promise<OpusHead | undefined> {
  const window = new Window(source)
  for (let at = 0, count = 0; count < 64; count++) {
    const page = await loadPage(window, at, source.size)
    if (page === undefined) return undefined
    const payload = payloadOf(await source.read(page.start, page.end), page)
    if (page.serial === serial)
      return payload.byteLength < 19
        ? undefined
        : { serial, family: payload[18] ?? 255, preSkip: (payload[10] ?? 0) + (payload[11] ?? 0) * 256 }
    at = page.end
  }
  return undefined
}

async function opusClips(
  times: readonly number[],
  facts: SoundFacts,
  { preSkip }: OpusHead,
  label: VisibleLabel,
  context: VisibleContext,
): Promise<OpusClip[]> {
  const levels = await loudnessAt(facts, times, context)
  const sound = await soundOf(label, context)
  const clips: OpusClip[] = []
  for (const [index, time] of times.entries()) {
    const place = {
      rate: opusRate,
      channels: facts.channels,
      lufs: levels[index],
      before: time > 0,
      after: Number.isFinite(time),
    }
    const samples = await clipFor(sound, place)
    clips.push(await encodeOpus(samples, facts, time === 0 ? preSkip : 0, context))
    context.onProgress?.((index + 1) / times.length)
  }
  return clips
}

/** Copies the pages one by one and puts the labels between them. */
class Joiner {
  readonly #source: Source
  readonly #head: OpusHead
  readonly #times: readonly number[]
  readonly #clips: readonly OpusClip[]
  /** Labels written so far; pages of the stream; samples that came in through labels. */
  #done = 0
  #pages = 0
  #shift = 0
  /** Time of the content's last page, in samples. */
  #granule = 0
  #packets = 0

  constructor(source: Source, head: OpusHead, times: readonly number[], clips: readonly OpusClip[]) {
    this.#source = source
    this.#head = head
    this.#times = times
    this.#clips = clips
  }

  async write(path: string, { signal }: VisibleContext): Promise<void> {
    const source = this.#source
    const window = new Window(source)
    const file = await open(path, 'w')
    try {
      for (let at = 0; ; ) {
        throwIfAborted(signal)
        const page = await loadPage(window, at, source.size)
        if (page === undefined) break
        const bytes = await source.read(page.start, page.end)
        await file.writeFile(page.serial === this.#head.serial ? concat(this.#next(page, bytes)) : bytes)
        at = page.end
      }
    } finally {
      await file.close()
    }
  }

  /** A page of the stream, and the labels that go before or after it. */
  #next(page: OggPage, bytes: Uint8Array): Uint8Array[] {
    const payload = payloadOf(bytes, page)
    const isHeader = this.#packets < 2
    this.#packets += page.lacing.reduce((count, length) => count + (length < 255 ? 1 : 0), 0)
    if (isHeader) return [this.#numbered(page, payload, page.flags, page.granule)]
    const out: Uint8Array[] = []
    const ticks = ticksIn(page.lacing, payload, (page.flags & pageFlags.continued) !== 0)
    const stated = granuleOf(page.granule)
    const start = this.#granule - this.#head.preSkip
    const isWhole = (page.flags & pageFlags.continued) === 0
    while (isWhole && (this.#times[this.#done] ?? Infinity) * opusRate <= Math.max(0, start))
      out.push(...this.#label(false))
    const last = (page.flags & pageFlags.ends) !== 0
    const closing = last && this.#done < this.#times.length
    // Samples cut off at the end are heard once something follows.
    const full = this.#granule + ticks
    const granule = stated === undefined ? undefined : closing ? Math.max(stated, full) : stated
    const flags = closing ? page.flags & ~pageFlags.ends : page.flags
    const time = granule === undefined ? noGranule : granuleBytes(granule + this.#shift)
    out.push(this.#numbered(page, payload, flags, time))
    this.#granule = granule ?? this.#granule
    while (closing && this.#done < this.#times.length)
      out.push(...this.#label(this.#done === this.#times.length - 1))
    return out
  }

  #numbered(page: OggPage, payload: Uint8Array, flags: number, granule: Uint8Array): Uint8Array {
    return writePage({ ...page, flags, granule, sequence: this.#pages++ }, payload)
  }

  #label(last: boolean): Uint8Array[] {
    const clip = this.#clips[this.#done++]
    if (clip === undefined) return []
    const base = this.#granule + this.#shift
    const pages = clip.pages.map(({ page, payload, granule }, index) => {
      const final = last && index === clip.pages.length - 1
      const time = granuleBytes(base + (final ? clip.heard : granule))
      const flags = final ? pageFlags.ends : page.flags & pageFlags.continued
      return this.#numbered({ ...page, serial: this.#head.serial }, payload, flags, time)
    })
    this.#shift += clip.ticks
    return pages
  }
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
