import { execFileSync } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AuthorityFiles, createAuthority } from './authority.ts'

const now = new Date('2026-11-21T08:00:00Z')
const code = '001191110102MACQD9K64010000'
const directory = mkdtempSync(join(tmpdir(), 'yinji-authority-'))
afterAll(() => rmSync(directory, { recursive: true }))
const openssl = (...args: string[]) =>
  execFileSync('openssl', args, { cwd: directory, encoding: 'utf8', stdio: 'pipe' })

let authority: AuthorityFiles
beforeAll(async () => {
  authority = await createAuthority({ organization: '印记 AI', code, now })
  for (const [name, pem] of Object.entries(authority)) writeFileSync(join(directory, `${name}.pem`), pem)
})

const at = (date: string) => String(new Date(date).getTime() / 1000)
const verify = (date: string, ...options: string[]) =>
  openssl(
    'verify',
    '-x509_strict',
    '-check_ss_sig',
    '-attime',
    at(date),
    ...options,
    '-CAfile',
    'rootCertificate.pem',
    '-untrusted',
    'issuingCertificate.pem',
    'signerCertificate.pem',
  )

describe('a local authority', () => {
  test('openssl builds the chain, to the letter of RFC 5280', () => {
    expect(verify('2026-11-21T08:00:00Z')).toContain('OK')
    expect(verify('2026-11-21T08:00:00Z', '-purpose', 'smimesign')).toContain('OK')
  })

  test('the signer is good for a year, not longer', () => {
    expect(verify('2027-11-20T08:00:00Z')).toContain('OK')
    expect(() => verify('2027-11-22T08:00:00Z')).toThrow()
    const { validFrom, validTo } = new X509Certificate(authority.signerCertificate)
    expect(new Date(validTo).getTime() - new Date(validFrom).getTime()).toBeLessThanOrEqual(366 * 86_400_000)
  })

  test('a machine whose clock is some minutes behind accepts it', () => {
    expect(verify('2026-11-21T07:30:00Z')).toContain('OK')
  })

  test('names say who it is, and hold the provider code', () => {
    const subject = openssl(
      'x509',
      '-in',
      'signerCertificate.pem',
      '-noout',
      '-subject',
      '-nameopt',
      'utf8,sep_comma_plus',
    )
    expect(subject.trim()).toBe(`subject=O=印记 AI,organizationIdentifier=${code},CN=印记 AI Content Signing`)
    const issuer = openssl(
      'x509',
      '-in',
      'issuingCertificate.pem',
      '-noout',
      '-issuer',
      '-nameopt',
      'utf8,sep_comma_plus',
    )
    expect(issuer.trim()).toBe('issuer=O=印记 AI,CN=印记 AI Root CA')
  })

  test('the signer may sign content and nothing else', () => {
    const extensions = openssl(
      'x509',
      '-in',
      'signerCertificate.pem',
      '-noout',
      '-ext',
      'keyUsage,extendedKeyUsage,basicConstraints',
    )
    expect(extensions).toContain('Key Usage: critical\n    Digital Signature\n')
    expect(extensions).toContain('1.3.6.1.4.1.62558.2.1, E-mail Protection')
    expect(extensions).not.toContain('Basic Constraints')
    expect(openssl('x509', '-in', 'issuingCertificate.pem', '-noout', '-ext', 'basicConstraints')).toContain(
      'CA:TRUE, pathlen:0',
    )
  })

  test('each key belongs to its certificate', () => {
    for (const role of ['root', 'issuing', 'signer'] as const) {
      const certificate = new X509Certificate(authority[`${role}Certificate`])
      expect(certificate.checkPrivateKey(createPrivateKey(authority[`${role}Key`]))).toBe(true)
    }
  })

  test('serial numbers are long, positive and never the same', async () => {
    const other = await createAuthority({ organization: '印记 AI', now })
    const serials = [authority, other].flatMap((files) =>
      [files.rootCertificate, files.issuingCertificate, files.signerCertificate].map(
        (pem) => new X509Certificate(pem).serialNumber,
      ),
    )
    expect(new Set(serials).size).toBe(6)
    for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/)
  })

  test('a very long name fits, with the common name cut to what RFC 5280 allows', async () => {
    const { signerCertificate } = await createAuthority({ organization: '长'.repeat(200), now })
    const { subject } = new X509Certificate(signerCertificate)
    expect(subject).toContain(`O=${'长'.repeat(200)}`)
    expect(subject).toContain(`CN=${'长'.repeat(48)} Content Signing`)
  })

  test('a root that outlives 2049 is dated as RFC 5280 asks', async () => {
    const { rootCertificate } = await createAuthority({
      organization: 'Acme',
      now: new Date('2045-01-01T00:00:00Z'),
    })
    expect(new X509Certificate(rootCertificate).validTo).toContain('2055')
    expect(Buffer.from(new X509Certificate(rootCertificate).raw).includes('205501')).toBe(true)
  })
})
