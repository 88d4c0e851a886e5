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
  splicedSize,
  throwIfAborted,
  UsageError,
} from '@yinji/core'
import { openFile } from '@yinji/media'
import { hashSegment } from '@yinji/provenance'
import type { LabelJob } from './label-job.ts'
import { bytesOf } from './splice.ts'
import { FileTarget, outputError, permissionsFor } from './target.ts'

/** A media segment, and what becomes of it. */
export interface PlannedSegment {
  readonly from: string
  readonly to: string
  /** Before it is labelled, in bytes. */
  readonly size: number
  readonly splice: SegmentSplice
  readonly mode: number
}

/** Media segments that are complete and have no names yet. */
export interface WrittenSegments {
  readonly targets: readonly FileTarget[]
  /** SHA-256 of each. */
  readonly leaves: readonly Uint8Array[]
}

/** Looks at every segment before anything is written. @throws InputError when one does not fit in. */
export async function planSegments(job: LabelJob, handler: MediaHandler): Promise<PlannedSegment[]> {
  const { segments = [], source } = job
  const outline = await handler.splice(source, { room: 1, leaves: [] })
  const track = outline.binding?.kind === 'bmff' ? outline.binding.fragments?.track : undefined
  if (!handler.segment || track === undefined)
    throw new InputError('input.segments.unsupported', { name: source.name ?? '', format: handler.id })
  const planned: PlannedSegment[] = []
  for (const [location, from] of segments.entries()) {
    throwIfAborted(job.options.signal)
    await using segment = await openFile(from)
    const splice = await handler.segment(segment, { track, location })
    const earlier = planned.at(-1)
    if (earlier && (splice.time ?? location) <= (earlier.splice.time ?? location - 1))
      throw new InputError('input.segments.order', {
        segment: basename(from),
        earlier: basename(earlier.from),
      })
    const to = pathOf(job, from)
    const mode = await permissionsFor(to, { replace: job.target?.replace === true })
    planned.push({ from, to, size: segment.size, splice, mode })
  }
  return planned
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
export function leavesToCome(segments: readonly PlannedSegment[]): Uint8Array[] {
  return segments.map(() => new Uint8Array(32))
}

/** The segment as it was given, of a film that says exactly this already. */
export function asItIs(segment: PlannedSegment): PlannedSegment {
  const end = segment.size
  const whole = { parts: [copy(0, end)], boxes: [{ type: 'free', start: 0 }], time: undefined }
  return { ...segment, splice: whole }
}

export async function writeSegments(
  planned: readonly PlannedSegment[],
  { signal, onProgress }: LabelJob['options'],
): Promise<WrittenSegments> {
  const targets: FileTarget[] = []
  const leaves: Uint8Array[] = []
  try {
    for (const segment of planned) {
      leaves.push(await writeSegment(segment, targets, signal))
      onProgress?.({ step: 'write', fraction: targets.length / (planned.length + 1) })
    }
    return { targets, leaves }
  } catch (error) {
    await discardAll(targets)
    throw error
  }
}

export async function discardAll(targets: readonly FileTarget[]): Promise<void> {
  for (const target of targets) await target.discard()
}

/** @returns its hash */
async function writeSegment(
  { from, to, splice: { parts, boxes }, mode }: PlannedSegment,
  targets: FileTarget[],
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  await mkdir(dirname(to), { recursive: true }).catch((error: unknown) => {
    throw outputError(error, to)
  })
  await using source = await openFile(from)
  const target = await FileTarget.create(to, { mode, size: splicedSize(parts) })
  targets.push(target)
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
