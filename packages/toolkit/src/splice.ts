/**
 * One read, one write: streams the parts of a splice into a target and seals the manifest on the way.
 * Reading ahead, hashing and writing overlap, so the slowest of the three sets the pace.
 */
import {
  chunksOf,
  InternalError,
  type Part,
  partLength,
  type Source,
  type Splice,
  throwIfAborted,
} from '@yinji/core'
import type { ManifestDraft } from '@yinji/provenance'
import type { Target } from './target.ts'

export interface SpliceJob {
  readonly source: Source
  readonly splice: Splice
  /** The manifest that goes into the room. */
  readonly draft?: ManifestDraft | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((fraction: number) => void) | undefined
}

/** Size in bytes of the file that the parts make. */
export function splicedSize(parts: readonly Part[]): number {
  return parts.reduce((size, part) => size + partLength(part), 0)
}

/** Writes the labelled file. Returns the manifest store that went into the room, if there was one. */
export async function writeSplice(job: SpliceJob, target: Target): Promise<Uint8Array | undefined> {
  const { source, splice, draft, signal, onProgress } = job
  const room = findRoom(splice.parts)
  if (draft !== undefined && (room === undefined || splice.binding === undefined))
    throw new InternalError('a splice without room for its manifest')
  const sealer =
    draft && room && splice.binding
      ? draft.seal({ binding: splice.binding, room: { start: room.start, length: room.part.length } })
      : undefined
  const total = splicedSize(splice.parts)
  let position = 0
  const put = async (chunk: Uint8Array) => {
    const written = target.write(chunk, position)
    sealer?.update(chunk)
    position += chunk.byteLength
    await written
  }
  for (const part of splice.parts) {
    throwIfAborted(signal)
    if (part.kind === 'room') position += part.length
    else if (part.kind === 'bytes') await put(part.bytes)
    else
      for await (const chunk of chunksOf(source, part.start, part.end)) {
        throwIfAborted(signal)
        await put(chunk)
        onProgress?.(position / total)
      }
  }
  if (!sealer || !room) return undefined
  const store = await sealer.finish()
  throwIfAborted(signal)
  const embedded = room.part.embed(store)
  if (embedded.byteLength !== room.part.length)
    throw new InternalError('a manifest that does not fill its room')
  await target.write(embedded, room.start)
  return store
}

function findRoom(parts: readonly Part[]) {
  let start = 0
  for (const part of parts) {
    if (part.kind === 'room') return { part, start }
    start += partLength(part)
  }
  return undefined
}
