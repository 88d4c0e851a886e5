/** Evidence records that were renewed (RFC 4998 5.2), by authorities of our own years apart, as verifiers read them (5.3). */
import { createHash } from 'node:crypto'
import { judge } from '@yinji/core'
import { createAuthority, createSigner, createTrust } from '@yinji/provenance'
import { openCertificateKey } from '@yinji/provenance/certificates'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { answerTimeStamp } from '../../packages/provenance/src/certificates/timestamp.ts'
import { DerError } from '../../packages/provenance/src/encoding/der.ts'
import {
  boolean,
  implicitMembers,
  nothing,
  number,
  octets,
  oid,
  positive,
  sequence,
} from '../../packages/provenance/src/encoding/der-write.ts'
import { joined, readEvidenceRecord, rootsOf } from '../../packages/provenance/src/timestamp/evidence.ts'
import { readTimeStampResponse } from '../../packages/provenance/src/timestamp/token.ts'
import { type Issued, issue, pem } from '../../packages/provenance/src/verify/issue.test-kit.ts'
import { signPng, validatePng } from '../helpers/signed-png.ts'

const digests = { sha256: '2.16.840.1.101.3.4.2.1', sha512: '2.16.840.1.101.3.4.2.3' }
type Digest = keyof typeof digests
const hash = (digest: Digest, ...parts: readonly Uint8Array[]) =>
  createHash(digest).update(Buffer.concat(parts)).digest()

const clocks = ['Old', 'New', 'Late'].map((name) => {
  const dates = { notBefore: new Date('2019-01-01'), notAfter: new Date('2045-01-01') }
  const root = issue({ subject: `${name} Root`, ca: true, ...dates })
  const usage = { purposes: ['1.3.6.1.5.5.7.3.8'], purposesCritical: true }
  return { root, clock: issue({ subject: name, ...usage, ...dates }, root) }
})
const [old, fresh, late] = clocks as [(typeof clocks)[0], (typeof clocks)[0], (typeof clocks)[0]]

/** A token over this hash, of that day. */
async function token(
  { clock }: { clock: Issued },
  day: string,
  imprint: Uint8Array,
  digest: Digest = 'sha256',
) {
  const query = sequence(sequence(oid(digests[digest]), nothing()), octets(imprint))
  const request = sequence(number(1), query, positive(Uint8Array.of(1, 2, 3)), boolean(true))
  const key = openCertificateKey(clock.privateKey.export({ format: 'der', type: 'pkcs8' }))
  const authority = { certificate: clock.certificate, key, policy: '1.2.3.4.1' }
  return readTimeStampResponse(await answerTimeStamp(request, authority, new Date(day)))
}

const stamp = (tokenBytes: Uint8Array, ...levels: readonly (readonly Uint8Array[])[]) =>
  sequence(
    ...(levels.length > 0
      ? [implicitMembers(2, ...levels.map((level) => sequence(...level.map(octets))))]
      : []),
    tokenBytes,
  )
const record = (...chains: readonly (readonly Uint8Array[])[]) =>
  sequence(
    number(1),
    sequence(...Object.values(digests).map((one) => sequence(oid(one)))),
    sequence(...chains.map((chain) => sequence(...chain))),
  )

const days = { first: '2021-03-01', second: '2021-09-01', third: '2024-05-01' }
interface Change {
  /** What the renewals are over, instead of what they should be. */
  readonly renewed?: Uint8Array
  readonly content?: Uint8Array
  readonly days?: Partial<typeof days>
}

/** Stamped in a tree of two; renewed, together with the record of another; and renewed as a whole with SHA-512. */
async function renewed(data: Uint8Array, change: Change = {}): Promise<Uint8Array> {
  const at = { ...days, ...change.days }
  const own = hash('sha256', data)
  const neighbour = hash('sha256', Buffer.from('neighbour'))
  const first = await token(old, at.first, hash('sha256', joined([own, neighbour])))
  const before = hash('sha256', change.renewed ?? first)
  const second = await token(fresh, at.second, hash('sha256', joined([before, neighbour])))
  const chain = [stamp(first, [own, neighbour]), stamp(second, [before], [neighbour])]
  const all = hash(
    'sha512',
    hash('sha512', change.content ?? data),
    hash('sha512', sequence(sequence(...chain))),
  )
  return record(chain, [stamp(await token(late, at.third, all, 'sha512'))])
}

const imprints = (bytes: Uint8Array, data: Uint8Array) => {
  const read = readEvidenceRecord(bytes)
  const roots = rootsOf(read, data)
  const tokens = read.flatMap(({ stamps }) => stamps.map((one) => one.token))
  return tokens.map(({ info }, index) => Buffer.compare(roots[index] ?? Buffer.of(), info.imprint.hash) === 0)
}

let anchors: string[]
let stamped: (make: (bytes: Uint8Array) => Promise<Uint8Array>) => ReturnType<typeof signPng>
beforeAll(async () => {
  const own = await createAuthority({ organization: 'Acme AI', now: new Date('2021-03-01') })
  anchors = [own.rootCertificate]
  const chain = own.signerCertificate + own.issuingCertificate
  const signer = createSigner({ key: own.signerKey, chain }, new Date('2021-03-01'))
  const { sign } = signer
  stamped = (make) =>
    signPng({ ...signer, sign, timestamp: { form: 'evidence', reserve: 12_000, stamp: make } })
})
const told = async (make: Parameters<typeof stamped>[0], known = clocks) => {
  const timestampAnchors = known.map(({ root }) => pem(root))
  const { findings } = await validatePng(await stamped(make), createTrust({ anchors, timestampAnchors }))
  const about = findings.find(({ code }) => code.startsWith('manifest.timestamp.'))
  const { time, authority } = about?.data ?? {}
  return { verdict: judge(findings), code: about?.code, time, authority }
}

describe('a record renewed twice', () => {
  test('tells the time of its first stamp, however long ago', async () => {
    const { verdict, code, time, authority } = await told(renewed)
    expect([verdict, code]).toEqual(['trusted', 'manifest.timestamp.trusted'])
    expect([String(time).slice(0, 10), authority]).toEqual([days.first, 'Old'])
  })

  test('is of the time of the first stamp that is by somebody known', async () => {
    const { verdict, time, authority } = await told(renewed, [fresh, late])
    expect([verdict, String(time).slice(0, 10), authority]).toEqual(['trusted', days.second, 'New'])
    expect(await told(renewed, [late])).toMatchObject({ verdict: 'invalid', authority: 'Late' }) // too late for the signer
    expect(await told(renewed, [])).toMatchObject({
      verdict: 'unchecked',
      code: 'manifest.timestamp.untrusted',
    })
  })

  test.each<[string, Change]>([
    ['over another token', { renewed: Buffer.from('another') }],
    ['as a whole, with other content', { content: Buffer.from('another') }],
    ['before it was stamped', { days: { second: '2021-02-01' } }],
    ['in another order', { days: { third: '2021-08-01' } }],
    ['in the future', { days: { third: '2044-01-01' } }],
  ])('%s proves nothing', async (_, change) => {
    const { verdict, code } = await told((bytes) => renewed(bytes, change))
    expect([verdict, code]).toEqual(['invalid', 'manifest.timestamp.invalid'])
  })

  test('keeps all that it is about apart', async () => {
    const data = Buffer.from('signature')
    const bytes = await renewed(data)
    expect(imprints(bytes, data)).toEqual([true, true, true])
    expect(imprints(bytes, Buffer.from('another'))).toEqual([false, true, false])
    const first = await token(old, days.first, hash('sha256', data))
    // The neighbour’s token is renewed as well: by the same stamp, on another way.
    expect(imprints(await renewed(data, { renewed: first }), data)).toEqual([true, false, true])
  })
})

describe('a record that can’t be', () => {
  const data = Buffer.from('signature')
  test('changes its algorithm within a chain', async () => {
    const first = await token(old, days.first, hash('sha256', data))
    const second = await token(fresh, days.second, hash('sha512', first), 'sha512')
    expect(() => readEvidenceRecord(record([stamp(first), stamp(second)]))).toThrow('two algorithms')
  })

  test('has no stamp, or more than anybody makes', async () => {
    const first = stamp(await token(old, days.first, hash('sha256', data)))
    for (const chains of [[], [[]], [[first], []]])
      expect(() => readEvidenceRecord(record(...chains))).toThrow(DerError)
    expect(readEvidenceRecord(record(Array.from({ length: 16 }, () => first)))[0]?.stamps).toHaveLength(16)
    expect(() => readEvidenceRecord(record(Array.from({ length: 17 }, () => first)))).toThrow('too many')
  })

  test('is cut off or damaged: it says so, or proves nothing', async () => {
    const bytes = await renewed(data)
    for (let length = 0; length < bytes.length; length += 7)
      expect(() => readEvidenceRecord(bytes.subarray(0, length))).toThrow(DerError)
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        const damaged = Uint8Array.from(bytes)
        damaged[at] = (damaged[at] ?? 0) ^ (1 << bit)
        try {
          imprints(damaged, data)
        } catch (error) {
          expect(error).toBeInstanceOf(DerError)
        }
      }),
      { seed: 7, numRuns: 500 },
    )
  })
})
