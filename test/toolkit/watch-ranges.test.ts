/** A player of a long film in one file asks for ranges of bytes, and checks each without the others (C2PA 18.6.3). */
import { open, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createToolkit, type RangeSource } from '@yinji/toolkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fixtureBytes } from '../helpers/fixtures.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'

const mega = 1024 * 1024
const size = 130 * mega

const identity = await testIdentity()
const toolkit = createToolkit({ identity })
let path: string
let file: Awaited<ReturnType<typeof open>>
beforeAll(async () => {
  const directory = temporaryDirectory()
  const clip = Buffer.from(fixtureBytes('clip.mp4'))
  const media = clip.lastIndexOf('mdat') - 4
  clip.writeUInt32BE(size - media, media)
  const long = join(directory, 'long.mp4')
  await writeFile(long, clip)
  await truncate(long, size)
  path = join(directory, 'signed.mp4')
  await toolkit.label(long, {}, { output: path, visible: false })
  file = await open(path)
})
afterAll(() => file?.close())

/** What a server has, and how much of it was asked for. */
async function server(
  change?: (bytes: Uint8Array, start: number) => void,
): Promise<RangeSource & { asked: number }> {
  const { size } = await file.stat()
  const film = {
    name: 'film.mp4',
    size,
    asked: 0,
    async read(start: number, end: number) {
      const { buffer, bytesRead } = await file.read(
        new Uint8Array(Math.max(0, end - start)),
        0,
        end - start,
        start,
      )
      film.asked += bytesRead
      const bytes = buffer.subarray(0, bytesRead)
      change?.(bytes, start)
      return bytes
    },
  }
  return film
}

/** Changes the byte at one place. */
const at = (place: number) => (bytes: Uint8Array, start: number) => {
  if (place >= start && place < start + bytes.length) bytes[place - start] = (bytes[place - start] ?? 0) ^ 1
}

test('its beginning takes no media, and then each range counts, in any order', async () => {
  const film = await server()
  const watcher = await toolkit.watchRanges(film)
  expect(film.asked).toBeLessThan(mega)
  expect([watcher.beginning.verdict, watcher.beginning.origin?.provider]).toEqual(['trusted', 'Acme AI'])
  expect(watcher.verdict()).toBe('unchecked') // nothing was seen
  const range = watcher.rangeOf(100 * mega, 101 * mega) ?? { start: 0, end: 0 }
  expect(range.start).toBeLessThanOrEqual(100 * mega)
  expect(range.end).toBeGreaterThanOrEqual(101 * mega)
  expect(range.end - range.start).toBeLessThanOrEqual(8 * mega)
  const piece = watcher.check(range.start, await film.read(range.start, range.end))
  expect(piece).toMatchObject({ outcome: 'intact', verdict: 'trusted', findings: [] })
  expect(watcher.verdict()).toBe('unchecked')
  for (
    let place = 0, ahead = watcher.rangeOf(0, film.size);
    ahead;
    ahead = watcher.rangeOf(place, film.size)
  ) {
    const next = watcher.rangeOf(ahead.start, ahead.start + 1) ?? ahead
    expect(watcher.check(next.start, await film.read(next.start, next.end)).outcome).toBe('intact')
    place = next.end
  }
  expect(watcher.verdict()).toBe((await toolkit.verify(path)).verdict)
  expect(watcher.verdict()).toBe('trusted')
})

test('a changed byte is found in its piece, and the others hold', async () => {
  const film = await server(at(100 * mega))
  const watcher = await toolkit.watchRanges(film)
  const outcomeAt = async (place: number) => {
    const { start, end } = watcher.rangeOf(place, place + 1) ?? { start: 0, end: 0 }
    return watcher.check(start, await film.read(start, end))
  }
  expect(await outcomeAt(90 * mega)).toMatchObject({ outcome: 'intact', verdict: 'trusted' })
  expect(await outcomeAt(100 * mega)).toMatchObject({ outcome: 'altered', verdict: 'invalid' })
  expect(await outcomeAt(110 * mega)).toMatchObject({ outcome: 'intact', verdict: 'trusted' })
  expect(watcher.verdict()).toBe('invalid')
})

test('a changed beginning is found before anything is played', async () => {
  const moov = Buffer.from(await (await server()).read(0, mega)).indexOf('mvhd') + 20
  const watcher = await toolkit.watchRanges(await server(at(moov)))
  expect(watcher.beginning.verdict).toBe('invalid')
  expect(watcher.rangeOf(0, size)).toBeUndefined()
  expect(watcher.check(100 * mega, new Uint8Array(9)).verdict).toBe('invalid')
})

describe('what can’t be told', () => {
  test('of bytes that are no whole pieces is said, with what to ask for', async () => {
    const film = await server()
    const watcher = await toolkit.watchRanges(film)
    const { start, end } = watcher.rangeOf(50 * mega, 50 * mega + 1) ?? { start: 0, end: 0 }
    const bytes = await film.read(start, end)
    for (const [place, part] of [
      [start + 1, bytes],
      [start, bytes.subarray(1)],
      [start, bytes.subarray(0, 0)],
    ] as const)
      expect(() => watcher.check(place, part)).toThrow(expect.objectContaining({ code: 'usage.watch.range' }))
  })

  test('of a short film, which has no pieces, is unchecked; of one without manifest, unlabeled at best', async () => {
    const { content } = await toolkit.label(
      fixtureBytes('clip.mp4'),
      {},
      { visible: false, name: 'clip.mp4' },
    )
    const short = await toolkit.watchRanges(new Blob([Uint8Array.from(content)]))
    expect([short.beginning.verdict, short.rangeOf(0, content.length), short.verdict()]).toEqual([
      'unchecked',
      undefined,
      'unchecked',
    ])
    expect(short.check(0, content)).toMatchObject({ outcome: 'unchecked', verdict: 'unchecked' })
    const bare = await toolkit.watchRanges(new Blob([Uint8Array.from(fixtureBytes('clip.mp4'))]))
    expect([bare.beginning.verdict, bare.verdict()]).toEqual(['unlabeled', 'unlabeled'])
  })
})
