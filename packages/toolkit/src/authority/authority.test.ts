/** An authority: what it certifies, takes back and lists, and how it keeps its keys. */
import { execFileSync } from 'node:child_process'
import { chmodSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTrustList } from '@yinji/provenance'
import { describe, expect, test } from 'vitest'
import { code, folder, fresh, request, secret, subject } from './authority.test-kit.ts'
import { foundAuthority, openAuthority } from './index.ts'

describe('an authority', () => {
  test('certifies each key in its family, for whom it has made sure of', async () => {
    const authority = await openAuthority(fresh(), secret)
    const [picture, label] = [
      await authority.issue({ request: await request('Ed25519'), subject }),
      await authority.issue({ request: await request('SM2'), subject }),
    ]
    expect([picture.family, label.family]).toEqual(['c2pa', 'sm2'])
    for (const { certificate } of [picture, label])
      expect(certificate.subject).toMatchObject({
        organization: 'Acme AI',
        commonName: 'Acme Painter',
        organizationIdentifier: code,
      })
    expect(picture.certificate.subject.key).toBe(label.certificate.subject.key) // twins
  })

  test('knows after a restart what it has issued and taken back', async () => {
    const directory = fresh()
    const before = await openAuthority(directory, secret)
    const { serial } = await before.issue({ request: await request(), subject })
    await before.revoke(serial, { reason: 'keyCompromise', since: new Date('2026-11-01T00:00:00Z') })
    const after = await openAuthority(directory, secret)
    expect(after.find(serial.slice(0, 8)).revoked).toMatchObject({
      reason: 'keyCompromise',
      since: new Date('2026-11-01T00:00:00Z'),
    })
    expect(after.issued()).toEqual(before.issued())
  })

  test('certifies no key again that was stolen, but another one', async () => {
    const authority = await openAuthority(fresh(), secret)
    const stolen = await request()
    const { serial } = await authority.issue({ request: stolen, subject })
    await authority.revoke(serial, { reason: 'keyCompromise' })
    await expect(authority.issue({ request: stolen, subject })).rejects.toMatchObject({
      code: 'authority.key.compromised',
    })
    await expect(authority.renew(serial)).rejects.toMatchObject({ code: 'authority.key.compromised' })
    expect((await authority.renew(serial, { request: await request() })).replaces).toBe(serial)
  })

  test('revokes once, except what is only on hold', async () => {
    const authority = await openAuthority(fresh(), secret)
    const { serial } = await authority.issue({ request: await request(), subject })
    await expect(authority.release(serial)).rejects.toMatchObject({ code: 'authority.held.not' })
    await authority.revoke(serial, { reason: 'certificateHold' })
    expect((await authority.release(serial)).revoked).toBeNull()
    await authority.revoke(serial, { reason: 'superseded' })
    await expect(authority.revoke(serial, { reason: 'keyCompromise' })).rejects.toMatchObject({
      code: 'authority.revoked.already',
    })
    await expect(authority.revoke('0123456789', { reason: 'superseded' })).rejects.toMatchObject({
      code: 'authority.serial.unknown',
    })
  })

  test('changes its issuing CA, and what the old one issued still leads to the root', async () => {
    const directory = fresh()
    const authority = await openAuthority(directory, secret)
    const before = await authority.issue({ request: await request(), subject })
    await authority.rotate('c2pa')
    const after = await authority.issue({ request: await request(), subject })
    expect([before.issuer, after.issuer]).toEqual(['issuing-1', 'issuing-2'])
    writeFileSync(join(directory, 'roots.pem'), authority.anchors)
    for (const { chain } of [before, after]) {
      writeFileSync(join(directory, 'leaf.pem'), chain)
      const words = ['verify', '-x509_strict', '-CAfile', 'roots.pem', '-untrusted', 'leaf.pem', 'leaf.pem']
      expect(execFileSync('openssl', words, { cwd: directory, encoding: 'utf8' })).toContain('OK')
    }
  })

  test('lists providers with their standing, in editions that grow', async () => {
    const authority = await openAuthority(fresh(), secret)
    const acme = await authority.issue({ request: await request('SM2'), subject })
    const bolt = await authority.issue({
      request: await request('SM2'),
      subject: { organization: 'Bolt', commonName: 'Voice' },
    })
    await authority.revoke(bolt.serial, { reason: 'cessationOfOperation' })
    const [first, second] = [
      readTrustList(await authority.register({ id: 'example' })),
      readTrustList(await authority.register({ id: 'example' })),
    ]
    expect([first.list.sequence, second.list.sequence]).toEqual([1, 2])
    expect(first.key).toBe(second.key)
    expect(first.list.anchors).toHaveLength(2)
    expect(first.list.providers.map(({ code, status }) => [code, status])).toEqual([
      [code, 'active'],
      ['Bolt', 'withdrawn'],
    ])
    expect(first.list.providers[0]?.keys).toHaveLength(1)
    expect(acme.certificate.sm2Key).toBeDefined()
  })

  test('never outlives itself', async () => {
    const later = new Date(Date.now() + 1800 * 86_400_000)
    const authority = await openAuthority(fresh(), secret, () => later)
    const { certificate } = await authority.issue({ request: await request(), subject, days: 365 })
    expect(certificate.notAfter.getTime()).toBeLessThan(later.getTime() + 30 * 86_400_000)
  })

  test('without a family for it certifies no such key', async () => {
    const directory = join(folder, 'plain')
    await foundAuthority(directory, {
      organization: 'Plain',
      sm2: false,
      kind: 'RSA-2048',
      passphrase: secret,
    })
    const authority = await openAuthority(directory, secret)
    await expect(authority.issue({ request: await request('SM2'), subject })).rejects.toMatchObject({
      code: 'authority.family.absent',
    })
    expect((await authority.issue({ request: await request(), subject })).family).toBe('c2pa')
  })
})

describe('keys', () => {
  test('stay shut without the passphrase, and nothing is recorded', async () => {
    const directory = fresh()
    const count = readdirSync(join(directory, 'record')).length
    for (const [passphrase, code] of [
      [async () => 'another one altogether', 'sign.key.invalid'],
      [async () => undefined, 'authority.passphrase.missing'],
    ] as const) {
      const authority = await openAuthority(directory, passphrase)
      await expect(authority.issue({ request: await request(), subject })).rejects.toMatchObject({ code })
    }
    expect(readdirSync(join(directory, 'record'))).toHaveLength(count)
  })

  test('that others can read are not used', async () => {
    const directory = fresh()
    chmodSync(join(directory, 'c2pa/issuing-1.key'), 0o640)
    const authority = await openAuthority(directory, secret)
    await expect(authority.issue({ request: await request(), subject })).rejects.toMatchObject({
      code: 'sign.key.exposed',
    })
  })

  test('are not sealed with a word that is guessed at once', async () => {
    const weak = { organization: 'Weak', passphrase: async () => '1234567' }
    await expect(foundAuthority(join(folder, 'weak'), weak)).rejects.toMatchObject({
      code: 'authority.passphrase.weak',
    })
    expect(readdirSync(folder)).not.toContain('weak')
    expect(readdirSync(folder).filter((name) => name.startsWith('.authority'))).toEqual([])
  })
})
