/** Security data of labels: what real services wrote, what we write, and what becomes of either when it is touched. */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { AigcField, AigcReading } from '@yinji/core'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { n } from '../sm2/curve.ts'
import { generateSm2Key, writeSm2PrivateKey, writeSm2PublicKey } from '../sm2/keys.ts'
import { caExtensions, type Issued, leafExtensions, OpensslAuthority } from '../sm2/openssl.test-kit.ts'
import { readSm2Signature, sm2Sign, writeSm2Signature } from '../sm2/signature.ts'
import { sm3 } from '../sm2/sm3.ts'
import { createTrust } from '../trust/trust.ts'
import { checkSecurityData } from './check.ts'
import { createLabelSigner } from './signer.ts'
import { type SecurityContext, sm2Fingerprint } from './vouch.ts'
import { writeSecurityData } from './write.ts'

/** A little later: openssl issues the certificates only now. */
const now = new Date(Date.now() + 60_000)
const nobody: SecurityContext = { trust: createTrust({ anchors: [] }), now }
const code = '001191310104MACE0YX63918020'
const field: AigcField = {
  Label: '1',
  ContentProducer: code,
  ProduceID: '142569260085903360',
  ReservedCode1: '',
  ContentPropagator: code,
  PropagateID: '142569260085903360',
  ReservedCode2: '',
}
const { samples } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../fixtures/labels.json'), 'utf8'),
) as { samples: { id: string; fields?: AigcReading }[] }
const real = samples.find(({ id }) => id === 'stepfun-markdown')?.fields ?? {}
const codes = (check: { findings: readonly { code: string }[] }) => check.findings.map((found) => found.code)
const pemOf = (der: Uint8Array) =>
  `-----BEGIN PRIVATE KEY-----\n${Buffer.from(der).toString('base64')}\n-----END PRIVATE KEY-----`

describe('a real service’s label', () => {
  test('holds, by a key that only the file itself vouches for, with the hash taken twice', () => {
    const check = checkSecurityData(real, 'ReservedCode1', nobody)
    expect(check.status).toBe('embedded')
    expect(check.findings[0]?.data).toMatchObject({ form: 'LabelMataData, DER, spki, double hash' })
  })

  test('holds by its pinned key, and by the key bound to its provider code', () => {
    const { key } = checkSecurityData(real, 'ReservedCode1', nobody)
    if (key === null) throw new Error('no key')
    const pinned = checkSecurityData(real, 'ReservedCode1', { ...nobody, pins: new Set([key]) })
    expect(pinned.status).toBe('pinned')
    const keysOf = (provider: string) => (provider === code ? new Set([key]) : undefined)
    expect(checkSecurityData(real, 'ReservedCode1', { ...nobody, keysOf }).status).toBe('pinned')
  })

  test('fails once a member that it covers is another, and not for the others', () => {
    for (const [member, value] of [
      ['Label', '2'],
      ['ContentProducer', '001191110102MACQD9K64010000'],
      ['ProduceID', '142569260085903361'],
    ] as const)
      expect(checkSecurityData({ ...real, [member]: value }, 'ReservedCode1', nobody)).toMatchObject({
        status: 'failed',
        findings: [{ code: 'security.signature.mismatch', level: 'error' }],
      })
    const passedOn = { ...real, ContentPropagator: 'somebody', PropagateID: '7' }
    expect(checkSecurityData(passedOn, 'ReservedCode1', nobody).status).toBe('embedded')
  })

  test('says nothing about its second code, of which nobody knows what it signs', () => {
    const check = checkSecurityData(real, 'ReservedCode2', nobody)
    expect([check.status, codes(check)]).toEqual(['unsupported', ['security.signature.unsupported']])
  })
})

describe('every dialect', () => {
  const key = generateSm2Key()
  const even = (() => {
    for (;;) {
      const candidate = generateSm2Key()
      if ((candidate.publicKey.y & 1n) === 0n) return candidate
    }
  })()
  const message = Buffer.from(`"Label":"1","ContentProducer":"${code}","ProduceID":"${field.ProduceID}"`)
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
  const label = (signature: Uint8Array, keyValue: Uint8Array, type = 'Md') => ({
    ...field,
    ReservedCode1: JSON.stringify({
      SecurityData: {
        Type: 'TC260PG',
        Version: 1,
        PubSD: [
          { Type: 'Note', Text: 'unknown' },
          {
            Type: 'DS',
            AlgID: '1.2.156.10197.1.501',
            TBSData: { Type: type },
            Signature: hex(signature),
          },
          { Type: 'PubKey', AlgID: '1.2.156.10197.1.501', KeyValue: hex(keyValue).toUpperCase() },
        ],
      },
    }),
  })

  for (const encoding of ['der', 'raw'] as const)
    for (const hashes of ['single', 'double'] as const)
      for (const form of ['spki', 'uncompressed', 'compressed', 'x'] as const)
        for (const type of ['Md', 'LabelMataData'])
          test(`${encoding}, ${hashes} hash, ${form}, ${type} is recognised and told`, () => {
            const signing = form === 'x' ? even : key
            const signed = hashes === 'single' ? message : sm3(message)
            const check = checkSecurityData(
              label(sm2Sign(signing, signed, { encoding }), writeSm2PublicKey(signing.publicKey, form), type),
              'ReservedCode1',
              nobody,
            )
            expect(check.status).toBe('embedded')
            expect(check.findings[0]?.data).toMatchObject({
              form: `${type}, ${encoding === 'der' ? 'DER' : 'r‖s'}, ${form}, ${hashes} hash`,
            })
          })

  test('a signature under another signer id does not count', () => {
    const signature = sm2Sign(key, message, { signerId: 'somebody@example.com' })
    const check = checkSecurityData(
      label(signature, writeSm2PublicKey(key.publicKey)),
      'ReservedCode1',
      nobody,
    )
    expect([check.status, codes(check)]).toEqual(['failed', ['security.signature.mismatch']])
  })

  describe('no second signature is made out of a first', () => {
    const read = readSm2Signature(sm2Sign(key, message))
    if (read === undefined) throw new Error('no signature')
    const { r, s } = read
    const der = Buffer.from(writeSm2Signature(read))
    const raw = (...numbers: bigint[]) =>
      Buffer.from(numbers.map((number) => number.toString(16).padStart(64, '0')).join(''), 'hex')
    const longer = (at: number) => {
      const bytes = Buffer.concat([der.subarray(0, at + 2), Buffer.of(0), der.subarray(at + 2)])
      bytes[1] = (bytes[1] ?? 0) + 1
      bytes[at + 1] = (bytes[at + 1] ?? 0) + 1
      return bytes
    }
    const most = 2n ** 256n
    test.each<[string, Uint8Array]>([
      ['with n − s, as in ECDSA', writeSm2Signature({ r, s: n - s })],
      ['with r and s exchanged', writeSm2Signature({ r: s, s: r })],
      ['with r + n', writeSm2Signature({ r: r + n, s })],
      ['with s + n', writeSm2Signature({ r, s: s + n })],
      ['raw, with n − s', raw(r, n - s)],
      ['raw, with s + n where it fits', raw(r, s + n < most ? s + n : n)],
      ['raw, with r = 0', raw(0n, s)],
      ['raw, with s = 0', raw(r, 0n)],
      ['raw, with r + s = n', raw(r, n - r)],
      ['with r padded', longer(2)],
      ['with a length in two bytes', Buffer.concat([Buffer.of(0x30, 0x81), der.subarray(1)])],
      ['with something behind it', Buffer.concat([der, Buffer.of(0)])],
      [
        'with a third number',
        Buffer.concat([Buffer.of(0x30, der.length + 1), der.subarray(2), Buffer.of(2, 1, 1)]),
      ],
      ['cut off', der.subarray(0, -1)],
    ])('%s', (_, signature) => {
      const check = checkSecurityData(
        label(signature, writeSm2PublicKey(key.publicKey)),
        'ReservedCode1',
        nobody,
      )
      expect([check.status, codes(check)]).toEqual(['failed', ['security.signature.mismatch']])
    })
  })

  test('numbers, garbage and other algorithms are told apart', () => {
    const of = (text: string) =>
      codes(checkSecurityData({ ...field, ReservedCode1: text }, 'ReservedCode1', nobody))
    expect(of('51cfd2a9-5126-476b-84bf-1ba2dc5a979b')).toEqual(['security.data.opaque'])
    expect(of('{"SecurityData":{')).toEqual(['security.data.malformed'])
    expect(of('{"SecurityData":7}')).toEqual(['security.data.malformed'])
    expect(of('{"SecurityData":{"PubSD":[]}}')).toEqual(['security.signature.unsupported'])
    expect(of('')).toEqual([])
  })
})

describe('what we write', () => {
  const authority = new OpensslAuthority('SM2')
  afterAll(() => rmSync(authority.directory, { recursive: true, force: true }))
  const root = authority.issue('/O=Ministry/CN=Root', caExtensions)
  const issuing = authority.issue('/O=Ministry/CN=Issuing', caExtensions, root)
  const leaf = authority.issue(`/O=Acme AI/organizationIdentifier=${code}/CN=Labels`, leafExtensions, issuing)
  const pem = (...issued: Issued[]) => issued.map(({ certificate }) => authority.text(certificate)).join('')
  const signerOf = (own: Issued, ...above: Issued[]) =>
    createLabelSigner({ key: authority.text(own.key), chain: pem(own, ...above) }, now)
  const trusting = (anchor: Issued): SecurityContext => ({
    trust: createTrust({ anchors: [pem(anchor)] }),
    now,
  })
  const labelBy = async (own: Issued, producer = code) => {
    const said = { ...field, ContentProducer: producer }
    return { ...said, ReservedCode1: await writeSecurityData(said, 'ReservedCode1', signerOf(own, issuing)) }
  }

  test('keeps to the characters of the field, and is read back', async () => {
    const text = await writeSecurityData(field, 'ReservedCode1', signerOf(leaf, issuing))
    expect(text).toMatch(/^[\x21-\x5b\x5d-\x7e]*$/)
    const check = checkSecurityData({ ...field, ReservedCode1: text }, 'ReservedCode1', trusting(root))
    expect(check.status).toBe('certificate')
    expect(check.findings).toHaveLength(1)
    expect(check.findings[0]?.data).toMatchObject({
      subject: `CN=Labels, organizationIdentifier=${code}, O=Acme AI`,
      form: 'Md, DER, spki, single hash',
    })
  })

  test('names certificates that do not fit, and finds them elsewhere', async () => {
    const signer = signerOf(leaf, issuing)
    const text = await writeSecurityData(field, 'ReservedCode1', signer, { certificateCharacters: 1500 })
    expect(text).toMatch(/"CertRef"/)
    const label = { ...field, ReservedCode1: text }
    expect(checkSecurityData(label, 'ReservedCode1', trusting(root)).status).toBe('embedded')
    const { chain } = checkSecurityData(await labelBy(leaf), 'ReservedCode1', nobody)
    const context = { ...trusting(root), certificates: chain }
    expect(checkSecurityData(label, 'ReservedCode1', context).status).toBe('certificate')
  })

  test('proves no more than integrity to those who do not trust the authority', async () => {
    const check = checkSecurityData(await labelBy(leaf), 'ReservedCode1', nobody)
    expect(check.status).toBe('embedded')
    expect(codes(check)).toEqual(['security.signature.embedded', 'security.certificate.untrusted'])
  })

  test('in another provider’s name is caught', async () => {
    const check = checkSecurityData(
      await labelBy(leaf, '001191110102MACQD9K64010000'),
      'ReservedCode1',
      trusting(root),
    )
    expect(check.status).toBe('embedded')
    expect(codes(check)).toContain('security.provider.disagree')
  })

  test('with a certificate of another key vouches for nothing', async () => {
    const { chain } = signerOf(leaf, issuing)
    const key = createLabelSigner({ key: pemOf(writeSm2PrivateKey(generateSm2Key())) })
    const text = await writeSecurityData(field, 'ReservedCode1', { ...key, chain })
    const check = checkSecurityData({ ...field, ReservedCode1: text }, 'ReservedCode1', trusting(root))
    expect([check.status, codes(check), check.certificate]).toEqual([
      'embedded',
      ['security.signature.embedded'],
      null,
    ])
  })

  test('with a certificate that a provider issued to itself, in another’s name, is not believed', async () => {
    const extensions = `${leafExtensions}\nbasicConstraints=critical,CA:FALSE`
    const provider = authority.issue(
      '/O=Bolt/organizationIdentifier=00119144030008867405X200000/CN=Bolt',
      extensions,
      issuing,
    )
    const forged = authority.issue(`/O=Acme AI/organizationIdentifier=${code}/CN=X`, leafExtensions, provider)
    const signer = signerOf(forged, provider, issuing)
    const text = await writeSecurityData(field, 'ReservedCode1', signer)
    const check = checkSecurityData({ ...field, ReservedCode1: text }, 'ReservedCode1', trusting(root))
    expect([check.status, codes(check)]).toEqual([
      'embedded',
      ['security.signature.embedded', 'security.certificate.untrusted'],
    ])
  })

  test('for one piece of content says nothing of it once its hash is signed by nobody', async () => {
    const binding = {
      type: 'Media',
      algorithm: '1.2.156.10197.1.401',
      value: 'ab'.repeat(32),
      selection: 'all',
    }
    const text = await writeSecurityData(field, 'ReservedCode1', signerOf(leaf, issuing), { binding })
    const data = JSON.parse(text) as { SecurityData: { PubSD: { TBSData?: { Type: string } }[] } }
    data.SecurityData.PubSD = data.SecurityData.PubSD.filter(({ TBSData }) => TBSData?.Type !== 'Bindings')
    const stripped = { ...field, ReservedCode1: JSON.stringify(data) }
    const check = checkSecurityData(stripped, 'ReservedCode1', trusting(root))
    expect([check.status, check.bindings]).toEqual(['certificate', []])
  })

  test('with a key that is not the provider’s is caught', async () => {
    const keysOf = () => new Set([sm2Fingerprint(generateSm2Key().publicKey)])
    const check = checkSecurityData(await labelBy(leaf), 'ReservedCode1', { ...trusting(root), keysOf })
    expect(codes(check)).toContain('security.key.foreign')
  })

  test('with a certificate for another purpose vouches for nothing', async () => {
    const tsa = authority.issue(
      `/O=Acme AI/organizationIdentifier=${code}/CN=Clock`,
      'keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping',
      issuing,
    )
    expect(() => signerOf(tsa, issuing)).toThrow(
      expect.objectContaining({ code: 'sign.certificate.profile' }),
    )
    const key = createLabelSigner({ key: authority.text(tsa.key) })
    const chain = signerOf(leaf, issuing).chain
    const der = Buffer.from(authority.text(tsa.certificate).replace(/-----[^-]+-----|\s/g, ''), 'base64')
    const signer = { ...key, chain: [der, ...chain.slice(1)] }
    const label = { ...field, ReservedCode1: await writeSecurityData(field, 'ReservedCode1', signer) }
    const check = checkSecurityData(label, 'ReservedCode1', trusting(root))
    expect(check.status).toBe('embedded')
    expect(codes(check)).toContain('security.certificate.unsuitable')
  })

  test('outlasts its certificate only as far as its key is known otherwise', async () => {
    const label = await labelBy(leaf)
    const later = { ...trusting(root), now: new Date(now.getTime() + 200 * 86_400_000) }
    const check = checkSecurityData(label, 'ReservedCode1', later)
    expect([check.status, codes(check)[1]]).toEqual(['embedded', 'security.certificate.expired'])
    const pins = new Set([check.key ?? ''])
    expect(checkSecurityData(label, 'ReservedCode1', { ...later, pins }).status).toBe('pinned')
  })

  test('for the propagator covers the propagator’s part', async () => {
    const signer = signerOf(leaf, issuing)
    const first = { ...field, ReservedCode1: await writeSecurityData(field, 'ReservedCode1', signer) }
    const passed = { ...first, ContentPropagator: code, PropagateID: 'p-1' }
    const label = { ...passed, ReservedCode2: await writeSecurityData(passed, 'ReservedCode2', signer) }
    for (const at of ['ReservedCode1', 'ReservedCode2'] as const)
      expect(checkSecurityData(label, at, trusting(root)).status).toBe('certificate')
    const moved = { ...label, PropagateID: 'p-2' }
    expect(checkSecurityData(moved, 'ReservedCode1', trusting(root)).status).toBe('certificate')
    expect(checkSecurityData(moved, 'ReservedCode2', trusting(root)).status).toBe('failed')
  })

  test('binds the content’s hash, which can’t be exchanged', async () => {
    const binding = {
      type: 'Media',
      algorithm: '1.2.156.10197.1.401',
      value: 'ab'.repeat(32),
      selection: 'all',
    }
    const key = generateSm2Key()
    const signer = createLabelSigner({ key: pemOf(writeSm2PrivateKey(key)) })
    const text = await writeSecurityData(field, 'ReservedCode1', signer, { binding })
    const check = checkSecurityData({ ...field, ReservedCode1: text }, 'ReservedCode1', nobody)
    expect(check.bindings).toEqual([binding])
    const other = text.replace('AB'.repeat(32), 'CD'.repeat(32))
    const forged = checkSecurityData({ ...field, ReservedCode1: other }, 'ReservedCode1', nobody)
    expect([forged.bindings, codes(forged)[1]]).toEqual([[], 'security.signature.mismatch'])
  })

  test('never crashes the checker, whatever bit is changed', async () => {
    const { ReservedCode1: text } = await labelBy(leaf)
    for (let at = 0; at < text.length; at += 37) {
      const changed = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
      checkSecurityData({ ...field, ReservedCode1: changed }, 'ReservedCode1', trusting(root))
      checkSecurityData({ ...field, ReservedCode1: text.slice(0, at) }, 'ReservedCode1', trusting(root))
    }
    fc.assert(
      fc.property(fc.json(), (json) => {
        const hostile = `{"SecurityData":${json}}`
        expect(checkSecurityData({ ...field, ReservedCode1: hostile }, 'ReservedCode1', nobody).status).toBe(
          'unsupported',
        )
      }),
    )
  })
})
