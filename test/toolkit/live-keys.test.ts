/** The keys of a live video renew themselves in time (C2PA 19.4.3, 19.6.2), and players follow. */
import { createToolkit, type Identity, type LiveOptions } from '@yinji/toolkit'
import { expect, test } from 'vitest'
import { cutFilm } from '../helpers/film.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'

const film = cutFilm(temporaryDirectory())
const { media } = film
const init = film.at('init.mp4')

const identity = await testIdentity()

/** A stream whose segments come at these seconds, and everything that goes out, in order. */
async function stream(
  seconds: readonly number[],
  options: LiveOptions & { start?: Date; by?: Identity } = {},
) {
  const { start = new Date(), by = identity, ...rest } = options
  let time = start
  const toolkit = createToolkit({ identity: by, clock: () => time })
  const inits: Uint8Array[] = []
  const onInit = (bytes: Uint8Array) => {
    inits.push(bytes)
    sent.push(bytes)
  }
  const live = await toolkit.live(init, {}, { seconds: 60, onInit, ...rest })
  const [first, sent, segments] = [live.init, [] as Uint8Array[], [] as Uint8Array[]]
  for (const [index, second] of seconds.entries()) {
    time = new Date(start.getTime() + second * 1000)
    const segment = await live.segment(media[index] ?? first)
    segments.push(segment)
    sent.push(segment)
  }
  return { live, first, inits, sent, segments }
}

const player = () => createToolkit({ trust: [String(identity.anchor)] })

test('a new key comes when a quarter of the time is left, with an initialization segment before the first that needs it', async () => {
  const { live, first, inits, sent, segments } = await stream([0, 44, 46, 80, 92, 100])
  expect(inits).toHaveLength(2)
  expect(sent.map((bytes) => inits.indexOf(bytes))).toEqual([-1, -1, 0, -1, -1, 1, -1, -1])
  expect(live.init).toBe(inits[1])
  expect(live.until.getTime()).toBeGreaterThan(Date.now() + 100_000)
  await using watcher = await player().watch(first)
  for (const bytes of sent)
    expect(await watcher.next(bytes)).toMatchObject({ outcome: 'intact', verdict: 'trusted' })
  const report = await watcher.end()
  expect([report.verdict, report.findings.filter(({ level }) => level === 'error')]).toEqual(['trusted', []])
  const late = await player().verify(live.init, { fragments: segments.slice(4) }) // who has tuned in just now
  expect(late.verdict).toBe('trusted')
  const { findings } = await player().verify(first, { fragments: segments.slice(1, 4) })
  expect(findings.map(({ code }) => code)).toContain('manifest.fragment.foreign') // and who missed the new one
})

test('each initialization segment says the same of the same content, and grows no further', async () => {
  const { first, inits } = await stream([0, 46, 92])
  const [before, ...after] = await Promise.all([first, ...inits].map((bytes) => player().verify(bytes)))
  for (const { label } of after) expect(label?.['ProduceID']).toBe(before?.label?.['ProduceID'])
  for (const { length } of inits) expect(Math.abs(length - first.length)).toBeLessThan(64) // signatures differ a little
})

test('without anybody to publish them, keys run out', async () => {
  const { first } = await stream([0, 46, 59], { onInit: undefined })
  expect((await player().verify(first)).signer?.trust).toBe('trusted')
  await expect(stream([0, 61], { onInit: undefined })).rejects.toMatchObject({ code: 'sign.session.expired' })
})

test('a key that can’t be vouched for is tried again; the old one is used as long as it is good', async () => {
  let [asked, down] = [0, false]
  const { signer } = identity
  const sign = async (bytes: Uint8Array) => {
    asked++
    if (down) throw new Error('the service is down')
    return signer.sign(bytes)
  }
  const by = { ...identity, signer: { ...signer, sign } }
  let time = new Date()
  const [start, inits] = [time.getTime(), [] as Uint8Array[]]
  const toolkit = createToolkit({ identity: by, clock: () => time })
  const onInit = (bytes: Uint8Array) => void inits.push(bytes)
  const live = await toolkit.live(init, {}, { seconds: 60, onInit })
  const at = async (second: number, index: number) => {
    time = new Date(start + second * 1000)
    return live.segment(media[index] ?? live.init)
  }
  const first = live.init
  const before = asked
  down = true
  const sent = [await at(0, 0), await at(48, 1), await at(50, 2), await at(52, 3)] // 50: not asked again so soon
  expect([asked - before, inits.length]).toEqual([2, 0])
  await expect(at(61, 4)).rejects.toThrow('the service is down')
  down = false
  sent.push(await at(62, 4))
  expect(inits).toHaveLength(1)
  const { verdict } = await player().verify(first, {
    fragments: [...sent.slice(0, 4), ...inits, ...sent.slice(4)],
  })
  expect(verdict).toBe('trusted')
})

test('a key that would not last longer, for the certificate ends, is not made', async () => {
  const end = identity.signer.notAfter.getTime()
  const { inits, live } = await stream([0, 20, 29], { start: new Date(end - 30_000) })
  expect([inits, live.until.getTime()]).toEqual([[], end])
})

test('segments that nobody waited for are signed in order, with one new key', async () => {
  let time = new Date()
  const inits: Uint8Array[] = []
  const onInit = (bytes: Uint8Array) => void inits.push(bytes)
  const toolkit = createToolkit({ identity, clock: () => time })
  const live = await toolkit.live(init, {}, { seconds: 60, onInit })
  time = new Date(time.getTime() + 50_000)
  const segments = await Promise.all(media.map((bytes) => live.segment(bytes)))
  expect(inits).toHaveLength(1)
  expect((await player().verify(live.init, { fragments: segments })).verdict).toBe('trusted')
})
