import { bytesSource, concat } from '@yinji/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { binaryBytes } from './binary.ts'
import { readJpeg } from './jpeg-segments.ts'
import { freeInstance, readJumbf, segmentsLength, writeSegments } from './jumbf-app11.ts'

const c2pa = 'c2pa\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71'
const scan = binaryBytes('\xff\xda\0\x02\0\xff\xd9')

function superbox(size: number, type = c2pa): Uint8Array {
  const box = new Uint8Array(size).map((_, index) => index * 7)
  box.set(binaryBytes(`\0\0\0\0jumb\0\0\0\x1ejumd${type}\x03c2pa\0`))
  new DataView(box.buffer).setUint32(0, size)
  return box
}
const jpegOf = async (...pieces: Uint8Array[]) =>
  readJumbf((await readJpeg(bytesSource(concat([binaryBytes('\xff\xd8'), ...pieces, scan])))).segments)

test('a store of any size comes back as it was, over as many segments as it takes', async () => {
  for (const size of [64, 8 + 65_517, 9 + 65_517, 203_000]) {
    const store = superbox(size)
    const written = writeSegments(store, 0x0211)
    expect(written.byteLength).toBe(segmentsLength(size))
    const [box, ...more] = await jpegOf(written)
    expect(more).toEqual([])
    expect(box).toMatchObject({ instance: 0x0211, isStore: true, complete: true, contiguous: true })
    expect(Buffer.from(box?.bytes ?? []).equals(store)).toBe(true)
    expect(box?.segments).toHaveLength(Math.ceil((size - 8) / 65_517))
  }
})

test('several boxes are told apart by instance, and a store gets an instance of its own', async () => {
  const other = superbox(100_000, 'other-box-type..')
  const boxes = await jpegOf(writeSegments(other, 0x0211), writeSegments(superbox(500), 7))
  expect(boxes.map(({ instance, isStore }) => ({ instance, isStore }))).toEqual([
    { instance: 0x0211, isStore: false },
    { instance: 7, isStore: true },
  ])
  expect(freeInstance(boxes)).toBe(0x0212)
  const same = await jpegOf(writeSegments(other, 1), writeSegments(superbox(500), 1))
  expect(same.map(({ isStore, complete }) => ({ isStore, complete }))).toEqual([
    { isStore: false, complete: true },
    { isStore: true, complete: true },
  ])
})

test('pieces that are missing, swapped or apart are noticed', async () => {
  const written = writeSegments(superbox(150_000), 1)
  const first = written.subarray(0, 65_537)
  const second = written.subarray(65_537, 2 * 65_537)
  const third = written.subarray(2 * 65_537)
  expect(await jpegOf(first, third)).toMatchObject([{ complete: false }])
  expect(await jpegOf(first, binaryBytes('\xff\xfe\0\x04hi'), second, third)).toMatchObject([
    { complete: true, contiguous: false },
  ])
  expect(await jpegOf(first, third, second)).toMatchObject([{ complete: true, contiguous: true }])
})

test('boxes with a 64-bit length are put together', async () => {
  const body = binaryBytes(`\0\0\0\x1ejumd${c2pa}\x03c2pa\0rest`)
  const box = concat([binaryBytes('\0\0\0\x01jumb\0\0\0\0\0\0\0'), Uint8Array.of(16 + body.byteLength), body])
  const length = box.byteLength + 10
  const segment = concat([Uint8Array.of(0xff, 0xeb, 0, length), binaryBytes('JP\0\x01\0\0\0\x01'), box])
  expect(await jpegOf(segment)).toMatchObject([{ isStore: true, complete: true, bytes: box }])
})

test('mutilated segments never throw', () => {
  const whole = concat([
    binaryBytes('\xff\xd8'),
    writeSegments(superbox(300), 1),
    writeSegments(superbox(200), 2),
    scan,
  ])
  return fc.assert(
    fc.asyncProperty(
      fc.nat(whole.byteLength - 1),
      fc.nat(255),
      fc.nat(whole.byteLength),
      async (at, value, length) => {
        const mutant = Uint8Array.from(whole)
        mutant[at] = value
        const { segments } = await readJpeg(bytesSource(mutant.subarray(0, length)))
        for (const box of readJumbf(segments))
          expect(box.bytes.byteLength).toBeLessThanOrEqual(whole.byteLength)
      },
    ),
    { numRuns: 500 },
  )
})
