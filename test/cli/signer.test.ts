/** Where the key of an identity may be, as its config.json says it. */
import { execFileSync } from 'node:child_process'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { startAuthority } from '../../packages/provenance/src/timestamp/tsa.test-kit.ts'
import {
  caExtensions,
  Pki,
  type PkiEntry,
  stampExtensions,
} from '../../packages/provenance/src/trust/pki.test-kit.ts'
import { type Desk, desk, reports } from './command.ts'

const openssl = (home: string, ...args: string[]) =>
  execFileSync('openssl', args, { cwd: home, stdio: 'pipe' })

/** A desk whose identity says something else about its signer. */
async function deskWith(settings: object, prepare: (home: string) => void = () => {}): Promise<Desk> {
  const made = await desk(['picture.png'])
  prepare(made.home)
  const path = join(made.home, 'config.json')
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...settings }))
  return made
}

const locked = (home: string) => {
  openssl(
    home,
    'pkcs8',
    '-topk8',
    '-scrypt',
    '-in',
    'signer.key',
    '-passout',
    'pass:s3cret',
    '-out',
    'locked.key',
  )
  renameSync(join(home, 'locked.key'), join(home, 'signer.key'))
}
const verdictOf = async ({ yinji }: Desk) => {
  const result = await yinji(['verify', 'picture.labeled.png', '--json'])
  return reports(result)[0]?.verdict
}

describe('an encrypted key', () => {
  test('is opened with YINJI_PASSPHRASE or a file, and with nothing else', async () => {
    const office = await deskWith({}, locked)
    const none = await office.yinji(['label', 'picture.png'])
    expect(none.err).toContain('sign.passphrase.needed')
    expect(none.code).toBe(4)
    const wrong = await office.yinji(['label', 'picture.png'], { env: { YINJI_PASSPHRASE: 'guess' } })
    expect(wrong.err).toContain('sign.key.invalid')
    expect((await office.yinji(['label', 'picture.png'], { env: { YINJI_PASSPHRASE: 's3cret' } })).code).toBe(
      0,
    )
    expect(await verdictOf(office)).toBe('trusted')
    writeFileSync(office.path('pass'), 's3cret\n')
    const again = ['label', 'picture.png', '--force', '--passphrase-file', 'pass']
    expect((await office.yinji(again)).code).toBe(0)
  })
})

describe('a PKCS #12 container', () => {
  test('holds key and certificates', async () => {
    const office = await deskWith({ signer: { kind: 'pkcs12', file: 'signer.p12' } }, (home) => {
      openssl(
        home,
        'pkcs12',
        '-export',
        '-inkey',
        'signer.key',
        '-in',
        'signer.pem',
        '-passout',
        'pass:p',
        '-out',
        'signer.p12',
      )
      rmSync(join(home, 'signer.key'))
    })
    expect((await office.yinji(['label', 'picture.png'], { env: { YINJI_PASSPHRASE: 'p' } })).code).toBe(0)
    expect(await verdictOf(office)).toBe('trusted')
  })
})

describe('a command', () => {
  test('signs, and a wrong key of it leaves no file', async () => {
    const signer = { kind: 'command', command: ['/usr/bin/openssl', 'dgst', '-sha256', '-sign', ''] }
    const office = await deskWith({})
    const settings = (key: string) => {
      const path = join(office.home, 'config.json')
      const command = [...signer.command.slice(0, -1), join(office.home, key)]
      writeFileSync(
        path,
        JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), signer: { ...signer, command } }),
      )
    }
    settings('ca/root.key')
    const wrong = await office.yinji(['label', 'picture.png'])
    expect(wrong.err).toContain('sign.external.wrong')
    expect(() => readFileSync(office.path('picture.labeled.png'))).toThrow()
    settings('signer.key')
    expect((await office.yinji(['label', 'picture.png'])).code).toBe(0)
    expect(await verdictOf(office)).toBe('trusted')
  })

  test('that is described wrongly is a usage error', async () => {
    const office = await deskWith({ signer: { kind: 'command', command: [], shell: true } })
    const result = await office.yinji(['label', 'picture.png'])
    expect(result.code).toBe(2)
    expect(result.err).toContain('usage.signer.invalid')
  })
})

describe('a token', () => {
  afterEach(() => vi.unstubAllEnvs())
  const root = join(import.meta.dirname, '../..')
  test.each(['README.md', 'README.zh-CN.md'])('signs as %s says', async (name) => {
    const [line = ''] =
      /^\{ "signer": \{ "kind": "command"[^}]*\} \}$/m.exec(readFileSync(join(root, name), 'utf8')) ?? []
    const office = await deskWith(JSON.parse(line))
    writeFileSync(office.path('softhsm.conf'), `directories.tokendir = ${office.home}\n`)
    vi.stubEnv('SOFTHSM2_CONF', office.path('softhsm.conf'))
    vi.stubEnv('PIN', '1234') // where `env:PIN` looks
    const softhsm = (...args: string[]) =>
      execFileSync('softhsm2-util', [...args, '--label', 'acme', '--pin', '1234'])
    softhsm('--init-token', '--free', '--so-pin', '5678')
    softhsm('--import', join(office.home, 'signer.key'), '--token', 'acme', '--id', '01')
    rmSync(join(office.home, 'signer.key'))
    const { code, err } = await office.yinji(['label', 'picture.png'])
    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
    expect(await verdictOf(office)).toBe('trusted')
  })
})

describe('a time stamp', () => {
  const pki = new Pki()
  let root: PkiEntry
  let tsa: PkiEntry
  beforeAll(() => {
    root = pki.issue({ subject: '/O=Clock/CN=Root', extensions: caExtensions })
    tsa = pki.issue({ subject: '/O=Clock/CN=Stamps', extensions: stampExtensions }, root)
  })
  afterAll(() => pki[Symbol.dispose]())

  test('is asked for with --timestamp, and shown when its authority is trusted', async () => {
    await using authority = await startAuthority(pki, tsa)
    const office = await deskWith({})
    expect((await office.yinji(['label', 'picture.png', '--timestamp', authority.url])).code).toBe(0)
    const codesOf = async () =>
      reports(await office.yinji(['verify', 'picture.labeled.png', '--json']))[0]?.findings.map(
        ({ code }) => code,
      )
    expect(await codesOf()).toContain('manifest.timestamp.untrusted')
    writeFileSync(office.path('clock.pem'), root.certificate)
    const added = await office.yinji(['trust', 'add', 'clock.pem', '--purpose', 'timestamp'])
    expect(added.code).toBe(0)
    expect(await codesOf()).toContain('manifest.timestamp.trusted')
  })

  test('from what is no address is refused, with the option that named it', async () => {
    const office = await deskWith({})
    const { code, err } = await office.yinji(['label', 'picture.png', '--timestamp', 'tsa.example.com'])
    expect(code).toBe(2)
    expect(err).toMatch(/tsa\.example\.com.*usage\.timestamp\.address\n.*--timestamp/)
  })

  test('that can’t be had leaves no file', async () => {
    const office = await deskWith({ timestamp: { url: 'http://127.0.0.1:1/' } })
    const result = await office.yinji(['label', 'picture.png'])
    expect(result.code).toBe(4)
    expect(result.err).toContain('sign.timestamp.failed')
    expect(() => readFileSync(office.path('picture.labeled.png'))).toThrow()
  })
})
