/** `c2pa.hash.collection.data` over an archive that streams by (C2PA A.6.2): a hash for each file, one for the directory. */
import { createHash } from 'node:crypto'
import type { CollectionBinding } from '@yinji/core'
import type { ContentHash } from './content-hash.ts'
import { Pieces } from './pieces.ts'

export function hashCollection({ files, directory }: CollectionBinding): ContentHash {
  const pieces = new Pieces(files)
  const central = createHash('sha256')
  for (const part of directory) central.update(part)
  return {
    update: (chunk) => pieces.take(chunk),
    digest: () => ({ hash: central.digest(), pieces: pieces.digest() }),
  }
}
