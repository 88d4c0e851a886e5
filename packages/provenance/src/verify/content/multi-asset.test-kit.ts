/** For tests only: motion photos, real pictures with a real film behind them, each with a hash of its own (C2PA 18.9). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type AssertionSpec,
  actions,
  check,
  forgeManifest,
  forgeStore,
  refer,
  sha256,
} from '../forge.test-kit.ts'

const fixture = (name: string) =>
  new Uint8Array(readFileSync(join(import.meta.dirname, '../../../../../fixtures', name)))
const joined = (...parts: readonly Uint8Array[]) => Uint8Array.from(Buffer.concat(parts))
const [photo, boat, film] = ['photo.jpg', 'boat.heic', 'clip.mp4'].map(fixture) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
]
const whole = (bytes: Uint8Array) => ({ alg: 'sha256', hash: sha256(bytes), pad: new Uint8Array() })
const [first, second] = ['c2pa.hash.data.part', 'c2pa.hash.data.part__1']

/** The film stands right behind the picture. */
export const motionPhoto = joined(photo, film)
export const seam = photo.byteLength
export const parts = [
  { location: { byteOffset: 0, length: seam }, hashAssertion: refer(first) },
  { location: { byteOffset: seam, length: film.byteLength }, hashAssertion: refer(second), optional: true },
]

/** The film stands in a box behind the picture. */
export const boxed = (header: Uint8Array = boxHeader(film.byteLength)) => joined(boat, header, film)
export const boxSeam = boat.byteLength
export const boxedParts = [
  { location: { byteOffset: 0, length: boxSeam }, hashAssertion: refer(first) },
  { location: { bmffBox: '/mpvd' }, hashAssertion: refer(second) },
]
export function boxHeader(length: number, type = 'mpvd'): Uint8Array {
  const header = Buffer.alloc(8)
  header.writeUInt32BE(8 + length)
  header.write(type, 4, 'latin1')
  return header
}

/** The verdict on a file that was signed as this motion photo. */
export function checkMotionPhoto(bytes: Uint8Array, list: unknown = parts, copies = 1) {
  return checkParts(bytes, [motionPhoto, photo, film], list, copies)
}

/** The same, the film in a box. @param more fields of the hash of the film, @param front what the hash of the picture is over */
export function checkBoxed(bytes: Uint8Array, list: unknown = boxedParts, more: object = {}, front = boat) {
  return checkParts(bytes, [boxed(), front, film], list, 1, more)
}

function checkParts(
  bytes: Uint8Array,
  [all, front, back]: readonly [Uint8Array, Uint8Array, Uint8Array],
  list: unknown,
  copies: number,
  more: object = {},
) {
  const assertions: AssertionSpec[] = [
    { label: 'c2pa.hash.data', content: whole(all) },
    { label: first, content: whole(front) },
    { label: second, content: { ...whole(back), ...more } },
    ...Array.from({ length: copies }, (_, index) => ({
      label: `c2pa.hash.multi-asset${index === 0 ? '' : `__${index}`}`,
      content: { parts: list },
    })),
    actions,
  ]
  const store = forgeStore([forgeManifest({ assertions })])
  return check({ bytes, found: { site: 'test', store, excluded: { start: 0, length: 0 }, binding: 'data' } })
}
