/** Others than the signer of the claim sign as well (CAWG identity 6): they are named for what they chose, and for nothing else. */
import { SignError, UsageError } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { openCertificateKey } from '../../certificates/key.ts'
import { answerTimeStamp } from '../../certificates/timestamp.ts'
import { createSigner } from '../../signers/key.ts'
import type { Signer } from '../../signers/signer.ts'
import { encodeTimeStampRequest } from '../../timestamp/request.ts'
import { readTimeStampResponse } from '../../timestamp/token.ts'
import { type CheckOptions, check, sha256 } from '../../verify/forge.test-kit.ts'
import { documentSigning, jane } from '../../verify/identity/identity.test-kit.ts'
import { type Issued, issue, issuing, now, pem, root, signer } from '../../verify/issue.test-kit.ts'
import { draftManifest } from '../draft.ts'
import type { ManifestContent } from '../manifest.ts'
import type { NamedActor } from './named-actor.ts'

const signerOf = (who: Issued): Signer => {
  const key = who.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  return createSigner({ key, chain: pem(who) + pem(issuing) }, now)
}
const digitalSourceType = 'http://cv.iptc.org/newscodes/digitalsourcetype/digitalCreation'
const content: ManifestContent = {
  mediaType: 'text/plain',
  generator: { name: 'Yinji', version: '0.1.0' },
  actions: [{ action: 'c2pa.created', digitalSourceType }],
  training: 'notAllowed',
}
const bytes = new TextEncoder().encode('content')

async function signed(identities: readonly NamedActor[], options?: CheckOptions) {
  const draft = draftManifest({ ...content, identities }, 'data', signerOf(signer), { now })
  const sealer = draft.seal({ binding: { kind: 'data' } })
  sealer.update(bytes)
  const store = await sealer.finish()
  expect(store.byteLength).toBe(draft.size)
  const found = { site: 'sidecar', store, excluded: { start: 0, length: 0 }, binding: 'data' as const }
  return check({ bytes, found }, options)
}

test('they sign the hash of the content and what was done', async () => {
  const { identities, verdict } = await signed([
    { signer: signerOf(jane), roles: ['cawg.creator', 'com.example.lead'] },
  ])
  expect(identities).toMatchObject([
    {
      name: 'Jane Doe',
      trust: 'trusted',
      roles: ['cawg.creator', 'com.example.lead'],
      signed: ['c2pa.hash.data', 'c2pa.actions.v2'],
    },
  ])
  expect(verdict).toBe('trusted')
})

test('or what they choose, each by themselves', async () => {
  const john = issue({ subject: 'John', purposes: [documentSigning] }, issuing)
  const { identities } = await signed([
    { signer: signerOf(jane), assertions: [] },
    { signer: signerOf(john), assertions: ['cawg.training-mining', 'c2pa.actions.v2'] },
  ])
  expect(identities.map(({ name, trust, signed }) => [name, trust, signed])).toEqual([
    ['Jane Doe', 'trusted', ['c2pa.hash.data']],
    ['John', 'trusted', ['c2pa.hash.data', 'c2pa.actions.v2', 'cawg.training-mining']],
  ])
})

test('a time stamp of theirs outlives their certificate', async () => {
  const clock = issue({ subject: 'Clock', purposes: ['1.3.6.1.5.5.7.3.8'], purposesCritical: true }, root)
  const key = openCertificateKey(clock.privateKey.export({ format: 'der', type: 'pkcs8' }))
  const authority = { certificate: clock.certificate, key, policy: '1.2.3.4.1' }
  const stamp = async (stamped: Uint8Array) => {
    const request = encodeTimeStampRequest(sha256(stamped), Uint8Array.of(1, 2, 3, 4))
    return readTimeStampResponse(await answerTimeStamp(request, authority, now))
  }
  const short = issue(
    { subject: 'Jane', purposes: [documentSigning], notAfter: new Date(+now + 1000) },
    issuing,
  )
  const at = new Date(+now + 60_000)
  const options = { at, timestampAnchors: [pem(root)] }
  const plain = signerOf(short)
  const late = await signed([{ signer: plain }], options)
  expect(late.identities).toMatchObject([
    { trust: 'invalid', reason: 'its certificate was not valid at that time' },
  ])
  const stamped = await signed([{ signer: { ...plain, timestamp: { reserve: 4096, stamp } } }], options)
  expect(stamped.identities).toMatchObject([{ trust: 'trusted', signedAt: now.toISOString() }])
  expect(stamped.results.success.map(({ code }) => code)).toContain('cawg.x509.time_stamp.trusted')
})

describe('what would name nobody is refused', () => {
  const draft = (identities: readonly NamedActor[]) => () =>
    draftManifest({ ...content, identities }, 'data', signerOf(signer), { now })

  test.each<[string, Partial<NamedActor>, string]>([
    ['a role of CAWG that there is not', { roles: ['cawg.boss'] }, 'identities[0].roles[0]'],
    ['a role without a domain', { roles: ['boss'] }, 'identities[0].roles[0]'],
    ['no role in a list of roles', { roles: [] }, 'identities[0].roles'],
    ['an assertion that is not there', { assertions: ['com.example'] }, 'identities[0].assertions[0]'],
  ])('%s', (_, given, at) => {
    const refused = draft([{ signer: signerOf(jane), ...given }])
    expect(refused).toThrow(UsageError)
    expect(refused).toThrow(expect.objectContaining({ details: expect.objectContaining({ at }) }))
  })

  test('a certificate for software', () => {
    expect(draft([{ signer: signerOf(signer) }])).toThrow(SignError)
  })
})
