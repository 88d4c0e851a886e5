/** Every algorithm of C2PA 13.2: what we sign with it is trusted by c2pa-rs, verified by openssl, and read by ourselves. */
import { aigcOf, bytesSource, parseRecord } from '@yinji/core'
import {
  createSigner,
  createTrust,
  draftManifest,
  type ManifestContent,
  type Signer,
  validateManifest,
} from '@yinji/provenance'
import { decode } from 'cborg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { caExtensions, type KeyKind, Pki, type PkiEntry } from '../../packages/provenance/src/pki.test-kit.ts'
import { fixtureBytes } from '../helpers/fixtures.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

const record = parseRecord({
  provider: { name: 'Acme AI' },
  createdAt: new Date().toISOString(),
  contentId: 'a-1',
})
const content: ManifestContent = {
  record,
  aigc: aigcOf(record),
  mediaType: 'image/png',
  title: 'picture.png',
  generator: { name: 'Yinji', version: '0.1.0' },
}
const pki = new Pki()
let root: PkiEntry
beforeAll(() => {
  root = pki.issue({ subject: '/O=Acme AI/CN=Root', extensions: caExtensions })
})
afterAll(() => pki[Symbol.dispose]())

/** The chunk `caBX` after IHDR (C2PA A.3.2). */
async function signPng(signer: Signer) {
  const file = fixtureBytes('picture.png')
  const draft = draftManifest(content, 'data', signer)
  const room = { start: 33, length: draft.size + 12 }
  const sealer = draft.seal({ binding: { kind: 'data' }, room })
  sealer.update(file)
  const store = await sealer.finish()
  const head = Buffer.alloc(8)
  head.writeUInt32BE(store.length)
  head.write('caBX', 4)
  const chunk = Buffer.concat([head, store, crc(Buffer.concat([Buffer.from('caBX'), store]))])
  return { store, room, bytes: Buffer.concat([file.subarray(0, 33), chunk, file.subarray(33)]) }
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

/** Claim and COSE structure, found in the store by their labels. */
function partsOf(store: Buffer) {
  const contentOf = (label: string) => {
    const at = store.indexOf(Buffer.from(`${label}\0`, 'latin1'), store.indexOf('c2cl')) + label.length + 1
    return store.subarray(at + 8, at + store.readUInt32BE(at))
  }
  const tags = { 18: (value: () => unknown) => value() }
  const claim = contentOf('c2pa.claim.v2')
  const cose = decode(contentOf('c2pa.signature'), { tags, useMaps: true }) as [Buffer, unknown, null, Buffer]
  return { claim, header: Buffer.from(cose[0]), signature: Buffer.from(cose[3]) }
}

const kinds: readonly [string, KeyKind, readonly string[]][] = [
  ['ES256', 'P-256', ['-sha256']],
  ['ES384', 'P-384', ['-sha384']],
  ['ES512', 'P-521', ['-sha512']],
  ['PS256', 'RSA-2048', ['-sha256']],
  ['PS384', 'RSA-3072', ['-sha384']],
  ['PS512', 'RSA-4096', ['-sha512']],
  ['Ed25519', 'Ed25519', []],
]

describe.each(kinds)('%s', (algorithm, kind, digest) => {
  let leaf: PkiEntry
  let signer: Signer
  let signed: Awaited<ReturnType<typeof signPng>>
  beforeAll(async () => {
    leaf = pki.issue({ kind }, root)
    signer = createSigner({ key: leaf.key, chain: leaf.certificate + root.certificate })
    signed = await signPng(signer)
  })

  test('is what the key decides, and c2pa-rs trusts it', async () => {
    expect(signer.algorithm).toBe(algorithm)
    expect(await judgeByC2pa(signed.bytes, 'image/png', root.certificate)).toMatchObject({
      state: 'Trusted',
      failures: [],
    })
  })

  test('we trust it, and no changed byte of the signature', async () => {
    const { store, room, bytes } = signed
    const check = async (changed: Uint8Array) => {
      const found = { site: 'caBX', store: changed, excluded: room, binding: 'data' as const }
      const trust = createTrust({ anchors: [root.certificate] })
      const options = { found, source: bytesSource(bytes), trust, now: new Date() }
      return (await validateManifest(options)).findings.map(({ code }) => code)
    }
    expect(await check(store)).toContain('manifest.signer.trusted')
    const { signature } = partsOf(Buffer.from(store))
    const at = Buffer.from(store).indexOf(signature)
    for (const offset of [0, signature.length >> 1, signature.length - 1]) {
      const changed = Uint8Array.from(store)
      changed[at + offset] = (changed[at + offset] ?? 0) ^ 1
      expect(await check(changed)).toContain('manifest.signature.mismatch')
    }
  })

  test('openssl verifies it over the Sig_structure of RFC 9052', () => {
    const { claim, header, signature } = partsOf(Buffer.from(signed.store))
    const length = (bytes: Buffer) => Buffer.of(0x59, bytes.length >> 8, bytes.length & 255)
    const structure = [Buffer.from('\x84\x6aSignature1', 'latin1'), length(header), header, Buffer.of(0x40)]
    pki.write('signed', Buffer.concat([...structure, length(claim), claim]))
    pki.write('signature', algorithm.startsWith('ES') ? derOf(signature) : signature)
    const key = ['-pubin', '-inkey', `${algorithm}.pub`]
    pki.write(`${algorithm}.pub`, pki.run('pkey', '-in', `${leaf.name}.key`, '-pubout'))
    const pss = algorithm.startsWith('PS') ? ['rsa_padding_mode:pss', 'rsa_pss_saltlen:digest'] : []
    const options = pss.flatMap((option) => ['-pkeyopt', option])
    const how = digest.flatMap((name) => `-digest ${name.slice(1)}`.split(' '))
    expect(
      pki
        .run(
          'pkeyutl',
          '-verify',
          '-rawin',
          ...how,
          ...key,
          ...options,
          '-in',
          'signed',
          '-sigfile',
          'signature',
        )
        .toString(),
    ).toContain('Verified Successfully')
  })
})

/** ECDSA-Sig-Value, which is what openssl reads. */
function derOf(raw: Buffer): Buffer {
  const integer = (bytes: Buffer) => {
    const start = bytes.findIndex((byte) => byte !== 0)
    const value = bytes.subarray(start)
    const padded = (value[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), value]) : value
    return Buffer.concat([Buffer.of(2, padded.length), padded])
  }
  const half = raw.length / 2
  const body = Buffer.concat([integer(raw.subarray(0, half)), integer(raw.subarray(half))])
  return Buffer.concat([Buffer.of(0x30, ...(body.length < 128 ? [] : [0x81]), body.length), body])
}
