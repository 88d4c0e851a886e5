/** An authority on the network, asked by openssl and by hand. */
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readCrl, readOcsp } from '@yinji/provenance'
import { generatePrivateKey, openCertificateKey, requestCertificate } from '@yinji/provenance/certificates'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Authority, foundAuthority, openAuthority } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'yinji-serving-'))
const directory = join(folder, 'ca')
const secret = async () => 'five random words'
const run = promisify(execFile)
let authority: Authority
let server: Awaited<ReturnType<Authority['serve']>>
const errors: unknown[] = []
beforeAll(async () => {
  await foundAuthority(directory, { organization: 'Ministry', url: 'http://ca.example', passphrase: secret })
  authority = await openAuthority(directory, secret)
  server = await authority.serve({ onError: (error) => errors.push(error) })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
  expect(errors).toEqual([])
})

async function issue(kind: 'P-256' | 'SM2', name: string) {
  const key = openCertificateKey(await generatePrivateKey(kind))
  const subject = { organization: 'Acme AI', commonName: name }
  const issued = await authority.issue({ request: await requestCertificate(subject, key), subject })
  writeFileSync(join(folder, `${name}.pem`), issued.chain)
  return issued
}
const get = async (path: string) => {
  const response = await fetch(`${server.url}${path}`)
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: new Uint8Array(await response.arrayBuffer()),
  }
}
/** What openssl makes of the answer. */
const ask = async (family: string, name: string) => {
  writeFileSync(join(folder, 'roots.pem'), authority.anchors)
  const words = ['-issuer', join(directory, family, 'issuing-1.pem'), '-cert', `${name}.pem`]
  const { stdout, stderr } = await run(
    'openssl',
    ['ocsp', ...words, '-url', `${server.url}ocsp`, '-CAfile', 'roots.pem', '-resp_text'],
    { cwd: folder },
  )
  return {
    status: /\.pem: (\w+)/.exec(stdout)?.[1],
    checked: /Response verify OK/.test(stderr + stdout),
    text: stdout,
  }
}

describe('a served authority', () => {
  test('answers by somebody it appointed for that and nothing else', async () => {
    await issue('P-256', 'painter')
    const { status, checked, text } = await ask('c2pa', 'painter')
    expect([status, checked]).toEqual(['good', true])
    expect(text).toMatch(/OCSP Signing/)
  })

  test('knows at once what another process has revoked, in its answers and its lists', async () => {
    const { serial } = await issue('P-256', 'stolen')
    expect((await ask('c2pa', 'stolen')).status).toBe('good')
    const before = readCrl((await get('c2pa/issuing-1.crl')).body)
    await (await openAuthority(directory, secret)).revoke(serial, { reason: 'keyCompromise' })
    const { status, text } = await ask('c2pa', 'stolen')
    expect([status, text]).toEqual(['revoked', expect.stringContaining('keyCompromise')])
    const after = readCrl((await get('c2pa/issuing-1.crl')).body)
    expect(before?.revoked.has(serial)).toBe(false)
    expect(after?.revoked.get(serial)?.reason).toBe('keyCompromise')
    expect(after?.number).toBe((before?.number ?? 0n) + 1n)
    expect(readCrl((await get('c2pa/issuing-1.crl')).body)?.number).toBe(after?.number) // not made anew for everybody
  })

  test('answers for SM2 certificates with SM2', async () => {
    const { serial } = await issue('SM2', 'label')
    const request = join(folder, 'label.req')
    const words = ['-issuer', join(directory, 'sm2', 'issuing-1.pem'), '-cert', join(folder, 'label.pem')]
    await run('openssl', ['ocsp', ...words, '-reqout', request])
    const response = await fetch(
      `${server.url}ocsp/${encodeURIComponent(readFileSync(request).toString('base64'))}`,
    )
    const answer = readOcsp(new Uint8Array(await response.arrayBuffer()))
    expect(answer?.answers).toMatchObject([{ serial, status: 'good' }])
    expect(answer?.signatureAlgorithm).toBe('1.2.156.10197.1.501')
  })

  test('hands out roots and CAs, and nothing else of its directory', async () => {
    expect(Buffer.from((await get('roots.pem')).body).toString()).toBe(authority.anchors)
    const cer = await get('sm2/issuing-1.cer')
    expect(cer.type).toBe('application/pkix-cert')
    for (const path of [
      '',
      'authority.json',
      'c2pa/issuing-1.key',
      'c2pa/../register.key',
      'c2pa/%2e%2e/register.key',
      'c2pa/issuing-9.crl',
      'c2pa/root.crl',
      'record/00000001.json',
    ])
      expect((await get(path)).status).toBe(404)
    await authority.revocationLists()
    expect((await get('c2pa/root.crl')).status).toBe(200)
  })

  test('answers for a new issuing CA as soon as there is one', async () => {
    cpSync(directory, join(folder, 'copy'), { recursive: true })
    const other = await openAuthority(join(folder, 'copy'), secret)
    await using second = await other.serve()
    await other.rotate('c2pa')
    const key = openCertificateKey(await generatePrivateKey('P-256'))
    const subject = { organization: 'Acme AI', commonName: 'new' }
    const { chain } = await other.issue({ request: await requestCertificate(subject, key), subject })
    writeFileSync(join(folder, 'new.pem'), chain)
    const words = ['-issuer', join(folder, 'copy/c2pa/issuing-2.pem'), '-cert', join(folder, 'new.pem')]
    const { stdout } = await run('openssl', [
      'ocsp',
      ...words,
      '-url',
      `${second.url}ocsp`,
      '-CAfile',
      join(folder, 'roots.pem'),
    ])
    expect(stdout).toMatch(/new.pem: good/)
  })
})
