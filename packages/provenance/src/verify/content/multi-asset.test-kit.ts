/** For tests only: a motion photo, a real picture with a real film behind it, each with a hash of its own (C2PA 18.9). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { actions, check, forgeManifest, forgeStore, refer, sha256 } from '../forge.test-kit.ts'

const fixture = (name: string) =>
  new Uint8Array(readFileSync(join(import.meta.dirname, '../../../../../fixtures', name)))
const photo = fixture('photo.jpg')
const film = fixture('clip.mp4')
export const motionPhoto = Uint8Array.from(Buffer.concat([photo, film]))
export const seam = photo.byteLength

const whole = (bytes: Uint8Array) => ({ alg: 'sha256', hash: sha256(bytes), pad: new Uint8Array() })
const [first, second] = ['c2pa.hash.data.part', 'c2pa.hash.data.part__1']
export const parts = [
  { location: { byteOffset: 0, length: seam }, hashAssertion: refer(first) },
  { location: { byteOffset: seam, length: film.byteLength }, hashAssertion: refer(second), optional: true },
]

/** The verdict on a file that was signed as this motion photo. */
export function checkMotionPhoto(bytes: Uint8Array, list: unknown = parts, copies = 1) {
  const assertions = [
    { label: 'c2pa.hash.data', content: whole(motionPhoto) },
    { label: first, content: whole(photo) },
    { label: second, content: whole(film) },
    ...Array.from({ length: copies }, (_, index) => ({
      label: `c2pa.hash.multi-asset${index === 0 ? '' : `__${index}`}`,
      content: { parts: list },
    })),
    actions,
  ]
  const store = forgeStore([forgeManifest({ assertions })])
  return check({ bytes, found: { site: 'test', store, excluded: { start: 0, length: 0 }, binding: 'data' } })
}
