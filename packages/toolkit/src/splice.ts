/**
 * One read, one write: streams the parts of a splice into a target and seals the manifest on the way.
 * Reading ahead, hashing and writing overlap, so the slowest of the three sets the pace.
 */
import {
  chunksOf,
  findRoom,
  InternalError,
  type Part,
  type Source,
  type Splice,
  splicedSize,
  throwIfAborted,
} from '@yinji/core'
import type { Layout, ManifestDraft } from '@yinji/provenance'
import type { Target } from './target.ts'

export interface SpliceJob {
  readonly source: Source
  readonly splice: Splice
  /** The manifest that goes into the room. */
  readonly draft?: Pick<ManifestDraft, 'seal'> | undefined
  /** A manifest that needs no hash of the content: it goes into the room as it is. */
  readonly store?: Uint8Array | undefined
  /** The manifest goes beside the file: there is no room, and nothing is left out of the hash. */
  readonly beside?: boolean | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((fraction: number) => void) | undefined
}

/** Writes the labelled file. Returns the manifest store that went into the room or is to go beside it. */
export async function writeSplice(job: SpliceJob, target: Target): Promise<Uint8Array | undefined> {
  const { source, splice, draft, signal, onProgress } = job
  const room = findRoom(splice.parts)
  const sealer = draft?.seal(layoutOf(job, room))
  if (room && !sealer && !job.store) throw new InternalError('a room without a manifest')
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
    else
      for await (const chunk of bytesOf(part, source)) {
        throwIfAborted(signal)
        await put(chunk)
        onProgress?.(position / total)
      }
  }
  const store = sealer ? await sealer.finish() : job.store
  throwIfAborted(signal)
  if (!room || !store) return store
  const embedded = room.part.embed(store)
  if (embedded.byteLength !== room.part.length)
    throw new InternalError('a manifest that does not fill its room')
  await target.write(embedded, room.start)
  return store
}

/** What a part is, piece by piece, each good until the next one is asked for; of a room nothing is known yet. */
export async function* bytesOf(part: Part, source: Source): AsyncGenerator<Uint8Array> {
  if (part.kind === 'bytes') yield part.bytes
  else if (part.kind === 'copy') yield* chunksOf(source, part.start, part.end, { aside: true })
}

function layoutOf({ splice, beside }: SpliceJob, room: ReturnType<typeof findRoom>): Layout {
  if ((room === undefined) !== (beside === true))
    throw new InternalError('a splice with another room for its manifest than was asked for')
  if (room === undefined) return { binding: { kind: 'data' } }
  if (splice.binding === undefined) throw new InternalError('a splice without a binding for its manifest')
  return { binding: splice.binding, room: { start: room.start, length: room.part.length } }
}
