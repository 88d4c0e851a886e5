/** An authority’s store: what it certifies, what it records, and what becomes of it under attack. */
import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuthorityEntry } from '@yinji/core'
import { readCertificate, readCrl, readTrustList } from '@yinji/provenance'
import { generatePrivateKey, openCertificateKey, requestCertificate } from '@yinji/provenance/certificates'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { foundAuthority, openAuthority } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'yinji-authority-'))
afterAll(() => rmSync(folder, { recursive: true }))
const secret = async () => 'five random words of one’s own'
const code = '001191110102MACQD9K64010000'
const subject = { organization: 'Acme AI', commonName: 'Acme Painter', code }
const founded = join(folder, 'founded')
beforeAll(async () => {
  await foundAuthority(founded, { organization: '示例部', country: 'CN', passphrase: secret })
})

const entriesOf = (directory: string) =>
  readdirSync(join(directory, 'record')).map(
    (name) => JSON.parse(readFileSync(join(directory, 'record', name), 'utf8')) as AuthorityEntry,
  )
let copies = 0
/** An authority of one’s own for each test. */
const fresh = () => {
  const directory = join(folder, String(++copies))
  cpSync(founded, directory, { recursive: true })
  return directory
}
const request = async (kind: 'P-256' | 'SM2' | 'Ed25519' = 'P-256') =>
  requestCertificate(
    { organization: 'x', commonName: 'y' },
    openCertificateKey(await generatePrivateKey(kind)),
  )

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

test('many questions at once in one process see each new entry once', async () => {
  const directory = fresh()
  const [here, elsewhere] = [await openAuthority(directory, secret), await openAuthority(directory, secret)]
  const requests = await Promise.all(Array.from({ length: 6 }, () => request()))
  const jobs = requests.flatMap((one, at) => [
    (at % 2 ? here : elsewhere).issue({ request: one, subject }),
    here.revocationLists(),
    here.answer(new Uint8Array()),
  ])
  await Promise.all(jobs)
  await here.revocationLists()
  expect(here.issued().filter(({ profile }) => profile === 'signer')).toHaveLength(6)
})

test('lists that two make at once never leave an older one behind', async () => {
  const directory = fresh()
  const both = [await openAuthority(directory, secret), await openAuthority(directory, secret)]
  for (let round = 0; round < 4; round++) await Promise.all(both.map((one) => one.revocationLists()))
  for (const issuer of ['c2pa/root', 'c2pa/issuing-1', 'sm2/root', 'sm2/issuing-1']) {
    const numbers = entriesOf(directory).flatMap((entry) =>
      entry.type === 'crl' && `${entry.family}/${entry.issuer}` === issuer ? [entry.number] : [],
    )
    const list = readCrl(readFileSync(join(directory, `${issuer}.crl`)))
    expect(list?.number).toBe(BigInt(Math.max(...numbers)))
  }
})

describe('two processes at once', () => {
  test('issue without a number twice, a torn entry or a lost one', async () => {
    const directory = fresh()
    const csr = join(directory, 'one.csr')
    writeFileSync(csr, await request())
    const script = `
      import { readFileSync } from 'node:fs'
      import { openAuthority } from '@yinji/toolkit/authority'
      const authority = await openAuthority(process.argv[1], async () => ${JSON.stringify(await secret())})
      const subject = { organization: 'Acme AI', commonName: process.argv[3] }
      for (let at = 0; at < 20; at++)
        console.log((await authority.issue({ request: readFileSync(process.argv[2]), subject })).serial)
    `
    const run = (name: string) =>
      new Promise<string[]>((resolve, reject) => {
        const words = ['--conditions=development', '--import', 'tsx', '--input-type=module', '-e', script]
        const child = spawn(process.execPath, [...words, directory, csr, name], {
          cwd: import.meta.dirname,
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        let out = ''
        child.stdout.on('data', (chunk) => {
          out += chunk
        })
        child.on('exit', (exit) =>
          exit === 0 ? resolve(out.trim().split('\n')) : reject(new Error(`${exit}`)),
        )
      })
    const serials = (await Promise.all([run('one'), run('two'), run('three')])).flat()
    expect(new Set(serials).size).toBe(60)
    const authority = await openAuthority(directory, secret)
    for (const serial of serials) expect(authority.find(serial).serial).toBe(serial)
    expect(readdirSync(join(directory, 'record')).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})

describe('a damaged store', () => {
  const broken = { code: 'authority.record.broken' }

  test('is refused wherever a byte of its record is changed, and left as it is', async () => {
    const directory = fresh()
    const names = readdirSync(join(directory, 'record')).sort()
    for (const [index, name] of names.entries()) {
      const path = join(directory, 'record', name)
      const whole = readFileSync(path, 'utf8')
      for (const changed of [
        whole.slice(0, 100),
        whole.replace('示', '公'),
        whole.replace('"at":"2', '"at":"1'),
        '',
      ]) {
        if (changed === whole || (index === names.length - 1 && changed !== '' && changed.length > 100))
          continue
        writeFileSync(path, changed)
        await expect(openAuthority(directory, secret)).rejects.toMatchObject(broken)
        expect(readFileSync(path, 'utf8')).toBe(changed)
      }
      writeFileSync(path, whole)
    }
  })

  test('is refused when an entry is missing from the middle', async () => {
    const directory = fresh()
    unlinkSync(join(directory, 'record', '00000002.json'))
    await expect(openAuthority(directory, secret)).rejects.toMatchObject(broken)
  })

  test('is said not to be there when it is not', async () => {
    await expect(openAuthority(join(folder, 'nowhere'), secret)).rejects.toMatchObject({
      code: 'authority.missing',
    })
  })

  test('is not founded over', async () => {
    const directory = fresh()
    const again = { organization: 'Other', passphrase: secret }
    await expect(foundAuthority(directory, again)).rejects.toMatchObject({ code: 'authority.exists' })
    expect((await openAuthority(directory, secret)).settings.organization).toBe('示例部')
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

test('the certificates of the record are those that were handed out', async () => {
  const directory = fresh()
  const { certificate } = await (await openAuthority(directory, secret)).issue({
    request: await request(),
    subject,
  })
  const last = readdirSync(join(directory, 'record')).sort().at(-1) ?? ''
  const entry: { certificate: string } = JSON.parse(readFileSync(join(directory, 'record', last), 'utf8'))
  expect(readCertificate(Buffer.from(entry.certificate, 'base64'))).toEqual(certificate)
})
