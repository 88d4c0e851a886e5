/** `verify --online`: authorities are asked where their certificates say; and what attackers answer in their place. */
import { writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRevocation, createSigner } from '@yinji/provenance'
import {
  answerOcsp,
  type CertifiedKey,
  type OcspOptions,
  type OcspStatus,
  type RevokedCertificate,
  signCrl,
} from '@yinji/provenance/certificates'
import { createToolkit, type Report } from '@yinji/toolkit'
import { type Answerer, type Server, serve } from '@yinji/toolkit/authority'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Entry, Hierarchy } from '../../packages/provenance/src/certificates/hierarchy.test-kit.ts'
import { type Desk, desk, reports } from '../cli/command.ts'
import { signPng } from '../helpers/signed-png.ts'

const hierarchy = new Hierarchy('P-256')
const day = 86_400_000
let place: Server
/** What is said at the address that stands in the certificates. */
let answerer: Answerer
let asked = 0
let root: Entry
let clerk: Entry
let leaf: Entry
let file: Uint8Array
beforeAll(async () => {
  place = await serve(async (question) => {
    asked++
    return answerer(question)
  })
  root = await hierarchy.issue('root')
  clerk = await hierarchy.issue('ocsp', root)
  leaf = await certified()
  file = await signed(leaf)
})
afterAll(async () => {
  await place[Symbol.asyncDispose]()
  hierarchy[Symbol.dispose]()
})
const text = (name: string) => Buffer.from(hierarchy.bytes(name)).toString()
/** A new certificate each time: what is known of one is remembered. */
const certified = (more = {}) =>
  hierarchy.issue('signer', root, { ocsp: `${place.url}ocsp`, crl: `${place.url}list.crl`, ...more })
const signed = async (by: Entry) =>
  (await signPng(createSigner({ key: text(by.keyPem), chain: text(by.pem) }))).bytes

const answering =
  (by: CertifiedKey, status: OcspStatus, options?: OcspOptions): Answerer =>
  async ({ body }) => ({
    status: 200,
    body: await answerOcsp(body, [{ ...by, issuer: root.certificate, statusOf: () => status }], options),
  })
const listing = (number: number, revoked: readonly RevokedCertificate[] = [], by: CertifiedKey = root) => {
  const times = { thisUpdate: new Date(), nextUpdate: new Date(Date.now() + day) }
  return signCrl({ number, ...times, revoked }, by)
}
/** No responder, but a list. */
const withList =
  (list: Uint8Array): Answerer =>
  async ({ path }) =>
    path === '/list.crl' ? { status: 200, body: list } : { status: 404 }

const codes = (report: Report) => report.findings.map(({ code }) => code)
/** @param lists at hand already. */
async function verify(bytes = file, lists: Uint8Array[] = []): Promise<Report> {
  await using toolkit = createToolkit({
    trust: [text(root.pem)],
    revocation: createRevocation({ mode: 'hard', crls: lists }),
    online: {},
  })
  return toolkit.verify(bytes, { name: 'picture.png' })
}

describe('whoever is asked', () => {
  test('tells that a certificate is good, and then it is certain', async () => {
    answerer = answering(clerk, 'good')
    const report = await verify()
    expect(report.verdict).toBe('trusted')
    expect(codes(report)).toContain('manifest.revocation.good')
  })

  test('tells that it was revoked, by answer and by list', async () => {
    answerer = answering(root, { when: new Date(), reason: 'keyCompromise' })
    expect(codes(await verify())).toContain('manifest.certificate.revoked')
    const { serial } = leaf.read
    answerer = withList(await listing(1, [{ serial, at: new Date(), reason: 'keyCompromise' }]))
    const report = await verify()
    expect(codes(report)).toContain('manifest.certificate.revoked')
    expect(report.verdict).toBe('invalid')
  })

  test('is asked once for many files, and not at all without need or leave', async () => {
    answerer = answering(clerk, 'good')
    asked = 0
    await using toolkit = createToolkit({ trust: [text(root.pem)], online: {} })
    const all = await Promise.all([file, file, file].map((bytes) => toolkit.verify(bytes)))
    expect(all.map(({ verdict }) => verdict)).toEqual(['trusted', 'trusted', 'trusted'])
    expect(asked).toBe(1)
    await verify(file, [await listing(1)]) // a fresh list is at hand
    await using strange = createToolkit({ trust: [], online: {} }) // an authority nobody trusts
    await strange.verify(file)
    await using offline = createToolkit({ trust: [text(root.pem)] })
    await offline.verify(file)
    await using elsewhere = createToolkit({ trust: [text(root.pem)], online: { hosts: ['ca.example'] } })
    expect(codes(await elsewhere.verify(file))).toContain('manifest.revocation.unreachable')
    expect(asked).toBe(1)
  })
})

describe('an attacker who answers in its place', () => {
  test.each<[string, string, () => Promise<Answerer>]>([
    [
      'with an old answer',
      'manifest.revocation.replayed',
      async () => {
        const old = await answering(clerk, 'good')(await question())
        return async () => old
      },
    ],
    [
      'without a signature',
      'manifest.revocation.stranger',
      async () => async (asks) => {
        const { body, ...rest } = await answering(root, 'good')(asks)
        return { ...rest, body: Uint8Array.from(body as Uint8Array).fill(0, -40, -8) }
      },
    ],
    [
      'with a signature of their own',
      'manifest.revocation.stranger',
      async () => answering(await hierarchy.issue('ocsp', await hierarchy.issue('root')), 'good'),
    ],
    [
      'with a certificate of the authority for something else',
      'manifest.revocation.unappointed',
      async () => answering(await hierarchy.issue('signer', root), 'good'),
    ],
    [
      'as a clerk whose office has ended',
      'manifest.revocation.unappointed',
      async () => {
        const past = { notBefore: new Date(Date.now() - 2 * day), notAfter: new Date(Date.now() - day) }
        return answering(await hierarchy.issue('ocsp', root, past), 'good')
      },
    ],
    [
      'with an answer that has run out',
      'manifest.revocation.stale',
      async () => answering(root, 'good', { now: new Date(Date.now() - 3 * day) }),
    ],
    [
      'with nonsense',
      'manifest.revocation.unreachable',
      async () => async () => ({ status: 200, body: 'good' }),
    ],
    ['with nothing', 'manifest.revocation.unreachable', async () => async () => ({ status: 503 })],
    [
      'with more than anybody wants',
      'manifest.revocation.unreachable',
      async () => async () => ({ status: 200, body: new Uint8Array(100_000) }),
    ],
    [
      'with the way to somewhere else',
      'manifest.revocation.unreachable',
      async () => async () => ({ status: 302, headers: { location: `${place.url}other` } }),
    ],
  ])('%s: %s', async (_, code, answers) => {
    answerer = await answers()
    const report = await verify()
    expect(codes(report)).toContain(code)
    expect(report.verdict).toBe('unchecked')
  })

  test('with a list of their own, or an older one', async () => {
    answerer = withList(await listing(9, [], await hierarchy.issue('root')))
    expect(codes(await verify())).toContain('manifest.revocation.stranger')
    answerer = withList(await listing(9, [], { ...root, key: clerk.key }))
    expect(codes(await verify())).toContain('manifest.revocation.stranger')

    const times = { thisUpdate: new Date(Date.now() - 9 * day), nextUpdate: new Date(Date.now() - 2 * day) }
    const newest = await signCrl({ number: 7, ...times, revoked: [] }, root) // and run out
    answerer = withList(await listing(6))
    const report = await verify(file, [newest])
    expect(codes(report)).toContain('manifest.revocation.rollback')
    expect(report.verdict).toBe('unchecked')
  })

  test('who never finishes is not waited for', async () => {
    const sockets = createServer((() => {}) satisfies RequestListener).listen(0, '127.0.0.1')
    await new Promise((ready) => sockets.once('listening', ready))
    try {
      const { port } = sockets.address() as AddressInfo
      const slow = await certified({ ocsp: `http://127.0.0.1:${port}/`, crl: undefined })
      expect(codes(await verify(await signed(slow)))).toContain('manifest.revocation.unreachable')
    } finally {
      sockets.closeAllConnections()
      sockets.close()
    }
  })

  test.each(['https://ca.example/ocsp', 'file:///etc/passwd', 'http://user@127.0.0.1/', 'nonsense'])(
    'is not asked at %s',
    async (ocsp) => {
      const odd = await certified({ ocsp, crl: undefined })
      const report = await verify(await signed(odd))
      const found = report.findings.find(({ code }) => code === 'manifest.revocation.unreachable')
      expect(found?.data).toMatchObject({ url: ocsp, problem: 'it is no address that is asked' })
    },
  )
})

/** A request of somebody else about the same certificate. */
async function question() {
  hierarchy.openssl('ocsp', '-issuer', root.pem, '-cert', leaf.pem, '-reqout', 'old.der')
  return { method: 'POST', path: '/', type: 'application/ocsp-request', body: hierarchy.bytes('old.der') }
}

test('the command asks when it is told to, and keeps the list for later', async () => {
  const here: Desk = await desk()
  const { serial } = leaf.read
  writeFileSync(here.path('picture.png'), file)
  writeFileSync(here.path('root.pem'), text(root.pem))
  answerer = withList(await listing(3, [{ serial, at: new Date(), reason: 'keyCompromise' }]))
  const words = ['verify', 'picture.png', '--trust', 'root.pem', '--json']
  const offline = await here.yinji(words)
  expect([offline.code, reports(offline)[0]?.verdict]).toEqual([0, 'trusted'])
  const online = await here.yinji([...words, '--online'])
  expect([online.code, reports(online)[0]?.verdict]).toEqual([1, 'invalid'])
  const later = await here.yinji(words)
  expect([later.code, reports(later)[0]?.verdict]).toEqual([1, 'invalid'])
})
