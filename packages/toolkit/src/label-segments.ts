/**
 * A film in segments (DASH, HLS) is labelled as a set: each media segment says which one it is, and the manifest in the
 * initialization segment has the hash of each (C2PA 18.6.3, A.5.4.1.2). Segments are read one after the other, so a film may
 * have thousands; they get their names together with the initialization segment, or not at all.
 */
import { mkdir, readdir } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import {
  copy,
  type Finding,
  finding,
  InputError,
  type MediaHandler,
  type SegmentSplice,
  type Source,
  splicedSize,
  throwIfAborted,
  UsageError,
} from '@yinji/core'
import { openFile } from '@yinji/media'
import { hashSegment, type ManifestDraft } from '@yinji/provenance'
import type { LabelJob, LiveLabel } from './label-job.ts'
import { bytesOf, writeSplice } from './splice.ts'
import { FileTarget, outputError, permissionsFor } from './target.ts'

/** A media segment, and what becomes of it. */
export interface PlannedSegment {
  readonly from: string
  readonly to: string
  /** Before it is labelled, in bytes. */
  readonly size: number
  readonly splice: SegmentSplice
  /** Seals the room in it, where it has one. */
  readonly draft?: Pick<ManifestDraft, 'seal'> | undefined
  readonly mode: number
}

/** Media segments that are complete and have no names yet. */
export interface WrittenSegments {
  readonly targets: readonly FileTarget[]
  /** SHA-256 of each, where the manifest has them. */
  readonly leaves: readonly Uint8Array[] | undefined
}

/** Looks at every segment before anything is written. @throws InputError when one does not fit in. */
export async function planSegments(job: LabelJob, handler: MediaHandler): Promise<PlannedSegment[]> {
  const { segments = [] } = job
  const mark = await (job.live ? liveMarker(job, job.live, handler) : marker(job, handler))
  const planned: PlannedSegment[] = []
  for (const [location, from] of segments.entries()) {
    throwIfAborted(job.options.signal)
    await using segment = await openFile(from)
    const { splice, draft } = await mark(segment, location)
    const earlier = planned.at(-1)
    if (earlier && (splice.time ?? location) <= (earlier.splice.time ?? location - 1))
      throw new InputError('input.segments.order', {
        segment: basename(from),
        earlier: basename(earlier.from),
      })
    const to = pathOf(job, from)
    const mode = await permissionsFor(to, { replace: job.target?.replace === true })
    planned.push({ from, to, size: segment.size, splice, draft, mode })
  }
  return planned
}

type Marker = (segment: Source, location: number) => Promise<Pick<PlannedSegment, 'splice' | 'draft'>>

const unsupported = ({ source }: LabelJob, { id }: MediaHandler) =>
  new InputError('input.segments.unsupported', { name: source.name ?? '', format: id })

async function marker(job: LabelJob, handler: MediaHandler): Promise<Marker> {
  const { segment } = handler
  const outline = await handler.splice(job.source, { room: 1, leaves: [] })
  const track = outline.binding?.kind === 'bmff' ? outline.binding.fragments?.track : undefined
  if (!segment || track === undefined) throw unsupported(job, handler)
  return async (source, location) => ({ splice: await segment(source, { track, location }) })
}

/** Segments of a live video say by themselves that they were signed, and their numbers go up. */
async function liveMarker(
  job: LabelJob,
  { session, uuid }: LiveLabel,
  handler: MediaHandler,
): Promise<Marker> {
  const { live } = handler
  if (!live) throw unsupported(job, handler)
  const clock = await live.clock(job.source)
  const draftOf = (sequence: number) => session.draft({ sequence, manifest: `urn:c2pa:${uuid}` })
  return async (source) => {
    const { parts, binding, sequence } = await live.splice(
      source,
      clock,
      (number) => draftOf(number).size,
      'info',
    )
    const boxes = binding?.kind === 'bmff' ? binding.boxes : []
    return { splice: { parts, boxes, time: sequence }, draft: draftOf(sequence) }
  }
}

/** Below the labelled initialization segment as below the one that was given. */
function pathOf({ source, target, options }: LabelJob, from: string): string {
  if (source.path === undefined || target === undefined) throw new UsageError('usage.segments.output')
  const below = relative(dirname(source.path), resolve(from))
  if (below.startsWith('..') || isAbsolute(below))
    throw new UsageError('usage.segments.outside', { path: from })
  const to = join(dirname(target.path), below)
  if (to === resolve(from) && !options.inPlace) throw new UsageError('usage.segments.output')
  return to
}

/** Which playlists the new folder has to do without: they may name other films as well, so they are the caller's to copy. */
export async function playlistsLeft({ source, target }: LabelJob): Promise<Finding[]> {
  const [from, to] = [source.path, target?.path].map((path) => path && dirname(resolve(path)))
  if (!from || from === to) return []
  const names = (await readdir(from)).filter((name) => /\.(?:m3u8|mpd)$/i.test(name))
  return names.length > 0
    ? [finding('asset.playlist.left', { data: { names: names.slice(0, 5).join(', ') } })]
    : []
}

/** A hash for each segment, to measure the manifest by: the real ones are known when the segments are written. */
export function leavesToCome(segments: readonly PlannedSegment[]): Uint8Array[] | undefined {
  if (segments.some(({ draft }) => draft)) return undefined
  return segments.map(() => new Uint8Array(32))
}

/** The segment as it was given, of a film that says exactly this already. */
export function asItIs(segment: PlannedSegment): PlannedSegment {
  const end = segment.size
  const whole = { parts: [copy(0, end)], boxes: [{ type: 'free', start: 0 }], time: undefined }
  return { ...segment, splice: whole, draft: undefined }
}

export async function writeSegments(
  planned: readonly PlannedSegment[],
  { signal, onProgress }: LabelJob['options'],
): Promise<WrittenSegments> {
  const targets: FileTarget[] = []
  const leaves: Uint8Array[] = []
  try {
    for (const segment of planned) {
      const leaf = await writeSegment(segment, targets, signal)
      if (leaf) leaves.push(leaf)
      onProgress?.({ step: 'write', fraction: targets.length / (planned.length + 1) })
    }
    return { targets, leaves: leaves.length === planned.length ? leaves : undefined }
  } catch (error) {
    await discardAll(targets)
    throw error
  }
}

export async function discardAll(targets: readonly FileTarget[]): Promise<void> {
  for (const target of targets) await target.discard()
}

/** @returns its hash, unless it has it itself */
async function writeSegment(
  { from, to, splice: { parts, boxes }, draft, mode }: PlannedSegment,
  targets: FileTarget[],
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  await mkdir(dirname(to), { recursive: true }).catch((error: unknown) => {
    throw outputError(error, to)
  })
  await using source = await openFile(from)
  const target = await FileTarget.create(to, { mode, size: splicedSize(parts) })
  targets.push(target)
  if (draft) {
    await writeSplice({ source, splice: { parts, binding: { kind: 'bmff', boxes } }, draft, signal }, target)
    await using _ = await target.finish()
    return undefined
  }
  const hash = hashSegment(boxes)
  let position = 0
  for (const part of parts) {
    for await (const chunk of bytesOf(part, source)) {
      throwIfAborted(signal)
      const written = target.write(chunk, position)
      hash.update(chunk)
      position += chunk.byteLength
      await written
    }
  }
  await using _ = await target.finish()
  return hash.digest()
}
