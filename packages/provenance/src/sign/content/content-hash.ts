/** Hashes a file while it is written, in the way of its binding: what goes by is everything outside the room. */
import { createHash } from 'node:crypto'
import { concat, InputError } from '@yinji/core'
import { sha256 } from '../boxes.ts'
import type { Layout } from '../manifest.ts'
import { hashBmff } from './bmff-hash.ts'
import { hashNamedBoxes } from './boxes-hash.ts'
import { hashCollection } from './collection-hash.ts'

export interface ContentHash {
  /** Takes the bytes outside the room, in order. They are the caller's: what is kept is copied. */
  update(chunk: Uint8Array): void
  digest(): Hashed
}

/** What the hashing came to. */
export interface Hashed {
  readonly hash: Uint8Array
  /** Hashes of the pieces that have one of their own, in order. */
  readonly pieces?: readonly Uint8Array[]
}

/** @param name What the file is called in errors. */
export function hashContent({ binding, room }: Layout, name: string): ContentHash {
  switch (binding.kind) {
    case 'data':
      return hashData()
    case 'text':
      return hashText(name)
    case 'bmff':
      return hashBmff(binding, room)
    case 'boxes':
      return hashNamedBoxes(binding)
    case 'collection':
      return hashCollection(binding)
  }
}

function hashData(): ContentHash {
  const hash = createHash('sha256')
  return { update: (chunk) => void hash.update(chunk), digest: () => ({ hash: hash.digest() }) }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** C2PA A.8.6.1: a text is hashed in its NFC form, so the whole of it is needed. */
function hashText(name: string): ContentHash {
  const chunks: Uint8Array[] = []
  return {
    update: (chunk) => chunks.push(new Uint8Array(chunk)),
    digest: () => ({ hash: sha256(Buffer.from(decode(concat(chunks), name).normalize('NFC'))) }),
  }
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return utf8.decode(bytes)
  } catch (error) {
    throw new InputError('input.encoding', { name }, { cause: error })
  }
}
