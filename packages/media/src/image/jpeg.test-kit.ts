/** For tests only: a photo, and what other programs put into it. */
import { concat } from '@yinji/core'
import sharp from 'sharp'
import { binaryBytes } from '../carriers/binary.ts'

const c2pa = 'c2pa\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71'
export const storeOf = (size: number, type = c2pa) => {
  const store = new Uint8Array(size).fill(0xd9)
  store.set(binaryBytes(`\0\0\0\0jumb\0\0\0\x1ejumd${type}\x03c2pa\0`))
  new DataView(store.buffer).setUint32(0, size)
  return store
}
const noise = sharp({
  create: {
    width: 96,
    height: 64,
    channels: 3,
    background: '#336',
    noise: { type: 'gaussian', mean: 120, sigma: 40 },
  },
}).jpeg()
export const photo = new Uint8Array(await noise.toBuffer())
export const profiled = new Uint8Array(
  await noise
    .withIccProfile('p3')
    .withExif({ IFD0: { ImageDescription: 'a lake', Make: 'Lens Co' }, IFD2: { UserComment: 'none' } })
    .toBuffer(),
)

export function segment(marker: number, data: string | Uint8Array): Uint8Array {
  const payload = typeof data === 'string' ? binaryBytes(data) : data
  return concat([
    Uint8Array.of(0xff, marker, (payload.length + 2) >> 8, (payload.length + 2) & 0xff),
    payload,
  ])
}
/** The photo with segments put in right after SOI. */
export const withSegments = (...segments: Uint8Array[]) =>
  concat([photo.subarray(0, 2), ...segments, photo.subarray(2)])

/** Exif with a description and a comment. */
export const exif = (comment: string) =>
  segment(
    0xe1,
    `Exif\0\0II*\0\x08\0\0\0\x02\0\x0e\x01\x02\0\x05\0\0\0\x26\0\0\0\x69\x87\x04\0\x01\0\0\0\x2b\0\0\0\0\0\0\0lake\0\x01\0\x86\x92\x07\0${String.fromCharCode(comment.length)}\0\0\0\x3d\0\0\0\0\0\0\0${comment}`,
  )
