/** Identity assertions (CAWG Identity Assertion 1.3) between us and c2pa-rs: each reads what the other wrote. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createToolkit, type LabelOptions } from '@yinji/toolkit'
import { expect, test } from 'vitest'
import { fixtureBytes } from '../helpers/fixtures.ts'
import { testIdentity } from '../helpers/identity.ts'
import { crJsonByC2pa, type Judgement, judgeByC2pa } from '../oracles/c2pa.ts'

const acme = await testIdentity()
const [jane, john] = [await testIdentity({ provider: 'Jane' }), await testIdentity({ provider: 'John' })]
const label = (name: string, options: LabelOptions) =>
  createToolkit({ identity: acme }).label(fixtureBytes(name), {}, { visible: false, ...options })
/** c2pa-rs 0.91 asks nobody whether to trust an identity (`cawg_trust` has no effect): that it holds is the most it says. */
function expectHeld({ state, failures, successes }: Judgement, count: number): void {
  expect(state).toBe('Valid')
  expect(failures).toEqual(Array(count).fill('cawg.x509.credential.untrusted'))
  expect(successes.filter((code) => code.startsWith('cawg.')).sort()).toEqual([
    ...Array(count).fill('cawg.identity.well-formed'),
    ...Array(count).fill('cawg.x509.signature.validated'),
  ])
  expect(successes).toContain('signingCredential.trusted')
}

test.each([
  ['photo.jpg', 'image/jpeg'],
  ['picture.png', 'image/png'],
  ['clip.mp4', 'video/mp4'],
])('what we write in %s holds for c2pa-rs, and is trusted by us', async (name, mediaType) => {
  const { content } = await label(name, {
    identities: [
      { signer: jane.signer, roles: ['cawg.creator', 'com.example.lead'] },
      { signer: john.signer, assertions: [] },
    ],
  })
  expectHeld(await judgeByC2pa(content, mediaType, acme.anchor), 2)
  const toolkit = createToolkit({ identity: acme, identityTrust: [jane.anchor] })
  const { verdict, identities } = await toolkit.verify(content)
  expect(verdict).toBe('trusted')
  expect(identities.map(({ name, trust, roles }) => [name, trust, roles])).toEqual([
    ['Jane', 'trusted', ['cawg.creator', 'com.example.lead']],
    ['John', 'untrusted', []],
  ])
})

test('labelling again keeps what they said of what it was, and says no more of what it is', async () => {
  const { content } = await label('photo.jpg', { identities: [{ signer: jane.signer }] })
  const toolkit = createToolkit({ identity: acme, identityTrust: [jane.anchor] })
  const again = await toolkit.label(content, { contentId: 'other' }, { visible: false })
  const { report, manifests } = await toolkit.inspect(again.content)
  expect(report.verdict).toBe('trusted')
  expect(report.identities).toEqual([])
  expect(manifests.map(({ identities }) => identities.map(({ name, trust }) => [name, trust]))).toEqual([
    [['Jane', 'trusted']],
    [],
  ])
  expect(await judgeByC2pa(again.content, 'image/jpeg', acme.anchor)).toMatchObject({
    ingredientFailures: [],
  })
})

test('an update speaks of the same content, and so of those who stand behind it', async () => {
  const { content } = await label('photo.jpg', { identities: [{ signer: jane.signer }] })
  const toolkit = createToolkit({ identity: acme, identityTrust: [jane.anchor] })
  const updated = await toolkit.update(content, { actions: [{ action: 'c2pa.published' }] })
  expect((await toolkit.verify(updated.content)).identities).toMatchObject([
    { name: 'Jane', trust: 'trusted' },
  ])
})

const read = (name: string) => readFileSync(join(import.meta.dirname, 'vectors', name))

/** By c2pa-rs 0.91 (c2pa-node 0.9.8), with certificates of ours. */
test('what c2pa-rs wrote is trusted by us', async () => {
  const toolkit = createToolkit({
    trust: [read('c2pa-rs-identity-claim-root.pem').toString()],
    identityTrust: [read('c2pa-rs-identity-root.pem').toString()],
    clock: () => new Date('2026-12-01T00:00:00Z'),
  })
  const { verdict, identities } = await toolkit.verify(read('c2pa-rs-identity.png'))
  expect(verdict).toBe('trusted')
  expect(identities).toMatchObject([
    {
      type: 'cawg.x509.cose',
      name: 'Jane Doe',
      roles: ['cawg.creator', 'cawg.editor'],
      signed: ['c2pa.actions.v2', 'c2pa.hash.data'],
      trust: 'trusted',
    },
  ])
})

test('crJSON shows the certificate, as that of c2pa-rs does', async () => {
  const file = read('c2pa-rs-identity.png')
  const shown = (json: unknown) => {
    const { manifests } = json as { manifests: { assertions: Record<string, { signature: Signature }> }[] }
    const { serialNumber, subject, issuer } =
      manifests[0]?.assertions['cawg.identity']?.signature.certificateInfo ?? {}
    return { serialNumber, subject, issuer }
  }
  const { crJson } = await createToolkit().inspect(file)
  expect(shown(crJson)).toMatchObject({ subject: { O: 'Jane Doe' }, issuer: { O: 'Jane Doe' } })
  expect(shown(crJson)).toEqual(shown(await crJsonByC2pa(file, 'image/png')))
})

interface Signature {
  readonly certificateInfo: Readonly<Record<string, unknown>>
}
