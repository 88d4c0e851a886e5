/** Trust lists as the C2PA publishes them: whom they name, and from when to when. */
import { UsageError } from '@yinji/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { issue, issuing, now, root, signer } from '../verify/issue.test-kit.ts'
import { readC2paTrustList } from './c2pa-trust-list.ts'
import { readCertificate } from './certificate.ts'
import { createTrust } from './trust.ts'

const status = (name: string, time: string) => ({
  ServiceStatus: `http://c2pa.org/conformance/trust-list/${name}`,
  StatusStartingTime: time,
})
const trusted = (time: string) => status('trusted', time)
const untrusted = (time: string) => status('untrusted', time)
const val = Buffer.from(root.certificate).toString('base64')
const identity = {
  ServiceName: [{ lang: 'en', value: 'Root' }],
  ServiceDigitalIdentity: { X509Certificates: [{ val }] },
}
const list = (current: object, history?: object[], name = 'C2PA Trust List') =>
  JSON.stringify({
    LoTE: {
      ListAndSchemeInformation: { LoTESequenceNumber: 1, SchemeName: [{ lang: 'en', value: name }] },
      TrustedEntitiesList: [
        {
          TrustedEntityInformation: { TEName: [{ lang: 'en', value: 'Example' }] },
          TrustedEntityServices: [
            { ServiceInformation: { ...identity, ...current }, ...(history && { ServiceHistory: history }) },
          ],
        },
      ],
    },
  })
const periods = (text: string) =>
  readC2paTrustList(text).anchors.map(({ notBefore, notAfter }) => [
    notBefore?.toISOString().slice(0, 10),
    notAfter?.toISOString().slice(0, 10),
  ])

describe('an authority on a list', () => {
  test('vouches for signers of claims from the day it was taken up', () => {
    const { purpose, anchors } = readC2paTrustList(list(trusted('2026-05-20T00:00:00Z')))
    expect([purpose, anchors.map(({ usages }) => [...(usages ?? [])])]).toEqual([
      'content',
      [['1.3.6.1.4.1.62558.2.1']],
    ])
    const chain = [signer, issuing].flatMap(({ certificate }) => readCertificate(certificate) ?? [])
    expect(createTrust({ anchors }).assess(chain, now).anchored).toBe(false) // it signs e-mail, not claims
    const stamps = readC2paTrustList(list(trusted('2026-05-20T00:00:00Z'), [], 'C2PA TSA Trust List'))
    expect(stamps.purpose).toBe('timestamp')
    const trust = createTrust({ anchors: stamps.anchors })
    expect(trust.assess(chain, now).anchored).toBe(true)
    expect(trust.assess(chain, new Date('2026-05-19T23:59:59Z')).anchored).toBe(false)
  })

  test.each<[string, object, object[], (string | undefined)[][]]>([
    ['still there', trusted('2026-01-01T00:00:00Z'), [], [['2026-01-01', undefined]]],
    [
      'let go',
      untrusted('2026-06-01T00:00:00Z'),
      [trusted('2026-01-01T00:00:00Z')],
      [['2026-01-01', '2026-06-01']],
    ],
    [
      'let go, by a history that is newer', // the example of the schema
      trusted('2025-02-01T00:00:00Z'),
      [untrusted('2025-06-01T00:00:00Z')],
      [['2025-02-01', '2025-06-01']],
    ],
    [
      'taken up once more, in no order',
      trusted('2026-09-01T00:00:00Z'),
      [untrusted('2026-06-01T00:00:00Z'), trusted('2026-01-01T00:00:00Z'), trusted('2026-02-01T00:00:00Z')],
      [
        ['2026-01-01', '2026-06-01'],
        ['2026-09-01', undefined],
      ],
    ],
    ['let go, since ever there', untrusted('2026-06-01T00:00:00Z'), [], [[undefined, '2026-06-01']]],
    [
      'of a status nobody knows',
      status('Trusted', '2026-06-01T00:00:00Z'),
      [trusted('2026-01-01T00:00:00Z')],
      [['2026-01-01', '2026-06-01']],
    ],
    [
      'let go twice',
      untrusted('2026-07-01T00:00:00Z'),
      [untrusted('2026-06-01T00:00:00Z'), trusted('2026-01-01T00:00:00Z')],
      [['2026-01-01', '2026-06-01']],
    ],
  ])('is trusted in the times in which it was: %s', (_, current, history, expected) => {
    expect(periods(list(current, history))).toEqual(expected)
  })
})

describe('what is no list', () => {
  const good = list(trusted('2026-01-01T00:00:00Z'))
  test.each([
    ['no JSON', good.slice(0, -1)],
    ['another JSON', '{"schema":"yinji.signed-list/1"}'],
    ['without times', list({ ServiceStatus: trusted('').ServiceStatus })],
    ['with times that are none', list(trusted('yesterday'))],
    ['with certificates that are no base64', good.replace(val, `!${val}`)],
    ['with a history that is none', list(trusted('2026-01-01T00:00:00Z'), [{ ServiceStatus: 1 }])],
  ])('is refused: %s', (_, text) => {
    expect(() => readC2paTrustList(text)).toThrow(expect.objectContaining({ code: 'usage.trust.invalid' }))
  })

  test('is refused or read, whatever was changed in it', () => {
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.string({ maxLength: 5 }), (at, text) => {
        const changed = good.slice(0, at) + text + good.slice(at + text.length)
        try {
          createTrust({ anchors: readC2paTrustList(changed).anchors })
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError)
        }
      }),
      { numRuns: 500 },
    )
  })
})

test('a list is an anchor as it is, for what it is meant', () => {
  const claimSigner = issue({ subject: 'Signer', purposes: ['1.3.6.1.4.1.62558.2.1'] }, issuing)
  const chain = [claimSigner, issuing].flatMap(({ certificate }) => readCertificate(certificate) ?? [])
  const text = list(trusted('2020-01-01T00:00:00Z'))
  const stamps = list(trusted('2020-01-01T00:00:00Z'), undefined, 'C2PA TSA Trust List')
  expect(createTrust({ anchors: [text] }).assess(chain, now).anchored).toBe(true)
  expect(createTrust({ anchors: [text] }).assess(chain, new Date('2019-12-31')).anchored).toBe(false)
  expect(() => createTrust({ anchors: [stamps] })).toThrow(UsageError)
  expect(() => createTrust({ anchors: [], timestampAnchors: [text] })).toThrow(UsageError)
  expect(createTrust({ anchors: [], timestampAnchors: [stamps] }).assess(chain, now).anchored).toBe(false)
})
