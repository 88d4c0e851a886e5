/** Time stamps that a real authority (openssl) makes after signing, one file or many, as we and c2pa-rs read them. */
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { InputError } from '@yinji/core'
import {
  createSigner,
  createTimeStamper,
  lateStamps,
  readCertificate,
  type Signer,
  signUpdate,
  withTimeStamps,
} from '@yinji/provenance'
import { createToolkit, type Identity } from '@yinji/toolkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readTimeStampToken } from '../../packages/provenance/src/timestamp/token.ts'
import { leafExtensions } from '../../packages/provenance/src/trust/pki.test-kit.ts'
import { desk, reports } from '../cli/command.ts'
import { day, later, startClock } from '../helpers/clock.ts'
import { fixturePath } from '../helpers/fixtures.ts'
import { testIdentity } from '../helpers/identity.ts'
import { pngWith, signPng, validatePng } from '../helpers/signed-png.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

const { pki, root, stampRoot, signer, authority, trust } = await startClock()
const other = pki.issue({ subject: '/O=Plaza/CN=Plaza', days: 300 }, root)
const publisher = createSigner({ key: other.key, chain: other.certificate })

const clock = () => createTimeStamper({ url: authority.url })
const generator = { name: 'Yinji', version: '0.1.0' }

/** A picture signed by `by`, and updated with whatever stands in the assertions. */
async function updated(by: Signer, stamp: 'stamp' | 'none') {
  const before = await signPng(by)
  const { results, deltas } = await validatePng(before, trust())
  const stamps = stamp === 'stamp' ? await lateStamps(before.store, clock()) : undefined
  const content = {
    parent: { store: before.store, results, deltas },
    mediaType: 'image/png',
    generator,
    actions: [{ action: 'c2pa.published' as const }],
    assertions: stamps ? [stamps] : [],
  }
  const { store } = await signUpdate(content, publisher)
  return { before, png: pngWith(Buffer.from(store)), stamps }
}

describe('a late time stamp', () => {
  test('keeps content trusted after the certificate of its signer has run out', async () => {
    const { png } = await updated(signer, 'stamp')
    expect(
      (await validatePng(png, trust(), later)).findings.filter(({ level }) => level === 'error'),
    ).toEqual([])
    const author = (await validatePng(png, trust(), later)).active?.author
    expect(author?.trust).toBe('trusted')
    const bare = await updated(signer, 'none')
    expect((await validatePng(bare.png, trust(), later)).active?.author?.trust).not.toBe('trusted')
  })

  test('counts for c2pa-rs', async () => {
    const end = new Date(Date.now() + 12_000)
    const text = (date: Date) => `${date.toISOString().replace(/[-:T]|\..*/g, '')}Z`
    const leaf = pki.issue({ extensions: leafExtensions, until: text(end) }, root)
    expect(
      readCertificate(
        Buffer.from(leaf.certificate.replace(/-----[^-]+-----|\s/g, ''), 'base64'),
      )?.notAfter.getTime(),
    ).toBeLessThanOrEqual(end.getTime())
    const brief = createSigner({ key: leaf.key, chain: leaf.certificate })
    const [stamped, bare] = [await updated(brief, 'stamp'), await updated(brief, 'none')]
    await wait(Math.max(0, end.getTime() - Date.now() + 1500))
    const anchors = root.certificate + stampRoot.certificate
    const theirs = await judgeByC2pa(stamped.png.bytes, 'image/png', anchors)
    expect(theirs).toMatchObject({ state: 'Trusted', failures: [], ingredientFailures: [] })
    const without = await judgeByC2pa(bare.png.bytes, 'image/png', anchors)
    expect([...without.failures, ...without.ingredientFailures]).not.toEqual([])
  }, 60_000)

  test('is made once for each signature: what is stamped, stale or damaged is left alone', async () => {
    const asked = authority.count
    const { png, stamps } = await updated(signer, 'stamp')
    expect(authority.count).toBe(asked + 1)
    const [[label, token] = []] = stamps?.content instanceof Map ? [...stamps.content] : []
    expect(png.store.includes(String(label))).toBe(true)
    expect(Math.abs(readTimeStampToken(token).info.time.getTime() - Date.now())).toBeLessThan(day)
    const again = await lateStamps(png.store, clock())
    expect(again?.content).toHaveProperty('size', 1) // the update itself
    const embedded = await signPng(withTimeStamps(signer, clock()))
    expect(await lateStamps(embedded.store, clock())).toBeUndefined()
    expect(await lateStamps((await signPng(signer)).store, clock(), later)).toBeUndefined()
    await expect(lateStamps(png.store.subarray(0, 900), clock())).rejects.toMatchObject({
      code: 'input.damaged',
    })
  })

  test('of damaged stores is an error of the input or of nothing, wherever a bit flips', async () => {
    const { store } = await signPng(signer)
    const silent = { reserve: 0, stamp: async () => new Uint8Array(1) }
    await fc.assert(
      fc.asyncProperty(fc.nat(store.length - 1), fc.nat(7), async (at, bit) => {
        const damaged = Buffer.from(store)
        damaged[at] = (damaged[at] ?? 0) ^ (1 << bit)
        await lateStamps(damaged, silent).catch((error: unknown) => expect(error).toBeInstanceOf(InputError))
      }),
      { seed: 7, numRuns: 300 },
    )
  })
})

describe('stamping many files', () => {
  const home = async (): Promise<{ identity: Identity; anchors: string[] }> => {
    const identity = await testIdentity()
    return { identity, anchors: [stampRoot.certificate] }
  }

  test('is one call of the library for each, and a second one changes nothing', async () => {
    const { identity, anchors } = await home()
    const stamping = { ...identity, signer: withTimeStamps(identity.signer, clock()) }
    const night = createToolkit({ identity: stamping, timestampTrust: anchors })
    const signed = await createToolkit({ identity }).label(
      await readFile(fixturePath('photo.jpg')),
      {},
      { visible: false },
    )
    const first = await night.update(signed.content, { stamp: true })
    expect(first).toMatchObject({ status: 'updated', said: ['c2pa.time-stamp'] })
    const report = await night.verify(first.content)
    expect(report.verdict).toBe('trusted')
    expect(report.findings.map(({ code }) => code)).toContain('manifest.timestamp.trusted')
    const second = await night.update(first.content, { stamp: true })
    expect(second).toMatchObject({ status: 'unchanged', manifest: null, said: [] })
    expect(Buffer.compare(second.content, first.content)).toBe(0)
    const nobody = createToolkit({ identity }).update(signed.content, { stamp: true })
    await expect(nobody).rejects.toMatchObject({ code: 'usage.stamp.authority' })
  })

  test('is one command for all, which says what it could not stamp', async () => {
    const { yinji, path } = await desk(['photo.jpg', 'picture.png', 'story.txt'])
    await yinji(['label', 'photo.jpg', 'picture.png', '--no-visible'])
    const asked = authority.count
    const words = ['--stamp', '--timestamp', authority.url]
    const { code, out, err } = await yinji([
      'update',
      'photo.labeled.jpg',
      'picture.labeled.png',
      'story.txt',
      ...words,
    ])
    expect(code).toBe(4)
    expect(out.match(/✓ updated .*\n {2}c2pa\.time-stamp /g)).toHaveLength(2)
    expect(err).toMatch(/story\.txt has no manifest[\s\S]*2 updated · 1 not/)
    expect(authority.count - asked).toBe(4) // a signature each, and its update
    expect(await yinji(['verify', 'photo.labeled.updated.jpg'])).toMatchObject({ code: 0 })
    await copyFile(path('photo.labeled.updated.jpg'), path('again.jpg'))
    expect((await yinji(['update', 'again.jpg', '--in-place', ...words])).out).toMatch(
      /^· unchanged again\.jpg/,
    )
    const nobody = await yinji(['update', 'again.jpg', '--stamp'])
    expect(nobody).toMatchObject({ code: 2 })
    expect(nobody.err).toMatch(/--timestamp URL/)
  })

  test('together is two requests for all: their signatures, and those of the updates', async () => {
    const names = ['photo.jpg', 'picture.png', 'clip.mp4']
    const { yinji, path, home } = await desk(names)
    await yinji(['label', ...names, '--no-visible'])
    const signed = ['photo.labeled.jpg', 'picture.labeled.png', 'clip.labeled.mp4']
    const asked = authority.count
    const words = ['--in-place', '--together', '--timestamp', authority.url]
    const { code, out } = await yinji(['update', ...signed, ...words])
    expect([code, authority.count - asked]).toEqual([0, 2])
    expect(out.match(/✓ updated .*\n {2}cn\.yinji\.evidence /g)).toHaveLength(3)
    await writeFile(path('clock.pem'), stampRoot.certificate)
    await yinji(['trust', 'add', 'clock.pem', '--purpose', 'timestamp'])
    for (const [index, mediaType] of ['image/jpeg', 'image/png', 'video/mp4'].entries()) {
      const name = signed[index] ?? ''
      const [report] = reports(await yinji(['verify', name, '--json']))
      expect(report?.verdict).toBe('trusted')
      const stamps = report?.findings.filter((finding) => finding.code === 'manifest.timestamp.trusted')
      expect(stamps).toHaveLength(1)
      const root = await readFile(join(home, 'ca', 'root.pem'), 'utf8')
      const theirs = await judgeByC2pa(await readFile(path(name)), mediaType, root)
      expect(theirs).toMatchObject({ state: 'Trusted', failures: [], ingredientFailures: [] })
    }
    expect((await yinji(['update', ...signed, ...words])).out.match(/^· unchanged/gm)).toHaveLength(3)
    const own = await yinji([
      'update',
      'photo.labeled.jpg',
      '--in-place',
      '--stamp',
      '--timestamp',
      authority.url,
    ])
    expect(own.out).toContain('c2pa.time-stamp') // other readers want a token
  })
})
