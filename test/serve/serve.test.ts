/** The servers of an authority, asked by openssl and by people who mean no good. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { createSigner, createTimeStamper, createTrust, withTimeStamps } from '@yinji/provenance'
import type { OcspStatus } from '@yinji/provenance/certificates'
import {
  type Answerer,
  createOcspServer,
  createTimestampServer,
  openTimestampAuthority,
  type Server,
  serve,
} from '@yinji/toolkit/authority'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Entry, Hierarchy } from '../../packages/provenance/src/certificates/hierarchy.test-kit.ts'
import { readOcsp } from '../../packages/provenance/src/revocation/ocsp.ts'
import { readTimeStampResponse } from '../../packages/provenance/src/timestamp/token.ts'
import { signPng, validatePng } from '../helpers/signed-png.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

const hierarchy = new Hierarchy('P-256')
afterAll(() => hierarchy[Symbol.dispose]())
let root: Entry
let issuing: Entry
let good: Entry
let stolen: Entry
beforeAll(async () => {
  root = await hierarchy.issue('root')
  issuing = await hierarchy.issue('issuing', root)
  good = await hierarchy.issue('signer', issuing)
  stolen = await hierarchy.issue('signer', issuing)
})
const pem = (...entries: Entry[]) =>
  entries.map((entry) => Buffer.from(hierarchy.bytes(entry.pem)).toString()).join('')
const keyOf = (entry: Entry) => Buffer.from(hierarchy.bytes(entry.keyPem)).toString()

describe('an OCSP server', () => {
  const failures: unknown[] = []
  let server: Server
  let broken = false
  beforeAll(async () => {
    const clerk = await hierarchy.issue('ocsp', issuing)
    const statuses = new Map<string, OcspStatus>([
      [good.read.serial, 'good'],
      [stolen.read.serial, { when: new Date(), reason: 'keyCompromise' }],
    ])
    const statusOf = (serial: string): OcspStatus => {
      if (broken) throw new Error('the books are gone')
      return statuses.get(serial) ?? 'unknown'
    }
    server = await createOcspServer(() => [{ ...clerk, issuer: issuing.certificate, statusOf }], {
      onError: (error) => failures.push(error),
    })
    hierarchy.file('chain.pem', pem(root, issuing))
  })
  afterAll(() => server[Symbol.asyncDispose]())
  const ask = (about: Entry, ...words: string[]) =>
    hierarchy.asks(
      ...[
        'ocsp',
        '-issuer',
        issuing.pem,
        '-cert',
        about.pem,
        '-url',
        server.url,
        '-CAfile',
        'chain.pem',
        ...words,
      ],
    )

  test('tells openssl what became of certificates, with and without a nonce', async () => {
    for (const words of [[], ['-no_nonce']]) {
      const said = await ask(good, ...words)
      expect(said).toContain('Response verify OK')
      expect(said).toContain(`${good.pem}: good`)
      expect(said).not.toContain('WARNING')
      const about = await ask(stolen, ...words)
      expect(about).toContain(`${stolen.pem}: revoked`)
      expect(about).toContain('Reason: keyCompromise')
    }
  })

  test('is asked by GET as well, base64 in the path, escaped or not', async () => {
    hierarchy.openssl('ocsp', '-issuer', issuing.pem, '-cert', stolen.pem, '-reqout', 'get.der')
    const path = Buffer.from(hierarchy.bytes('get.der')).toString('base64')
    for (const address of [path, encodeURIComponent(path)]) {
      const response = await fetch(server.url + address)
      expect(response.headers.get('content-type')).toBe('application/ocsp-response')
      const answer = readOcsp(new Uint8Array(await response.arrayBuffer()))
      expect(answer?.answers).toMatchObject([{ status: { reason: 'keyCompromise' } }])
    }
  })

  test('refuses in its own words what it can’t answer', async () => {
    const post = async (body: string, type = 'application/ocsp-request') => {
      const response = await fetch(server.url, { method: 'POST', body, headers: { 'content-type': type } })
      return { status: response.status, body: Buffer.from(await response.arrayBuffer()).toString('hex') }
    }
    expect(await post('nonsense')).toEqual({ status: 200, body: '30030a0101' })
    expect(await post('x', 'text/plain')).toMatchObject({ status: 415 })
    expect((await fetch(server.url, { method: 'PUT', body: 'x' })).status).toBe(405)
    for (const path of ['', '%', '%ff', 'AAAA'])
      expect(Buffer.from(await (await fetch(server.url + path)).arrayBuffer()).toString('hex')).toBe(
        '30030a0101',
      )
  })

  test('says so when its books fail, and its operator hears why', async () => {
    broken = true
    try {
      await expect(ask(good)).rejects.toMatchObject({ stdout: expect.stringContaining('internalerror') })
    } finally {
      broken = false
    }
    expect(failures).toMatchObject([{ message: 'the books are gone' }])
    expect(await ask(good)).toContain(`${good.pem}: good`)
  })
})

describe('a time-stamp server', () => {
  let tsa: Entry
  let server: Server
  beforeAll(async () => {
    tsa = await hierarchy.issue('timestamp', issuing)
    const authority = openTimestampAuthority({
      chain: pem(root, issuing, tsa),
      key: keyOf(tsa),
      policy: '1.2.3.4.5',
    })
    server = await createTimestampServer(authority)
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test('stamps a manifest that we and c2pa-rs trust', async () => {
    const signer = createSigner({ key: keyOf(good), chain: pem(good, issuing) })
    const stamped = await signPng(withTimeStamps(signer, createTimeStamper({ url: server.url })))
    const trust = createTrust({ anchors: [pem(root)], timestampAnchors: [pem(root)] })
    const { codes } = await validatePng(stamped, trust)
    expect(codes).toContain('manifest.timestamp.trusted')
    const theirs = await judgeByC2pa(stamped.bytes, 'image/png', pem(root))
    expect(theirs).toMatchObject({ state: 'Trusted', failures: [] })
    expect([...theirs.successes, ...theirs.informational]).toEqual(
      expect.arrayContaining(['timeStamp.validated', 'timeStamp.trusted']),
    )
  })

  test('stamps for openssl', async () => {
    hierarchy.file('data', 'to be stamped')
    hierarchy.openssl('ts', '-query', '-data', 'data', '-sha384', '-cert', '-out', 'query.tsq')
    const body = hierarchy.bytes('query.tsq')
    const response = await fetch(server.url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/timestamp-query' },
    })
    expect(response.headers.get('content-type')).toBe('application/timestamp-reply')
    hierarchy.file('answer.tsr', new Uint8Array(await response.arrayBuffer()))
    const verify = ['ts', '-verify', '-in', 'answer.tsr', '-queryfile', 'query.tsq', '-CAfile', root.pem]
    expect(hierarchy.openssl(...verify)).toContain('Verification: OK')
  })

  test('takes nothing else', async () => {
    const post = (body: string | Uint8Array<ArrayBuffer>, type: string) =>
      fetch(server.url, { method: 'POST', body, headers: { 'content-type': type } })
    expect((await fetch(server.url)).status).toBe(405)
    expect((await post('x', 'text/plain')).status).toBe(415)
    expect((await post(new Uint8Array(5000), 'application/timestamp-query')).status).toBe(413)
    const refused = await (await post('nonsense', 'application/timestamp-query')).arrayBuffer()
    expect(() => readTimeStampResponse(new Uint8Array(refused))).toThrow(/no request for a time stamp/)
  })

  test('does not start with what could not stamp', async () => {
    const open = (by: Entry, key = keyOf(by)) => openTimestampAuthority({ chain: pem(by, issuing), key })
    expect(() => open(tsa, keyOf(good))).toThrow(expect.objectContaining({ code: 'sign.key.mismatch' }))
    expect(() => open(good)).toThrow(expect.objectContaining({ code: 'sign.certificate.stamps' }))
    const past = { notBefore: new Date(Date.now() - 2000), notAfter: new Date(Date.now() - 1000) }
    const old = await hierarchy.issue('timestamp', issuing, past)
    expect(() => open(old)).toThrow(expect.objectContaining({ code: 'sign.certificate.expired' }))
    for (const policy of ['', '1', '3.1.2', '1.2.x', '2.999.1'])
      expect(() => openTimestampAuthority({ chain: pem(tsa), key: keyOf(tsa), policy })).toThrow(
        expect.objectContaining({ code: 'usage.policy.invalid' }),
      )
  })
})

describe('whoever asks', () => {
  const echo: Answerer = async ({ body }) => ({ status: 200, body })
  const port = ({ url }: Server) => Number(new URL(url).port)
  /** What comes back for these bytes, until the server closes. */
  const raw = async (server: Server, ...parts: string[]) => {
    const socket = connect(port(server), '127.0.0.1')
    for (const part of parts) socket.write(part)
    return text(socket)
  }

  test('can’t send more than is taken, whatever they say of its length', async () => {
    await using server = await serve(echo, { maxBytes: 10 })
    const post = 'POST / HTTP/1.1\r\nhost: x\r\n'
    expect(await raw(server, `${post}content-length: 1000000\r\n\r\n`)).toContain('413 Payload Too Large')
    expect(await raw(server, `${post}transfer-encoding: chunked\r\n\r\nb\r\n12345678901\r\n`)).toContain(
      '413',
    )
    expect(await raw(server, 'nonsense\r\n\r\n')).toContain('400 Bad Request')
    expect(await (await fetch(server.url, { method: 'POST', body: '1234567890' })).text()).toBe('1234567890')
  })

  test('can leave in the middle, and nobody is troubled', async () => {
    const failures: unknown[] = []
    await using server = await serve(echo, { onError: (error) => failures.push(error) })
    const socket = connect(port(server), '127.0.0.1')
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n123')
    await once(socket, 'connect')
    socket.resetAndDestroy()
    expect(await (await fetch(server.url, { method: 'POST', body: 'next' })).text()).toBe('next')
    expect(failures).toEqual([])
  })

  test('is told no more than that something failed', async () => {
    const failures: unknown[] = []
    const failing = () => Promise.reject(new Error('secret'))
    await using server = await serve(failing, { onError: (error) => failures.push(error) })
    const response = await fetch(server.url)
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('secret')
    expect(failures).toMatchObject([{ message: 'secret' }])
  })

  test('waits when too many ask at once', async () => {
    let release = () => {}
    const open = new Promise<void>((ready) => {
      release = ready
    })
    await using server = await serve(async () => {
      await open
      return { status: 200 }
    })
    let refused = 0
    const answers = Array.from({ length: 70 }, async () => {
      const { status } = await fetch(server.url)
      if (status === 503 && ++refused === 70 - 64) release()
      return status
    })
    expect((await Promise.all(answers)).filter((status) => status === 200)).toHaveLength(64)
  })

  test('gets the answer that was begun before the server closed', async () => {
    let release = () => {}
    const open = new Promise<void>((ready) => {
      release = ready
    })
    let asked = () => {}
    const arrived = new Promise<void>((ready) => {
      asked = ready
    })
    const server = await serve(async () => {
      asked()
      await open
      return { status: 200, body: 'at last' }
    })
    const answer = fetch(server.url).then((response) => response.text())
    await arrived
    const closed = server[Symbol.asyncDispose]()
    release()
    expect(await answer).toBe('at last')
    await closed
    await expect(fetch(server.url)).rejects.toThrow('fetch failed')
  })

  test('is on this machine, unless it is said otherwise; a place that is taken is named', async () => {
    await using server = await serve(echo)
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
    await expect(serve(echo, { port: port(server) })).rejects.toMatchObject({
      code: 'usage.address.unavailable',
      details: { host: '127.0.0.1', port: port(server) },
    })
  })
})
