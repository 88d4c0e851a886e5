import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { SignError } from '@yinji/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type AuthorityFiles, createAuthority } from '../certificates/authority.ts'
import { createSigner } from './key.ts'

const now = new Date('2026-11-21T08:00:00Z')
let acme: AuthorityFiles
let other: AuthorityFiles
beforeAll(async () => {
  acme = await createAuthority({ organization: 'Acme AI', now })
  other = await createAuthority({ organization: 'Other', now })
})

const failure = (key: string, chain: string, at = now): unknown => {
  try {
    createSigner({ key, chain }, at)
  } catch (error) {
    if (error instanceof SignError) return { code: error.code, ...error.details }
    throw error
  }
  return 'no error'
}

describe('a signer', () => {
  test('makes raw signatures that the certificate’s key verifies', async () => {
    const signer = createSigner({ key: acme.signerKey, chain: acme.signerCertificate }, now)
    const bytes = Buffer.from('content')
    const signature = await signer.sign(bytes)
    expect(signature.byteLength).toBe(64)
    const key = { key: createPublicKey(acme.signerCertificate), dsaEncoding: 'ieee-p1363' as const }
    expect(verify('sha256', bytes, key, signature)).toBe(true)
  })

  test('puts the chain in order and leaves the root out, whatever the file holds', () => {
    const { signerCertificate, issuingCertificate, rootCertificate, signerKey: key } = acme
    const wanted = createSigner({ key, chain: signerCertificate + issuingCertificate }, now).chain
    expect(wanted).toHaveLength(2)
    for (const chain of [
      issuingCertificate + signerCertificate,
      rootCertificate + issuingCertificate + signerCertificate,
      `# Acme\r\n${signerCertificate}${issuingCertificate}${signerCertificate}${rootCertificate}`,
    ])
      expect(createSigner({ key, chain }, now).chain).toEqual(wanted)
  })

  test('takes a key in SEC 1 form', () => {
    const sec1 = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey.export({
      format: 'pem',
      type: 'sec1',
    })
    expect(failure(String(sec1), acme.signerCertificate)).toEqual({ code: 'sign.key.mismatch' })
  })
})

describe('what would make signatures worthless is said before signing', () => {
  test('somebody else’s key', () => {
    expect(failure(other.signerKey, acme.signerCertificate)).toEqual({ code: 'sign.key.mismatch' })
  })

  test('a certificate that has expired, or is not valid yet', () => {
    const chain = acme.signerCertificate + acme.issuingCertificate
    expect(failure(acme.signerKey, chain, new Date('2028-01-01'))).toEqual({
      code: 'sign.certificate.expired',
      notAfter: '2027-11-21',
    })
    expect(failure(acme.signerKey, chain, new Date('2026-01-01'))).toEqual({
      code: 'sign.certificate.future',
      notBefore: '2026-11-21',
    })
  })

  test('a certificate of an authority', () => {
    expect(failure(acme.issuingKey, acme.issuingCertificate)).toMatchObject({
      code: 'sign.certificate.profile',
    })
    expect(failure(acme.rootKey, acme.rootCertificate)).toMatchObject({ code: 'sign.certificate.profile' })
  })

  test('a certificate that has no business in the chain', () => {
    expect(failure(acme.signerKey, acme.signerCertificate + other.issuingCertificate)).toEqual({
      code: 'sign.certificate.profile',
      problem: 'O=Other, CN=Other Issuing CA is not in the chain above it',
    })
  })

  test('a key or a certificate that is none', () => {
    expect(failure('', acme.signerCertificate)).toMatchObject({ code: 'sign.key.invalid' })
    expect(failure(acme.signerKey, '')).toMatchObject({ code: 'sign.certificate.unreadable' })
    expect(failure(acme.signerKey, acme.signerCertificate.replace(/M/g, 'A'))).toMatchObject({
      code: 'sign.certificate.unreadable',
      problem: 'certificate 1 is damaged',
    })
    const options = { format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' } as const
    const locked = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey.export(options)
    expect(failure(String(locked), acme.signerCertificate)).toEqual({
      code: 'sign.key.invalid',
      problem: 'it is protected by a passphrase',
    })
  })
})
