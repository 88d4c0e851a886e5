/** Hashed URIs inside assertions (C2PA 15.10.3.3): an icon, a thumbnail, the ingredient of an action. */
import { describe, expect, test } from 'vitest'
import { type AssertionSpec, actions, created, forged, forgeManifest, refer } from '../forge.test-kit.ts'
import { forgeEarlier, hashWithin, inEarlier, zero } from './references.test-kit.ts'

const picture: AssertionSpec = { label: 'org.example.icon', content: { name: 'x' } }
const there = 'self#jumbf=c2pa.assertions/org.example.icon'
const earlier = forgeEarlier(picture)
const abroad = inEarlier(picture.label)

const illustrated = (icon: object): AssertionSpec => ({
  label: 'c2pa.actions.v2',
  content: { actions: [{ ...created, softwareAgent: { name: 'Acme', icon } }], allActionsIncluded: true },
})
const check = (icon: object) => forged({ earlier: [earlier], assertions: [picture, illustrated(icon)] })

describe('what an assertion refers to', () => {
  test('is fine where it is there and the same', async () => {
    const { verdict, codes } = await check(refer(picture.label))
    expect([verdict, codes]).toEqual(['trusted', expect.not.arrayContaining(['manifest.reference.broken'])])
  })

  test.each<[string, object, string]>([
    ['was exchanged', { url: there, hash: zero }, 'hashedURI.mismatch'],
    ['has no hash', { url: there }, 'hashedURI.mismatch'],
    ['is missing', { url: `${there}s`, hash: zero }, 'hashedURI.missing'],
    ['was exchanged in another manifest', { url: abroad, hash: zero }, 'hashedURI.mismatch'],
    ['is missing in another manifest', { url: `${abroad}s`, hash: zero }, 'hashedURI.missing'],
    [
      'is in a manifest that is missing',
      { url: abroad.replace('aa/', 'bb/'), hash: zero },
      'hashedURI.missing',
    ],
    ['is deeper than anything', { url: `${there}/x/y`, hash: zero }, 'hashedURI.missing'],
    ['is no path', { url: 'self#jumbf=/', hash: zero }, 'hashedURI.missing'],
    ['has no address', { hash: zero }, 'hashedURI.missing'],
  ])('is told where it %s', async (_, icon, status) => {
    const { verdict, findings } = await check(icon)
    const broken = findings.find(({ code }) => code === 'manifest.reference.broken')
    expect([verdict, broken?.data]).toMatchObject(['invalid', { status, label: 'c2pa.actions.v2' }])
  })

  const claimed = (icon: object) => ({ claim: { claim_generator_info: { name: 'Forge', icon } } })

  test.each([
    ['hashedURI.mismatch', there],
    ['hashedURI.missing', `${there}s`],
  ])('is told of the claim too: %s', async (status, url) => {
    const { verdict, findings } = await forged({
      assertions: [picture, actions],
      ...claimed({ url, hash: zero }),
    })
    const broken = findings.find(({ code }) => code === 'manifest.reference.broken')
    expect([verdict, broken?.data]).toMatchObject(['invalid', { status, label: 'c2pa.claim.v2' }])
  })

  test('is fine in the claim where it is there and the same', async () => {
    const hash = hashWithin(forgeManifest({ assertions: [picture] }), picture.label)
    const { verdict } = await forged({ assertions: [picture, actions], ...claimed({ url: there, hash }) })
    expect(verdict).toBe('trusted')
  })

  test('is nobody’s business where it is said about an assertion', async () => {
    const metadata = { reference: { url: there, hash: zero } }
    const content = { actions: [created], allActionsIncluded: true, metadata }
    const { verdict } = await forged({ assertions: [picture, { label: 'c2pa.actions.v2', content }] })
    expect(verdict).toBe('trusted')
  })

  test('may be of any depth and number, and the same mistake is told once', async () => {
    const list = Array.from({ length: 20_000 }, () => ({ url: there, hash: zero }))
    const { findings } = await check({ deep: { deeper: list }, ...refer(picture.label) })
    expect(findings.filter(({ code }) => code === 'manifest.reference.broken')).toHaveLength(1)
  })

  test('is nothing where it is no URI into the manifest store', async () => {
    const { verdict } = await check({ url: 'https://icons.example/acme.png', hash: zero })
    expect(verdict).toBe('trusted')
  })
})
