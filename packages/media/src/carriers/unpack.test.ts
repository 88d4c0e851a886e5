import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { Unpacker } from './unpack.ts'

const text = Buffer.from('a packet')
const taken = (unpacker: Unpacker, data: Uint8Array, encoding: string) => {
  const out = unpacker.take(data, encoding)
  return out && Buffer.from(out).toString()
}

test.each([
  ['', text],
  ['deflate', deflateSync(text)],
  ['GZIP', gzipSync(text)],
  ['br', brotliCompressSync(text)],
])('what is packed by %j comes out as long as there is room', (encoding, data) => {
  const unpacker = new Unpacker(20)
  expect([1, 2, 3].map(() => taken(unpacker, data, encoding))).toEqual(['a packet', 'a packet', undefined])
})

// A picture of a few kilobytes can have thousands of bombs in it, each of which takes a third of a second.
test.each([
  ['a bomb', deflateSync(new Uint8Array(2_000_000))],
  ['what ends in nothing', deflateSync(new Uint8Array(900_000)).subarray(0, -9)],
])('%s that fails again and again leaves no room', (_, bomb) => {
  const unpacker = new Unpacker(1_000_000)
  expect(unpacker.take(bomb, 'deflate')).toBeUndefined()
  expect(taken(unpacker, deflateSync(text), 'deflate')).toBe('a packet')
  for (let count = 1; count < 9; count++) unpacker.take(bomb, 'deflate')
  expect(unpacker.left).toBe(0)
  expect(taken(unpacker, deflateSync(text), 'deflate')).toBeUndefined()
})
