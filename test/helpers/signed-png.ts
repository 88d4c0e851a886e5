/** A signed PNG without the product's own handlers, so that a mistake of theirs and one of the signer can't cancel out. */
import { aigcOf, bytesSource, parseRecord } from '@yinji/core'
import {
  draftManifest,
  type ManifestContent,
  type Signer,
  type Trust,
  type Validation,
  validateManifest,
} from '@yinji/provenance'
import { fixtureBytes } from './fixtures.ts'

const record = parseRecord({
  provider: { name: 'Acme AI' },
  createdAt: '2026-01-01T00:00:00Z',
  contentId: 'a-1',
})
const content: ManifestContent = {
  record,
  aigc: aigcOf(record),
  mediaType: 'image/png',
  title: 'picture.png',
  generator: { name: 'Yinji', version: '0.1.0' },
}

export interface SignedPng {
  readonly store: Buffer
  readonly room: { readonly start: number; readonly length: number }
  readonly bytes: Buffer
}

/** The chunk `caBX` after IHDR (C2PA A.3.2). */
export async function signPng(signer: Signer, what = content): Promise<SignedPng> {
  const file = fixtureBytes('picture.png')
  const draft = draftManifest(what, 'data', signer)
  const room = { start: 33, length: draft.size + 12 }
  const sealer = draft.seal({ binding: { kind: 'data' }, room })
  sealer.update(file)
  return pngWith(Buffer.from(await sealer.finish()))
}

export function pngWith(store: Buffer): SignedPng {
  const file = fixtureBytes('picture.png')
  const head = Buffer.alloc(8)
  head.writeUInt32BE(store.length)
  head.write('caBX', 4)
  const chunk = Buffer.concat([head, store, crc(Buffer.concat([Buffer.from('caBX'), store]))])
  const bytes = Buffer.concat([file.subarray(0, 33), chunk, file.subarray(33)])
  return { store, room: { start: 33, length: chunk.length }, bytes }
}

function crc(bytes: Uint8Array): Buffer {
  let value = 0xffffffff
  for (const byte of bytes) {
    value ^= byte
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  }
  const out = Buffer.alloc(4)
  out.writeUInt32BE(~value >>> 0)
  return out
}

/** Our own judgement: codes of the findings, and what C2PA calls them. */
export async function validatePng(
  { store, room, bytes }: SignedPng,
  trust: Trust,
  now = new Date(),
): Promise<Validation & { codes: string[] }> {
  const found = { site: 'caBX', store, excluded: room, binding: 'data' as const }
  const validation = await validateManifest({
    found,
    source: bytesSource(bytes),
    trust,
    now,
  })
  return { ...validation, codes: validation.findings.map(({ code }) => code) }
}
