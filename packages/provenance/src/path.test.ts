/** Certification paths in the manner of NIST PKITS: certificates by openssl, one thing wrong at a time (RFC 5280 6). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readCertificate } from './certificate.ts'
import { caExtensions, Pki, type PkiEntry, type PkiRequest } from './pki.test-kit.ts'
import { createTrust, isInside } from './trust.ts'

const pki = new Pki()
const day = 24 * 60 * 60 * 1000
const ca = (cn: string, more: PkiRequest = {}): PkiRequest => ({
  subject: `/O=Acme AI/CN=${cn}`,
  extensions: caExtensions,
  ...more,
})
let root: PkiEntry
beforeAll(() => {
  root = pki.issue(ca('Root'))
})
afterAll(() => pki[Symbol.dispose]())

function standing(chain: readonly PkiEntry[], anchors: readonly PkiEntry[] = [root], at = new Date()) {
  const read = chain.map(({ certificate }) => {
    const base64 = certificate.replace(/-----[^-]+-----|\s/g, '')
    const found = readCertificate(Buffer.from(base64, 'base64'))
    if (!found) throw new Error('no certificate')
    return found
  })
  const found = createTrust({ anchors: anchors.map(({ certificate }) => certificate) }).assess(read, at)
  return found.anchored && isInside(found, at)
}

describe('a path', () => {
  test('leads over intermediates in any order', () => {
    const one = pki.issue(ca('One'), root)
    const two = pki.issue(ca('Two'), one)
    const leaf = pki.issue({}, two)
    expect(standing([leaf, two, one])).toBe(true)
    expect(standing([leaf, one, two])).toBe(true)
    expect(standing([leaf, two])).toBe(false)
  })

  test('is found over a cross-certificate, whichever root is trusted', () => {
    const other = pki.issue(ca('Other root'))
    const issuing = pki.issue(ca('Cross'), root)
    const cross = pki.issue(ca('Cross', { keyOf: issuing }), other)
    const leaf = pki.issue({}, issuing)
    expect(standing([leaf, issuing, cross])).toBe(true)
    expect(standing([leaf, issuing, cross], [other])).toBe(true)
    expect(standing([leaf, issuing], [other])).toBe(false)
  })

  test('that goes round ends', () => {
    const first = pki.issue(ca('A'), root)
    const second = pki.issue(ca('B'), first)
    const again = pki.issue(ca('A', { keyOf: first }), second)
    const leaf = pki.issue({}, again)
    expect(standing([leaf, again, second], [pki.issue(ca('Nobody'))])).toBe(false)
  })

  test('over an expired intermediate is not inside its validity', () => {
    const brief = pki.issue(ca('Brief', { days: 10 }), root)
    const leaf = pki.issue({}, brief)
    expect(standing([leaf, brief])).toBe(true)
    expect(standing([leaf, brief], [root], new Date(Date.now() + 20 * day))).toBe(false)
  })

  const with_ = (issuer: PkiRequest) => {
    const middle = pki.issue({ ...ca('Middle'), ...issuer }, root)
    return standing([pki.issue({}, middle), middle])
  }
  const signs = 'keyUsage=critical,keyCertSign'
  test.each<[string, PkiRequest, boolean]>([
    ['that is as it should be', {}, true],
    ['with P-384', { kind: 'P-384' }, true],
    ['with Ed25519', { kind: 'Ed25519' }, true],
    ['that is no CA', { extensions: ['basicConstraints=critical,CA:FALSE', signs] }, false],
    ['without basic constraints', { extensions: [signs] }, false],
    [
      'that may only sign CRLs',
      { extensions: ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,cRLSign'] },
      false,
    ],
    ['without key usage', { extensions: ['basicConstraints=critical,CA:TRUE'] }, false],
    ['with RSA of 1024 bits', { kind: 'RSA-1024' }, false],
    ['signed with SHA-1', { digest: 'sha1' }, false],
    ['on a curve nobody allows', { kind: 'secp256k1' }, false],
    [
      'with an unknown critical extension',
      { extensions: [...caExtensions, '1.2.3.4=critical,DER:0500'] },
      false,
    ],
    [
      'with name constraints, which this software does not evaluate and so refuses',
      { extensions: [...caExtensions, 'nameConstraints=critical,excluded;DNS:example.com'] },
      false,
    ],
  ])('over an intermediate %s: %#', (_, issuer, good) => {
    expect(with_(issuer)).toBe(good)
  })

  test.each([
    [0, 1, false],
    [0, 0, true],
    [1, 1, true],
    [1, 2, false],
  ])('of path length %d with %d CAs below: %s', (most, below, good) => {
    const limit = [
      'basicConstraints=critical,CA:TRUE,pathlen:'.concat(String(most)),
      'keyUsage=critical,keyCertSign',
    ]
    const chain = [pki.issue(ca('Limited', { extensions: limit }), root)]
    for (let depth = 0; depth < below; depth++) chain.unshift(pki.issue(ca(`Below ${depth}`), chain[0]))
    expect(standing([pki.issue({}, chain[0]), ...chain])).toBe(good)
  })

  test('does not lead from a name to another key of that name', () => {
    const real = pki.issue(ca('Same'), root)
    const fake = pki.issue(ca('Same'))
    expect(standing([pki.issue({}, fake), real])).toBe(false)
    expect(standing([pki.issue({}, fake), fake])).toBe(false)
  })
})
