/**
 * For tests only: bytes changed and cut off anywhere. Parsers give an answer or a refusal of ours, in bounded time, never an
 * accident.
 */
import { readFileSync } from 'node:fs'
import { bytesSource, InputError } from '@yinji/core'
import fc from 'fast-check'
import { findBox, walkBoxes } from '../carriers/bmff.ts'
import { type LoadedBox, loadBox } from '../carriers/movie.ts'
import { folder, run } from '../programs.test-kit.ts'

const { inside } = folder()

export { inside }

/** What ffmpeg makes. */
export function make(name: string, ...args: string[]): Uint8Array {
  run('ffmpeg', '-v', 'error', '-y', '-f', 'lavfi', '-i', ...args, '-bitexact', inside(name))
  return new Uint8Array(readFileSync(inside(name)))
}

/** Some bytes changed, and perhaps the end cut off; numbers that matter are changed by preference. */
const damage = fc.record({
  changes: fc.array(fc.tuple(fc.nat(1 << 30), fc.oneof(fc.nat(255), fc.constantFrom(0, 0x7f, 0x80, 0xff))), {
    minLength: 1,
    maxLength: 8,
  }),
  keep: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.double({ min: 0, max: 1, noNaN: true })),
})
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never

function damaged(bytes: Uint8Array, { changes, keep }: Damage, from = 0): Uint8Array {
  const out = bytes.slice(0, from + Math.floor((bytes.byteLength - from) * keep))
  for (const [at, value] of changes) {
    const place = from + (at % Math.max(1, bytes.byteLength - from))
    if (place < out.byteLength) out[place] = value
  }
  return out
}

/** The answer, or undefined for a refusal; anything else thrown is an accident. */
export async function answer<T>(work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof InputError) return undefined
    throw error
  }
}

export const withDamage = (bytes: () => Uint8Array, check: (bytes: Uint8Array) => Promise<void>, from = 0) =>
  fc.assert(
    fc.asyncProperty(damage, (one) => check(damaged(bytes(), one, from))),
    { seed: 45438, numRuns: 400 },
  )

export async function movieIn(bytes: Uint8Array): Promise<LoadedBox> {
  const source = bytesSource(bytes)
  const box = findBox((await walkBoxes(source)).boxes, 'moov')
  const movie = box && (await loadBox(source, box))
  if (movie === undefined || typeof movie === 'string') throw new Error('no moov')
  return movie
}

/** A movie of other bytes: its box ends where they end. */
export const cut = ({ box }: LoadedBox, bytes: Uint8Array): LoadedBox => ({
  bytes,
  box: { ...box, end: Math.min(box.end, bytes.byteLength) },
})
