import { concat } from '@yinji/core'
import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { binaryBytes } from '../carriers/binary.ts'
import { setUint32le, uint32le } from '../carriers/integers.ts'
import { aigc, foreignPacket, handling } from '../handler.test-kit.ts'
import { pixels } from './picture.test-kit.ts'
import { webp } from './webp.ts'

const { store, read, splice, survives } = handling(webp)
const drawing = sharp({ create: { width: 70, height: 41, channels: 4, background: '#36f8' } })
let lossy: Uint8Array
let lossless: Uint8Array
let animated: Uint8Array
let whole: Uint8Array
beforeAll(async () => {
  lossy = new Uint8Array(await drawing.clone().flatten().webp().toBuffer())
  lossless = new Uint8Array(await drawing.clone().webp({ lossless: true }).toBuffer())
  const frames = await Promise.all(
    ['#f00', '#0f08'].map((background) =>
      sharp({ create: { width: 20, height: 10, channels: 4, background } })
        .png()
        .toBuffer(),
    ),
  )
  animated = new Uint8Array(
    await sharp(frames, { join: { animated: true } })
      .webp()
      .toBuffer(),
  )
  whole = withChunks(await splice(lossless), chunk('EXIF', exif), chunk('XMP ', binaryBytes(foreignPacket())))
})

function chunk(id: string, payload: Uint8Array): Uint8Array {
  const header = binaryBytes(`${id}\0\0\0\0`)
  setUint32le(header, 4, payload.byteLength)
  return concat([header, payload, new Uint8Array(payload.byteLength % 2)])
}
function withChunks(file: Uint8Array, ...chunks: Uint8Array[]): Uint8Array {
  const out = concat([file, ...chunks])
  setUint32le(out, 4, out.byteLength - 8)
  return out
}
const exif = binaryBytes(
  `Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x0e\0\x02\0\0\0\x25\0\0\0\x1a\0\0\0\0{"AIGC":{"Label":"1","ProduceID":""}}`,
)
const names = (file: Uint8Array) => {
  const found: string[] = []
  for (let at = 12; at < file.byteLength; ) {
    found.push(Buffer.from(file.subarray(at, at + 4)).toString())
    const size = uint32le(file, at + 4)
    at += 8 + size + (size % 2)
  }
  return found
}

test('a simple file gets a header with its size, its transparency and the mark for XMP', async () => {
  for (const [file, flags] of [
    [lossy, 0x04],
    [lossless, 0x14],
  ] as const) {
    const labelled = await splice(file)
    expect(names(labelled)[0]).toBe('VP8X')
    expect(names(labelled).slice(-2)).toEqual(['XMP ', 'C2PA'])
    expect([...labelled.subarray(20, 30)]).toEqual([flags, 0, 0, 0, 69, 0, 0, 40, 0, 0])
    expect(uint32le(labelled, 4)).toBe(labelled.byteLength - 8)
    expect(await pixels(labelled)).toBe(await pixels(file))
  }
})

test('an extended one gets the mark and keeps its other flags', async () => {
  const labelled = await splice(animated)
  expect((labelled[20] ?? 0) & ~0x04).toBe(animated[20])
  expect(await pixels(labelled)).toBe(await pixels(animated))
})

test('label and manifest come back; labelled again, the bytes are the same', async () => {
  for (const file of [lossy, lossless, animated]) {
    const labelled = await splice(file)
    const { labels, manifest, findings } = await read(labelled)
    expect(labels).toEqual([{ site: 'RIFF XMP', standard: true, value: aigc }])
    expect(findings).toEqual([])
    expect(manifest?.store).toEqual(store)
    const { start = 0, length = 0 } = manifest?.excluded ?? {}
    expect(Buffer.from(labelled.subarray(start, start + 4)).toString()).toBe('C2PA')
    expect([start + length + 1, length]).toEqual([labelled.byteLength, store.byteLength + 8])
    expect(await splice(labelled)).toEqual(labelled)
  }
})

test('a manifest alone needs no header', async () => {
  const signed = await splice(lossy, { room: store.byteLength })
  expect(names(signed)).toEqual([...names(lossy), 'C2PA'])
  expect(await splice(signed, { room: 0 })).toEqual(lossy)
})

test('fields in Exif and in several packets are read and become one; other properties stay', async () => {
  const file = withChunks(
    await splice(lossy, { aigc, room: 0 }),
    chunk('EXIF', exif),
    chunk('XMP ', binaryBytes(foreignPacket())),
  )
  expect((await read(file)).labels.map(({ site }) => site)).toEqual([
    'RIFF XMP',
    'RIFF XMP',
    'RIFF EXIF ImageDescription',
  ])
  const labelled = await splice(file)
  expect((await read(labelled)).labels).toHaveLength(1)
  expect(Buffer.from(labelled).includes('k:eep="1"')).toBe(true)
})

test('cut off or changed anywhere, it is read without an exception, and refused or labelled exactly once', async () => {
  await survives(whole, { runs: 1500 })
})
