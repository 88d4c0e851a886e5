/** Certificates of SM2 keys, as openssl issues them. */
import { rmSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { readCertificate } from '../trust/certificate.ts'
import { leafProblem } from '../trust/profile.ts'
import { createTrust } from '../trust/trust.ts'
import { readSm2PrivateKey } from './keys.ts'
import { caExtensions, type Issued, leafExtensions, OpensslAuthority } from './openssl.test-kit.ts'

const authority = new OpensslAuthority('SM2')
afterAll(() => rmSync(authority.directory, { recursive: true, force: true }))
const root = authority.issue('/O=Ministry/CN=Root', caExtensions)
const issuing = authority.issue('/O=Ministry/CN=Issuing', caExtensions, root)
const leaf = authority.issue('/O=Acme AI/CN=Labels', leafExtensions, issuing)
const now = new Date()

const read = (issued: Issued) => {
  const der = Buffer.from(authority.text(issued.certificate).replace(/-----[^-]+-----|\s/g, ''), 'base64')
  const certificate = readCertificate(der)
  if (!certificate) throw new Error('unreadable')
  return certificate
}
const trusting = (...anchors: Issued[]) =>
  createTrust({ anchors: anchors.map(({ certificate }) => authority.text(certificate)) })

describe('an SM2 certificate', () => {
  test('gives the key it was issued for', () => {
    expect(read(leaf).sm2Key).toEqual(readSm2PrivateKey(authority.text(leaf.key)).publicKey)
    expect(read(leaf).subject.text).toBe('CN=Labels, O=Acme AI')
  })

  test('leads to an anchor of SM2', () => {
    expect(trusting(root).assess([read(leaf), read(issuing)], now).anchored).toBe(true)
    expect(trusting(issuing).assess([read(leaf)], now).anchored).toBe(true)
    expect(trusting(root).assess([read(leaf)], now).anchored).toBe(false)
  })

  test('is not believed because of an authority’s name', () => {
    const impostor = authority.issue('/O=Ministry/CN=Root', caExtensions)
    expect(trusting(impostor).assess([read(leaf), read(issuing)], now).anchored).toBe(false)
  })

  test('does not sign manifests: C2PA knows no SM2', () => {
    expect(leafProblem(read(leaf), 'sm2')).toBeUndefined()
    expect(leafProblem(read(leaf))).toMatch(/algorithm is not allowed/)
  })
})
