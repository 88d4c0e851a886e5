/** Trust anchors: what may be given as one, and whom it vouches for. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emailProtection, issue, issuing, now, pem, root, signer } from '../verify/issue.test-kit.ts'
import { readCertificate } from './certificate.ts'
import { createTrust } from './trust.ts'

const chainOf = (...issued: readonly { certificate: Uint8Array }[]) =>
  issued.map(({ certificate }) => {
    const read = readCertificate(certificate)
    if (!read) throw new Error('unreadable')
    return read
  })

describe('anchors', () => {
  test.each([
    ['nothing', ''],
    ['no PEM', 'root'],
    ['a key', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'],
    ['a PEM that is cut off', pem(root).slice(0, -20)],
    ['a second PEM that is cut off', pem(root) + pem(issuing).slice(0, 300)],
    ['no certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'],
    ['no base64', pem(root).replace('MII', 'M!I')],
    ['a signer’s certificate', pem(signer)],
  ])('that are %s are refused with a reason', (_, text) => {
    expect(() => createTrust({ anchors: [text] })).toThrow(
      expect.objectContaining({ code: 'usage.trust.invalid' }),
    )
  })

  test('may stand in one text or in several, with words between them', () => {
    const text = `# ours\n${pem(issue({ subject: 'Other', ca: true }))}\n# theirs\n${pem(root)}`
    expect(createTrust({ anchors: [text] }).assess(chainOf(signer, issuing), now).anchored).toBe(true)
    expect(
      createTrust({ anchors: [pem(issuing), pem(root)] }).assess(chainOf(signer, issuing), now).anchored,
    ).toBe(true)
  })
})

describe('a chain', () => {
  const trust = createTrust({ anchors: [pem(root)] })

  test('is found in any order, and not without its middle', () => {
    const other = issue({ subject: 'Unrelated', ca: true }, root)
    expect(trust.assess(chainOf(signer, other, issuing), now).anchored).toBe(true)
    expect(trust.assess(chainOf(signer), now).anchored).toBe(false)
  })

  test('is only as valid as its shortest-lived certificate', () => {
    const brief = issue({ subject: 'Brief', ca: true, notAfter: new Date('2026-06-02T00:00:00Z') }, root)
    const leaf = issue({ subject: 'X' }, brief)
    expect(trust.assess(chainOf(leaf, brief), now)).toMatchObject({
      anchored: true,
      notAfter: new Date('2026-06-02T00:00:00Z'),
    })
  })

  test('with two paths takes the one that is valid now', () => {
    const keys = issue({ subject: 'Cross', ca: true })
    const expired = issue(
      { subject: 'Cross', ca: true, notAfter: new Date('2026-05-15T00:00:00Z'), keys: pair(keys) },
      root,
    )
    const current = issue({ subject: 'Cross', ca: true, keys: pair(keys) }, root)
    const leaf = issue({ subject: 'X' }, keys)
    const { notAfter } = trust.assess(chainOf(leaf, expired, current), now)
    expect(notAfter > now).toBe(true)
  })

  test('through a CA that may not sign certificates is no chain', () => {
    const mute = issue({ subject: 'Mute', ca: true, keyUsage: 0x80 }, root)
    expect(trust.assess(chainOf(issue({ subject: 'X' }, mute), mute), now).anchored).toBe(false)
  })

  test('of certificates that issue each other ends', () => {
    const one = issue({ subject: 'One', ca: true })
    const two = issue({ subject: 'Two', ca: true }, one)
    const back = issue({ subject: 'One', ca: true, keys: pair(one) }, two)
    const leaf = issue({ subject: 'X' }, one)
    const many = Array.from({ length: 6 }, () => [back, two]).flat()
    expect(trust.assess(chainOf(leaf, ...many), now).anchored).toBe(false)
  })
})

test('strangers who all bear one name are not asked who signed whom', () => {
  const stranger = issue({ subject: 'Root', ca: true })
  const twins = Array.from({ length: 14 }, () =>
    issue({ subject: 'Root', ca: true, keys: stranger }, stranger),
  )
  const leaf = issue({ subject: 'Leaf' }, stranger)
  let asked = 0
  const watched = chainOf(leaf, ...twins).map((certificate) =>
    Object.defineProperty({ ...certificate }, 'publicKey', {
      get() {
        asked++
        return certificate.publicKey
      },
    }),
  )
  const trust = createTrust({ anchors: [pem(root)] })
  expect(trust.assess(watched, now).anchored).toBe(false)
  expect(asked).toBe(0)
  const honest = chainOf(signer, ...twins, issuing)
  expect(trust.assess(honest, now)).toMatchObject({ anchored: true, path: [{}, {}, {}] })
})

test('a certificate damaged anywhere is read or refused, never fatal', () => {
  const { certificate } = issue({ subject: '印记', purposes: [emailProtection] }, root)
  fc.assert(
    fc.property(
      fc.nat(certificate.length - 1),
      fc.uint8Array({ minLength: 1, maxLength: 6 }),
      (at, bytes) => {
        const copy = Uint8Array.from(certificate)
        copy.set(bytes.subarray(0, copy.length - at), at)
        const read = readCertificate(copy)
        if (read)
          expect(createTrust({ anchors: [pem(root)] }).assess([read], now).anchored).toBe(
            Buffer.compare(copy, certificate) === 0,
          )
      },
    ),
    { numRuns: 500 },
  )
})

function pair({ privateKey, publicKey }: ReturnType<typeof issue>) {
  return { privateKey, publicKey }
}
