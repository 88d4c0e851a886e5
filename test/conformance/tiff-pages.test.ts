/** TIFFs of several pages (C2PA A.3.6): one manifest for all of them, in the last directory, however others put it there. */
import { spawnSync } from 'node:child_process'
import { createToolkit } from '@yinji/toolkit'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { testIdentity } from '../helpers/identity.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

const identity = await testIdentity()
const toolkit = createToolkit({ identity })
const manifestTag = 52545

/** Pages in different colours, by ImageMagick. */
function pages(count: number, ...options: readonly string[]): Buffer {
  const all = Array.from({ length: count }, (_, page) => [
    '-size',
    '400x300',
    `gradient:red-hsl(${page * 40},100%,30%)`,
  ])
  return spawnSync('convert', [...all.flat(), ...options, '-depth', '8', 'TIFF:-'], { maxBuffer: 1e8 }).stdout
}

/** Tags of every directory in the chain, and where the manifest stands. Classic TIFF alone. */
function directories(file: Buffer): { tags: number[][]; entry: number; nextAt: number } {
  const little = file.toString('latin1', 0, 2) === 'II'
  const short = (at: number) => (little ? file.readUInt16LE(at) : file.readUInt16BE(at))
  const long = (at: number) => (little ? file.readUInt32LE(at) : file.readUInt32BE(at))
  const tags: number[][] = []
  let [entry, nextAt] = [0, 4]
  for (let at = long(4); at !== 0; at = long(nextAt)) {
    const own = Array.from({ length: short(at) }, (_, index) => at + 2 + index * 12)
    entry = own.find((one) => short(one) === manifestTag) ?? entry
    tags.push(own.map(short))
    nextAt = at + 2 + own.length * 12
  }
  return { tags, entry, nextAt }
}

describe.each(['LSB', 'MSB'])('byte order %s', (endian) => {
  test.each([1, 2, 5])(
    '%i pages have one manifest, in the last directory, and are pages as before',
    async (count) => {
      const file = pages(count, '-endian', endian)
      const { content } = await toolkit.label(file, {}, { visible: false, updatable: true })
      const { tags, entry } = directories(Buffer.from(content))
      expect(tags).toHaveLength(count)
      expect(tags.map((own) => own.filter((tag) => tag === manifestTag).length)).toEqual([
        ...Array<number>(count - 1).fill(0),
        1,
      ])
      expect(entry).toBeGreaterThan(0)
      expect((await toolkit.verify(content)).verdict).toBe('trusted')
      expect(await judgeByC2pa(content, 'image/tiff', identity.anchor)).toMatchObject({
        state: 'Trusted',
        failures: [],
      })
      expect((await sharp(content).metadata()).pages ?? 1).toBe(count)
      const { content: updated } = await toolkit.update(content, { actions: [{ action: 'c2pa.published' }] })
      expect(await judgeByC2pa(updated, 'image/tiff', identity.anchor)).toMatchObject({
        state: 'Trusted',
        failures: [],
      })
    },
  )
})

test('a manifest in a directory of its own, as c2pa-rs writes it, is found; signed anew, the file has none that shows nothing', async () => {
  const signed = Buffer.from(
    (await toolkit.label(pages(2, '-endian', 'LSB'), {}, { visible: false })).content,
  )
  // The entry of the last page moves into a directory behind it; the content hash no longer fits, the manifest is read all the same.
  const { tags, entry, nextAt } = directories(signed)
  const own = Buffer.alloc(18)
  own.writeUInt16LE(1)
  signed.copy(own, 2, entry, entry + 12)
  const moved = Buffer.concat([signed, Buffer.alloc(signed.length % 2), own])
  moved.writeUInt16LE(0xfde8, entry) // a private tag in its place keeps the others where they are
  moved.writeUInt32LE(signed.length + (signed.length % 2), nextAt)
  expect(directories(moved).tags).toHaveLength(tags.length + 1)
  const { report, boxes } = await toolkit.inspect(moved)
  expect(boxes).toBeDefined()
  expect(report.findings.map(({ code }) => code)).toContain('manifest.content.altered')
  const { content } = await toolkit.label(moved, {}, { visible: false })
  expect(directories(Buffer.from(content)).tags).toHaveLength(tags.length)
  expect(await sharp(content).metadata()).toMatchObject({ pages: 2 })
})
