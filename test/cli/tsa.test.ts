/** `yinji tsa serve`, from the authority that certifies it to the labels it stamps and openssl. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Desk, desk, reports } from './command.ts'

const root = join(import.meta.dirname, '..', '..')
const source = join(root, 'packages', 'cli', 'src', 'main.ts')
const tsx = pathToFileURL(join(root, 'node_modules', 'tsx', 'dist', 'esm', 'index.mjs')).href

let here: Desk
const openssl = (...words: string[]) =>
  execFileSync('openssl', words, { cwd: here.folder, encoding: 'utf8', stdio: 'pipe' })
const passphrase = 'long enough to keep'

/** An authority, and a time-stamp authority that it certified; its key is encrypted. */
beforeAll(async () => {
  here = await desk(['photo.jpg'])
  const env = { YINJI_PASSPHRASE: passphrase }
  const ca = async (...words: string[]) => {
    const { code, err } = await here.yinji(['ca', ...words], { env })
    expect({ code, err }).toMatchObject({ code: 0 })
  }
  await ca('init', '--organization', 'Example Ministry')
  await ca('export', '--anchors', 'root.pem')
  openssl(
    ...[
      'req',
      '-new',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-passout',
      `pass:${passphrase}`,
    ],
    ...['-keyout', 'tsa.key', '-subj', '/O=Example Ministry/CN=Clock', '-out', 'tsa.csr'],
  )
  chmodSync(here.path('tsa.key'), 0o600)
  await ca('issue', 'tsa.csr', '--as-requested', '--for', 'timestamp', '-o', 'tsa.pem')
  writeFileSync(here.path('passphrase'), `${passphrase}\n`)
})

const words = [
  'tsa',
  'serve',
  '--certificate',
  'tsa.pem',
  '--key',
  'tsa.key',
  '--passphrase-file',
  'passphrase',
]

function start(...more: string[]): ChildProcess & { stdout: NodeJS.ReadableStream } {
  return spawn(
    process.execPath,
    ['--conditions=development', '--import', tsx, source, ...words, '--port', '0', ...more],
    {
      cwd: here.folder,
      env: { PATH: process.env['PATH'], YINJI_HOME: here.home },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
}

describe('a time-stamp authority at work', () => {
  let server: ReturnType<typeof start>
  let told: { url: string }
  beforeAll(async () => {
    server = start('--json', '--policy', '1.2.3.4.5')
    const [line] = await once(createInterface(server.stdout), 'line')
    told = JSON.parse(line)
  })
  afterAll(() => server.kill('SIGKILL'))

  test('says where it is and who', () => {
    expect(told).toMatchObject({ policy: '1.2.3.4.5', organization: 'Example Ministry', name: 'Clock' })
    expect(told.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
  })

  test('stamps a label, and whoever trusts its root is told the time', async () => {
    const labelled = await here.yinji(['label', 'photo.jpg', '--timestamp', told.url])
    expect(labelled).toMatchObject({ code: 0 })
    await here.yinji(['trust', 'add', 'root.pem', '--purpose', 'timestamp'])
    const [report] = reports(await here.yinji(['verify', 'photo.labeled.jpg', '--json']))
    expect(report?.verdict).toBe('trusted')
    const stamp = report?.findings.find(({ code }) => code === 'manifest.timestamp.trusted')
    expect(stamp?.data).toMatchObject({ authority: 'Example Ministry' })
  })

  test('stamps for openssl', async () => {
    openssl('ts', '-query', '-data', 'photo.jpg', '-sha512', '-cert', '-out', 'query.tsq')
    const response = await fetch(told.url, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query' },
      body: readFileSync(here.path('query.tsq')),
    })
    writeFileSync(here.path('answer.tsr'), new Uint8Array(await response.arrayBuffer()))
    const verify = ['ts', '-verify', '-in', 'answer.tsr', '-queryfile', 'query.tsq', '-CAfile', 'root.pem']
    expect(openssl(...verify)).toContain('Verification: OK')
  })

  test('stops when it is told to, in peace', async () => {
    server.kill('SIGTERM')
    expect(await once(server, 'exit')).toEqual([0, null])
  })
})

describe('a time-stamp authority does not start', () => {
  test.each([
    [
      'with the certificate of another purpose',
      ['--certificate', 'signer.pem', '--key', 'signer.key'],
      'sign.certificate.stamps',
    ],
    ['with another’s key', ['--key', 'signer.key'], 'sign.key.mismatch'],
    ['with a key that others can read', ['--key', 'open.key'], 'sign.key.exposed'],
    ['with the wrong passphrase', ['--passphrase-file', 'tsa.csr'], 'sign.key.invalid'],
    ['without a certificate', ['--certificate', 'none.pem'], 'sign.certificate.unreadable'],
    ['under a policy that is none', ['--policy', 'mine'], 'usage.policy.invalid'],
    ['at an address of somebody else', ['--host', '192.0.2.1'], 'usage.address.unavailable'],
    ['at a port that is none', ['--port', '70000'], 'usage.option.value'],
  ])('%s', async (_, more, code) => {
    for (const name of ['signer.pem', 'signer.key']) copyFileSync(join(here.home, name), here.path(name))
    chmodSync(here.path('signer.key'), 0o600)
    copyFileSync(here.path('tsa.key'), here.path('open.key'))
    chmodSync(here.path('open.key'), 0o644)
    const { code: exit, err } = await here.yinji([...words, '--json', ...more])
    expect(exit).not.toBe(0)
    expect(err).toContain(code)
  })
})
