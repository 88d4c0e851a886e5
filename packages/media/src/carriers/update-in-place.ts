/**
 * A longer manifest store in the place of the one that stands there (C2PA 11.2.3): for formats where nothing that the
 * hash covers tells how long the store is.
 */
import { copy, InputError, type MediaHandler, type Source, type Splice } from '@yinji/core'

export async function updateInPlace(
  { read, splice }: Pick<MediaHandler, 'read' | 'splice'>,
  source: Source,
  size: number,
): Promise<Splice> {
  const { manifest } = await read(source)
  if (manifest === undefined) throw new InputError('input.update.unsigned', { name: source.name ?? '' })
  const { start, length } = manifest.excluded
  // A room has the same clothes wherever it stands, so the one of a new manifest will do.
  const { parts } = await splice(source, { room: size })
  const room = parts.filter(({ kind }) => kind === 'room')
  return { parts: [copy(0, start), ...room, copy(start + length, source.size)] }
}
