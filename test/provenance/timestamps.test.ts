/** Time stamps of a real authority (openssl), in our files and in c2pa-rs; and every way in which a stamp can be wrong. */
import { SignError } from '@yinji/core'
import { createTimeStamper, createTrust, type TimeStampService, withTimeStamps } from '@yinji/provenance'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { readTimeStampToken } from '../../packages/provenance/src/timestamp/token.ts'
import { startAuthority } from '../../packages/provenance/src/timestamp/tsa.test-kit.ts'
import { type PkiEntry, stampExtensions } from '../../packages/provenance/src/trust/pki.test-kit.ts'
import { day, later, startClock } from '../helpers/clock.ts'
import { pngWith, type SignedPng, signPng, validatePng } from '../helpers/signed-png.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

const { pki, root, stampRoot, signer, authority, trust } = await startClock()
let stamped: SignedPng
beforeAll(async () => {
  stamped = await sign()
})

const stamping = (more: Partial<TimeStampService> = {}) =>
  withTimeStamps(signer, createTimeStamper({ url: authority.url, ...more }))
const sign = (more: Partial<TimeStampService> = {}) => signPng(stamping(more))
const strange = () => createTrust({ anchors: [root.certificate] })
const codesOf = ({
  success,
  informational,
  failure,
}: Record<'success' | 'informational' | 'failure', readonly { code: string }[]>) =>
  [...success, ...informational, ...failure].map(({ code }) => code)

describe('a time stamp', () => {
  test('tells when it was signed, to us and to c2pa-rs', async () => {
    const { codes, findings, results } = await validatePng(stamped, trust())
    expect(codes).toContain('manifest.timestamp.trusted')
    expect(codes).toContain('manifest.signer.trusted')
    const data = findings.find(({ code }) => code === 'manifest.timestamp.trusted')?.data
    expect(data).toMatchObject({ authority: 'Clock' })
    expect(Math.abs(Date.parse(String(data?.['time'])) - Date.now())).toBeLessThan(day)
    expect(codesOf(results)).toEqual(expect.arrayContaining(['timeStamp.validated', 'timeStamp.trusted']))
    const theirs = await judgeByC2pa(stamped.bytes, 'image/png', root.certificate + stampRoot.certificate)
    expect(theirs).toMatchObject({ state: 'Trusted', failures: [] })
    expect([...theirs.successes, ...theirs.informational]).toContain('timeStamp.validated')
  })

  test('keeps a signature trusted after the certificate has run out', async () => {
    const { codes, signer: report } = await validatePng(stamped, trust(), later)
    expect(codes).toContain('manifest.signer.trusted')
    expect(codes).not.toContain('manifest.certificate.expired')
    expect(report?.trust).toBe('trusted')
    const unstamped = await signPng(signer)
    expect((await validatePng(unstamped, trust(), later)).codes).toContain('manifest.certificate.expired')
  })

  test('is what the dates of an authority’s place on the list are held against (C2PA 15.7)', async () => {
    const around = (before: number, after: number) =>
      createTrust({
        anchors: [
          {
            certificates: root.certificate,
            notBefore: new Date(Date.now() + before * day),
            notAfter: new Date(Date.now() + after * day),
          },
        ],
        timestampAnchors: [stampRoot.certificate],
      })
    const soon = new Date(Date.now() + 20 * day)
    const unstamped = await signPng(signer)
    const outcome = async (png: SignedPng, ...dates: [number, number]) =>
      (await validatePng(png, around(...dates), soon)).signer?.trust
    expect(await outcome(stamped, -1, 10)).toBe('trusted') // the list let go of it afterwards
    expect(await outcome(unstamped, -1, 10)).toBe('untrusted')
    expect(await outcome(stamped, 10, 30)).toBe('untrusted') // signed before the list took it up
    expect(await outcome(unstamped, 10, 30)).toBe('trusted')
    expect(await outcome(stamped, -2, -1)).toBe('untrusted')
  })

  test('of an unknown authority proves nothing, and leaves the question open', async () => {
    const present = await validatePng(stamped, strange())
    expect(present.codes).toContain('manifest.timestamp.untrusted')
    expect(present.codes).toContain('manifest.signer.trusted')
    expect(codesOf(present.results)).toContain('timeStamp.untrusted')
    const past = await validatePng(stamped, strange(), later)
    expect(past.codes).toContain('manifest.timestamp.needed')
    expect(past.signer?.trust).toBe('unchecked')
  })

  test('by those who may sign content is none: the anchors are kept apart', async () => {
    const mixed = createTrust({ anchors: [root.certificate, stampRoot.certificate] })
    expect((await validatePng(stamped, mixed)).codes).toContain('manifest.timestamp.untrusted')
  })

  test('of the future is none', async () => {
    const early = await validatePng(stamped, trust(), new Date(Date.now() - day))
    expect(early.codes).toContain('manifest.timestamp.invalid')
    expect(early.codes).toContain('manifest.certificate.future')
  })

  test.each(['P-256', 'P-384', 'RSA-2048', 'RSA-4096'] as const)('may be signed with %s', async (kind) => {
    const other = pki.issue({ subject: '/O=Clock/CN=Other', extensions: stampExtensions, kind }, stampRoot)
    await using clock = await startAuthority(pki, other, [], 'sha384')
    expect((await validatePng(await sign({ url: clock.url }), trust())).codes).toContain(
      'manifest.timestamp.trusted',
    )
  })

  test('leaves the size of the file as it was planned, whatever its own', async () => {
    const sizes = new Set<number>()
    for (const reserve of [8_000, 8_001, 8_002, 8_254, 8_255, 8_256, 8_257])
      sizes.add((await sign({ reserve })).store.length - reserve)
    expect(sizes.size).toBe(1)
  })
})

describe('a stamp that is not right', () => {
  const invalidity = async (png: SignedPng, at = trust(), code = 'manifest.timestamp.invalid') => {
    const { codes, findings } = await validatePng(png, at)
    expect(codes).toContain('manifest.signer.trusted') // the signature itself is as good as without
    return findings.find((finding) => finding.code === code)?.data
  }
  const withToken = (token: Uint8Array) =>
    signPng({ ...stamping(), timestamp: { reserve: 10_000, stamp: async () => token } })

  test('was taken from another file', async () => {
    let other: Uint8Array = new Uint8Array()
    const { timestamp } = stamping()
    await signPng({
      ...signer,
      timestamp: {
        reserve: 10_000,
        stamp: async (bytes) => (other = (await timestamp?.stamp(bytes)) ?? other),
      },
    })
    expect(await invalidity(await withToken(other))).toEqual({
      status: 'timeStamp.mismatch',
      what: 'it was made for something else',
    })
  })

  test.each([
    [
      'not for stamps alone',
      'extendedKeyUsage=critical,timeStamping,emailProtection',
      'the authority’s certificate is not for time stamps alone',
    ],
    [
      'for something else',
      'extendedKeyUsage=critical,emailProtection',
      'the authority’s certificate is not for time stamps alone',
    ],
    [
      'not marked critical',
      'extendedKeyUsage=timeStamping',
      'the authority’s extendedKeyUsage is not critical',
    ],
    [
      'a CA’s',
      'basicConstraints=critical,CA:TRUE\nextendedKeyUsage=critical,timeStamping',
      'the authority’s certificate is a CA certificate',
    ],
  ])('comes from a certificate that is %s', async (_, extension, what) => {
    const odd = pki.issue({ extensions: ['keyUsage=critical,digitalSignature', extension] }, stampRoot)
    const png = await signPng({
      ...signer,
      timestamp: { reserve: 10_000, stamp: async (bytes) => tokenBy(odd, bytes) },
    })
    expect(await invalidity(png, trust(), 'manifest.timestamp.unsuitable')).toEqual({
      status: 'timeStamp.credentialInvalid',
      what,
    })
  })

  /** openssl’s authority refuses to stamp with such certificates; its CMS command signs whatever it is given. */
  async function tokenBy(entry: PkiEntry, bytes: Uint8Array): Promise<Uint8Array> {
    const honest = await createTimeStamper({ url: authority.url }).stamp(bytes)
    pki.write('info.der', readTimeStampToken(honest).content)
    const type = '1.2.840.113549.1.9.16.1.4'
    pki.run(
      ...[
        'cms',
        '-sign',
        '-binary',
        '-nodetach',
        '-cades',
        '-md',
        'sha256',
        '-econtent_type',
        type,
        '-outform',
        'DER',
      ],
      ...[
        '-signer',
        `${entry.name}.pem`,
        '-inkey',
        `${entry.name}.key`,
        '-in',
        'info.der',
        '-out',
        'token.der',
      ],
    )
    return pki.read('token.der')
  }

  test('is signed by an authority whose certificate had run out', async () => {
    const brief = pki.issue({ subject: '/O=Clock/CN=Brief', extensions: stampExtensions, days: 1 }, stampRoot)
    const tomorrow = new Date(Date.now() + 2 * day)
    const token = async (bytes: Uint8Array) => {
      const honest = Buffer.from(readTimeStampToken(await tokenBy(brief, bytes)).content)
      const at = honest.indexOf(/\d{14}Z/.exec(honest.toString('latin1'))?.[0] ?? '')
      honest.write(tomorrow.toISOString().replace(/\D/g, '').slice(0, 14), at)
      pki.write('info.der', honest)
      pki.run(
        ...[
          'cms',
          '-sign',
          '-binary',
          '-nodetach',
          '-cades',
          '-md',
          'sha256',
          '-outform',
          'DER',
          '-out',
          'token.der',
        ],
        ...['-econtent_type', '1.2.840.113549.1.9.16.1.4', '-in', 'info.der'],
        ...['-signer', `${brief.name}.pem`, '-inkey', `${brief.name}.key`],
      )
      return pki.read('token.der')
    }
    const png = await signPng({ ...signer, timestamp: { reserve: 10_000, stamp: token } })
    const { findings } = await validatePng(png, trust(), new Date(Date.now() + 3 * day))
    expect(findings.find(({ code }) => code === 'manifest.timestamp.expired')?.data).toEqual({
      status: 'timeStamp.outsideValidity',
      what: 'the certificate of the authority was not valid at that time',
    })
  })

  test('is read or refused, whatever has become of its bytes', () => {
    const { store } = stamped
    const start = store.indexOf('val', store.indexOf('tstTokens')) + 6
    const token = store.subarray(start, start + store.readUInt16BE(start - 2))
    const attempt = (bytes: Uint8Array) => {
      try {
        return readTimeStampToken(bytes).info.serial
      } catch (error) {
        expect((error as Error).name).toBe('DerError')
        return undefined
      }
    }
    expect(attempt(token)).toBeDefined()
    for (let length = 0; length < token.length; length++)
      expect(attempt(token.subarray(0, length))).toBeUndefined()
    const change = fc.tuple(fc.nat(token.length - 1), fc.nat(255))
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const mutant = Uint8Array.from(token)
        for (const [at, value] of changes) mutant[at] = value
        attempt(mutant)
      }),
      { numRuns: 10_000 },
    )
  })

  test('has a changed byte: what it says is never another, and in all that is signed it is caught', async () => {
    const { store } = stamped
    const start = store.indexOf('val', store.indexOf('tstTokens')) + 6 // behind the head of the byte string
    const token = store.subarray(start, start + store.readUInt16BE(start - 2))
    const { content, signer: by } = readTimeStampToken(token)
    const covered = [content, by.signed.subarray(4), by.signature].map((part) => ({
      from: store.indexOf(part, start),
      to: store.indexOf(part, start) + part.byteLength,
    }))
    expect(covered.every(({ from }) => from > start)).toBe(true)
    const said = async (png: SignedPng) =>
      (await validatePng(png, trust())).findings.find(({ code }) => code === 'manifest.timestamp.trusted')
        ?.data
    const honest = await said(stamped)
    for (let at = start; at < start + token.length; at += 7) {
      const changed = Buffer.from(store)
      changed[at] = (changed[at] ?? 0) ^ 1
      const now = await said(pngWith(changed))
      const signed = covered.some(({ from, to }) => from <= at && at < to)
      // CMS leaves its version numbers and certificates beside the authority's own unsigned (RFC 5652 5.4)
      expect([at, now]).toEqual([at, signed || now === undefined ? undefined : honest])
    }
  })
})

describe('the bytes around a signature', () => {
  test('of the certificates are covered by it, each of them', async () => {
    const { store } = stamped
    const start = store.indexOf(signer.chain[0] ?? new Uint8Array())
    for (let at = start; at < start + (signer.chain[0]?.byteLength ?? 0); at += 23) {
      const changed = Buffer.from(store)
      changed[at] = (changed[at] ?? 0) ^ 1
      const { codes } = await validatePng(pngWith(changed), trust())
      expect([at, codes.includes('manifest.signer.trusted')]).toEqual([at, false])
    }
  })

  test('of the padding are covered by nothing: it is in no header that is signed, and readers pass over it (C2PA 10.4.2)', async () => {
    const changed = Buffer.from(stamped.store)
    const at = changed.lastIndexOf('cpadY', changed.indexOf('sigTst2')) + 200 // `pad` is the first of the header
    expect(changed[at]).toBe(0)
    changed[at] = 1
    expect((await validatePng(pngWith(changed), trust())).codes).toContain('manifest.signer.trusted')
  })
})

describe('an authority that', () => {
  const failure = async (
    answer: ((query: Buffer) => Buffer) | undefined,
    more: Partial<TimeStampService> = {},
  ) => {
    const honest = authority.answer
    if (answer) authority.answer = answer
    try {
      await sign(more)
    } catch (error) {
      if (error instanceof SignError) return [error.code, error.details['problem']]
      throw error
    } finally {
      authority.answer = honest
    }
    throw new Error('no error')
  }
  const code = 'sign.timestamp.failed'

  test('answers an old request is refused', async () => {
    const old = authority.answer(queryFor('other'))
    expect(await failure(() => old)).toEqual([code, expect.stringContaining('is for other bytes')])
  })

  test('refuses, says nonsense, breaks off or is gone is reported', async () => {
    expect(await failure(undefined, { policy: '1.2.3.9' })).toEqual([
      code,
      expect.stringContaining('the request was refused (status 2)'),
    ])
    expect(await failure(() => Buffer.from('no DER'))).toEqual([code, expect.any(String)])
    expect(await failure(() => Buffer.alloc(300_000))).toEqual([code, 'its answer is too long'])
    expect(
      await failure(() => {
        throw new Error('down')
      }),
    ).toEqual([code, expect.stringContaining('HTTP status 500')])
    expect(await failure(undefined, { url: 'http://127.0.0.1:1/' })).toEqual([
      code,
      '127.0.0.1:1 can’t be reached',
    ])
    const [, problem] = await failure(undefined, { reserve: 100 })
    expect(problem).toMatch(/^it needs \d+ bytes more than there is room for$/)
  })

  test('follows the policy asked for is believed', async () => {
    expect((await validatePng(await sign({ policy: '1.2.3.4.2' }), trust())).codes).toContain(
      'manifest.timestamp.trusted',
    )
  })

  function queryFor(text: string): Buffer {
    pki.write('data', text)
    pki.run('ts', '-query', '-data', 'data', '-sha256', '-cert', '-out', 'query.tsq')
    return pki.read('query.tsq')
  }
})
