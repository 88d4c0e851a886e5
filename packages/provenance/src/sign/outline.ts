/**
 * How a file will be bound to its manifest, told before the manifest is made: how many hashes there are decides its size
 * (C2PA 10.4, 18.6, 18.7, 18.8).
 */
import {
  type Binding,
  bytes,
  type Edit,
  findRoom,
  InputError,
  InternalError,
  type MediaHandler,
  type Part,
  type Source,
  type Splice,
  splicedSize,
  splicedSource,
} from '@yinji/core'
import { bindBoxes } from './content/boxes-hash.ts'

/** From here on, films in one piece are hashed in many: a player should not have to load all of one to check any of it. */
const piecewiseFrom = 128 * 1024 * 1024
/** Some seconds of film; a gigabyte has 256 hashes of 32 bytes. */
const pieceBytes = 4 * 1024 * 1024
/** No store is smaller than its own header. */
const anySize = 64

/** What is known of the file, and wished for. */
export interface OutlineOptions {
  /** It is a film in fragments (`Found.fragmented`). Default false. */
  readonly fragmented?: boolean | undefined
  /** `boxes` names every box (C2PA 18.7). Default: how the format does it. */
  readonly binding?: 'boxes' | undefined
}

/**
 * The binding by which a manifest is drafted; where every part of a file gets a hash of its own, a first plan of the file
 * tells how many there are.
 * @throws InputError when the boxes of the file have no names, or it is too damaged to be planned.
 */
export async function outlineOf(
  handler: MediaHandler,
  source: Source,
  edit: Edit,
  { binding, fragmented = false }: OutlineOptions,
): Promise<Binding> {
  if (binding === 'boxes') return boxesOf(handler, source, edit)
  const kind = handler.slots.manifest?.binding ?? 'data'
  if (kind === 'data' || kind === 'text') return { kind }
  const small = source.size < piecewiseFrom
  if (kind === 'bmff' && small && !edit.leaves && !fragmented) return { kind, boxes: [] }
  const first = await handler.splice(source, { fragments: kind === 'bmff', ...edit, room: 1 })
  if (first.binding === undefined) throw new InternalError('a splice without a binding for its manifest')
  if (first.binding.kind !== 'bmff') return first.binding
  // A tree over pieces of `mdat` would be taken for one over the fragments (C2PA 15.12.2.2).
  return first.binding.fragments || small
    ? first.binding
    : { ...first.binding, pieces: piecesOf(first.parts) }
}

/** The pieces or boxes of the outline, in the finished file. */
export function bindSplice(splice: Splice, outline: Binding): Splice {
  if (outline.kind === 'boxes') return { ...splice, binding: outline }
  if (splice.binding?.kind !== 'bmff' || outline.kind !== 'bmff' || !outline.pieces) return splice
  return { ...splice, binding: { ...splice.binding, pieces: piecesOf(splice.parts) } }
}

const piecesOf = (parts: readonly Part[]) => ({ bytes: pieceBytes, size: splicedSize(parts) })

/** Names and runs stay the same whatever the size of the room. */
async function boxesOf(handler: MediaHandler, source: Source, edit: Edit): Promise<Binding> {
  const { parts } = await handler.splice(source, { ...edit, room: anySize })
  const room = findRoom(parts)
  if (room === undefined) throw new InternalError('a splice without room for its manifest')
  const filled = parts.map((part) => (part.kind === 'room' ? bytes(new Uint8Array(part.length)) : part))
  const place = { start: room.start, length: room.part.length }
  const binding = await bindBoxes(splicedSource(source, filled), place)
  if (binding === undefined)
    throw new InputError('input.binding.unsupported', { name: source.name ?? '', format: handler.id })
  return binding
}
