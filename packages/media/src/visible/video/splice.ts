/**
 * The explicit label of video (GB 45438-2025 5.4) without needless encoding: only the groups of pictures that carry the
 * label are encoded again, with the source's codec, profile, level, size, colour and times; all other packets, the sound
 * and everything else in the file are the source's bytes.
 */
import {
  type Drawn,
  type Finding,
  finding,
  limits,
  type Part,
  type Position,
  type Source,
  splicedSource,
  ToolError,
  type VisibleLabel,
} from '@yinji/core'
import { findBox, walkBoxes } from '../../carriers/bmff.ts'
import { docTypeOf, readMatroska } from '../../carriers/matroska.ts'
import { loadBox } from '../../carriers/movie.ts'
import { storedSize, unsupported } from '../video-facts.ts'
import { type Codec, codecOf } from './codecs.ts'
import { type Encoded, type EncodeTask, encodeStretches, type Job } from './encode.ts'
import { inFragments } from './fragments.ts'
import { joinedSource } from './joined.ts'
import { graftBlocks } from './matroska-graft.ts'
import { matroskaTrack } from './matroska-track.ts'
import { type Graft, graftSamples } from './movie-graft.ts'
import { type MovieTrack, pictureTrack } from './movie-track.ts'
import { cutsOf, fitted, outOfOrder, reorderDepth, shownTimes } from './order.ts'
import { drawTurned } from './overlay.ts'
import { rewritten } from './rewrite.ts'
import type { Samples } from './samples.ts'
import { seamFault } from './seam.ts'
import { type Cut, type Showing, type Stretch, showingsOf, stretchesOf } from './stretches.ts'

export type PlacedLabel = VisibleLabel & { position: Position }

/** Or why it can't be done without encoding everything, in words. */
export async function spliceLabel(job: Job, label: PlacedLabel): Promise<Drawn | string> {
  if (job.facts.turn % 90 !== 0) return `it is turned by ${job.facts.turn} degrees`
  const container = await openContainer(job)
  if (typeof container === 'string') return container
  const { track } = container
  // ISO/IEC 23001-7 4.1: no decoder here has the key.
  if (typeOf(track.entries[0]) === 'encv') unsupported('pictures that are encrypted')
  const codec = codecOf(typeOf(track.entries[0]))
  const times = shownTimes(track.samples, track.shown)
  if (codec === undefined) return `its pictures are ${typeOf(track.entries[0])}`
  if (times.length === 0) return 'none of its pictures is shown'
  const showings = showingsOf(label, times, track.ticks)
  const stretches = await chooseStretches(job.source, track, codec, showings)
  const number = entryOf(track.samples, stretches)
  if (number === undefined) return 'its pictures are described in more than one way'
  const drawing = await drawTurned(label, { ...job.facts, bright: job.bright }, job.directory)
  const task = { ...track, stretches, showings, drawing, container: codec.container ?? 'mp4' } as const
  const encoded = await encodeFitting(job, codec, task, number)
  if (typeof encoded === 'string') return encoded
  const parts =
    encoded.entries.length > 1 && container.oneEntry && !codec.inBand
      ? 'it has room for one description of its pictures only'
      : await container.graft({ ...encoded, stretches })
  const fault =
    typeof parts === 'string'
      ? parts
      : await seamFault(job, { ...encoded, ticks: track.ticks, stretches, encoded: encoded.file })
  if (typeof parts === 'string' || fault !== undefined) {
    await encoded.file[Symbol.asyncDispose]()
    return fault ?? String(parts)
  }
  job.context.onProgress?.(1)
  const { file } = encoded
  const result = splicedSource(joinedSource(job.source, file), parts, job.source.name)
  const source = { ...result, [Symbol.asyncDispose]: () => file[Symbol.asyncDispose]() }
  const [all] = stretches
  const isWhole = all?.start === 0 && all.end === track.samples.count
  const isLabelled = showings.some(
    ({ from, until }) => from <= (times[0] ?? 0) && until > (times.at(-1) ?? 0),
  )
  if (!isWhole || isLabelled) return { source, label, path: 'spliced', findings: encoded.findings }
  const why = finding('visible.video.encoded', { data: { why: alone } })
  return { source, label, path: 'encoded', findings: [...encoded.findings, why] }
}

const alone = 'no key frame follows the label'

const typeOf = (entry: Uint8Array | undefined) => String.fromCharCode(...(entry ?? []).slice(4, 8))

type Track = Pick<MovieTrack, 'ticks' | 'samples' | 'entries' | 'shown'>

/** A file whose pictures can be told apart, and put in anew. */
interface Container {
  readonly track: Track
  /** Whether all pictures share one description. */
  readonly oneEntry: boolean
  graft(graft: Graft): Promise<readonly Part[] | string>
}

async function openContainer(job: Job): Promise<Container | string> {
  const { source } = job
  const matroska = docTypeOf(await source.read(0, limits.headBytes)) !== undefined
  return matroska ? openMatroska(job) : openMovie(source)
}

async function openMovie(source: Source): Promise<Container | string> {
  const { boxes, damage } = await walkBoxes(source)
  const moov = findBox(boxes, 'moov')
  if (damage !== undefined || moov === undefined) return damage ?? 'no moov box'
  if (boxes.some(({ type }) => type === 'moof')) return inFragments
  const loaded = await loadBox(source, moov)
  if (typeof loaded === 'string') return loaded
  const track = pictureTrack(loaded.bytes, loaded.box)
  if (typeof track === 'string') return track
  const movie = { boxes, moov, bytes: loaded.bytes, track, size: source.size }
  return { track, oneEntry: false, graft: async (graft) => graftSamples(movie, graft) }
}

async function openMatroska({ source, facts }: Job): Promise<Container | string> {
  const doc = await readMatroska(source)
  if (doc.damage !== undefined) return doc.damage
  const track = await matroskaTrack(source, doc, storedSize(facts))
  if (typeof track === 'string') return track
  return { track, oneEntry: true, graft: (graft) => graftBlocks(source, doc, track, graft) }
}

/** Stretches between pictures that stand for themselves; what only claims to be one is no place to cut. */
async function chooseStretches(
  source: Source,
  track: Track,
  codec: Codec,
  showings: readonly Showing[],
): Promise<Stretch[]> {
  const { samples, entries } = track
  const clean = new Map<number, boolean>([
    [0, true],
    [samples.count, true],
  ])
  let cuts: readonly Cut[] = cutsOf(samples)
  for (;;) {
    const stretches = stretchesOf(showings, cuts, samples.count)
    const ends = stretches.flatMap(({ start, end }) => [start, end]).filter((index) => !clean.has(index))
    for (const index of ends) {
      const at = samples.position[index] ?? 0
      const head = await source.read(at, at + Math.min(codec.headBytes, samples.size[index] ?? 0))
      const entry = entries[(samples.entry[index] ?? 1) - 1]
      clean.set(index, entry !== undefined && codec.isClean(head, entry))
    }
    if (ends.length === 0) return stretches
    cuts = cuts.filter(({ index }) => clean.get(index) !== false)
  }
}

/** The sample entry that describes all of the stretches. */
function entryOf({ entry }: Samples, stretches: readonly Stretch[]): number | undefined {
  const number = entry[stretches[0]?.start ?? 0]
  const same = stretches.every(({ start, end }) => entry.subarray(start, end).every((one) => one === number))
  return same ? number : undefined
}

interface Fitting {
  readonly file: Encoded['file']
  readonly samples: Samples
  readonly entries: readonly Uint8Array[]
  readonly findings: readonly Finding[]
}

/** Encoded with pictures in an order that fits into the source's times; without later references it always does. */
async function encodeFitting(
  job: Job,
  codec: Codec,
  task: Omit<EncodeTask, 'encoder'>,
  number: number,
): Promise<Fitting | string> {
  const { samples, entries } = task
  const entry = entries[number - 1]
  if (entry === undefined) return 'a sample entry is missing'
  // What the stream announces, not only what it needs: a decoder that has to hold back more at the seam may stutter.
  const depth = Math.max(job.facts.reorder, reorderDepth(samples))
  for (const reorder of depth === 0 ? [0] : [depth, 0]) {
    const encoder = codec.encoder(job.facts, entry, { reorder, intra: !samples.listed })
    if (typeof encoder === 'string') return encoder
    const { encoded: made, findings } = await encodeDespiteDamage(job, { ...task, encoder })
    const encoded = codec.rewrite ? await rewritten(made, codec.rewrite, job) : made
    const joined = joinEntries(codec, entries, number, encoded)
    const fit =
      typeof joined === 'string'
        ? joined
        : fitted(samples, task.stretches, encoded.track.samples, joined.added)
    if (typeof fit !== 'string' && typeof joined !== 'string')
      return { file: encoded.file, samples: fit, entries: joined.entries, findings }
    await encoded.file[Symbol.asyncDispose]()
    if (fit !== outOfOrder) return String(fit)
  }
  return outOfOrder
}

async function encodeDespiteDamage(job: Job, task: EncodeTask) {
  try {
    return { encoded: await encodeStretches(job, task, true), findings: [] }
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== 'tool.ffmpeg.failed') throw error
    // A player shows something where a frame is damaged; the label is drawn on the same.
    const encoded = await encodeStretches(job, task, false)
    return { encoded, findings: [finding('visible.video.damaged')] }
  }
}

function joinEntries(
  codec: Codec,
  entries: readonly Uint8Array[],
  number: number,
  encoded: Encoded,
): { entries: readonly Uint8Array[]; added: number | undefined } | string {
  const [own, fresh] = [entries[number - 1], encoded.track.entries[0]]
  if (own === undefined || fresh === undefined) return 'a sample entry is missing'
  const joined = codec.entriesOf(own, fresh)
  if (typeof joined === 'string') return joined
  const list = entries.map((entry, index) => (index === number - 1 ? joined.kept : entry))
  if (joined.added === undefined) return { entries: list, added: undefined }
  return { entries: [...list, joined.added], added: list.length + 1 }
}
