/** The parts of a manifest as boxes: assertions, references to them, the manifest around them (C2PA 8.4, 11.1). */
import { hash } from 'node:crypto'
import { problem, UsageError } from '@yinji/core'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import {
  encodeBox,
  hashedPart,
  type NewBox,
  newBox,
  newSuperBox,
  type SuperBox,
  uuids,
  writeBox,
} from '../encoding/jumbf.ts'
import { isJson } from './known-assertions.ts'
import type { NewAssertion } from './manifest.ts'

/** `c2pa.hashed-uri`; the algorithm is the one the claim names. */
export interface HashedUri {
  readonly url: string
  readonly hash: Uint8Array
}

/** A finished assertion: its box, and the reference by which claim and actions name it. */
export interface AssertionBox {
  readonly box: Uint8Array
  readonly reference: HashedUri
}

/** Bytes of a superbox header; hashes of boxes leave it out (C2PA 8.4.2.3). */
const headerLength = 8

export function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer')
}

/**
 * An assertion in CBOR. The salt keeps somebody who redacts it later from leaving a hash behind that gives its content
 * away; binding and actions, which nobody may redact (C2PA 6.8), need none.
 */
export function encodeAssertion(label: string, content: unknown, salt?: Uint8Array): AssertionBox {
  return assertionBox(label, 'cbor', encodeCbor(content), salt)
}

/**
 * A statement in our words, which holds texts of the caller's: only half of a surrogate pair could keep it from being read.
 * @throws UsageError
 */
export function encodeOwn(label: string, content: unknown, salt?: Uint8Array): AssertionBox {
  if (!isReadable(content)) throw new UsageError('usage.assertion.content', { label, problem: halfPair })
  return encodeAssertion(label, content, salt)
}

const halfPair = problem('half of a surrogate pair')

function isReadable(value: unknown): boolean {
  if (typeof value === 'string') return !/\p{Surrogate}/u.test(value)
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return true
  return Object.values(value).every(isReadable)
}

/**
 * A statement of the caller's. Metadata and receipts are JSON-LD (C2PA 18.17.2, 18.27), all others CBOR.
 * @throws UsageError for what neither can hold
 */
export function encodeStatement(label: string, content: unknown, salt?: Uint8Array): AssertionBox {
  try {
    const cbor = encodeCbor(content)
    decodeCbor(cbor) // what nobody could read is not written
    return isJson(label)
      ? assertionBox(label, 'json', encodeJson(content), salt)
      : assertionBox(label, 'cbor', cbor, salt)
  } catch (error) {
    const why = error instanceof Error ? error.message : ''
    throw new UsageError('usage.assertion.content', { label, problem: why }, { cause: error })
  }
}

function encodeJson(content: unknown): Uint8Array {
  const text = JSON.stringify(content, (key, value: unknown) => {
    const texts = typeof value === 'string' ? [key, value] : [key]
    if (texts.some((one) => /\p{Surrogate}/u.test(one))) throw new TypeError(halfPair)
    return value
  })
  if (!text?.startsWith('{')) throw new TypeError(problem('JSON-LD is an object'))
  return Buffer.from(text)
}

/** An assertion of content that is encoded already. */
export function assertionBox(
  label: string,
  type: 'cbor' | 'json',
  content: Uint8Array,
  salt: Uint8Array | undefined,
): AssertionBox {
  return referenced(label, newSuperBox({ uuid: uuids[type], label, salt, children: [newBox(type, content)] }))
}

function referenced(label: string, unwritten: NewBox): AssertionBox {
  const box = writeBox(unwritten)
  const reference = { url: `self#jumbf=c2pa.assertions/${label}`, hash: sha256(box.subarray(headerLength)) }
  return { box, reference }
}

/** An embedded file (C2PA 18.12; ISO 19566-5 B.5): its description, then its bytes. */
export function encodeEmbedded(
  label: string,
  { mediaType, bytes }: { readonly mediaType: string; readonly bytes: Uint8Array },
): AssertionBox {
  const description = newBox('bfdb', Uint8Array.of(0), Buffer.from(`${mediaType}\0`))
  const children = [description, newBox('bidb', bytes)]
  return referenced(label, newSuperBox({ uuid: uuids.embeddedFile, label, children }))
}

/** A second assertion of a kind is `label__1` (C2PA 6.4). */
export function numbered(assertions: readonly NewAssertion[]): NewAssertion[] {
  const counts = new Map<string, number>()
  return assertions.map(({ label, content }) => {
    const count = counts.get(label) ?? 0
    counts.set(label, count + 1)
    return { label: count === 0 ? label : `${label}__${count}`, content }
  })
}

/** What a manifest is made of. */
export interface ManifestParts {
  readonly assertions: readonly Uint8Array[]
  readonly claim: Uint8Array
  readonly signature: Uint8Array
}

/** A manifest: assertion store, claim, claim signature. */
export function manifestBox(
  label: string,
  { assertions, claim, signature }: ManifestParts,
  kind: 'manifest' | 'updateManifest' = 'manifest',
): NewBox {
  const cbor = (bytes: Uint8Array) => [newBox('cbor', bytes)]
  return newSuperBox({
    uuid: uuids[kind],
    label,
    children: [
      newSuperBox({ uuid: uuids.assertionStore, label: 'c2pa.assertions', children: assertions }),
      newSuperBox({ uuid: uuids.claim, label: 'c2pa.claim.v2', children: cbor(claim) }),
      newSuperBox({ uuid: uuids.signature, label: 'c2pa.signature', children: cbor(signature) }),
    ],
  })
}

/** The store: the active manifest is the last one (C2PA 11.1.4). */
export function storeBox(manifests: readonly (Uint8Array | NewBox)[]): NewBox {
  return newSuperBox({ uuid: uuids.store, label: 'c2pa', children: manifests })
}

/** A store with one more manifest, which becomes the active one; all that was in it stays as it stands. */
export function appendManifest(store: SuperBox, manifest: Uint8Array): Uint8Array {
  return encodeBox('jumb', hashedPart(store), manifest)
}

export const nothing = new Uint8Array(0)

/** A superbox with other bytes in the place of some of its children; everything else stays byte for byte. */
export function rebuilt(box: SuperBox, changes: ReadonlyMap<SuperBox, Uint8Array>): Uint8Array {
  const parts: Uint8Array[] = []
  let at = box.headerLength
  for (const [child, bytes] of [...changes].sort(([a], [b]) => a.offset - b.offset)) {
    const start = child.offset - box.offset
    parts.push(box.bytes.subarray(at, start), bytes)
    at = start + child.bytes.byteLength
  }
  return encodeBox('jumb', ...parts, box.bytes.subarray(at))
}
