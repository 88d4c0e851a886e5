/** Ingredients of which a part is withheld (C2PA 6.8, 15.10.3.3): by whom that may be, and what may be left. */
import { describe, expect, test } from 'vitest'
import { encodeBox, encodeSuperBox, isSuperBox, parseJumbf, uuids } from '../../encoding/jumbf.ts'
import { actions, forged, forgeManifest, sha256 } from '../forge.test-kit.ts'
import { bound, edited, ingredient, opening, parentLabel } from './edited.test-kit.ts'

describe('ingredients withheld in part', () => {
  const secret = { label: 'org.example.secret', content: { name: 'x' } }
  const url = `self#jumbf=/c2pa/${parentLabel}/c2pa.assertions/${secret.label}`
  const full = forgeManifest({ label: parentLabel, assertions: [bound, actions, secret] })
  /** The same manifest, with the content of the statement blanked. */
  const blanked = Uint8Array.from(full)
  const at = Buffer.from(full).indexOf('a1646e616d656178', 'hex')
  blanked.fill(0, at, at + 8)
  const signature = Buffer.from(full).lastIndexOf('c2pa.signature') - 33
  const claimSignature = {
    url: `self#jumbf=/c2pa/${parentLabel}/c2pa.signature`,
    hash: sha256(full.subarray(signature + 8)),
  }
  const withholding = { redacted_assertions: [url] }

  test.each<[string, object, string | undefined]>([
    ['is the one of the manifest', {}, undefined],
    ['is another', { hash: new Uint8Array(32) }, 'hashedURI.mismatch'],
    ['is not there', { url: `${claimSignature.url}s` }, 'hashedURI.missing'],
  ])('or not: the signature that is named %s (C2PA 15.10.3.3)', async (_, change, status) => {
    const { verdict, results } = await edited(full, { claimSignature: { ...claimSignature, ...change } })
    expect(verdict).toBe(status ? 'invalid' : 'trusted')
    expect(results.failure.map(({ code }) => code)).toEqual(status ? [status] : [])
  })

  test('by the manifest that was made from them are fine', async () => {
    const assertions = [opening, ingredient(full, { claimSignature })]
    const { verdict, codes } = await forged({ earlier: [blanked], assertions, claim: withholding })
    expect(verdict).toBe('trusted')
    expect(codes).not.toContain('manifest.ingredient.failed')
  })

  test.each<[string, string, number, boolean]>([
    ['the sign for it and nothing else', 'caa98eee9d4df80e86ad4dffca263973', 0, true],
    ['the sign for it and zeros', 'caa98eee9d4df80e86ad4dffca263973', 8, true],
    ['another sign', 'caa98eee9d4df80e86ad4dffca263974', 0, false],
    ['half a sign', 'caa98eee9d4df80e', 0, false],
  ])('may leave a box with %s: %s', async (_, sign, zeros, fine) => {
    const box = { uuid: uuids.uuid, label: secret.label }
    const left = encodeBox('uuid', Buffer.concat([Buffer.from(sign, 'hex'), Buffer.alloc(zeros)]))
    const earlier = withAssertion(full, encodeSuperBox({ ...box, children: [left] }))
    const assertions = [opening, ingredient(full, { claimSignature })]
    const { codes } = await forged({ earlier: [earlier], assertions, claim: withholding })
    expect(codes.includes('manifest.ingredient.failed')).toBe(!fine)
  })

  const told = Buffer.from('a secret')
  const inside = encodeSuperBox({ uuid: uuids.uuid, label: 'x', children: [encodeBox('bidb', told)] })
  test.each<[string, Uint8Array, boolean]>([
    ['padding of zeros', encodeBox('free', Buffer.alloc(8)), true],
    ['padding that still tells it', encodeBox('free', told), false],
    ['a box within that still tells it', inside, false],
  ])('may leave %s, or not', async (_, left, fine) => {
    const children = [encodeBox('cbor', Buffer.alloc(8)), left]
    const earlier = withAssertion(full, encodeSuperBox({ uuid: uuids.cbor, label: secret.label, children }))
    const assertions = [opening, ingredient(full, { claimSignature })]
    const { findings } = await forged({ earlier: [earlier], assertions, claim: withholding })
    const failed = findings.find(({ code }) => code === 'manifest.ingredient.failed')
    expect(failed?.data?.['failures']).toBe(fine ? undefined : 'assertion.notRedacted')
  })

  /** The manifest with this box in place of its last assertion. */
  function withAssertion(manifest: Uint8Array, box: Uint8Array): Uint8Array {
    const { uuid, label, children } = parseJumbf(manifest)
    const [store, ...others] = children.filter(isSuperBox)
    const kept = store?.children.filter(isSuperBox).slice(0, -1) ?? []
    const assertions = encodeSuperBox({
      uuid: uuids.assertionStore,
      label: 'c2pa.assertions',
      children: [...kept.map(({ bytes }) => bytes), box],
    })
    return encodeSuperBox({ uuid, label, children: [assertions, ...others.map(({ bytes }) => bytes)] })
  }

  test('are reported when the statement is still there', async () => {
    const { findings } = await forged({
      earlier: [full],
      assertions: [opening, ingredient(full)],
      claim: withholding,
    })
    const failed = findings.find(({ code }) => code === 'manifest.ingredient.failed')
    expect(failed?.data?.['failures']).toContain('assertion.notRedacted')
  })

  test('by a manifest that nothing leads to are reported', async () => {
    const bystander = forgeManifest({
      label: 'urn:c2pa:x',
      assertions: [bound, actions],
      claim: withholding,
    })
    const { codes } = await edited(full, { claimSignature }, [blanked, bystander])
    expect(codes).toContain('manifest.ingredient.failed')
  })

  test('by another ingredient, a neighbour, are reported', async () => {
    const label = 'urn:c2pa:x'
    const neighbour = forgeManifest({ label, assertions: [bound, actions], claim: withholding })
    const activeManifest = { url: `self#jumbf=/c2pa/${label}`, hash: sha256(neighbour.subarray(8)) }
    const beside = {
      ...ingredient(neighbour, { activeManifest, relationship: 'componentOf' }),
      label: 'c2pa.ingredient.v3__1',
    }
    const assertions = [opening, ingredient(full, { claimSignature }), beside]
    const { codes, verdict } = await forged({ earlier: [blanked, neighbour], assertions })
    expect(codes).toContain('manifest.ingredient.failed')
    expect(verdict).toBe('invalid')
  })

  test('of what may not be withheld are reported', async () => {
    const claim = {
      redacted_assertions: [`self#jumbf=/c2pa/${parentLabel}/c2pa.assertions/c2pa.actions.v2`],
    }
    const { findings } = await forged({ earlier: [full], assertions: [opening, ingredient(full)], claim })
    const failed = findings.find(({ code }) => code === 'manifest.ingredient.failed')
    expect(failed?.data?.['failures']).toContain('assertion.action.redacted')
  })
})
