/** Who else stands behind the content (CAWG identity assertions): told as it was signed. */
import { describe, expect, test } from 'vitest'
import { createRevocation } from '../../revocation/revocation.ts'
import { actions, check, forgeFile, forgeManifest, sha256 } from '../forge.test-kit.ts'
import { emailProtection, issue, issuing, now, pem } from '../issue.test-kit.ts'
import {
  coseOf,
  documentSigning,
  fileWith,
  type IdentitySpec,
  identity,
  jane,
  told,
} from './identity.test-kit.ts'

const day = 86_400_000

describe('who else signed', () => {
  test.each([[undefined], ['schema' as const]])(
    'is trusted by an anchor of its own, encoded as %s',
    async (order) => {
      const { one, verdict, statuses, codes } = await told({ ...(order && { order }) })
      expect(one).toMatchObject({
        name: 'Jane Doe',
        issuer: 'O=Issuing',
        type: 'cawg.x509.cose',
        roles: ['cawg.creator'],
        signed: ['c2pa.hash.data', 'c2pa.actions.v2'],
        trust: 'trusted',
        reason: null,
      })
      expect(statuses).toEqual([
        'x509.signature.validated',
        'x509.credential.trusted',
        'x509.signature.inside_validity',
        'identity.trusted',
      ])
      expect(verdict).toBe('trusted')
      expect(codes).toContain('manifest.identity.trusted')
    },
  )

  test('is not known where only content has anchors', async () => {
    const { one, verdict, statuses } = await told({}, { identityAnchors: [] })
    expect(one).toMatchObject({ name: 'Jane Doe', trust: 'untrusted', reason: 'no anchor for identities' })
    expect(statuses).toContain('identity.well-formed')
    expect(statuses).toContain('x509.credential.untrusted')
    expect(verdict).toBe('trusted')
  })

  test('may be several, each told by itself', async () => {
    const john = issue({ subject: 'John', purposes: [documentSigning] }, issuing)
    const spec = {
      payload: { role: undefined },
      signature: (payload: Uint8Array) => coseOf(payload, { who: john }),
    }
    const { identities } = await check(fileWith({}, { ...spec, label: 'cawg.identity__1' }))
    expect(identities.map(({ name, roles }) => [name, roles])).toEqual([
      ['Jane Doe', ['cawg.creator']],
      ['John', []],
    ])
  })

  test('stands in the manifest that an update speaks of, and in that of a part', async () => {
    const of = (label: string) => `self#jumbf=/c2pa/${label}`
    const below = 'urn:c2pa:00000000-0000-4000-8000-00000000000b'
    const binding = {
      label: 'c2pa.hash.data',
      content: { alg: 'sha256', hash: new Uint8Array(32), pad: new Uint8Array() },
    }
    const part = forgeManifest({ label: below, assertions: [binding, actions, identity()] })
    const taken = {
      label: 'c2pa.ingredient.v3',
      content: {
        relationship: 'componentOf',
        activeManifest: { url: of(below), hash: sha256(part.subarray(8)) },
        validationResults: { activeManifest: { success: [], informational: [], failure: [] } },
      },
    }
    const { manifests, identities } = await check(
      forgeFile({ earlier: [part], assertions: [actions, taken] }),
    )
    expect(manifests.map((one) => one.identities.map(({ name, trust }) => [name, trust]))).toEqual([
      [['Jane Doe', 'trusted']],
      [],
    ])
    expect(identities).toEqual([]) // the part is theirs, the whole is not
  })

  test('counts a hundred times at most', async () => {
    const specs = Array.from({ length: 101 }, (_, index) => ({
      label: index === 0 ? 'cawg.identity' : `cawg.identity__${index}`,
    }))
    const { identities, codes, verdict } = await check(fileWith(...specs))
    expect([identities.length, codes.includes('manifest.identity.unchecked'), verdict]).toEqual([
      100,
      true,
      'trusted',
    ])
  })
})

describe('a certificate', () => {
  const smime = '2.23.140.1.5.3.2'
  const by = (who: ReturnType<typeof issue>): IdentitySpec => ({
    signature: (payload) => coseOf(payload, { who }),
  })
  const email = (policies: readonly string[], more = {}) =>
    issue({ subject: 'Jane', purposes: [emailProtection], policies, ...more }, issuing)
  const late = { at: new Date('2027-04-01T00:00:00Z') }
  const long = { notAfter: new Date('2030-01-01T00:00:00Z') }
  const path = { ca: true, ...long }
  const longRoot = issue({ subject: 'Long', ...path })

  test.each<[string, ReturnType<typeof issue>, string]>([
    ['for documents', jane, 'trusted'],
    ['for e-mail, of a verified person', email([smime]), 'trusted'],
    ['for e-mail, of a mailbox', email(['2.23.140.1.5.1.2']), 'untrusted'],
    ['for e-mail, without policy', email([]), 'untrusted'],
    ['for claims alone', issue({ subject: 'X', purposes: ['1.3.6.1.4.1.62558.2.1'] }, issuing), 'untrusted'],
    ['that signs itself', issue({ subject: 'X', purposes: [documentSigning] }), 'untrusted'],
    [
      'that has run out',
      issue({ subject: 'X', purposes: [documentSigning], notAfter: new Date(+now - day) }, issuing),
      'invalid',
    ],
  ])('%s', async (_, who, trust) => {
    expect((await told(by(who))).one).toMatchObject({ trust })
  })

  test('for e-mail counts until the end of March 2027', async () => {
    const who = issue({ subject: 'Jane', purposes: [emailProtection], policies: [smime], ...long }, longRoot)
    const options = { identityAnchors: [pem(longRoot)] }
    expect((await told(by(who), options)).one).toMatchObject({ trust: 'trusted' })
    expect((await told(by(who), { ...options, ...late })).one).toMatchObject({ trust: 'untrusted' })
  })

  test('that was revoked names nobody', async () => {
    const revocation = {
      ...createRevocation(),
      statusOf: () => ({
        status: 'revoked' as const,
        when: new Date('2026-05-01T00:00:00Z'),
        reason: 'keyCompromise' as const,
        invalidSince: undefined,
      }),
    }
    const { one, statuses } = await told({}, { revocation })
    expect(one).toMatchObject({ trust: 'invalid', reason: 'its certificate was revoked on 2026-05-01' })
    expect(statuses).toContain('identity.credential_revoked')
  })
})
