/** Hashes a file while it is written, in the way of its binding: what goes by is everything outside the room. */
import { createHash } from 'node:crypto'
import { concat, InputError } from '@yinji/core'
import type { Layout } from '../draft.ts'
import { hashBoxes } from './bmff-hash.ts'

export interface ContentHash {
  /** Takes the bytes outside the room, in order. */
  update(chunk: Uint8Array): void
  digest(): Uint8Array
}

/** @param name What the file is called in errors. */
export function hashContent({ binding, room }: Layout, name: string): ContentHash {
  switch (binding.kind) {
    case 'data':
      return createHash('sha256')
    case 'text':
      return hashText(name)
    case 'bmff':
      return hashBoxes(binding.boxes, room)
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** C2PA A.8.4: a text is hashed in its NFC form, so the whole of it is needed. */
function hashText(name: string): ContentHash {
  const chunks: Uint8Array[] = []
  return {
    update: (chunk) => chunks.push(chunk),
    digest: () =>
      createHash('sha256')
        .update(decode(concat(chunks), name).normalize('NFC'), 'utf8')
        .digest(),
  }
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return utf8.decode(bytes)
  } catch (error) {
    throw new InputError('input.encoding', { name }, { cause: error })
  }
}
