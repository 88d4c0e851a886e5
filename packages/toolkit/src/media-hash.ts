/**
 * The hash that binds security data to its content (`BType` `Media`, our rule 1): SM3 over the content as the format's
 * handler tells it, or, where it does not, over the ranges of the labelled file that labelling takes over unchanged, in
 * file order. So it holds when a platform rewrites its part of the label or adds a manifest, and it can be checked from
 * the labelled file alone.
 *
 * The label stands before the content in most formats and holds this hash, so the content must be read before it can
 * be written. To keep large files at one read, at most `ends` bytes of either end are hashed; `CntSel` says which:
 * `all`, or the two ranges of the content in bytes, `end` exclusive. The manifest's hash covers the rest.
 */
import { createHash } from 'node:crypto'
import {
  type Copy,
  chunksOf,
  type Edit,
  InputError,
  type MediaHandler,
  type Part,
  type Source,
  splicedSource,
  throwIfAborted,
} from '@yinji/core'
import { type BindingEntry, securityAlgorithms } from '@yinji/provenance'
import { traceOf } from './trace.ts'

/** Bytes of either end that are hashed: a picture or a song as a whole, 20 milliseconds' work. */
const ends = 4 * 1024 * 1024

/** What `CntSel` may name: more ranges or bytes than that are not read for a stranger. */
const most = { ranges: 16, bytes: 64 * 1024 * 1024 }

/** Formats without `content` in which everything that labelling takes over stays the same, byte for byte. */
const stable: ReadonlySet<string> = new Set([
  'jpeg',
  'png',
  'webp',
  'gif',
  'jxl',
  'mp3',
  'wav',
  'markdown',
  'html',
])

/** Whether players read no more than 1,023 characters of a label: signature and key fit, hash and certificates don’t. */
export const isBrief = ({ id }: MediaHandler): boolean => id === 'flv'

export const mediaBinding = 'Media'

export interface MediaHash {
  readonly binding: BindingEntry
  /** Bytes that went into the hash, of those there are. */
  readonly bytes: number
  readonly of: number
}

/** The hash of content before it is labelled, and from where in the source its bytes came. */
export interface MediaBefore extends MediaHash {
  readonly trace: string
}

/** The hash of the content as it will stand in the labelled file; undefined where that can't be told. */
export async function hashBefore(
  handler: MediaHandler,
  source: Source,
  signal: AbortSignal | undefined,
): Promise<MediaBefore | undefined> {
  if (isBrief(handler)) return undefined
  if (handler.content) {
    const ranges = await contentOf(handler, source)
    if (ranges?.length === 0) return undefined // an initialization segment
    const own = [{ kind: 'copy' as const, start: 0, end: source.size }]
    return ranges && traced(await hash(source, ranges, undefined, signal), traceOf(ranges, own))
  }
  if (!stable.has(handler.id)) return undefined
  // The first label may change how a file is laid out: what counts is what the second would take over.
  const { parts } = await handler.splice(source, editFor(handler))
  const labelled = splicedSource(source, parts)
  const ranges = await contentOf(handler, labelled)
  return ranges && traced(await hash(labelled, ranges, undefined, signal), traceOf(ranges, parts))
}

const traced = (hash: MediaHash | undefined, trace: string): MediaBefore | undefined =>
  hash && { trace, ...hash }

/** The same of a labelled file, for the ranges that its own security data names; undefined when they can't be read. */
export async function hashAfter(
  handler: MediaHandler,
  source: Source,
  selection: string,
  signal: AbortSignal | undefined,
): Promise<MediaHash | undefined> {
  const ranges = await contentOf(handler, source)
  return ranges && hash(source, ranges, selection, signal)
}

/**
 * Whether a file that was just written holds the content that was hashed for it. Its structure is read again; its content
 * only where the parts it was written from can't tell that these are the bytes that went into the hash.
 */
export async function holdsContent(
  handler: MediaHandler,
  written: Source,
  parts: readonly Part[],
  before: MediaBefore,
): Promise<boolean> {
  const ranges = await contentOf(handler, written)
  if (ranges === undefined) return false
  if (traceOf(ranges, parts) === before.trace) return true
  const after = await hash(written, ranges, before.binding.selection, undefined)
  return after?.binding.value === before.binding.value
}

/** Where the content stands in a file; undefined when the file is too damaged to tell, or its format does not say. */
async function contentOf(handler: MediaHandler, source: Source): Promise<readonly Copy[] | undefined> {
  try {
    if (handler.content) return await handler.content(source)
    if (!stable.has(handler.id)) return undefined
    const { parts } = await handler.splice(source, editFor(handler))
    return parts.filter((part) => part.kind === 'copy')
  } catch (error) {
    if (error instanceof InputError) return undefined
    throw error
  }
}

async function hash(
  source: Source,
  ranges: readonly Copy[],
  selection: string | undefined,
  signal: AbortSignal | undefined,
): Promise<MediaHash | undefined> {
  const media = splicedSource(source, ranges)
  const chosen = selection ?? selectionOf(media.size)
  const selected = rangesOf(chosen, media.size)
  if (selected === undefined) return undefined
  const sm3 = createHash('sm3')
  let bytes = 0
  for (const { start, end } of selected)
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
