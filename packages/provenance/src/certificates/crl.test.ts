/** Revocation lists of every kind of key, as openssl and our own reader see them. */
import { afterAll, describe, expect, test } from 'vitest'
import { pemOf } from '../encoding/pem.ts'
import { readCrl } from '../revocation/crl.ts'
import { createRevocation } from '../revocation/revocation.ts'
import { isSignedWith } from '../trust/signed.ts'
import { type RevokedCertificate, signCrl } from './crl.ts'
import { Hierarchy } from './hierarchy.test-kit.ts'
import { keyKinds } from './key.ts'

const now = new Date(Math.floor(Date.now() / 1000) * 1000)
const day = 86_400_000
const times = { thisUpdate: now, nextUpdate: new Date(now.getTime() + 7 * day) }

describe.each(keyKinds)('a list signed with %s', (kind) => {
  const hierarchy = new Hierarchy(kind)
  afterAll(() => hierarchy[Symbol.dispose]())
  const { openssl, file } = {
    openssl: hierarchy.openssl.bind(hierarchy),
    file: hierarchy.file.bind(hierarchy),
  }
  const made = (async () => {
    const root = await hierarchy.issue('root')
    const [good, stolen, closed] = [
      await hierarchy.issue('signer', root, { kind: 'P-256' }),
      await hierarchy.issue('signer', root, { kind: 'P-256' }),
      await hierarchy.issue('signer', root, { kind: 'P-256' }),
    ]
    const revoked: RevokedCertificate[] = [
      {
        serial: stolen.read.serial,
        at: now,
        reason: 'keyCompromise',
        invalidityDate: new Date('2026-01-02T03:04:05Z'),
      },
      { serial: closed.read.serial, at: new Date('2051-01-01T00:00:00Z'), reason: 'unspecified' },
      { serial: '80', at: now, reason: 'privilegeWithdrawn' },
    ]
    const list = await signCrl({ number: 2n ** 64n, ...times, revoked }, root)
    return { root, good, stolen, closed, list, name: file('list.pem', pemOf('X509 CRL', list)) }
  })()

  test('our own reader finds what was written, and the signature holds', async () => {
    const { root, list, stolen, closed } = await made
    const crl = readCrl(list)
    if (crl === undefined) throw new Error('unreadable')
    expect(crl).toMatchObject({
      number: 2n ** 64n,
      ...times,
      issuer: root.read.subject.key,
      leavesOnly: false,
    })
    expect([...crl.revoked]).toEqual([
      [
        stolen.read.serial,
        { when: now, reason: 'keyCompromise', invalidSince: new Date('2026-01-02T03:04:05Z') },
      ],
      [
        closed.read.serial,
        { when: new Date('2051-01-01T00:00:00Z'), reason: 'unspecified', invalidSince: undefined },
      ],
      ['0080', { when: now, reason: 'privilegeWithdrawn', invalidSince: undefined }],
    ])
    expect(isSignedWith(crl, root.read)).toBe(true)
  })

  test('openssl reads it', async () => {
    const { name } = await made
    const text = openssl('crl', '-in', name, '-noout', '-text')
    expect(text).toContain('Version 2')
    expect(text).toMatch(/X509v3 Authority Key Identifier: *\n *([0-9A-F]{2}:){19}/)
    expect(text).toMatch(/X509v3 CRL Number: *\n *18446744073709551616\n/)
    expect(text).toMatch(/X509v3 CRL Reason Code: *\n *Key Compromise/)
    expect(text).toMatch(/Invalidity Date: *\n *Jan {2}2 03:04:05 2026 GMT/)
    expect(text).not.toContain('Unspecified')
    expect(text).not.toContain('critical')
  })

  test('openssl verifies it', async () => {
    const { name, root, good, stolen, list } = await made
    if (kind === 'SM2') {
      const crl = readCrl(list)
      if (crl === undefined) throw new Error('unreadable')
      expect(hierarchy.sm2Verify(root, crl.signed, crl.signature)).toContain('Verified Successfully')
      return
    }
    openssl('crl', '-in', name, '-noout', '-verify', '-CAfile', root.pem) // fails when it does not verify
    const chain = ['verify', '-x509_strict', '-crl_check', '-CAfile', root.pem, '-CRLfile', name]
    expect(openssl(...chain, good.pem)).toContain('OK')
    expect(() => openssl(...chain, stolen.pem)).toThrow(/certificate revoked/)
  })

  test('it tells who was revoked and who was not', async () => {
    const { root, good, closed, list } = await made
    const revocation = createRevocation({ crls: [list] })
    const statusOf = ({ read }: typeof good) =>
      revocation.statusOf({ certificate: read, issuer: root.read, now })
    expect(statusOf(good)).toEqual({ status: 'good' })
    expect(statusOf(closed)).toMatchObject({ status: 'revoked', reason: 'unspecified' })
  })
})

test('a list of nobody has no empty member, and one of very many is written', async () => {
  using hierarchy = new Hierarchy('P-256')
  const root = await hierarchy.issue('root')
  const empty = await signCrl({ number: 0, ...times, revoked: [] }, root)
  hierarchy.file('empty.der', empty)
  const text = hierarchy.openssl(
    'crl',
    '-inform',
    'DER',
    '-in',
    'empty.der',
    '-noout',
    '-text',
    '-verify',
    '-CAfile',
    root.pem,
  )
  expect(text).toContain('No Revoked Certificates')
  expect(readCrl(empty)?.number).toBe(0n)

  const many = Array.from(
    { length: 150_000 },
    (_, index) => `40${(index + 1).toString(16).padStart(30, '0')}`,
  )
  const revoked = many.map((serial) => ({ serial, at: now, reason: 'superseded' as const }))
  const full = await signCrl({ number: 1, ...times, revoked }, root)
  expect(readCrl(full)?.revoked.size).toBe(150_000)
})
