/** The manifest store as a chunk `C2PA`, last in the RIFF (C2PA A.3.7). */
import { bytes, concat, type FoundManifest, type Part, type Room } from '@yinji/core'
import type { RiffChunk } from './riff.ts'
import { chunkHeader } from './riff-write.ts'

export const riffManifestSite = 'RIFF C2PA'

/** The hash leaves out header and payload, but not the pad byte, as c2pa-rs does. */
export function riffManifest({ start }: RiffChunk, store: Uint8Array): FoundManifest {
  const excluded = { start, length: store.byteLength + 8 }
  return { site: riffManifestSite, store, excluded, binding: 'data' }
}

/** Room for a store of so many bytes, padded to an even length; nothing for 0. */
export function riffManifestParts(size: number): Part[] {
  if (size === 0) return []
  const room: Room = {
    kind: 'room',
    length: size + 8,
    embed: (store) => concat([chunkHeader('C2PA', size), store]),
  }
  return size % 2 === 0 ? [room] : [room, bytes(new Uint8Array(1))]
}
