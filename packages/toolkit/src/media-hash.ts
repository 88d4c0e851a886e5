/**
 * The hash that binds security data to its content (`BType` `Media`, our rule 1): SM3 over the media data, i.e. over
 * the ranges of the labelled file that labelling takes over unchanged, in file order. So it holds when a platform
 * rewrites its part of the label or adds a manifest, and it can be checked from the labelled file alone.
 *
 * The label stands before the content in most formats and holds this hash, so the content must be read before it can
 * be written. To keep large files at one read, at most `ends` bytes of either end are hashed; `CntSel` says which:
 * `all`, or the two ranges of the media data in bytes, `end` exclusive. The manifest's hash covers the rest.
 */
import { createHash } from 'node:crypto'
import {
  chunksOf,
  type Edit,
  type MediaHandler,
  type Source,
  splicedSource,
  throwIfAborted,
} from '@yinji/core'
import { type BindingEntry, securityAlgorithms } from '@yinji/provenance'

/** Bytes of either end that are hashed: a picture or a song as a whole, 20 milliseconds' work. */
const ends = 4 * 1024 * 1024

/** What `CntSel` may name: more ranges or bytes than that are not read for a stranger. */
const most = { ranges: 16, bytes: 64 * 1024 * 1024 }

/**
 * Formats whose media data stays the same, byte for byte, however often a file is labelled. In the others labelling moves
 * tables, renumbers pages and rewrites headers, or adds to what is there; their content is bound by the manifest alone.
 */
const stable: ReadonlySet<string> = new Set([
  ...['jpeg', 'png', 'webp', 'gif', 'jxl', 'mp3', 'wav', 'text', 'markdown', 'html'],
])

export const mediaBinding = 'Media'

export interface MediaHash {
  readonly binding: BindingEntry
  /** Bytes that went into the hash, of those there are. */
  readonly bytes: number
  readonly of: number
}

/** The hash of the content as it will stand in the labelled file; undefined where the format has no stable media data. */
export async function hashBefore(
  handler: MediaHandler,
  source: Source,
  signal: AbortSignal | undefined,
): Promise<MediaHash | undefined> {
  if (!stable.has(handler.id)) return undefined
  const { parts } = await handler.splice(source, editFor(handler)) // the first label may change how a file is laid out
  return hash(handler, splicedSource(source, parts), undefined, signal)
}

/** The same of a labelled file, for the ranges that its own security data names; undefined when they can't be read. */
export async function hashAfter(
  handler: MediaHandler,
  source: Source,
  selection: string,
  signal: AbortSignal | undefined,
): Promise<MediaHash | undefined> {
  return stable.has(handler.id) ? hash(handler, source, selection, signal) : undefined
}

async function hash(
  handler: MediaHandler,
  source: Source,
  selection: string | undefined,
  signal: AbortSignal | undefined,
): Promise<MediaHash | undefined> {
  const { parts } = await handler.splice(source, editFor(handler))
  const copies = parts.filter((part) => part.kind === 'copy')
  const media = splicedSource(source, copies)
  const chosen = selection ?? selectionOf(media.size)
  const ranges = rangesOf(chosen, media.size)
  if (ranges === undefined) return undefined
  const sm3 = createHash('sm3')
  let bytes = 0
  for (const { start, end } of ranges)
    for await (const chunk of chunksOf(media, start, end)) {
      throwIfAborted(signal)
      sm3.update(chunk)
      bytes += chunk.byteLength
    }
  const value = sm3.digest('hex')
  const binding = { type: mediaBinding, algorithm: securityAlgorithms.hash, value, selection: chosen }
  return { binding, bytes, of: media.size }
}

function selectionOf(size: number): string {
  return size <= 2 * ends ? 'all' : `0-${ends},${size - ends}-${size}`
}

/** Ascending, without overlap, inside the media data. */
function rangesOf(selection: string, size: number): { start: number; end: number }[] | undefined {
  if (selection === 'all') return size <= most.bytes ? [{ start: 0, end: size }] : undefined
  if (!/^\d{1,15}-\d{1,15}(?:,\d{1,15}-\d{1,15})*$/.test(selection)) return undefined
  const ranges = selection.split(',').map((range) => {
    const [start = 0, end = 0] = range.split('-').map(Number)
    return { start, end }
  })
  const inOrder = ranges.every(
    ({ start, end }, index) => start < end && start >= (ranges[index - 1]?.end ?? 0),
  )
  const bytes = ranges.reduce((sum, { start, end }) => sum + end - start, 0)
  const fits = ranges.length <= most.ranges && bytes <= most.bytes && (ranges.at(-1)?.end ?? 0) <= size
  return inOrder && fits ? ranges : undefined
}

/** A label of no importance, in every slot: what it takes the place of is not media data. */
function editFor({ slots }: MediaHandler): Edit {
  const label =
    '{"Label":"1","ContentProducer":"-","ProduceID":"-","ReservedCode1":"","ContentPropagator":"-","PropagateID":"-","ReservedCode2":""}'
  const xmp = { digitalSourceType: '-', createDate: '1970-01-01T00:00:00Z', publisher: '-', documentId: '-' }
  return { room: 0, ...(slots.aigc ? { aigc: label } : {}), ...(slots.xmp ? { xmp } : {}) }
}
