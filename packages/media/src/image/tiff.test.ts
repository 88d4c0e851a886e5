import { spawnSync } from 'node:child_process'
import { bytesSource, concat, InputError } from '@yinji/core'
import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { binaryBytes, hasAscii } from '../carriers/binary.ts'
import { aigc, handling } from '../handler.test-kit.ts'
import { pixels } from './picture.test-kit.ts'
import { tiff } from './tiff.ts'

const { store, everything, read, splice, survives } = handling(tiff)
/** By ImageMagick. */
function made(...options: readonly string[]): Uint8Array {
  const { stdout } = spawnSync('convert', ['-size', '40x30', 'gradient:red-blue', ...options])
  return new Uint8Array(stdout)
}
const second = ['(', '-size', '40x30', 'gradient:green-black', ')']
const kinds = new Map([
  ['little-endian', made('-endian', 'LSB', 'TIFF:-')],
  ['big-endian', made('-endian', 'MSB', '-compress', 'lzw', 'TIFF:-')],
  ['of two pages', made(...second, '-compress', 'zip', 'TIFF:-')],
  ['of two pages, big-endian', made(...second, '-endian', 'MSB', 'TIFF:-')],
  ['BigTIFF', made('-endian', 'LSB', 'TIFF64:-')],
  ['BigTIFF of two pages, big-endian', made(...second, '-endian', 'MSB', 'TIFF64:-')],
  ['tiled', made('-define', 'tiff:tile-geometry=16x16', 'TIFF:-')],
])
const field = 'text {"AIGC":{"Label":"1","ProduceID":"old"}}'
let whole: Uint8Array
beforeAll(async () => {
  whole = await splice(made(...second, '-set', 'comment', field, '-resize', '4x4', 'TIFF:-'))
})

test.each([...kinds])('a file that is %s carries label and manifest, and shows the same', async (_, file) => {
  expect(tiff.matches(file.subarray(0, 4096), 'x.tif')).toBe(true)
  const labelled = await splice(file)
  const { labels, manifest, findings } = await read(labelled)
  expect(labels).toEqual([{ site: 'IFD0 XMP', standard: true, value: aigc }])
  expect(findings).toEqual([])
  expect(manifest?.store).toEqual(store)
  const excluded = { start: labelled.byteLength - store.byteLength, length: store.byteLength }
  expect(manifest?.excluded).toEqual(excluded)
  expect(await pixels(labelled)).toBe(await pixels(file))
  expect((await sharp(labelled).metadata()).pages ?? 1).toBe((await sharp(file).metadata()).pages ?? 1)
})

test.each([...kinds])('a file that is %s does not grow when labelled again', async (_, file) => {
  const labelled = await splice(file)
  expect(await splice(labelled)).toEqual(labelled)
  const shorter = await splice(labelled, { ...everything, aigc: aigc.replace('"x-1"', '"y"') })
  expect(shorter.byteLength).toBe(labelled.byteLength)
  expect((await read(await splice(labelled, { room: 0 }))).manifest).toBeUndefined()
})

test('a text with a field in it is read and blanked, and the rest of it stays', async () => {
  const file = made('-set', 'comment', field, 'TIFF:-')
  expect((await read(file)).labels).toMatchObject([{ site: 'IFD0 ImageDescription', standard: false }])
  const labelled = await splice(file)
  expect((await read(labelled)).labels).toMatchObject([{ site: 'IFD0 XMP', value: aigc }])
  expect(Buffer.from(labelled).includes('text ')).toBe(true)
})

test('a packet of type 1 is read, kept, and written as type 7', async () => {
  const base = made('-endian', 'LSB', 'TIFF:-')
  const labelled = Buffer.from(await splice(base, { aigc, room: 0 }))
  const at = labelled.indexOf(Uint8Array.of(0xbc, 2, 7, 0), labelled.readUInt32LE(4))
  labelled[at + 2] = 1
  expect((await read(labelled)).labels).toMatchObject([{ standard: true, value: aigc }])
  const again = Buffer.from(await splice(labelled, { aigc, room: 0 }))
  expect(again.indexOf(Uint8Array.of(0xbc, 2, 7, 0), again.readUInt32LE(4))).toBeGreaterThan(0)
  expect(again.byteLength).toBe(labelled.byteLength)
})

test('a directory of its own for the manifest, as C2PA has it, is read and replaced', async () => {
  const file = Buffer.from(made(...second, '-endian', 'LSB', 'TIFF:-'))
  let last = file.readUInt32LE(4)
  let pointer = 4
  while (last !== 0) {
    pointer = last + 2 + file.readUInt16LE(last) * 12
    last = file.readUInt32LE(pointer)
  }
  const own = Buffer.alloc(18)
  own.writeUInt16LE(1, 0)
  own.writeUInt16LE(0xcd41, 2)
  own.writeUInt16LE(7, 4)
  own.writeUInt32LE(9, 6)
  own.writeUInt32LE(file.byteLength + 18, 10)
  const signed = concat([file, own, binaryBytes('the store')])
  new DataView(signed.buffer).setUint32(pointer, file.byteLength, true)
  const { manifest } = await read(signed)
  expect(Buffer.from(manifest?.store ?? []).toString()).toBe('the store')
  expect(manifest?.alsoExcluded).toEqual([{ start: file.byteLength + 6, length: 4 }])
  expect((await read(await splice(signed, { room: 0 }))).manifest).toBeUndefined()
  const labelled = await splice(signed)
  expect((await read(labelled)).manifest?.store).toEqual(store)
  expect(await pixels(labelled)).toBe(await pixels(file))
})

test('camera raw files are left to those who know them; directories in a circle are refused', async () => {
  const file = made('-endian', 'LSB', 'TIFF:-')
  expect(tiff.matches(file, 'x.NEF')).toBe(false)
  expect(hasAscii(file, 'II')).toBe(true)
  const circle = Buffer.from(file)
  const first = circle.readUInt32LE(4)
  circle.writeUInt32LE(first, first + 2 + circle.readUInt16LE(first) * 12)
  expect((await read(circle)).findings).toMatchObject([{ code: 'asset.damaged' }])
  await expect(splice(circle)).rejects.toThrow(InputError)
})

test('cut off or changed anywhere, it is read without an exception, and refused or labelled exactly once', async () => {
  await survives(whole, { runs: 1500 })
})

test('a strip that leads into the manifest, which no hash covers, is told', async () => {
  const labelled = Buffer.from(await splice(made('-endian', 'LSB', '-resize', '4x4', 'TIFF:-')))
  const { manifest, findings } = await read(labelled)
  expect(findings).toEqual([])
  const directory = labelled.readUInt32LE(4)
  const entries = Array.from(
    { length: labelled.readUInt16LE(directory) },
    (_, index) => directory + 2 + index * 12,
  )
  const strips = entries.find((at) => labelled.readUInt16LE(at) === 273) ?? 0
  const many = labelled.readUInt32LE(strips + 4) > 1
  const at = many ? labelled.readUInt32LE(strips + 8) : strips + 8
  labelled.writeUInt32LE((manifest?.excluded.start ?? 0) + 9, at)
  expect((await read(labelled)).findings).toMatchObject([{ code: 'manifest.binding.partial' }])
})

test.each<[string, (file: Buffer, into: number) => void, string]>([
  [
    'a page',
    (file, into) => {
      const directory = file.readUInt32LE(4)
      file.writeUInt16LE(0, into)
      file.writeUInt32LE(0, into + 2)
      file.writeUInt32LE(into, directory + 2 + file.readUInt16LE(directory) * 12)
    },
    'IFD',
  ],
  [
    'a value',
    (file, into) => {
      const directory = file.readUInt32LE(4)
      const at = file.indexOf(Uint8Array.of(0xbc, 2, 7, 0), directory) // XMP
      file.writeUInt32LE(into, at + 8)
    },
    'tag 700',
  ],
])('%s that leads into the manifest is told', async (_, change, what) => {
  const labelled = Buffer.from(
    await splice(made('-endian', 'LSB', '-resize', '4x4', 'TIFF:-'), { aigc, room: 2000 }),
  )
  change(labelled, ((await read(labelled)).manifest?.excluded.start ?? 0) + 10)
  const found = (await read(labelled)).findings.find(({ code }) => code === 'manifest.binding.partial')
  expect(found?.data?.['what']).toEqual(expect.stringContaining(what))
})

test('a picture that stands in the head, which changes, is damaged content', async () => {
  const file = Buffer.from(made('-endian', 'LSB', '-resize', '4x4', 'TIFF:-'))
  expect(await tiff.content?.(bytesSource(file))).toHaveLength(1)
  const directory = file.readUInt32LE(4)
  const strips = file.indexOf(Uint8Array.of(0x11, 1), directory + 2) // StripOffsets
  file.writeUInt32LE(6, strips + 8)
  await expect(tiff.content?.(bytesSource(file))).rejects.toThrow(InputError)
})
