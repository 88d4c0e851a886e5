/** One time stamp for many signatures (RFC 4998), by a real authority (openssl), as we read it and as others write it. */
import { readFileSync } from 'node:fs'
import { SignError } from '@yinji/core'
import {
  batched,
  createSigner,
  createTimeStamper,
  lateStamps,
  signUpdate,
  withTimeStamps,
} from '@yinji/provenance'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { DerError } from '../../packages/provenance/src/encoding/der.ts'
import { readEvidenceRecord, rootsOf } from '../../packages/provenance/src/timestamp/evidence.ts'
import { later, startClock } from '../helpers/clock.ts'
import { pngWith, type SignedPng, signPng, validatePng } from '../helpers/signed-png.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

const { pki, root, signer, authority, trust } = await startClock()

const alone = () => createTimeStamper({ url: authority.url })
const together = (most?: number) => batched(alone(), { seconds: 0.5, most })
const data = (index: number) => Buffer.from(`signature ${index}`)

/** What the record would have its token be over, and what that is over. */
function compare(record: Uint8Array, bytes: Uint8Array) {
  const read = readEvidenceRecord(record)
  const { hash } = read[0]?.stamps[0]?.token.info.imprint ?? { hash: Buffer.of() }
  return { root: rootsOf(read, bytes)[0], imprint: Buffer.from(hash) }
}

describe('signatures of one moment', () => {
  test.each([1, 2, 3, 7, 64])('%i share one token, and each record is for its own alone', async (count) => {
    const asked = authority.count
    const stamper = together()
    const records = await Promise.all(Array.from({ length: count }, (_, index) => stamper.stamp(data(index))))
    expect(authority.count - asked).toBe(1)
    for (const [index, record] of records.entries()) {
      const { root: top, imprint } = compare(record, data(index))
      expect(top).toEqual(imprint)
      expect(compare(record, Buffer.from('another')).root ?? 'none').not.toEqual(imprint)
      expect(record.byteLength).toBeLessThanOrEqual(stamper.reserve)
    }
  })

  test('do not wait when there are enough, and those that come later get a request of their own', async () => {
    const asked = authority.count
    const stamper = batched(alone(), { seconds: 60, most: 2 })
    await Promise.all([0, 1, 2, 3].map((index) => stamper.stamp(data(index))))
    expect(authority.count - asked).toBe(2)
  })

  test('all hear of it when the authority fails, and the next ones are stamped', async () => {
    const { answer } = authority
    const stamper = together(2)
    authority.answer = () => Buffer.from('no')
    const failed = await Promise.allSettled([stamper.stamp(data(0)), stamper.stamp(data(1))])
    authority.answer = answer
    for (const one of failed) expect(one).toMatchObject({ status: 'rejected', reason: expect.any(SignError) })
    await expect(Promise.all([stamper.stamp(data(0)), stamper.stamp(data(1))])).resolves.toHaveLength(2)
  })
})

describe('a record in a signature', () => {
  let pictures: SignedPng[]
  beforeAll(async () => {
    const stamping = withTimeStamps(signer, together(4))
    pictures = await Promise.all([0, 1, 2, 3].map(() => signPng(stamping)))
  })

  test('keeps content trusted after the certificate of its signer has run out', async () => {
    for (const picture of pictures) {
      const { findings, active } = await validatePng(picture, trust(), later)
      expect(findings.filter(({ level }) => level === 'error')).toEqual([])
      expect(active?.author?.trust).toBe('trusted')
    }
    const bare = await validatePng(await signPng(signer), trust(), later)
    expect(bare.active?.author?.trust).not.toBe('trusted')
  })

  test('is passed over by c2pa-rs', async () => {
    const theirs = await judgeByC2pa(pictures[0]?.bytes ?? Buffer.of(), 'image/png', root.certificate)
    expect(theirs).toMatchObject({ state: 'Trusted', failures: [] })
  })

  test('of another signature proves nothing', async () => {
    const [record, , others] = pictures.map(({ store }) => recordsIn(store))
    const [picture] = pictures
    if (!picture || !record || !others) throw new Error('no pictures')
    const store = Buffer.from(picture.store)
    others.copy(store, picture.store.indexOf(record))
    const { findings, active } = await validatePng(pngWith(store), trust(), later)
    expect(findings.map(({ code }) => code)).toContain('manifest.timestamp.invalid')
    expect(active?.author?.trust).not.toBe('trusted')
  })

  test('may come later, in an update', async () => {
    const before = await Promise.all([signPng(signer), signPng(signer)])
    const stamper = together(2)
    const asked = authority.count
    const stamps = await Promise.all(before.map(({ store }) => lateStamps(store, stamper)))
    expect(authority.count - asked).toBe(1)
    for (const [index, { store, ...rest }] of before.entries()) {
      const { results, deltas } = await validatePng({ store, ...rest }, trust())
      const assertions = stamps.flatMap((one) =>
        one?.content instanceof Map && stamps[index] === one ? [one] : [],
      )
      expect(assertions).toMatchObject([{ label: 'cn.yinji.evidence' }])
      const publisher = pki.issue({ subject: '/O=Plaza/CN=Plaza', days: 300 }, root)
      const update = await signUpdate(
        {
          parent: { store, results, deltas },
          mediaType: 'image/png',
          generator: { name: 'Yinji', version: '0.1.0' },
          actions: [{ action: 'c2pa.published' }],
          assertions,
        },
        createSigner({ key: publisher.key, chain: publisher.certificate }),
      )
      const { active } = await validatePng(pngWith(Buffer.from(update.store)), trust(), later)
      expect(active?.author?.trust).toBe('trusted')
      expect(await lateStamps(Buffer.from(update.store), stamper).then((one) => one?.content)).toHaveProperty(
        'size',
        1,
      )
      expect((await lateStamps(Buffer.from(update.store), alone()))?.content).toHaveProperty('size', 2) // tokens for others
    }
  })
})

/** The bytes of the record after its name in the header. */
function recordsIn(store: Uint8Array): Buffer {
  const at = Buffer.from(store).indexOf('cn.yinji.evidence') + 'cn.yinji.evidence'.length
  const length = Buffer.from(store).readUInt16BE(at + 1)
  return Buffer.from(store.subarray(at + 3, at + 3 + length))
}

describe('records of others', () => {
  const theirs = readFileSync(new URL('vectors/bouncycastle-3-of-7.ers', import.meta.url))

  test('are read: the third of seven by Bouncy Castle', () => {
    const { root: top, imprint } = compare(theirs, Buffer.from('theirs 2'))
    expect(top).toEqual(imprint)
    expect(compare(theirs, Buffer.from('theirs 3')).root).toBeUndefined()
  })

  test('say what is wrong with them, wherever they are cut or a bit flips', () => {
    for (let length = 0; length < theirs.length; length++)
      expect(() => readEvidenceRecord(theirs.subarray(0, length))).toThrow(DerError)
    fc.assert(
      fc.property(fc.nat(theirs.length - 1), fc.nat(7), (at, bit) => {
        const damaged = Buffer.from(theirs)
        damaged[at] = (damaged[at] ?? 0) ^ (1 << bit)
        try {
          compare(damaged, Buffer.from('theirs 2'))
        } catch (error) {
          expect(error).toBeInstanceOf(DerError)
        }
      }),
      { seed: 7, numRuns: 2000 },
    )
  })
})
