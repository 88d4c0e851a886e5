/** The record of an authority: whoever works on it at once, and what becomes of it when it is damaged. */
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readCertificate, readCrl } from '@yinji/provenance'
import { describe, expect, test, vi } from 'vitest'
import { entriesOf, folder, fresh, request, secret, subject } from './authority.test-kit.ts'
import { foundAuthority, openAuthority } from './index.ts'
import { openRecord } from './record.ts'

/** What happens before a folder is listed. */
const listing = vi.hoisted(() => ({ before: async () => {} }))
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  const readdir = async (path: string) => {
    await listing.before()
    return real.readdir(path)
  }
  return { ...real, readdir }
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
        child.on('close', (exit) =>
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

test('whoever opens it while another adds an entry misses nothing', async () => {
  const directory = fresh()
  const authority = await openAuthority(directory, secret)
  listing.before = async () => void (await authority.issue({ request: await request(), subject }))
  try {
    const { entries } = await openRecord(join(directory, 'record'), () => {})
    expect(entries).toHaveLength(entriesOf(directory).length)
  } finally {
    listing.before = async () => {}
  }
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
