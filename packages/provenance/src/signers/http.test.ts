/** Keys behind a service. */
import { createHash, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createHttpSigner } from './http.ts'
import { bytes, chain, expectSigns, failure, leaf, rsa } from './signers.test-kit.ts'

describe('a service', () => {
  let answer: (
    request: Record<string, string>,
    response: ServerResponse,
    headers: IncomingMessage['headers'],
  ) => void
  let server: Server
  let url: string
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part)
      answer(JSON.parse(Buffer.concat(parts).toString()), response, request.headers)
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sign`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  const signer = (more = {}) => createHttpSigner({ url, chain, ...more })
  const failed = (more = {}) => failure(() => signer(more).sign(bytes))
  const reply = (status: number, body: string) => {
    answer = (_, response) => response.writeHead(status).end(body)
  }
  const signature = (bytesOf: Uint8Array) =>
    JSON.stringify({ signature: Buffer.from(bytesOf).toString('base64') })

  test('signs, and is told all it needs', async () => {
    answer = ({ data = '', digest, algorithm, schema }, response, headers) => {
      const content = Buffer.from(data, 'base64')
      const right =
        headers.authorization === 'Bearer t' &&
        `${schema} ${algorithm}` === 'yinji.sign/1 ES256' &&
        createHash('sha256').update(content).digest('base64') === digest
      response.writeHead(right ? 200 : 400).end(signature(sign('sha256', content, leaf.key)))
    }
    await expectSigns(signer({ headers: { authorization: 'Bearer t' } }), leaf.certificate)
  })

  test.each<[string, number, string, string]>([
    ['an error with its reason', 403, '{"error":"key disabled"}', 'HTTP status 403: key disabled'],
    ['an error page', 502, '<html>', 'HTTP status 502'],
    ['no JSON', 200, 'OK', 'its answer holds no base64 signature'],
    ['no signature', 200, '{"signature":5}', 'its answer holds no base64 signature'],
    ['no base64', 200, '{"signature":"#"}', 'its answer holds no base64 signature'],
    ['far too much', 200, 'x'.repeat(100_000), 'its answer is too long'],
  ])('that answers %s is reported', async (_, status, body, problem) => {
    reply(status, body)
    expect(await failed()).toEqual({ code: 'sign.external.failed', problem })
  })

  test('with another key is refused', async () => {
    answer = (request, response) =>
      response
        .writeHead(200)
        .end(signature(sign('sha256', Buffer.from(request['data'] ?? '', 'base64'), rsa.key)))
    expect(await failed()).toMatchObject({ code: 'sign.external.wrong' })
  })

  test('that never answers, sends elsewhere or is gone is reported', async () => {
    answer = () => {}
    expect(await failed({ timeoutSeconds: 0.2 })).toMatchObject({ problem: 'no answer within 0.2 seconds' })
    answer = (_, response) => response.writeHead(307, { location: url }).end()
    expect(await failed()).toMatchObject({ code: 'sign.external.failed', problem: 'HTTP status 307' })
    expect(
      await failure(() => createHttpSigner({ url: 'http://127.0.0.1:1/', chain }).sign(bytes)),
    ).toMatchObject({
      problem: '127.0.0.1:1 can’t be reached',
    })
  })

  test('must be reached over TLS unless it is on this machine', async () => {
    for (const address of ['http://kms.example/', 'http://127.0.0.1.example/', 'ftp://127.0.0.1/', 'kms'])
      expect(await failure(() => createHttpSigner({ url: address, chain }))).toMatchObject({
        code: 'usage.signer.invalid',
      })
  })
})
