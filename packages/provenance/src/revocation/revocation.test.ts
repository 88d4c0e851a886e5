/** Revocation lists and OCSP answers as openssl makes them, and what attackers make of them. */
import { readFileSync, rmSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { certificatesIn } from '../encoding/pem.ts'
import { caExtensions, type Issued, leafExtensions, OpensslAuthority } from '../sm2/openssl.test-kit.ts'
import { readCertificate } from '../trust/certificate.ts'
import { caExtensions as caExtensionLines, Pki } from '../trust/pki.test-kit.ts'
import { readCrl } from './crl.ts'
import { readOcsp } from './ocsp.ts'
import { checkPath } from './path.ts'
import { createRevocation, outlives } from './revocation.ts'

const day = 86_400_000
const now = new Date()
const later = new Date(now.getTime() + 30 * day)

for (const curve of ['prime256v1', 'SM2'] as const)
  describe(`with ${curve}`, () => {
    const authority = new OpensslAuthority(curve)
    afterAll(() => rmSync(authority.directory, { recursive: true, force: true }))
    const responder = 'keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,OCSPSigning'
    const root = authority.issue('/O=Ministry/CN=Root', caExtensions)
    const [good, stolen, closed] = ['Good', 'Stolen', 'Closed'].map((name) =>
      authority.issue(`/O=${name}/CN=${name}`, leafExtensions, root),
    ) as [Issued, Issued, Issued]
    const clerk = authority.issue('/O=Ministry/CN=OCSP', responder, root)
    const stranger = authority.issue('/O=Ministry/CN=Root', caExtensions)
    const read = ({ certificate }: Issued) => {
      const pem = authority.text(certificate).replace(/-----[^-]+-----|\s/g, '')
      const found = readCertificate(Buffer.from(pem, 'base64'))
      if (!found) throw new Error('unreadable')
      return found
    }
    const ca = (by: Issued, ...words: string[]) => authority.ca(by, ...words)
    const crl = (number: string, by = root) => new Uint8Array(readFileSync(authority.crl(by, number)))
    for (const { certificate } of [good, stolen, closed]) ca(root, '-valid', certificate)
    const empty = crl('01')
    const forged = crl('99', stranger)
    const answer = (about: Issued, by: Issued, ...words: string[]) =>
      new Uint8Array(readFileSync(authority.ocsp(about, root, by, ...words)))
    const replayed = answer(stolen, clerk)
    ca(root, '-revoke', stolen.certificate, '-crl_compromise', '20260101000000Z')
    ca(root, '-revoke', closed.certificate, '-crl_reason', 'cessationOfOperation')
    const full = crl('02')

    const statusOf = (
      about: Issued,
      evidence: { crls?: Uint8Array[]; ocsps?: Uint8Array[] },
      at = now,
      issuer = root,
    ) => createRevocation(evidence).statusOf({ certificate: read(about), issuer: read(issuer), now: at })

    test('a list is read as it was written', () => {
      expect(readCrl(full)).toMatchObject({ number: 2n, leavesOnly: false })
      expect(readCrl(full)?.revoked.size).toBe(2)
      expect(readCrl(readCrl(full)?.der ?? new Uint8Array())).toEqual(readCrl(full))
    })

    test('a list tells who was revoked, when and why, and who was not', () => {
      expect(statusOf(good, { crls: [full] })).toEqual({ status: 'good' })
      expect(statusOf(stolen, { crls: [full] })).toMatchObject({
        status: 'revoked',
        reason: 'keyCompromise',
        invalidSince: new Date('2026-01-01T00:00:00Z'),
      })
      expect(statusOf(closed, { crls: [full] })).toMatchObject({ reason: 'cessationOfOperation' })
    })

    test('an older list hides nothing, whatever the order', () => {
      for (const crls of [
        [empty, full],
        [full, empty],
      ])
        expect(statusOf(stolen, { crls }).status).toBe('revoked')
    })

    test('a list that is stale says nothing good, but what it revoked stays revoked', () => {
      expect(statusOf(good, { crls: [full] }, later).status).toBe('unknown')
      expect(statusOf(stolen, { crls: [full] }, later).status).toBe('revoked')
    })

    test('a list of somebody else by the authority’s name is not heard', () => {
      expect(statusOf(good, { crls: [forged] }).status).toBe('unknown')
      expect(statusOf(good, { crls: [full] }, now, stranger).status).toBe('unknown')
    })

    test('an answer by the authority or its clerk is heard', () => {
      for (const by of [root, clerk]) {
        expect(statusOf(good, { ocsps: [answer(good, by)] }).status).toBe('good')
        expect(statusOf(stolen, { ocsps: [answer(stolen, by)] })).toMatchObject({ status: 'revoked' })
      }
    })

    test('an answer about another, by somebody without the office, or altered, is not', () => {
      expect(statusOf(good, { ocsps: [answer(closed, clerk)] }).status).toBe('unknown')
      expect(statusOf(good, { ocsps: [answer(good, good)] }).status).toBe('unknown')
      const unsigned = answer(good, root, '-resp_no_certs')
      expect(statusOf(good, { ocsps: [unsigned] }).status).toBe('good')
      unsigned.fill(0, -60)
      expect(statusOf(good, { ocsps: [unsigned] }).status).toBe('unknown')
    })

    test('an answer from before does not outweigh a list, nor outlive its week', () => {
      expect(statusOf(stolen, { ocsps: [replayed] }).status).toBe('good')
      expect(statusOf(stolen, { ocsps: [replayed], crls: [full] }).status).toBe('revoked')
      expect(statusOf(stolen, { ocsps: [replayed] }, later).status).toBe('unknown')
    })

    test('a path is good only when all of it is', () => {
      const revocation = createRevocation({ crls: [full] })
      expect(checkPath(revocation, [read(good), read(root)], { now }).status).toBe('good')
      expect(checkPath(revocation, [read(stolen), read(root)], { now }).status).toBe('revoked')
      expect(checkPath(revocation, [read(good)], { now }).status).toBe('unknown')
      expect(checkPath(createRevocation(), [read(good), read(root)], { now }).status).toBe('unknown')
    })

    test('no cut and no bit turns either into something else', () => {
      for (let length = 0; length < full.byteLength; length += 41) readCrl(full.subarray(0, length))
      const list = readCrl(full)?.der ?? new Uint8Array()
      const reply = answer(good, clerk)
      for (const [bytes, evidence] of [
        [list, (changed: Uint8Array) => ({ crls: [changed] })],
        [reply, (changed: Uint8Array) => ({ ocsps: [changed] })],
      ] as const)
        for (let at = 0; at < bytes.byteLength; at += 7) {
          const changed = Uint8Array.from(bytes)
          changed[at] = (changed[at] ?? 0) ^ 0x04
          const readable = readCrl(changed) ?? readOcsp(changed)
          if (readable) statusOf(stolen, evidence(changed))
          else
            expect(() => statusOf(stolen, evidence(changed))).toThrow(
              expect.objectContaining({ code: 'usage.crl.unreadable' }),
            )
          expect(readOcsp(bytes.subarray(0, at))).toBeUndefined()
        }
    })
  })

describe('a signature outlives the revocation of its certificate', () => {
  const when = new Date('2026-06-01T00:00:00Z')
  const before = new Date('2026-03-01T00:00:00Z')
  const after = new Date('2026-07-01T00:00:00Z')
  test.each([
    ['superseded', undefined, before, true],
    ['cessationOfOperation', undefined, before, true],
    ['affiliationChanged', undefined, before, true],
    ['superseded', undefined, after, false],
    ['superseded', undefined, undefined, false],
    ['keyCompromise', undefined, before, false],
    ['cACompromise', undefined, before, false],
    ['unspecified', undefined, before, false],
    ['keyCompromise', new Date('2026-05-01T00:00:00Z'), before, true],
    ['keyCompromise', new Date('2026-02-01T00:00:00Z'), before, false],
    ['keyCompromise', new Date('2026-08-01T00:00:00Z'), after, false],
  ] as const)('by %s, key in doubt from %s, stamped %s: %s', (reason, invalidSince, signedAt, expected) => {
    expect(outlives({ when, reason, invalidSince }, signedAt)).toBe(expected)
  })
})

test('hostile bytes are no list and no answer, and no crash', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      expect(readCrl(bytes)).toBeUndefined()
      expect(readOcsp(bytes)).toBeUndefined()
    }),
  )
})

test('a list and an answer signed with RSASSA-PSS are heard, and not when altered', () => {
  using pki = new Pki()
  const root = pki.issue({ kind: 'RSA-2048', extensions: caExtensionLines })
  const leaf = pki.issue({}, root)
  pki.write('index.txt', '')
  pki.write('number', '01\n')
  pki.write(
    'ca.cnf',
    '[ca]\ndefault_ca=o\n[o]\ndatabase=index.txt\ncrlnumber=number\ndefault_crl_days=7\npolicy=p\n[p]\ncommonName=supplied\n',
  )
  const [certificate, key] = [`${root.name}.pem`, `${root.name}.key`]
  const pss = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:32']
  const ca = (...words: string[]) =>
    pki.run('ca', '-config', 'ca.cnf', '-md', 'sha256', '-cert', certificate, '-keyfile', key, ...words)
  ca('-valid', `${leaf.name}.pem`)
  ca('-gencrl', ...pss, '-out', 'list.pem')
  pki.run(
    ...[
      'ocsp',
      '-index',
      'index.txt',
      '-CA',
      certificate,
      '-rsigner',
      certificate,
      '-rkey',
      key,
      '-issuer',
      certificate,
    ],
    ...['-cert', `${leaf.name}.pem`, '-ndays', '7', '-respout', 'answer.der', '-noverify'],
    ...pss.map((word) => word.replace('-sigopt', '-rsigopt')),
  )
  const read = (pem: string) => {
    const found = readCertificate(certificatesIn(pem)[0] ?? new Uint8Array())
    if (!found) throw new Error('unreadable')
    return found
  }
  const statusOf = (evidence: { crls?: Uint8Array[]; ocsps?: Uint8Array[] }) =>
    createRevocation(evidence).statusOf({
      certificate: read(leaf.certificate),
      issuer: read(root.certificate),
      now: new Date(),
    })
  const list = readCrl(pki.read('list.pem'))?.der ?? new Uint8Array()
  const answer = Uint8Array.from(pki.read('answer.der'))
  expect(readCrl(list)?.signatureAlgorithm).toBe('1.2.840.113549.1.1.10')
  expect(statusOf({ crls: [list] })).toEqual({ status: 'good' })
  expect(statusOf({ ocsps: [answer] })).toEqual({ status: 'good' })
  list.fill(0, -40)
  expect(statusOf({ crls: [list] })).toEqual({ status: 'unknown', doubts: ['stranger'] })
  const signature = readOcsp(answer)?.signature ?? new Uint8Array()
  answer.fill(0, Buffer.from(answer).indexOf(signature), Buffer.from(answer).indexOf(signature) + 20)
  expect(statusOf({ ocsps: [answer] })).toEqual({ status: 'unknown', doubts: ['stranger'] })
})
