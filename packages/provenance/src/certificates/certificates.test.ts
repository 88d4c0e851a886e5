/** Keys, certificates and requests of every kind, with openssl on the other side. */
import { execFileSync } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { pemOf } from '../encoding/pem.ts'
import { readSm2PrivateKey } from '../sm2/keys.ts'
import { readCertificate } from '../trust/certificate.ts'
import { leafProblem, stampProblem } from '../trust/profile.ts'
import { createTrust } from '../trust/trust.ts'
import { issueCertificate, type Profile } from './issue.ts'
import { type CertificateKey, generatePrivateKey, keyKinds, openCertificateKey } from './key.ts'
import type { Subject } from './name.ts'
import { readRequest, requestCertificate } from './request.ts'
import { sealPrivateKey } from './sealed.ts'

const directory = mkdtempSync(join(tmpdir(), 'yinji-certificates-'))
afterAll(() => rmSync(directory, { recursive: true }))
const openssl = (...args: string[]) =>
  execFileSync('openssl', args, { cwd: directory, encoding: 'utf8', stdio: 'pipe' })
const file = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(directory, name), content)
  return name
}

const code = '001191110102MACQD9K64010000'
const service: Subject = {
  country: 'CN',
  organization: '印记 AI',
  code,
  filingNumber: '网信算备110105123456789240017号',
  commonName: 'Acme Painter',
}
const now = Date.now()
const valid = { notBefore: new Date(now - 3_600_000), notAfter: new Date(now + 86_400_000) }
const newKey = async (kind: (typeof keyKinds)[number]) => {
  const pkcs8 = await generatePrivateKey(kind)
  return { pkcs8, pem: pemOf('PRIVATE KEY', pkcs8), key: openCertificateKey(pkcs8) }
}
const named = (commonName: string): Subject => ({ organization: 'Ministry', commonName })

async function hierarchy(kind: (typeof keyKinds)[number]) {
  const [root, issuing] = [await newKey(kind), await newKey(kind)]
  const rootDer = await issueCertificate(
    { profile: 'root', subject: named('Root'), publicKey: root.key.publicKey, ...valid },
    { key: root.key },
  )
  const issuingDer = await issueCertificate(
    { profile: 'issuing', subject: named('Issuing'), publicKey: issuing.key.publicKey, ...valid },
    { certificate: rootDer, key: root.key },
  )
  const issue = (profile: Profile, key: CertificateKey) =>
    issueCertificate(
      {
        profile,
        subject: service,
        publicKey: key.publicKey,
        ...valid,
        crl: 'http://ca.example/issuing.crl',
        ocsp: 'http://ca.example/ocsp',
        issuer: 'http://ca.example/issuing.cer',
      },
      { certificate: issuingDer, key: issuing.key },
    )
  return { rootDer, issuingDer, issue }
}

const distid = (kind: string) => (kind === 'SM2' ? ['-vfyopt', 'distid:1234567812345678'] : [])

describe.each(keyKinds)('%s', (kind) => {
  test('root, issuing CA and service: openssl builds the chain, and so do we', async () => {
    const { rootDer, issuingDer, issue } = await hierarchy(kind)
    const leaf = await newKey(kind)
    const der = await issue('signer', leaf.key)
    const root = file('root.pem', pemOf('CERTIFICATE', rootDer))
    const issuing = file('issuing.pem', pemOf('CERTIFICATE', issuingDer))
    const own = file('leaf.pem', pemOf('CERTIFICATE', der))
    const chain = ['-CAfile', root, '-untrusted', issuing, own]
    // openssl gives SM2's signer id to the certificate in question alone: each is one, and none is taken along.
    const verify = (...args: string[]) => openssl('verify', '-x509_strict', ...distid(kind), ...args)
    if (kind !== 'SM2') expect(verify('-check_ss_sig', ...chain)).toContain('OK')
    else {
      expect(verify('-CAfile', root, issuing)).toContain('OK')
      expect(verify('-partial_chain', '-trusted', issuing, own)).toContain('OK')
    }
    const [certificate, above] = [readCertificate(der), readCertificate(issuingDer)]
    if (!certificate || !above) throw new Error('unreadable')
    const trust = createTrust({ anchors: [pemOf('CERTIFICATE', rootDer)] })
    expect(trust.assess([certificate, above], new Date()).anchored).toBe(true)
    expect(leafProblem(certificate, kind === 'SM2' ? 'sm2' : 'c2pa')).toBeUndefined()
    expect(certificate.subject).toMatchObject({
      country: 'CN',
      organization: '印记 AI',
      organizationIdentifier: code,
      description: service.filingNumber,
      commonName: 'Acme Painter',
    })
  })

  test('a request of ours proves to openssl that the key is there', async () => {
    const { key } = await newKey(kind)
    const request = file('own.csr', pemOf('CERTIFICATE REQUEST', await requestCertificate(service, key)))
    const text = openssl(
      'req',
      '-in',
      request,
      '-verify',
      '-noout',
      '-subject',
      ...distid(kind),
      '-nameopt',
      'utf8',
    )
    expect(text).toContain('Acme Painter')
    expect(readRequest(readFileSync(join(directory, request)))).toMatchObject({ kind, subject: service })
  })

  test('a request of openssl’s is read, and refused with a byte changed', async () => {
    const key = file('their.key', (await newKey(kind)).pem)
    const sm2 = kind === 'SM2' ? ['-sm3', '-sigopt', 'distid:1234567812345678'] : []
    openssl(
      'req',
      '-new',
      '-utf8',
      '-key',
      key,
      '-subj',
      '/C=CN/O=Bolt/CN=Voice',
      ...sm2,
      '-outform',
      'DER',
      '-out',
      'their.csr',
    )
    const der = readFileSync(join(directory, 'their.csr'))
    expect(readRequest(der)).toMatchObject({
      kind,
      subject: { country: 'CN', organization: 'Bolt', commonName: 'Voice' },
    })
    for (const at of [der.indexOf('Bolt'), der.byteLength - 5]) {
      const changed = Uint8Array.from(der)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(() => readRequest(changed)).toThrow(/request can’t be used/)
    }
  })

  test('openssl opens the sealed key with the passphrase, and nobody without', async () => {
    const { pkcs8, key } = await newKey(kind)
    const sealed = await sealPrivateKey(pkcs8, '密码 pass')
    const name = file('sealed.key', sealed)
    const inside = openssl('pkey', '-in', name, '-passin', 'pass:密码 pass', '-pubout', '-outform', 'PEM')
    expect(inside).toBe(pemOf('PUBLIC KEY', key.publicKey))
    expect(openCertificateKey(sealed, '密码 pass').publicKey).toEqual(key.publicKey)
    expect(() => openCertificateKey(sealed, 'another')).toThrow(/does not open it/)
    expect(() => openCertificateKey(sealed)).toThrow(/protected by a passphrase/)
    if (kind === 'SM2') expect(readSm2PrivateKey(sealed, '密码 pass').scalar).toHaveLength(32)
    else expect(createPrivateKey({ key: sealed, passphrase: '密码 pass' }).type).toBe('private')
  })
})

describe('a certificate', () => {
  test('says where the list, the answers and its issuer are', async () => {
    const { issue } = await hierarchy('P-256')
    const leaf = await newKey('P-256')
    const name = file('where.pem', pemOf('CERTIFICATE', await issue('signer', leaf.key)))
    const text = openssl('x509', '-in', name, '-noout', '-text')
    expect(text).toContain('OCSP - URI:http://ca.example/ocsp')
    expect(text).toContain('CA Issuers - URI:http://ca.example/issuing.cer')
    expect(text).toMatch(/CRL Distribution Points:\s+Full Name:\s+URI:http:\/\/ca.example\/issuing.crl/)
  })

  test('for time stamps is good for nothing else, and the other way round', async () => {
    const { issue } = await hierarchy('P-256')
    const { key } = await newKey('P-256')
    const read = async (profile: Profile) => {
      const certificate = readCertificate(await issue(profile, key))
      if (!certificate) throw new Error('unreadable')
      return certificate
    }
    expect(stampProblem(await read('timestamp'))).toBeUndefined()
    expect(leafProblem(await read('timestamp'))).toMatch(/timeStamping/)
    expect(stampProblem(await read('signer'))).toMatch(/not for time stamps/)
    expect(leafProblem(await read('ocsp'))).toMatch(/OCSPSigning/)
  })

  test('is not issued with a provider code that is none', async () => {
    const { key } = await newKey('P-256')
    const request = { profile: 'root', publicKey: key.publicKey, ...valid } as const
    const subject = { ...service, code: `${code.slice(0, 21)}5${code.slice(22)}` }
    await expect(issueCertificate({ ...request, subject }, { key })).rejects.toThrow(/provider code/)
  })
})

describe('a hostile request', () => {
  test('is refused by name, whatever it is', async () => {
    const request = await requestCertificate(service, (await newKey('P-256')).key)
    fc.assert(
      fc.property(fc.nat(request.byteLength - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Uint8Array.from(request)
        changed[at] = (changed[at] ?? 0) ^ change
        expect(() => readRequest(changed)).toThrow(/request can’t be used/)
      }),
      { seed: 6, numRuns: 1000 },
    )
    for (let length = 0; length < request.byteLength; length++)
      expect(() => readRequest(request.subarray(0, length))).toThrow(/request can’t be used/)
  })

  test.each([
    ['RSA-1024', ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024']],
    ['secp256k1', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1']],
  ])('a key of %s is not certified', (_, kind) => {
    openssl('genpkey', ...kind, '-out', 'weak.key')
    openssl('req', '-new', '-key', 'weak.key', '-subj', '/O=Weak/CN=Weak', '-out', 'weak.csr')
    expect(() => readRequest(readFileSync(join(directory, 'weak.csr')))).toThrow(/kind that is not certified/)
  })
})
