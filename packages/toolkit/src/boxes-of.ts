/** Binds a file box by box (C2PA 18.7), before the manifest's own size is known. */
import {
  type Binding,
  bytes,
  type Edit,
  InputError,
  InternalError,
  type MediaHandler,
  type Source,
  splicedSource,
} from '@yinji/core'
import { bindBoxes } from '@yinji/provenance'
import { findRoom } from './splice.ts'

/** No store is smaller than its own header. */
const anySize = 64

/** How many boxes there are decides the size of the manifest, so they are told from a plan with another room. */
export async function boxesOf(handler: MediaHandler, source: Source, edit: Edit): Promise<Binding> {
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
