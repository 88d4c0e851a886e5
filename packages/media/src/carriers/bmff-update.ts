/**
 * An update manifest in a file made of boxes (C2PA A.5.3): the box with the manifest stays where it is and is renamed
 * `original`, a word of the same length; the updates go into a box of their own at the very end, so that nothing moves.
 */
import { bytes, copy, InputError, type Part, type Source, type Splice } from '@yinji/core'
import { walkBoxes } from './bmff.ts'
import { readManifestBoxes, updateRoom } from './bmff-manifest.ts'
import { damagedInput } from './faults.ts'

export async function updateBoxes(source: Source, size: number): Promise<Splice> {
  const { boxes, damage } = await walkBoxes(source)
  const found = await readManifestBoxes(source, boxes)
  if (damage !== undefined) throw damagedInput(source, damage)
  if (typeof found === 'string') throw damagedInput(source, found)
  const [original] = found.stores
  if (original === undefined) throw new InputError('input.update.unsigned', { name: source.name ?? '' })
  const room = updateRoom(original.store, size)
  const word = original.box.content + 4
  const renamed: Part[] = [copy(0, word), bytes(Buffer.from('original')), copy(word + 8, source.size)]
  if (found.update === undefined) return { parts: [...renamed, room] }
  const { start, end } = found.update.box
  return { parts: [copy(0, start), copy(end, source.size), room] }
}
