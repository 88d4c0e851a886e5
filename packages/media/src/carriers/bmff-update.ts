/**
 * An update manifest in a file made of boxes (C2PA A.5.3): the box with the manifest stays where it is and is renamed
 * `original`, a word of the same length; the updates go into a box of their own at the very end, so that nothing moves.
 * That the data of the first box stays as it is, as the clause says, keeps hashes valid; what is withheld from it (C2PA 6.8)
 * is taken out all the same, and padding, which the clause allows behind a store, fills what that leaves.
 */
import { bytes, concat, copy, InputError, type Part, type Source, type Splice } from '@yinji/core'
import { walkBoxes } from './bmff.ts'
import { readManifestBoxes, splitStore, updateRoom } from './bmff-manifest.ts'
import { damagedInput } from './faults.ts'

export async function updateBoxes(source: Source, store: Uint8Array): Promise<Splice> {
  const { boxes, damage } = await walkBoxes(source)
  const found = await readManifestBoxes(source, boxes)
  if (damage !== undefined) throw damagedInput(source, damage)
  if (typeof found === 'string') throw damagedInput(source, found)
  const [original] = found.stores
  if (original === undefined) throw new InputError('input.update.unsigned', { name: source.name ?? '' })
  const kept = splitStore(original.store, store)
  if (kept === undefined) throw damagedInput(source, 'a manifest store that breaks off')
  const word = original.box.content + 4
  const first = word + 'manifest'.length + 1 + 8
  const rest = original.store.byteLength - kept.byteLength
  const renamed: Part[] = [
    copy(0, word),
    bytes(Buffer.from('original')),
    copy(word + 8, first),
    bytes(concat([kept, new Uint8Array(rest)])),
    copy(first + original.store.byteLength, source.size),
  ]
  const room = updateRoom(kept, store.byteLength)
  const { update } = found
  return { parts: [...(update ? renamed.flatMap((part) => without(part, update.box)) : renamed), room] }
}

/** What a part copies but for a range of the source. */
function without(part: Part, { start, end }: { readonly start: number; readonly end: number }): Part[] {
  if (part.kind !== 'copy' || part.end <= start || part.start >= end) return [part]
  return [copy(part.start, Math.max(part.start, start)), copy(Math.min(part.end, end), part.end)]
}
