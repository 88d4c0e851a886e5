/** For tests only: bytes signed by a draft, and what stands in their manifest. */
import { createHash } from 'node:crypto'
import { aigcOf, type Binding, parseRecord } from '@yinji/core'
import { createAuthority } from '../certificates/authority.ts'
import { decodeCbor, Tagged } from '../encoding/cbor.ts'
import { isSuperBox, parseJumbf, type SuperBox } from '../encoding/jumbf.ts'
import { createSigner } from '../signers/key.ts'
import { draftManifest } from './draft.ts'
import type { ManifestContent } from './manifest.ts'

export const now = new Date('2026-11-21T08:00:00Z')
export const record = parseRecord({
  provider: { name: 'Acme AI', code: '001191110102MACQD9K64010000' },
  system: { name: 'Acme Painter', version: '3.1' },
  createdAt: '2026-11-21T15:59:00+08:00',
  contentId: 'a-1',
})
export const content: ManifestContent = {
  record,
  aigc: aigcOf(record),
  mediaType: 'image/jpeg',
  title: 'photo.jpg',
  generator: { name: 'Yinji', version: '0.1.0' },
}
export const explicit = { text: 'AI生成', position: 'bottom-right' } as const
export const results = { success: [{ code: 'claimSignature.validated' }], informational: [], failure: [] }

const authority = await createAuthority({ organization: 'Acme AI', now })
const chain = authority.signerCertificate + authority.issuingCertificate
export const signer = createSigner({ key: authority.signerKey, chain }, now)

interface Place {
  readonly start: number
  readonly length: number
}
interface Signed {
  readonly store: Uint8Array
  readonly size: number
}

/** Signs bytes that come in chunks of the given size. */
export async function seal(
  data: Uint8Array,
  binding: Binding,
  room?: Place,
  what = content,
  chunk = 1 << 16,
): Promise<Signed> {
  const draft = draftManifest(what, binding, signer, { now })
  const sealer = draft.seal({ binding, room })
  for (let at = 0; at < data.length; at += chunk) sealer.update(data.subarray(at, at + chunk))
  return { store: await sealer.finish(), size: draft.size }
}

export const manifestsIn = (store: Uint8Array) => parseJumbf(store).children.filter(isSuperBox)
export const activeOf = (store: Uint8Array) => manifestsIn(store).at(-1) as SuperBox

export function find(box: SuperBox, ...path: string[]): SuperBox {
  const [label, ...rest] = path
  const child = box.children.find((candidate) => isSuperBox(candidate) && candidate.label === label)
  if (child === undefined || !isSuperBox(child)) throw new Error(`no ${label}`)
  return rest.length === 0 ? child : find(child, ...rest)
}

export function payload(box: SuperBox): Uint8Array {
  const [child] = box.children
  if (child === undefined || isSuperBox(child)) throw new Error('no content')
  return child.payload
}

/** CBOR as plain objects, for comparing. */
export function plain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, entry]) => [key, plain(entry)]))
  if (value instanceof Tagged) return { tag: value.tag, value: plain(value.value) }
  return Array.isArray(value) ? value.map(plain) : value
}
export const assertion = (store: Uint8Array, label: string) =>
  plain(decodeCbor(payload(find(activeOf(store), 'c2pa.assertions', label)))) as Record<string, unknown>
export const sha256 = (...parts: (Uint8Array | string)[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
