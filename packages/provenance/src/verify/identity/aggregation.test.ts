/** Aggregations of identity claims (CAWG identity 8.1): credentials of services that know somebody by accounts and documents. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { decodeCbor, encodeCbor, Tagged } from '../../encoding/cbor.ts'
import { actions, check, forgeFile } from '../forge.test-kit.ts'
import { keyOf } from './did.ts'
import { cawg, identity } from './identity.test-kit.ts'

const ed25519 = generateKeyPairSync('ed25519')
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })

const jwkDid = (key: KeyObject) =>
  `did:jwk:${Buffer.from(JSON.stringify(key.export({ format: 'jwk' }))).toString('base64url')}`
const issuer = jwkDid(ed25519.publicKey)

const account = {
  type: 'cawg.social_media',
  name: 'Silly Cats 929',
  username: 'cats',
  uri: 'https://example.com/cats',
  provider: { id: 'https://example.com', name: 'Example' },
  verifiedAt: '2026-05-01T08:40:39.569856Z',
}

interface AggregationSpec {
  readonly credential?: Readonly<Record<string, unknown>>
  readonly subject?: Readonly<Record<string, unknown>>
  readonly asset?: Readonly<Record<string, unknown>>
  readonly algorithm?: number
  readonly contentType?: unknown
  readonly json?: string
  readonly privateKey?: KeyObject
}

/** The payload as JSON: bytes in base 64 (CAWG identity 8.1.2.6). */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, one]) => [key, plain(one)]))
  return value
}

function aggregated(spec: AggregationSpec, payload: Uint8Array): Uint8Array {
  const { algorithm = -8, contentType = 'application/vc', privateKey = ed25519.privateKey } = spec
  const json = JSON.stringify({
    '@context': ['https://www.w3.org/ns/credentials/v2', 'https://cawg.io/identity/1.1/ica/context/'],
    type: ['VerifiableCredential', 'IdentityClaimsAggregationCredential'],
    issuer,
    validFrom: '2026-05-01T00:00:00Z',
    credentialSubject: {
      verifiedIdentities: [account],
      c2paAsset: { ...(plain(decodeCbor(payload)) as object), ...spec.asset },
      ...spec.subject,
    },
    ...spec.credential,
  })
  const bytes = Buffer.from(spec.json ?? json)
  const protectedBytes = encodeCbor(
    new Map<number, unknown>([
      [1, algorithm],
      [3, contentType],
    ]),
  )
  const signed = encodeCbor(['Signature1', protectedBytes, new Uint8Array(), bytes])
  const signature =
    privateKey.asymmetricKeyType === 'ed25519'
      ? sign(null, signed, privateKey)
      : sign('sha256', signed, { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return encodeCbor(new Tagged(18, [protectedBytes, new Map(), bytes, signature]))
}

async function told(spec: AggregationSpec, trusted: readonly string[] = [issuer]) {
  const assertion = identity({
    payload: { sig_type: 'cawg.identity_claims_aggregation' },
    signature: (payload) => aggregated(spec, payload),
  })
  const validation = await check(forgeFile({ assertions: [actions, assertion] }), {
    identityIssuers: new Set(trusted),
  })
  return { ...validation, one: validation.identities[0], statuses: cawg(validation.results) }
}

test('what a trusted aggregator has seen is told', async () => {
  const { one, statuses, verdict } = await told({})
  expect(one).toMatchObject({
    type: 'cawg.identity_claims_aggregation',
    name: 'Silly Cats 929',
    issuer,
    trust: 'trusted',
    verified: [
      {
        type: 'cawg.social_media',
        name: 'Silly Cats 929',
        uri: 'https://example.com/cats',
        provider: 'Example',
        verifiedAt: '2026-05-01T08:40:39.569856Z',
      },
    ],
  })
  expect(statuses).toEqual(['ica.credential_valid', 'identity.trusted'])
  expect(verdict).toBe('trusted')
})

test('one that nobody knows is not', async () => {
  const { one, statuses } = await told({}, [])
  expect(one).toMatchObject({ trust: 'untrusted', reason: 'nobody vouches for its issuer' })
  expect(statuses).toEqual(['identity.well-formed', 'ica.untrusted_issuer'])
})

test('hashes spelt as c2pa-rs once did are the same', async () => {
  const early = identity({
    payload: { sig_type: 'cawg.identity_claims_aggregation' },
    signature: (payload) => {
      const asset = plain(decodeCbor(payload)) as { referenced_assertions: { hash: string }[] }
      const spelt = asset.referenced_assertions.map((one) => ({ ...one, hash: [...Buffer.from(one.hash)] }))
      return aggregated({ asset: { referenced_assertions: spelt } }, payload)
    },
  })
  const { identities } = await check(forgeFile({ assertions: [actions, early] }), {
    identityIssuers: new Set([issuer]),
  })
  expect(identities).toMatchObject([{ trust: 'trusted' }])
})

describe('a credential that does not hold', () => {
  const web = { ...account, type: 'cawg.web_site', uri: undefined }
  test.each<[string, AggregationSpec, string, string]>([
    [
      'signed with another key',
      { privateKey: generateKeyPairSync('ed25519').privateKey },
      'signature_mismatch',
      'invalid',
    ],
    ['with an algorithm that its key has not', { algorithm: -7 }, 'signature_mismatch', 'invalid'],
    ['with an unknown algorithm', { algorithm: -260 }, 'invalid_alg', 'invalid'],
    ['with content of another kind', { contentType: 'application/json' }, 'invalid_content_type', 'invalid'],
    ['that is no JSON', { json: '{' }, 'invalid_verifiable_credential', 'invalid'],
    [
      'that is too deep',
      { json: `{"a":${'['.repeat(9999)}${']'.repeat(9999)}}` },
      'invalid_verifiable_credential',
      'invalid',
    ],
    [
      'of another type',
      { credential: { type: ['VerifiableCredential'] } },
      'invalid_verifiable_credential',
      'invalid',
    ],
    ['about another asset', { asset: { role: ['cawg.editor'] } }, 'signer_payload.mismatch', 'invalid'],
    ['about nothing', { subject: { c2paAsset: undefined } }, 'signer_payload.mismatch', 'invalid'],
    ['of nobody', { credential: { issuer: 'https://example.com' } }, 'invalid_issuer', 'invalid'],
    ['of a DID without key', { credential: { issuer: 'did:jwk:e30' } }, 'invalid_did_document', 'invalid'],
    [
      'of a DID that nobody here knows',
      { credential: { issuer: 'did:example:1' } },
      'did_unsupported_method',
      'unchecked',
    ],
    ['without beginning', { credential: { validFrom: undefined } }, 'valid_from.missing', 'invalid'],
    ['of the future', { credential: { validFrom: '2027-01-01T00:00:00Z' } }, 'valid_from.invalid', 'invalid'],
    ['of the past', { credential: { validUntil: '2026-05-02T00:00:00Z' } }, 'valid_until.invalid', 'invalid'],
    ['of no identities', { subject: { verifiedIdentities: [] } }, 'verified_identities.missing', 'invalid'],
    [
      'of a site without address',
      { subject: { verifiedIdentities: [web] } },
      'verified_identities.invalid',
      'invalid',
    ],
    [
      'of an account without time',
      { subject: { verifiedIdentities: [{ ...account, verifiedAt: 'May' }] } },
      'verified_identities.invalid',
      'invalid',
    ],
    [
      'with a list of what was revoked',
      { credential: { credentialStatus: { type: 'BitstringStatusListEntry', statusPurpose: 'revocation' } } },
      'revocation.unavailable',
      'unchecked',
    ],
    [
      'with another way to revoke',
      { credential: { credentialStatus: { type: 'X' } } },
      'revocation.unsupported',
      'unchecked',
    ],
  ])('%s', async (_, spec, status, trust) => {
    const { one, statuses, verdict } = await told(spec)
    expect(one).toMatchObject({ trust })
    expect(statuses).toContain(`ica.${status}`)
    expect(statuses).not.toContain('identity.trusted')
    expect(verdict).toBe('trusted')
  })

  test('is open where its key would have to be fetched', async () => {
    const did = 'did:web:example.com'
    const { one, statuses } = await told({ credential: { issuer: did } }, [did])
    expect(one).toMatchObject({
      trust: 'unchecked',
      issuer: did,
      reason: `the key of ${did} would have to be fetched`,
    })
    expect(statuses).toEqual(['identity.network_traffic_blocked'])
  })
})

describe('a DID that is its own key', () => {
  test('is a JWK', () => {
    const key = keyOf(jwkDid(p256.publicKey))
    expect(typeof key === 'object' && key.equals(p256.publicKey)).toBe(true)
    expect(keyOf(jwkDid(p256.privateKey))).toBe('invalid')
  })

  // Test vectors of the did:key method, https://w3c-ccg.github.io/did-key-spec/
  test.each([
    ['did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK', 'ed25519'],
    ['did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169', 'ec'],
    ['did:key:z82Lm1MpAkeJcix9K8TMiLd5NMAhnwkjjCBeWHXyu3U4oT2MVJJKXkcVBgjGhnLBn2Kaau9', 'ec'],
  ])('is %s', (did, type) => {
    const key = keyOf(did)
    expect(typeof key === 'object' && key.asymmetricKeyType).toBe(type)
  })

  test('signs as any other', async () => {
    const { x = '' } = ed25519.publicKey.export({ format: 'jwk' })
    const did = `did:key:z${base58(Buffer.concat([Buffer.of(0xed, 1), Buffer.from(x, 'base64url')]))}`
    expect((await told({ credential: { issuer: did } }, [did])).one).toMatchObject({
      trust: 'trusted',
      issuer: did,
    })
  })

  test.each([
    ['did:key:z6Mk', 'unsupported'],
    ['did:key:0', 'invalid'],
    [`did:key:z${'1'.repeat(500)}`, 'invalid'],
    ['did:jwk:', 'unsupported'],
    ['did:jwk:e30', 'invalid'],
    ['did:', 'unsupported'],
    ['did:web:example.com', 'elsewhere'],
  ])('%s is %s', (did, expected) => {
    expect(keyOf(did)).toBe(expected)
  })
})

function base58(bytes: Uint8Array): string {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
  let number = BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
  let text = ''
  for (; number > 0n; number /= 58n) text = `${alphabet[Number(number % 58n)]}${text}`
  return text
}
