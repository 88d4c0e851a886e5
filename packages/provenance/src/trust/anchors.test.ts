/** Stores of anchors (C2PA 14.4.1, 15.7): for which usages they count, and from when to when. */
import { describe, expect, test } from 'vitest'
import { createRevocation } from '../revocation/revocation.ts'
import { check, forgeFile } from '../verify/forge.test-kit.ts'
import { emailProtection, issue, issuing, now, pem, root, signer } from '../verify/issue.test-kit.ts'
import type { TrustAnchors } from './anchors.ts'
import { readCertificate } from './certificate.ts'
import { createTrust } from './trust.ts'

const claimSigning = '1.3.6.1.4.1.62558.2.1'
const another = '1.3.6.1.4.1.311.76.59.1.9'
const timeStamping = '1.3.6.1.5.5.7.3.8'
const day = 86_400_000
const days = (count: number) => new Date(+now + count * day)

const store = (more: Omit<TrustAnchors, 'certificates'>, by = root): TrustAnchors => ({
  certificates: pem(by),
  ...more,
})
const signedFor = (...purposes: string[]) => {
  const leaf = issue({ subject: 'X', purposes }, issuing)
  return forgeFile({ chain: [leaf.certificate, issuing.certificate], key: leaf.privateKey })
}
const states = async (file: ReturnType<typeof forgeFile>, anchors: (string | TrustAnchors)[], at = now) => {
  const { verdict, results } = await check(file, { anchors, at })
  const failure = results.failure.map(({ code }) => code)
  return [verdict, ...failure.filter((code) => code.startsWith('signingCredential'))]
}
const untrusted = ['valid', 'signingCredential.untrusted']

describe('a store with usages of its own', () => {
  const c2pa = store({ usages: new Set([claimSigning]) })

  test.each([
    ['one of them', [claimSigning], ['trusted']],
    ['one of them, and others', [another, claimSigning], ['trusted']],
    ['others that only other stores have', [emailProtection], untrusted],
    ['none that any store has', [another], ['invalid', 'signingCredential.invalid']],
  ])('vouches for signers by what they are for: %s', async (_, purposes, expected) => {
    expect(await states(signedFor(...purposes), [c2pa])).toEqual(expected)
  })

  test('lends its usages to no other store', async () => {
    const stranger = store({ usages: new Set([another]) }, issue({ subject: 'Elsewhere', ca: true }))
    expect(await states(signedFor(another), [pem(root), stranger])).toEqual(untrusted)
    expect(await states(signedFor(another), [store({ usages: new Set([another]) })])).toEqual(['trusted'])
  })

  test('is one of several that have the same authority: any of them will do', async () => {
    const wide = [c2pa, store({ usages: new Set([another]) })]
    expect(await states(signedFor(another), wide)).toEqual(['trusted'])
    expect(await states(signedFor(emailProtection), wide)).toEqual(untrusted)
    expect(await states(signedFor(emailProtection), [...wide, pem(root)])).toEqual(['trusted'])
  })

  test('accepts nobody when its list is empty', async () => {
    expect(await states(forgeFile(), [store({ usages: new Set() })])).toEqual(untrusted)
  })

  test.each([
    ['time stamps', timeStamping],
    ['OCSP', '1.3.6.1.5.5.7.3.9'],
    ['anything', '2.5.29.37.0'],
  ])('lets nobody sign content whose certificate is for %s', async (_, purpose) => {
    const file = signedFor(purpose)
    expect((await states(file, [store({ usages: new Set([purpose]) })]))[0]).toBe('invalid')
  })

  test('binds no certificate that is trusted as such', () => {
    const leaf = readCertificate(signer.certificate)
    if (!leaf) throw new Error('unreadable')
    const trust = createTrust({ anchors: [c2pa], pins: new Set([leaf.fingerprint]) })
    expect(trust.assess([leaf], now).anchored).toBe(true)
  })
})

describe('a store with dates', () => {
  test.each<[string, Omit<TrustAnchors, 'certificates'>, string[]]>([
    ['before it begins', { notBefore: days(1) }, untrusted],
    ['from the moment on', { notBefore: now }, ['trusted']],
    ['to the moment', { notAfter: now }, ['trusted']],
    ['after its end', { notAfter: days(-1) }, untrusted],
    ['in between', { notBefore: days(-1), notAfter: days(1) }, ['trusted']],
    ['never, when it ends before it begins', { notBefore: days(1), notAfter: days(-1) }, untrusted],
  ])('vouches for signatures of its time: %s', async (_, dates, expected) => {
    expect(await states(forgeFile(), [store(dates)])).toEqual(expected)
  })

  test('is asked anew each time, however often the chain was seen', async () => {
    const chain = [signer, issuing].flatMap(({ certificate }) => readCertificate(certificate) ?? [])
    const trust = createTrust({ anchors: [store({ notAfter: now })] })
    const asked = [days(1), now, days(1), days(-1)].map((at) => trust.assess(chain, at).anchored)
    expect(asked).toEqual([false, true, false, true])
  })

  test('leaves another path open, and its own usages closed', async () => {
    const ended = store({ notAfter: days(-1) })
    expect(await states(forgeFile(), [ended, store({}, issuing)])).toEqual(['trusted'])
    const other = store({ notBefore: days(-1), usages: new Set([another]) })
    expect(await states(signedFor(claimSigning), [ended, other])).toEqual(untrusted)
  })

  test('may be listed once more after a gap', () => {
    const chain = [signer, issuing].flatMap(({ certificate }) => readCertificate(certificate) ?? [])
    const trust = createTrust({
      anchors: [store({ notAfter: days(-2) }), store({ notBefore: days(2) })],
    })
    const asked = [days(-3), now, days(3)].map((at) => trust.assess(chain, at).anchored)
    expect(asked).toEqual([true, false, true])
  })

  test('does not make a certificate valid for longer', async () => {
    const { verdict, codes } = await check(forgeFile(), {
      anchors: [store({ notAfter: days(400) })],
      at: days(60),
    })
    expect([verdict, codes.includes('manifest.certificate.expired')]).toEqual(['invalid', true])
  })

  test('keeps time-stamp authorities as well, and leaves their usages alone', () => {
    const clock = issue({ subject: 'Clock', purposes: [timeStamping], purposesCritical: true }, root)
    const leaf = readCertificate(clock.certificate)
    if (!leaf) throw new Error('unreadable')
    const trust = createTrust({
      anchors: [],
      timestampAnchors: [store({ notAfter: now, usages: new Set([claimSigning]) })],
    })
    expect(trust.assessTimestamp([leaf], now).anchored).toBe(true)
    expect(trust.assessTimestamp([leaf], days(1)).anchored).toBe(false)
    expect(trust.assess([leaf], now).anchored).toBe(false)
  })

  test('revokes nobody after its end', async () => {
    const { codes } = await check(forgeFile(), {
      anchors: [store({ notAfter: days(-1) })],
      revocation: createRevocation({ mode: 'hard' }),
    })
    expect(codes).not.toContain('manifest.revocation.unchecked')
  })
})

test('thousands of stores with one authority cost one check of a signature', async () => {
  const many = Array.from({ length: 3000 }, (_, index) => store({ notAfter: days(-1 - index) }))
  expect(await states(forgeFile(), [...many, pem(root)])).toEqual(['trusted'])
})
