/** Certification paths in the manner of NIST PKITS: certificates by openssl, one thing wrong at a time (RFC 5280 6). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readCertificate } from './certificate.ts'
import { caExtensions, leafExtensions, Pki, type PkiEntry, type PkiRequest } from './pki.test-kit.ts'
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

/** What openssl says of the same path. */
function openssl([leaf, middle]: readonly [PkiEntry, PkiEntry]): boolean {
  try {
    const files = ['-CAfile', `${root.name}.pem`, '-untrusted', `${middle.name}.pem`, `${leaf.name}.pem`]
    pki.run('verify', ...files)
    return true
  } catch {
    return false
  }
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

  /** The leaf names its issuer in one way, the certificate above says it in the other. */
  const namedTwice = (named: PkiRequest, above: PkiRequest) => {
    const issuing = pki.issue({ ...ca('Issuing'), ...above }, root)
    const twin = pki.issue({ ...ca('Issuing'), keyOf: issuing, ...named }, root)
    return [pki.issue({}, twin), issuing] as const
  }
  const utf8 = { subject: '/C=CN/O=Acme AI/CN=École 甲' }
  test.each<[string, PkiRequest, PkiRequest, boolean]>([
    ['in another case', { subject: '/C=CN/O=ACME ai' }, { subject: '/C=cn/O=Acme AI' }, true],
    ['with other spaces', { subject: '/O=  Acme   AI ' }, { subject: '/O=Acme AI' }, true],
    ['as PrintableString', { subject: '/O=Acme AI', texts: 'MASK:0x2' }, { subject: '/O=Acme AI' }, true],
    ['as BMPString', { ...utf8, texts: 'MASK:0x802' }, utf8, true],
    [
      'as IA5String',
      { subject: '/emailAddress=CA@Acme.example' },
      { subject: '/emailAddress=ca@acme.example' },
      true,
    ],
    ['with other letters', { subject: '/O=Acme-AI' }, { subject: '/O=Acme AI' }, false],
    ['without the space', { subject: '/O=AcmeAI' }, { subject: '/O=Acme AI' }, false],
    ['in another order', { subject: '/O=Acme AI/C=CN' }, { subject: '/C=CN/O=Acme AI' }, false],
    ['with another attribute', { subject: '/OU=Acme AI' }, { subject: '/O=Acme AI' }, false],
    ['with one attribute more', { subject: '/O=Acme AI/CN=X' }, { subject: '/O=Acme AI' }, false],
    ['with a comma for an attribute', { subject: '/O=Acme AI, CN=X' }, { subject: '/O=Acme AI/CN=X' }, false],
  ])('over an issuer that is named %s, as openssl says', (_, named, above, good) => {
    const path = namedTwice(named, above)
    expect([standing(path), openssl(path)]).toEqual([good, good])
  })

  /** RFC 4518 2 asks for more than openssl does, which knows the case of ASCII alone. */
  test.each([
    ['the case of other letters', '/O=ÉCOLE Ως', '/O=école ΩΣ'],
    ['full-width forms', '/O=Ａｃｍｅ', '/O=Acme'],
    ['composed letters', '/O=E\u0301cole', '/O=\u00c9cole'],
    ['spaces of other kinds', '/O=Acme\u3000AI', '/O=Acme AI'],
    ['what nobody sees', '/O=Ac\u00adme\u200b AI', '/O=Acme AI'],
  ])('does not mind %s', (_, one, other) => {
    expect(standing(namedTwice({ subject: one }, { subject: other }))).toBe(true)
  })

  test('does not lead from a name to another key of that name', () => {
    const real = pki.issue(ca('Same'), root)
    const fake = pki.issue(ca('Same'))
    expect(standing([pki.issue({}, fake), real])).toBe(false)
    expect(standing([pki.issue({}, fake), fake])).toBe(false)
  })
})

/** RFC 5280 4.2.1.10; what openssl says of the same files is asked as well. */
describe('names that an authority may not give', () => {
  const chained = (constraint: string, names: string, subject = '/C=CN/O=Acme AI/CN=Leaf') => {
    const extensions = [...caExtensions, `nameConstraints=critical,${constraint}`]
    const middle = pki.issue(
      { ...ca('Constrained'), subject: '/C=CN/O=Acme AI/CN=Constrained', extensions },
      root,
    )
    const alternative = names ? [`subjectAltName=${names}`] : []
    return [pki.issue({ subject, extensions: [...leafExtensions, ...alternative] }, middle), middle] as const
  }

  test.each<[string, string, boolean]>([
    ['permitted;DNS:example.com', 'DNS:example.com', true],
    ['permitted;DNS:example.com', 'DNS:a.EXAMPLE.com', true],
    ['permitted;DNS:example.com', 'DNS:notexample.com', false],
    ['permitted;DNS:example.com', 'DNS:example.org', false],
    ['permitted;DNS:example.com', 'email:a@example.org', true],
    ['excluded;DNS:example.com', 'DNS:a.example.com', false],
    ['excluded;DNS:example.com', 'DNS:example.org', true],
    ['permitted;DNS:example.com,excluded;DNS:bad.example.com', 'DNS:bad.example.com', false],
    ['permitted;DNS:example.com,permitted;DNS:example.org', 'DNS:a.example.org', true],
    ['permitted;DNS:example.com', 'DNS:a.example.com,DNS:b.example.org', false],
    ['permitted;email:example.com', 'email:a@example.com', true],
    ['permitted;email:example.com', 'email:a@sub.example.com', false],
    ['permitted;email:.example.com', 'email:a@sub.example.com', true],
    ['permitted;email:.example.com', 'email:a@example.com', false],
    ['permitted;email:a@example.com', 'email:a@example.com', true],
    ['permitted;email:a@example.com', 'email:b@example.com', false],
    ['excluded;email:a@example.com', 'email:a@EXAMPLE.com', false],
    ['permitted;URI:example.com', 'URI:https://example.com/x', true],
    ['permitted;URI:example.com', 'URI:https://a.example.com/x', false],
    ['permitted;URI:.example.com', 'URI:https://a.example.com:443/x', true],
    ['excluded;URI:.example.com', 'URI:https://a.example.com', false],
    ['permitted;IP:192.0.2.0/255.255.255.0', 'IP:192.0.2.7', true],
    ['permitted;IP:192.0.2.0/255.255.255.0', 'IP:192.0.3.7', false],
    ['permitted;IP:2001:db8:0:0:0:0:0:0/ffff:ffff:0:0:0:0:0:0', 'IP:2001:db8::1', true],
    ['excluded;IP:2001:db8:0:0:0:0:0:0/ffff:ffff:0:0:0:0:0:0', 'IP:2001:db8::1', false],
    ['permitted;RID:1.2.3', 'RID:1.2.3', false],
    ['permitted;RID:1.2.3', 'DNS:example.com', true],
  ])('%s over %s: %s', (constraint, names, good) => {
    const path = chained(constraint, names)
    expect(standing(path)).toBe(good)
    expect(openssl(path)).toBe(good)
  })

  test.each([
    ['permitted', '/C=CN/O=Acme AI/CN=Leaf', true],
    ['permitted', '/C=CN/O=ACME  ai/CN=Leaf', true],
    ['permitted', '/C=CN/O=Other/CN=Leaf', false],
    ['permitted', '/O=Acme AI/C=CN/CN=Leaf', false],
    ['excluded', '/C=CN/O=acme ai/CN=Leaf', false],
    ['excluded', '/C=CN/O=Other/CN=Leaf', true],
  ])('the organization %s over %s: %s', (kind, subject, good) => {
    const section = '\n[tree]\nC=CN\nO=Acme AI\n[y]'
    const path = chained(`${kind};dirName:tree${section}`, '', subject)
    expect(standing(path)).toBe(good)
    expect(openssl(path)).toBe(good)
  })

  test('by an address in the subject, or by the root itself', () => {
    const address = chained('permitted;email:example.com', '', '/CN=Leaf/emailAddress=a@example.org')
    expect([standing(address), openssl(address)]).toEqual([false, false])
    const extensions = [...caExtensions, 'nameConstraints=critical,permitted;DNS:example.com']
    const narrow = pki.issue(ca('Narrow', { extensions }))
    const leafOf = (name: string) =>
      pki.issue({ extensions: [...leafExtensions, `subjectAltName=DNS:${name}`] }, narrow)
    expect(standing([leafOf('example.com')], [narrow])).toBe(true)
    expect(standing([leafOf('example.org')], [narrow])).toBe(false)
  })

  test('further down as well, unless an authority renews itself', () => {
    const extensions = [...caExtensions, 'nameConstraints=critical,excluded;DNS:example.com']
    const top = pki.issue(ca('Top', { extensions }), root)
    const wider = ca('Wider', {
      extensions: [...caExtensions, 'nameConstraints=critical,permitted;DNS:example.com'],
    })
    const low = pki.issue(wider, top)
    const leaf = pki.issue({ extensions: [...leafExtensions, 'subjectAltName=DNS:example.com'] }, low)
    expect(standing([leaf, low, top])).toBe(false)
    const named = [...caExtensions, 'subjectAltName=DNS:example.com']
    const renewed = pki.issue(ca('Top', { extensions: named }), top)
    expect(standing([pki.issue({}, renewed), renewed, top])).toBe(true)
  })

  test('when nobody can tell what they are', () => {
    for (const broken of ['3000', '3002a000', '300ba009300782026578800101', '04020000']) {
      const extensions = [...caExtensions, `2.5.29.30=critical,DER:${broken}`]
      const middle = pki.issue(ca('Broken', { extensions }), root)
      expect(standing([pki.issue({}, middle), middle])).toBe(broken === '3002a000')
    }
  })

  test('in a number that would keep anybody busy', () => {
    const many = (letter: string) => Array.from({ length: 900 }, (_, index) => `DNS:${letter}${index}.com`)
    const trees = many('a').map((name) => `permitted;${name}`)
    const path = chained(trees.join(','), many('a').slice(0, 200).join(','))
    expect(standing(path)).toBe(false)
  })
})
