/** Every algorithm of C2PA 13.2: what we sign with it is trusted by c2pa-rs, verified by openssl, and read by ourselves. */
import { createSigner, createTrust, type Signer } from '@yinji/provenance'
import { decode } from 'cborg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  caExtensions,
  type KeyKind,
  Pki,
  type PkiEntry,
} from '../../packages/provenance/src/trust/pki.test-kit.ts'
import { type SignedPng, signPng, validatePng } from '../helpers/signed-png.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

const pki = new Pki()
let root: PkiEntry
beforeAll(() => {
  root = pki.issue({ subject: '/O=Acme AI/CN=Root', extensions: caExtensions })
})
afterAll(() => pki[Symbol.dispose]())

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
  let signed: SignedPng
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
    const { store } = signed
    const trust = createTrust({ anchors: [root.certificate] })
    const check = async (changed: Buffer) => (await validatePng({ ...signed, store: changed }, trust)).codes
    expect(await check(store)).toContain('manifest.signer.trusted')
    const { signature } = partsOf(store)
    const at = store.indexOf(signature)
    for (const offset of [0, signature.length >> 1, signature.length - 1]) {
      const changed = Buffer.from(store)
      changed[at + offset] = (changed[at + offset] ?? 0) ^ 1
      expect(await check(changed)).toContain('manifest.signature.mismatch')
    }
  })

  test('openssl verifies it over the Sig_structure of RFC 9052', () => {
    const { claim, header, signature } = partsOf(signed.store)
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
