/** Signatures that carry the word of the authority: asked at signing, heard by verifiers who ask nobody. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSigner, createTimeStamper, type Signer, withTimeStamps } from '@yinji/provenance'
import { generatePrivateKey, openCertificateKey, requestCertificate } from '@yinji/provenance/certificates'
import { createToolkit, withStaples } from '@yinji/toolkit'
import { type Authority, foundAuthority, openAuthority } from '@yinji/toolkit/authority'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readCose } from '../../packages/provenance/src/verify/signature/cose-signature.ts'
import { readStore } from '../../packages/provenance/src/verify/store.ts'
import { signPng } from '../helpers/signed-png.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

const folder = mkdtempSync(join(tmpdir(), 'yinji-staple-'))
const secret = async () => 'five random words'
const day = 86_400_000
let authority: Authority
let server: Awaited<ReturnType<Authority['serve']>>
let asked = 0
/** The certificates say `ca.example`; it answers on this machine. */
const network = (async (url: URL, init?: RequestInit) => {
  asked++
  return fetch(String(url).replace('http://ca.example/', server.url), init)
}) as typeof fetch

beforeAll(async () => {
  const directory = join(folder, 'ca')
  await foundAuthority(directory, { organization: 'Ministry', url: 'http://ca.example', passphrase: secret })
  authority = await openAuthority(directory, secret)
  server = await authority.serve()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

async function enrolled(name: string): Promise<{ signer: Signer; serial: string; chain: string }> {
  const pkcs8 = await generatePrivateKey('P-256')
  const key = openCertificateKey(pkcs8)
  const subject = { organization: 'Acme AI', commonName: name }
  const { chain, serial } = await authority.issue({
    request: await requestCertificate(subject, key),
    subject,
  })
  const pem = `-----BEGIN PRIVATE KEY-----\n${Buffer.from(pkcs8).toString('base64')}\n-----END PRIVATE KEY-----\n`
  return { signer: createSigner({ key: pem, chain }), serial, chain }
}
const root = () => authority.anchors.split(/(?<=END CERTIFICATE-----\n)/)[0] ?? ''

async function verified(bytes: Uint8Array, at = new Date()) {
  await using toolkit = createToolkit({ trust: [authority.anchors], clock: () => at })
  const { report, crJson } = await toolkit.inspect(bytes, { name: 'picture.png' })
  const codes = report.findings.map(({ code }) => code)
  return { verdict: report.verdict, codes, document: JSON.stringify(crJson) }
}

/** The answers in a file, as openssl reads them. */
function judged(store: Uint8Array, chain: string): string {
  const data = readStore(store).active.signatures[0]?.contents[0]?.data
  const cose = data && readCose(data)
  if (cose === undefined || typeof cose === 'string') throw new Error('no signature')
  expect(cose.ocspVals).toHaveLength(1)
  const [leaf = '', issuing = ''] = chain.split(/(?<=END CERTIFICATE-----\n)/)
  for (const [name, content] of Object.entries({ leaf, issuing, roots: root() }))
    writeFileSync(join(folder, `${name}.pem`), content)
  writeFileSync(join(folder, 'answer.der'), cose.ocspVals[0] ?? '')
  const words = [
    'ocsp',
    '-no_nonce',
    '-respin',
    'answer.der',
    '-issuer',
    'issuing.pem',
    '-cert',
    'leaf.pem',
    '-CAfile',
    'roots.pem',
  ]
  return execFileSync('openssl', words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

describe('a stapled signature', () => {
  test('says for itself that its certificate was good, to us, to openssl and to c2pa-rs', async () => {
    const { signer, chain } = await enrolled('Painter')
    const stapled = withStaples(signer, { fetch: network })
    asked = 0
    const { bytes, store } = await signPng(stapled)
    await signPng(stapled)
    expect(asked).toBe(1) // once for many signatures
    expect(judged(store, chain)).toMatch(/leaf\.pem: good/)
    const { verdict, document } = await verified(bytes)
    expect(verdict).toBe('trusted')
    expect(document).toContain('signingCredential.ocsp.notRevoked')
    expect(asked).toBe(1)
    expect(await judgeByC2pa(bytes, 'image/png', root())).toMatchObject({ state: 'Trusted', failures: [] })
  })

  test('whose answer has run out leaves open whether it still is', async () => {
    const { signer } = await enrolled('Yesterday')
    const { bytes } = await signPng(withStaples(signer, { fetch: network }))
    const { verdict, codes, document } = await verified(bytes, new Date(Date.now() + 3 * day))
    expect(verdict).toBe('trusted')
    expect(codes).toContain('manifest.revocation.stale')
    expect(document).not.toContain('ocsp.notRevoked')
    expect(document).toContain('signingCredential.ocsp.skipped')
  })

  test('that says it was revoked is not believed', async () => {
    const { signer, serial, chain } = await enrolled('Stolen')
    await authority.revoke(serial, { reason: 'keyCompromise' })
    await expect(signPng(withStaples(signer, { fetch: network }))).rejects.toMatchObject({
      code: 'sign.certificate.revoked',
    })
    // Who took the key staples what there is.
    const { encodeOcspRequest, readCertificate } = await import('@yinji/provenance')
    const [leaf, issuing] = signer.chain.map(readCertificate)
    if (!leaf || !issuing) throw new Error('no chain')
    const body = Uint8Array.from(encodeOcspRequest(leaf, issuing, new Uint8Array(8)))
    const headers = { 'content-type': 'application/ocsp-request' }
    const answer = await fetch(`${server.url}ocsp`, { method: 'POST', body, headers })
    const answers = [new Uint8Array(await answer.arrayBuffer())]
    const { bytes, store } = await signPng({
      ...signer,
      sign: signer.sign,
      ocsp: { reserve: 4000, responses: async () => answers },
    })
    expect(judged(store, chain)).toMatch(/leaf\.pem: revoked/)
    const { verdict, codes, document } = await verified(bytes)
    expect([verdict, codes]).toEqual(['invalid', expect.arrayContaining(['manifest.certificate.revoked'])])
    expect(document).toContain('signingCredential.ocsp.revoked')
  })

  test('is not made when nobody answers, or answers for another', async () => {
    const { signer } = await enrolled('Alone')
    const silent = (async () => new Response('', { status: 503 })) as typeof fetch
    await expect(signPng(withStaples(signer, { fetch: silent }))).rejects.toMatchObject({
      code: 'sign.staple.failed',
    })
    const elsewhere = withStaples(signer, { hosts: ['other.example'], fetch: network })
    await expect(signPng(elsewhere)).rejects.toMatchObject({ code: 'sign.staple.failed' })
    const nonsense = (async () => new Response(new Uint8Array(2000))) as typeof fetch
    await expect(signPng(withStaples(signer, { fetch: nonsense }))).rejects.toMatchObject({
      code: 'sign.staple.failed',
    })
    const clock = createTimeStamper({ url: 'http://tsa.example' })
    expect(withTimeStamps(withStaples(signer, { fetch: network }), clock).ocsp).toBeDefined()
    const own = await import('@yinji/provenance').then(({ createAuthority }) =>
      createAuthority({ organization: 'X', now: new Date() }),
    )
    const plain = createSigner({ key: own.signerKey, chain: own.signerCertificate + own.issuingCertificate })
    expect(() => withStaples(plain)).toThrow('where to ask')
  })
})
