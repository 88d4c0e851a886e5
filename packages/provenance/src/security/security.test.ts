/** Security data that we write, and what becomes of them when they are touched. */
import { rmSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { generateSm2Key, writeSm2PrivateKey } from '../sm2/keys.ts'
import { caExtensions, type Issued, leafExtensions, OpensslAuthority } from '../sm2/openssl.test-kit.ts'
import { createTrust } from '../trust/trust.ts'
import { checkSecurityData } from './check.ts'
import { checked, code, codes, field, nobody, now, pemOf } from './security.test-kit.ts'
import { createLabelSigner } from './signer.ts'
import { type SecurityContext, sm2Fingerprint } from './vouch.ts'
import { writeSecurityData } from './write.ts'

describe('what we write', () => {
  const binding = {
    type: 'Media',
    algorithm: '1.2.156.10197.1.401',
    value: 'ab'.repeat(32),
    selection: 'all',
  }
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
    const check = checked(text, trusting(root))
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
    const check = checked(text, trusting(root))
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
    const check = checked(text, trusting(root))
    expect([check.status, codes(check)]).toEqual([
      'embedded',
      ['security.signature.embedded', 'security.certificate.untrusted'],
    ])
  })

  test('for one piece of content says nothing of it once its hash is signed by nobody', async () => {
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
    const key = generateSm2Key()
    const signer = createLabelSigner({ key: pemOf(writeSm2PrivateKey(key)) })
    const text = await writeSecurityData(field, 'ReservedCode1', signer, { binding })
    const check = checked(text, nobody)
    expect(check.bindings).toEqual([binding])
    const other = text.replace('AB'.repeat(32), 'CD'.repeat(32))
    const forged = checked(other, nobody)
    expect([forged.bindings, codes(forged)[1]]).toEqual([[], 'security.signature.mismatch'])
  })

  test('never crashes the checker, whatever bit is changed', async () => {
    const { ReservedCode1: text } = await labelBy(leaf)
    for (let at = 0; at < text.length; at += 37) {
      const changed = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
      checked(changed, trusting(root))
      checkSecurityData({ ...field, ReservedCode1: text.slice(0, at) }, 'ReservedCode1', trusting(root))
    }
    fc.assert(
      fc.property(fc.json(), (json) => {
        const hostile = `{"SecurityData":${json}}`
        expect(checked(hostile, nobody).status).toBe('unsupported')
      }),
    )
  })
})
