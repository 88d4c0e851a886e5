import { spawnSync } from 'node:child_process'
import { concat } from '@yinji/core'
import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { binaryBytes } from '../carriers/binary.ts'
import { cutSubBlocks } from '../carriers/gif-blocks.ts'
import { aigc, foreignPacket, handling } from '../handler.test-kit.ts'
import { gif } from './gif.ts'
import { pixels } from './picture.test-kit.ts'

const { store, read, splice, survives } = handling(gif)
let still: Uint8Array
let animated: Uint8Array
let whole: Uint8Array
beforeAll(async () => {
  const frames = await Promise.all(
    ['#f00', '#0f0'].map((background) =>
      sharp({ create: { width: 24, height: 12, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  )
  animated = new Uint8Array(
    await sharp(frames, { join: { animated: true } })
      .gif({ loop: 0 })
      .toBuffer(),
  )
  const made = spawnSync('convert', ['-size', '30x20', 'gradient:red-blue', 'GIF87:-'])
  still = new Uint8Array(made.stdout)
  whole = beforeEnd(await splice(animated), comment, properPacket, packetInBlocks)
})

const beforeEnd = (file: Uint8Array, ...blocks: Uint8Array[]) =>
  concat([file.subarray(0, -1), ...blocks, binaryBytes(';')])
const field = '{"AIGC":{"Label":"1","ProduceID":"old"}}'
const comment = concat([binaryBytes('!\xfe'), cutSubBlocks(binaryBytes(`before ${field} after`))])
const trailer = Uint8Array.from({ length: 257 }, (_, index) => (index === 0 ? 1 : 256 - index))
const xmpHeader = binaryBytes('!\xff\x0bXMP DataXMP')
const properPacket = concat([xmpHeader, binaryBytes(foreignPacket()), trailer, binaryBytes('\0')])
/** As c2pa-rs writes it. */
const packetInBlocks = concat([xmpHeader, cutSubBlocks(concat([binaryBytes(foreignPacket()), trailer]))])

test('label and manifest come back; labelled again, the bytes are the same', async () => {
  for (const file of [still, animated]) {
    const labelled = await splice(file)
    const { labels, manifest, findings } = await read(labelled)
    expect(labels).toEqual([{ site: 'Application Extension XMP', standard: true, value: aigc }])
    expect(findings).toEqual([])
    expect(manifest?.store).toEqual(store)
    expect(await pixels(labelled)).toBe(await pixels(file))
    expect(await splice(labelled)).toEqual(labelled)
  }
})

test('the manifest stands right behind the colour table, in blocks of 255, and the version is 89a', async () => {
  expect(Buffer.from(still.subarray(0, 6)).toString()).toBe('GIF87a')
  const labelled = await splice(still)
  const table = 13 + 3 * 2 ** (((still[10] ?? 0) & 7) + 1)
  expect(Buffer.from(labelled.subarray(0, 6)).toString()).toBe('GIF89a')
  const block = concat([binaryBytes('!\xff\x0bC2PA_GIF\x01\0\0'), cutSubBlocks(store)])
  expect(labelled.subarray(table, table + block.byteLength)).toEqual(block)
  expect((await read(labelled)).manifest?.excluded).toEqual({ start: table, length: block.byteLength })
})

test('how often an animation repeats is still said first', async () => {
  const labelled = Buffer.from(await splice(animated, { aigc, room: 0 }))
  expect(labelled.indexOf('NETSCAPE2.0')).toBeLessThan(labelled.indexOf('XMP DataXMP'))
  expect((await sharp(labelled).metadata()).loop).toBe(0)
})

test('fields in comments and in packets of either form are read and become one; the rest stays', async () => {
  const file = beforeEnd(animated, properPacket, packetInBlocks, comment)
  expect((await read(file)).labels.map(({ site }) => site)).toEqual([
    'Application Extension XMP',
    'Application Extension XMP in sub-blocks',
    'Comment Extension',
  ])
  const labelled = Buffer.from(await splice(file))
  expect((await read(labelled)).labels).toMatchObject([{ value: aigc, standard: true }])
  expect(labelled.includes('before ')).toBe(true)
  expect(labelled.toString('latin1').split('k:eep="1"')).toHaveLength(3)
  const only = concat([binaryBytes('!\xfe'), cutSubBlocks(binaryBytes(field))])
  expect(await splice(beforeEnd(animated, only))).toEqual(await splice(animated))
})

test('a file without end is damaged; bytes behind the end stay', async () => {
  expect((await read(animated.subarray(0, -1))).findings).toMatchObject([{ code: 'asset.damaged' }])
  const file = concat([animated, binaryBytes('more')])
  expect((await read(file)).findings).toMatchObject([{ code: 'asset.trailing', data: { bytes: 4 } }])
  expect(
    Buffer.from(await splice(file))
      .subarray(-5)
      .toString(),
  ).toBe(';more')
})

test('cut off or changed anywhere, it is read without an exception, and refused or labelled exactly once', async () => {
  await survives(whole, { runs: 1500 })
})
