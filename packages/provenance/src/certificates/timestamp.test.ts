/** Tokens of an own authority, for openssl’s requests and ours, as openssl and our own reader see them. */
import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { encodeTimeStampRequest } from '../timestamp/request.ts'
import { tokenSignature } from '../timestamp/signature.ts'
import { readTimeStampResponse, readTimeStampToken } from '../timestamp/token.ts'
import { stampProblem } from '../trust/profile.ts'
import { type Entry, Hierarchy } from './hierarchy.test-kit.ts'
import { keyKinds } from './key.ts'
import { answerTimeStamp, refuseTimeStamp } from './timestamp.ts'
import { failures, readTimeStampQuery } from './timestamp-query.ts'

const now = new Date(Math.floor(Date.now() / 1000) * 1000)
const policy = '1.3.6.1.4.1.99999.1'
const kinds = keyKinds.filter((kind) => kind !== 'RSA-3072' && kind !== 'RSA-4096')

async function office(hierarchy: Hierarchy) {
  const root = await hierarchy.issue('root')
  const issuing = await hierarchy.issue('issuing', root)
  const tsa = await hierarchy.issue('timestamp', issuing)
  hierarchy.file('data', 'to be stamped')
  /** A request by openssl, and its answer. */
  const stamp = async (words: string[], chain: readonly Entry[] = [issuing], at = now) => {
    hierarchy.openssl('ts', '-query', '-data', 'data', '-out', 'query.tsq', ...words)
    const authority = { ...tsa, policy, chain: chain.map(({ certificate }) => certificate) }
    const answer = await answerTimeStamp(hierarchy.bytes('query.tsq'), authority, at)
    hierarchy.file('answer.tsr', answer)
    return answer
  }
  return { root, issuing, tsa, stamp }
}

describe.each(kinds)('a stamp by %s', (kind) => {
  const hierarchy = new Hierarchy(kind)
  afterAll(() => hierarchy[Symbol.dispose]())
  const made = office(hierarchy)

  test('our own reader finds what was asked, and the signature holds', async () => {
    const { tsa } = await made
    const hash = createHash('sha256').update('x').digest()
    const nonce = randomBytes(16)
    const request = encodeTimeStampRequest(hash, nonce, policy)
    const token = readTimeStampToken(
      readTimeStampResponse(await answerTimeStamp(request, { ...tsa, policy }, now)),
    )
    expect(token.info).toMatchObject({ policy, time: now })
    expect(Buffer.from(token.info.imprint.hash)).toEqual(hash)
    expect(BigInt(`0x${token.info.nonce}`)).toBe(BigInt(`0x${nonce.toString('hex')}`))
    expect(token.certificates.map((der) => Uint8Array.from(der))).toEqual([tsa.certificate])
    expect(token.signer.id).toEqual({ issuer: tsa.read.issuer.key, serial: tsa.read.serial })
    expect(Buffer.from(token.signer.certificate.hash).toString('hex')).toBe(tsa.read.fingerprint)
    if (kind === 'SM2') {
      expect(createHash('sm3').update(token.content).digest()).toEqual(
        Buffer.from(token.signer.messageDigest),
      )
      expect(hierarchy.sm2Verify(tsa, token.signer.signed, token.signer.signature)).toContain(
        'Verified Successfully',
      )
    } else expect(tokenSignature(token, tsa.read)).toBe('holds')
    expect(stampProblem(tsa.read, kind === 'SM2' ? 'sm2' : 'c2pa')).toBeUndefined()
  })

  test('openssl reads it', async () => {
    const { stamp } = await made
    await stamp(['-sha512', '-cert'])
    const text = hierarchy.openssl('ts', '-reply', '-in', 'answer.tsr', '-text')
    expect(text).toContain('Status: Granted.')
    expect(text).toContain(`Policy OID: ${policy}`)
    expect(text).toContain('Hash Algorithm: sha512')
    expect(text).toContain('Accuracy: 0x01 seconds, unspecified millis, unspecified micros')
    expect(text).toMatch(/Serial number: 0x[4-7][0-9A-F]{31}\n/)
    hierarchy.openssl('ts', '-reply', '-in', 'answer.tsr', '-token_out', '-out', 'token.der')
    const cms = hierarchy.openssl('cms', '-cmsout', '-print', '-inform', 'DER', '-in', 'token.der')
    for (const attribute of ['contentType', 'signingTime', 'messageDigest', 'signingCertificateV2'])
      expect(cms).toContain(
        `object: ${attribute === 'signingCertificateV2' ? 'id-smime-aa-' : ''}${attribute}`,
      )
  })
})

// openssl ts knows CMS as it was before Ed25519, and takes no signer id for SM2.
describe.each(kinds.filter((kind) => kind !== 'Ed25519' && kind !== 'SM2'))(
  'openssl and a stamp by %s',
  (kind) => {
    const hierarchy = new Hierarchy(kind)
    afterAll(() => hierarchy[Symbol.dispose]())
    const made = office(hierarchy)

    test.each(['sha256', 'sha384', 'sha512', 'sm3'])('openssl verifies it, over %s', async (digest) => {
      const { root, issuing, tsa, stamp } = await made
      const verify = (...words: string[]) =>
        hierarchy.openssl('ts', '-verify', '-in', 'answer.tsr', '-CAfile', root.pem, ...words)
      await stamp([`-${digest}`, '-cert'])
      expect(verify('-queryfile', 'query.tsq')).toContain('Verification: OK')
      expect(verify('-data', 'data')).toContain('Verification: OK')
      await stamp([`-${digest}`, '-no_nonce', '-tspolicy', policy], [])
      hierarchy.file(
        'chain.pem',
        Buffer.concat([tsa, issuing].map(({ pem }) => Buffer.from(hierarchy.bytes(pem)))),
      )
      expect(verify('-queryfile', 'query.tsq', '-untrusted', 'chain.pem')).toContain('Verification: OK')
      hierarchy.file('data2', 'another')
      expect(() => verify('-data', 'data2', '-untrusted', 'chain.pem')).toThrow(/message imprint mismatch/)
    })
  },
)

describe('a time-stamp authority', () => {
  const hierarchy = new Hierarchy('P-256')
  afterAll(() => hierarchy[Symbol.dispose]())
  const made = office(hierarchy)
  const hash = new Uint8Array(32).fill(7)

  test('sends certificates only to who wants them', async () => {
    const { stamp, tsa, issuing } = await made
    const certificatesOf = (answer: Uint8Array) =>
      readTimeStampToken(readTimeStampResponse(answer)).certificates
    expect(certificatesOf(await stamp(['-sha256']))).toEqual([])
    const sent = certificatesOf(await stamp(['-sha256', '-cert'])).map((der) => Uint8Array.from(der))
    expect(sent).toHaveLength(2)
    expect(sent).toEqual(expect.arrayContaining([tsa.certificate, issuing.certificate]))
  })

  test('never gives a number twice', async () => {
    const { tsa } = await made
    const request = encodeTimeStampRequest(hash, hash)
    const serialOf = async () =>
      readTimeStampToken(readTimeStampResponse(await answerTimeStamp(request, { ...tsa, policy }, now))).info
        .serial
    const serials = await Promise.all(Array.from({ length: 100 }, serialOf))
    expect(new Set(serials).size).toBe(100)
  })

  test.each([
    ['badAlg', 'another digest', ['-sha1'], /unrecognized or unsupported algorithm/],
    ['badAlg', 'another digest', ['-sha3-256'], /unrecognized or unsupported algorithm/],
    ['unacceptedPolicy', 'another policy', ['-sha256', '-tspolicy', '1.2.3'], /policy is not supported/],
  ] as const)('refuses with %s %s', async (failure, _, words, openssl) => {
    const { stamp } = await made
    expect(await stamp([...words])).toEqual(refuseTimeStamp(failure))
    expect(hierarchy.openssl('ts', '-reply', '-in', 'answer.tsr', '-text')).toMatch(openssl)
  })

  test('refuses what is no request of version 1, has extensions, or a hash of another length', async () => {
    const good = Buffer.from(encodeTimeStampRequest(hash, hash))
    expect(readTimeStampQuery(good)).toMatchObject({ certReq: true, policy: undefined })
    const changed = (at: number, value: number) => Buffer.from(good).fill(value, at, at + 1)
    expect(readTimeStampQuery(changed(4, 2))).toBe('badRequest')
    const extension = Buffer.from('a00b30090603550405040204' + '00', 'hex')
    const extended = Buffer.concat([good, extension])
    extended[1] = extended.byteLength - 2
    expect(readTimeStampQuery(extended)).toBe('unacceptedExtension')
    const short = Buffer.concat([
      good.subarray(0, 24),
      Buffer.from([31]),
      good.subarray(25, 56),
      good.subarray(57),
    ])
    short[1] = (short[1] ?? 0) - 1
    short[6] = (short[6] ?? 0) - 1
    expect(readTimeStampQuery(short)).toBe('badDataFormat')
    expect(readTimeStampQuery(new Uint8Array(5000))).toBe('badDataFormat')
  })

  test.each(Object.keys(failures) as (keyof typeof failures)[])(
    'openssl and we read a refusal: %s',
    (failure) => {
      const refusal = refuseTimeStamp(failure, '不行')
      hierarchy.file('refusal.tsr', refusal)
      const text = hierarchy.openssl('ts', '-reply', '-in', 'refusal.tsr', '-text')
      expect(text).toContain('Status: Rejected.')
      expect(text).not.toContain('Failure info: unspecified')
      expect(() => readTimeStampResponse(refusal)).toThrow('status 2): 不行')
    },
  )

  test('makes no stamp before or after its certificate', async () => {
    const { stamp, tsa } = await made
    for (const at of [
      new Date(tsa.read.notAfter.getTime() + 1000),
      new Date(tsa.read.notBefore.getTime() - 1000),
    ]) {
      const refused = await stamp(['-sha256'], [], at)
      expect(() => readTimeStampResponse(refused)).toThrow(/not valid now/)
    }
  })

  test('survives whatever it is asked', async () => {
    const { tsa } = await made
    const request = encodeTimeStampRequest(hash, hash, policy)
    for (let length = 0; length < request.byteLength; length++)
      expect(readTimeStampQuery(request.subarray(0, length))).toBe('badDataFormat')
    await fc.assert(
      fc.asyncProperty(
        fc.nat(request.byteLength - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, change) => {
          const changed = Uint8Array.from(request)
          changed[at] = (changed[at] ?? 0) ^ change
          const answer = await answerTimeStamp(changed, { ...tsa, policy }, now)
          const query = readTimeStampQuery(changed)
          if (typeof query === 'string') expect(() => readTimeStampResponse(answer)).toThrow('refused')
          // what it stamps is what was asked
          else expect(Buffer.from(answer).includes(Buffer.from(query.imprint))).toBe(query.policy === policy)
        },
      ),
      { seed: 3161, numRuns: 500 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(typeof readTimeStampQuery(bytes)).toBe('string')
      }),
      { seed: 3161 },
    )
  })
})
