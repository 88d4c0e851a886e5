/** Time stamps of a real authority (openssl), in our files and in c2pa-rs, and what it may answer. */
import { SignError } from '@yinji/core'
import { createTrust, type TimeStampService } from '@yinji/provenance'
import { describe, expect, test } from 'vitest'
import { startAuthority } from '../../packages/provenance/src/timestamp/tsa.test-kit.ts'
import { stampExtensions } from '../../packages/provenance/src/trust/pki.test-kit.ts'
import { day, later, startClock } from '../helpers/clock.ts'
import { type SignedPng, signPng, validatePng } from '../helpers/signed-png.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

const { pki, root, stampRoot, signer, authority, trust, stamping } = await startClock()
const stamped = await signPng(stamping())
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
    expect((await validatePng(await signPng(stamping({ url: clock.url })), trust())).codes).toContain(
      'manifest.timestamp.trusted',
    )
  })

  test('leaves the size of the file as it was planned, whatever its own', async () => {
    const sizes = new Set<number>()
    for (const reserve of [8_000, 8_001, 8_002, 8_254, 8_255, 8_256, 8_257])
      sizes.add((await signPng(stamping({ reserve }))).store.length - reserve)
    expect(sizes.size).toBe(1)
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
      await signPng(stamping(more))
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
    expect((await validatePng(await signPng(stamping({ policy: '1.2.3.4.2' })), trust())).codes).toContain(
      'manifest.timestamp.trusted',
    )
  })

  function queryFor(text: string): Buffer {
    pki.write('data', text)
    pki.run('ts', '-query', '-data', 'data', '-sha256', '-cert', '-out', 'query.tsq')
    return pki.read('query.tsq')
  }
})
