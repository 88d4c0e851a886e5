/**
 * Puts a changed store in order again: its length, which the content is bound to, and, as whoever has the key can, the
 * hashes of assertions and the signature.
 */
import { createHash, type KeyObject, sign } from 'node:crypto'
import { type Box, contentOf, labelOf, named, writeBox } from './boxes.ts'
import {
  allItems,
  bytesItem,
  type Item,
  listItem,
  memberOf,
  readItems,
  textItem,
  writeItems,
} from './cbor-items.ts'

/** An assertion of this name in a sample has a byte string under `room`: it gives way to what becomes longer. */
export const roomLabel = 'com.example.room'

/** The content box of a superbox with CBOR in it. */
export const cborIn = (box: Box | undefined) => box?.children.find(({ type }) => type === 'cbor')

/** The manifest that counts (C2PA 11.1.4.2): the last one. */
export const activeIn = (store: Box) =>
  store.children.findLast(({ description }) => description !== undefined)

/**
 * The bytes of the store, as long as before: by padding of the signature (C2PA 10.4.2), by the room in an assertion, or by
 * zeros behind it. Undefined where it has grown too much.
 * @param key signs it again; undefined for an attacker who has none
 */
export function fitted(store: Box, length: number, key?: KeyObject): Buffer | undefined {
  const manifest = activeIn(store)
  if (manifest && key) reseal(manifest, key)
  for (let tries = 0; tries < 4; tries++) {
    const missing = length - writeBox(store).length
    if (missing === 0) break
    if (!manifest || !stretch(manifest, missing, key !== undefined)) break
    if (key) reseal(manifest, key)
  }
  const bytes = writeBox(store)
  return bytes.length <= length ? Buffer.concat([bytes, Buffer.alloc(length - bytes.length)]) : undefined
}

function stretch(manifest: Box, by: number, sealed: boolean): boolean {
  const signature = cborIn(named(manifest, 'c2pa.signature'))
  if (stretched(signature, (root) => memberOf(membersOf(root)?.[1], 'pad'), by)) return true
  return sealed && stretched(cborIn(named(manifest, roomLabel)), (root) => memberOf(root, 'room'), by)
}

function stretched(content: Box | undefined, find: (root: Item) => Item | undefined, by: number): boolean {
  const root = content && readItems(content.data)
  const room = root && find(root)
  if (!content || !root || !room || room.bytes.length + by < 0) return false
  room.bytes = Buffer.alloc(room.bytes.length + by)
  content.data = writeItems(root)
  return true
}

const membersOf = (cose: Item | undefined) => (cose?.major === 6 ? cose.items[0]?.items : cose?.items)
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

/** Assertions before what refers to them, then the claim, then the signature. */
function reseal(manifest: Box, key: KeyObject): void {
  const assertions = manifest.children.find((child) => labelOf(child) === 'c2pa.assertions')?.children ?? []
  const claim = manifest.children.find((child) => labelOf(child).startsWith('c2pa.claim'))
  for (let pass = 0; pass < 2; pass++) for (const assertion of assertions) rehash(assertion, assertions)
  if (claim) rehash(claim, assertions)
  resign(manifest, claim, key)
}

function rehash(box: Box, assertions: readonly Box[]): void {
  const content = cborIn(box)
  const root = content && readItems(content.data)
  if (content === undefined || root === undefined) return
  let changed = false
  for (const map of allItems(root)) {
    const url = memberOf(map, 'url')?.bytes.toString() ?? ''
    const label = /^self#jumbf=(?:.*\/)?c2pa\.assertions\/(.+)$/.exec(url)?.[1]
    const hash = memberOf(map, 'hash')
    const target = assertions.find((assertion) => labelOf(assertion) === label)
    if (hash?.bytes.length !== 32 || target === undefined) continue
    hash.bytes = sha256(contentOf(target))
    changed = true
  }
  if (changed) content.data = writeItems(root)
}

/** ES256 over the Sig_structure of RFC 9052 4.4. */
function resign(manifest: Box, claim: Box | undefined, key: KeyObject): void {
  const content = cborIn(named(manifest, 'c2pa.signature'))
  const cose = content && readItems(content.data)
  const [protectedHeader, , , signature] = membersOf(cose) ?? []
  const signed = cborIn(claim)?.data
  if (!content || !cose || !protectedHeader || !signature || !signed) return
  const parts = [
    textItem('Signature1'),
    bytesItem(protectedHeader.bytes),
    bytesItem(Buffer.alloc(0)),
    bytesItem(signed),
  ]
  signature.bytes = sign('sha256', writeItems(listItem(parts)), { key, dsaEncoding: 'ieee-p1363' })
  content.data = writeItems(cose)
}
