/** Keys that live elsewhere: containers, commands, tokens, services. Whatever they answer, no wrong signature gets through. */
import { spawnSync } from 'node:child_process'
import { createHash, generateKeyPairSync, sign, verify, X509Certificate } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { YinjiError } from '@yinji/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { caExtensions, Pki, type PkiEntry, stampExtensions } from '../trust/pki.test-kit.ts'
import { createCommandSigner } from './command.ts'
import { createExternalSigner } from './external.ts'
import { createHttpSigner } from './http.ts'
import { createSigner } from './key.ts'
import { createPkcs12Signer } from './pkcs12.ts'
import type { Signer } from './signer.ts'

const pki = new Pki()
const bytes = Buffer.from('what is signed')
let root: PkiEntry
let leaf: PkiEntry
let rsa: PkiEntry
let chain: string
beforeAll(() => {
  root = pki.issue({ subject: '/O=Acme AI/CN=Root', extensions: caExtensions })
  leaf = pki.issue({}, root)
  rsa = pki.issue({ kind: 'RSA-2048' }, root)
  chain = leaf.certificate + root.certificate
})
afterAll(() => pki[Symbol.dispose]())

/** Code and details of the error; fails when there is none. */
async function failure(work: () => unknown): Promise<Record<string, unknown>> {
  try {
    await work()
  } catch (error) {
    if (error instanceof YinjiError) return { code: error.code, ...error.details }
    throw error
  }
  throw new Error('no error')
}

async function expectSigns(signer: Signer, certificate: string): Promise<void> {
  const signature = await signer.sign(bytes)
  const key = { key: new X509Certificate(certificate).publicKey, dsaEncoding: 'ieee-p1363' as const }
  expect(verify('sha256', bytes, key, signature)).toBe(true)
}

describe('an encrypted key', () => {
  test('opens with its passphrase and with no other', async () => {
    pki.run(
      'pkcs8',
      '-topk8',
      '-scrypt',
      '-in',
      `${leaf.name}.key`,
      '-passout',
      'pass:开门',
      '-out',
      'locked.key',
    )
    const key = pki.text('locked.key')
    await expectSigns(createSigner({ key, chain, passphrase: '开门' }), leaf.certificate)
    expect(await failure(() => createSigner({ key, chain, passphrase: 'x' }))).toEqual({
      code: 'sign.key.invalid',
      problem: 'the passphrase does not open it',
    })
  })
})

describe('a PKCS #12 container', () => {
  const container = (entry: PkiEntry, ...options: string[]) => {
    pki.write('root.pem', root.certificate)
    pki.run(
      ...['pkcs12', '-export', '-inkey', `${entry.name}.key`, '-in', `${entry.name}.pem`],
      ...['-certfile', 'root.pem', '-passout', 'pass:secret', '-out', 'signer.p12', ...options],
    )
    return pki.read('signer.p12')
  }
  test.each([
    ['AES-256 and SHA-256', []],
    ['AES-128', ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-128-CBC']],
    ['SHA-512', ['-macalg', 'sha512']],
    [
      'triple DES and SHA-1',
      ['-legacy', '-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1'],
    ],
    ['RC2', ['-legacy', '-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-RC2-40', '-macalg', 'sha1']],
  ])('of openssl with %s is read', async (_, options) => {
    const file = { bytes: container(leaf, ...options), passphrase: 'secret' }
    await expectSigns(await createPkcs12Signer(file), leaf.certificate)
  })

  test('holds RSA keys too', async () => {
    const signer = await createPkcs12Signer({ bytes: container(rsa), passphrase: 'secret' })
    expect(signer.algorithm).toBe('PS256')
    expect(signer.chain).toEqual(createSigner({ key: rsa.key, chain: rsa.certificate }).chain)
    expect((await signer.sign(bytes)).byteLength).toBe(256)
  })

  test('says what is wrong with it', async () => {
    const file = container(leaf)
    const open = (content: Uint8Array, passphrase = 'secret') =>
      failure(() => createPkcs12Signer({ bytes: content, passphrase }))
    const code = 'sign.container.unreadable'
    expect(await open(file, 'other')).toEqual({ code, problem: 'the passphrase does not open it' })
    expect(await open(Buffer.from('PK'))).toEqual({ code, problem: 'it is no PKCS #12 container' })
    expect(await open(container(leaf, '-nokeys'))).toEqual({ code, problem: 'there is no private key in it' })
    expect(await open(container(leaf, '-nocerts'))).toEqual({ code: 'sign.key.mismatch' }) // the root alone
    for (let length = 0; length < file.length; length += 97)
      expect(await open(file.subarray(0, length))).toMatchObject({ code })
    for (let at = 0; at < file.length; at += 61) {
      const changed = Buffer.from(file)
      changed[at] = (changed[at] ?? 0) ^ 0x11
      expect(await open(changed)).toMatchObject({ code })
    }
  })
})

describe('what comes from outside', () => {
  const answering = (answer: (content: Uint8Array) => Uint8Array, entry = leaf) =>
    createExternalSigner({ chain: entry.certificate, sign: async (content) => answer(content) })
  const wrong = (signer: Signer) => failure(() => signer.sign(bytes))

  test('may be DER, and is made raw', async () => {
    for (
      let round = 0;
      round < 40;
      round++ // numbers of every length
    )
      await expectSigns(
        answering((content) => sign('sha256', content, leaf.key)),
        leaf.certificate,
      )
  })

  test('is refused when another key made it, or another digest, or nothing', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const raw = { dsaEncoding: 'ieee-p1363' as const }
    const code = 'sign.external.wrong'
    const problem = 'another key or another digest made it'
    expect(await wrong(answering((content) => sign('sha256', content, { key: privateKey, ...raw })))).toEqual(
      {
        code,
        problem,
        algorithm: 'ES256',
      },
    )
    expect(await wrong(answering((content) => sign('sha384', content, leaf.key)))).toMatchObject({
      code,
      problem: 'its digest is sha384, not sha256',
    })
    const digest = (content: Uint8Array) => createHash('sha256').update(content).digest()
    expect(await wrong(answering((content) => sign('sha256', digest(content), leaf.key)))).toMatchObject({
      code,
      problem: expect.stringMatching(/^it is over the digest, hashed once more/),
    })
    expect(
      await wrong(
        answering((content) => sign('sha512', content, { key: rsa.key, padding: 6, saltLength: 64 }), rsa),
      ),
    ).toMatchObject({ code, problem: 'its digest is sha512, not sha256' })
    expect(await wrong(answering(() => new Uint8Array()))).toMatchObject({
      code,
      problem: 'it has 0 bytes instead of 64',
    })
  })

  test('is refused when it is no bytes at all, and the words of whoever fails are kept', async () => {
    for (const answer of [undefined, 'MEUCIQ', new Uint8Array(64).buffer])
      expect(await wrong(answering(() => answer as never))).toMatchObject({
        code: 'sign.external.wrong',
        problem: 'it is no Uint8Array',
      })
    const refusing = createExternalSigner({
      chain: leaf.certificate,
      sign: () => Promise.reject(new Error('AccessDenied')),
    })
    expect(await failure(() => refusing.sign(bytes))).toEqual({
      code: 'sign.external.failed',
      problem: 'AccessDenied',
    })
  })

  test('is refused when RSA pads it the old way, and the reason is said', async () => {
    expect(await wrong(answering((content) => sign('sha256', content, rsa.key), rsa))).toMatchObject({
      code: 'sign.external.wrong',
      problem: 'it is padded after PKCS #1 v1.5, not PSS',
    })
    const salt = { key: rsa.key, padding: 6, saltLength: 20 }
    expect(await wrong(answering((content) => sign('sha256', content, salt), rsa))).toMatchObject({
      problem: 'its salt is not as long as the digest',
    })
  })

  test('needs a certificate that may sign content', async () => {
    const stamping = pki.issue({ extensions: stampExtensions }, root)
    const never = async () => new Uint8Array()
    expect(
      await failure(() => createExternalSigner({ chain: stamping.certificate, sign: never })),
    ).toMatchObject({
      code: 'sign.certificate.profile',
      problem: 'extendedKeyUsage is timeStamping',
    })
    const two = leaf.certificate + rsa.certificate
    expect(await failure(() => createExternalSigner({ chain: two, sign: never }))).toMatchObject({
      problem: 'several of the certificates could be the signing one',
    })
    const stranger = pki.issue({ subject: '/O=Other/CN=Other Root', extensions: caExtensions })
    const beside = leaf.certificate + stranger.certificate
    expect(await failure(() => createExternalSigner({ chain: beside, sign: never }))).toMatchObject({
      problem: 'O=Other, CN=Other Root is not in the chain above it',
    })
    const curve = pki.issue({ kind: 'secp256k1' }, root)
    expect(
      await failure(() => createExternalSigner({ chain: curve.certificate, sign: never })),
    ).toMatchObject({
      code: 'sign.certificate.profile',
    })
  })
})

describe('a command', () => {
  const node = (program: string, seconds = 20) =>
    createCommandSigner({ chain, command: [process.execPath, '-e', program], timeoutSeconds: seconds })

  test('signs: openssl with a key this process never reads', async () => {
    const openssl = pki.run('version', '-d') && '/usr/bin/openssl'
    const command = [openssl, 'dgst', '-sha256', '-sign', pki.path(`${leaf.name}.key`)] as const
    await expectSigns(createCommandSigner({ chain, command }), leaf.certificate)
  })

  test('gets no shell: its arguments are what they are', async () => {
    const command = [
      process.execPath,
      '-e',
      'process.exit(process.argv[1] === "$(id);*" ? 7 : 0)',
      '$(id);*',
    ] as const
    expect(await failure(() => createCommandSigner({ chain, command }).sign(bytes))).toEqual({
      code: 'sign.external.failed',
      problem: 'exit code 7',
    })
  })

  test('that fails, hangs, floods or is not there is reported', async () => {
    const code = 'sign.external.failed'
    expect(await failure(() => node('console.error("token locked"); process.exit(1)').sign(bytes))).toEqual({
      code,
      problem: 'exit code 1: token locked',
    })
    const lines = 'console.error("no card\\n  in slot 1\\n"); process.exit(1)'
    expect(await failure(() => node(lines).sign(bytes))).toEqual({
      code,
      problem: 'exit code 1: no card in slot 1',
    })
    expect(await failure(() => node('setTimeout(() => {}, 60000)', 0.5).sign(bytes))).toEqual({
      code,
      problem: 'no answer within 0.5 seconds',
    })
    expect(await failure(() => node('for (;;) process.stdout.write("x".repeat(1e5))').sign(bytes))).toEqual({
      code,
      problem: 'it wrote far more than a signature',
    })
    const missing = createCommandSigner({ chain, command: ['/nowhere/signer'] })
    expect(await failure(() => missing.sign(bytes))).toMatchObject({ code })
    expect(await failure(() => createCommandSigner({ chain, command: ['signer'] }))).toMatchObject({
      code: 'usage.signer.invalid',
    })
  })
})

describe('a token behind PKCS #11', () => {
  const env = () => ({ ...process.env, SOFTHSM2_CONF: pki.path('softhsm.conf'), PIN: '1234' })
  const module = '/usr/lib/softhsm/libsofthsm2.so'
  const run = (program: string, ...args: string[]) => {
    const { status, stderr } = spawnSync(program, args, { env: env(), encoding: 'utf8' })
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' })
  }
  const put = ({ name }: PkiEntry, id: string) => {
    pki.run('pkcs8', '-topk8', '-nocrypt', '-in', `${name}.key`, '-out', 'import.pem')
    const where = ['--token', 'acme', '--label', 'signer', '--id', id, '--pin', '1234']
    run('softhsm2-util', '--import', pki.path('import.pem'), ...where)
  }
  const signerOf = ({ certificate }: PkiEntry, ...args: string[]) => {
    const token = ['--module', module, '--token-label', 'acme', '--login', '--pin', 'env:PIN']
    const command = ['/usr/bin/pkcs11-tool', ...token, '--sign', '--mechanism', 'ECDSA', ...args] as const
    return createCommandSigner({ chain: certificate, command, input: 'digest', env: env() })
  }
  let second: PkiEntry
  beforeAll(() => {
    pki.write('softhsm.conf', `directories.tokendir = ${pki.directory}\n`)
    run('softhsm2-util', '--init-token', '--free', '--label', 'acme', '--pin', '1234', '--so-pin', '5678')
    second = pki.issue({}, root)
    put(leaf, '01')
    put(second, '02')
  })

  test('signs through pkcs11-tool, with one of several keys of one label', async () => {
    await expectSigns(signerOf(leaf, '--id', '01'), leaf.certificate)
    await expectSigns(signerOf(second, '--id', '02', '--signature-format', 'sequence'), second.certificate)
  })

  test('with another key is refused, and told apart by --id', async () => {
    const code = 'sign.external.wrong'
    const problem = 'another key or another digest made it'
    // Which of both is the first is the token’s affair, each time it is opened.
    const said = new Set<unknown>()
    for (let round = 0; round < 10 && said.size === 0; round++)
      for (const entry of [leaf, second]) {
        const signed = signerOf(entry, '--label', 'signer').sign(bytes)
        await signed.catch(({ details }: YinjiError) => said.add(details['problem']))
      }
    const hint = '; pkcs11-tool signs with the first key of the token unless --id names another'
    expect([...said]).toEqual([`${problem}${hint}`])
    expect(await failure(() => signerOf(leaf, '--id', '02').sign(bytes))).toMatchObject({ code, problem })
    expect(await failure(() => signerOf(leaf, '--id', '07').sign(bytes))).toMatchObject({
      code: 'sign.external.failed',
      problem: expect.stringContaining('Private key not found'),
    })
  })
})

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
