/** For tests only: Matroska files built element by element, and a second reading of the format. */
import { crc32 } from 'node:zlib'
import { concat } from '@yinji/core'
import { expect } from 'vitest'
import { binaryBytes } from '../carriers/binary.ts'

export const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'))

interface Seen {
  readonly id: string
  readonly start: number
  readonly content: number
  readonly end: number
  readonly path: string
}
const masters = /^(18538067|1549a966|1654ae6b|114d9b74|4dbb|1c53bb6b|bb|b7|1f43b675|1254c367|7373|67c8|63c0)$/
const levelOne = /^(1f43b675|1c53bb6b|1254c367|114d9b74|1549a966|1654ae6b)$/

/** A second reading of the format, as plain as can be; throws where sizes don't add up. */
function elements(bytes: Uint8Array): Seen[] {
  const buffer = Buffer.from(bytes)
  const seen: Seen[] = []
  const walk = (start: number, end: number, path: string, open = false): number => {
    let at = start
    while (at < end) {
      const idLength = Math.clz32(buffer[at] ?? 0) - 23
      const sizeLength = Math.clz32(buffer[at + idLength] ?? 0) - 23
      const id = buffer.toString('hex', at, at + idLength)
      if (open && levelOne.test(id)) return at
      const content = at + idLength + sizeLength
      let size =
        BigInt(`0x${buffer.toString('hex', at + idLength, content)}`) - (1n << BigInt(7 * sizeLength))
      const unknown = size === (1n << BigInt(7 * sizeLength)) - 1n
      if (unknown) size = BigInt(end - content)
      const stop = content + Number(size)
      if (idLength > 4 || sizeLength > 8 || stop > end)
        throw new Error(`${path}/${id} at ${at} to ${stop} of ${end}`)
      const index = seen.push({ id, start: at, content, end: stop, path: `${path}/${id}` }) - 1
      const next = masters.test(id)
        ? walk(content, stop, `${path}/${id}`, unknown && id === '1f43b675')
        : stop
      seen[index] = { id, start: at, content, end: next, path: `${path}/${id}` }
      at = next
    }
    return at
  }
  walk(0, bytes.byteLength, '')
  return seen
}

/** Every index leads to what it names, every checksum holds, clusters know where they stand. Returns how many of each. */
export function checked(bytes: Uint8Array) {
  const buffer = Buffer.from(bytes)
  const seen = elements(bytes)
  const base = seen.find(({ id }) => id === '18538067')?.content ?? 0
  const number = ({ content, end }: Seen) =>
    end === content ? 0 : Number(`0x${buffer.toString('hex', content, end)}`)
  const at = (position: number) => seen.find(({ start }) => start === base + position)?.id
  const count = { seeks: 0, cues: 0, positions: 0, checksums: 0 }
  for (const [index, one] of seen.entries()) {
    if (one.id === '53ac') {
      const named = seen[index - 1]
      expect(at(number(one))).toBe(named && buffer.toString('hex', named.content, named.end))
      count.seeks++
    }
    if (one.id === 'f1') {
      expect(at(number(one))).toBe('1f43b675')
      count.cues++
    }
    const parent = seen.findLast(
      ({ content, end }) => content <= one.start && one.end <= end && end - content > one.end - one.start,
    )
    if (one.id === 'a7') {
      expect(base + number(one)).toBe(parent?.start)
      count.positions++
    }
    if (one.id === 'bf' && parent) {
      expect(crc32(bytes.subarray(one.end, parent.end))).toBe(buffer.readUInt32LE(one.content))
      count.checksums++
    }
  }
  return count
}

/** An element; the size takes one byte, or four where it must. */
export function element(id: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = concat(parts)
  const size = Buffer.alloc(content.byteLength < 127 ? 1 : 4)
  if (size.length === 1) size[0] = 0x80 | content.byteLength
  else size.writeUInt32BE((0x10000000 | content.byteLength) >>> 0)
  return concat([hex(id), new Uint8Array(size), content])
}
export const summed = (id: string, ...parts: readonly Uint8Array[]) => {
  const sum = Buffer.alloc(4)
  sum.writeUInt32LE(crc32(concat(parts)))
  return element(id, element('bf', new Uint8Array(sum)), ...parts)
}
export const uint = (value: number, length: number) => hex(value.toString(16).padStart(length * 2, '0'))
export const head = element('1a45dfa3', element('4282', binaryBytes('matroska')))
const info = summed('1549a966', element('2ad7b1', hex('0f4240')))
export const tracks = element('1654ae6b', element('ae', element('d7', hex('01'))))
export const tag = (name: string, value: string, targets = element('63c0')) =>
  element(
    '7373',
    targets,
    element('67c8', element('45a3', binaryBytes(name)), element('4487', binaryBytes(value))),
  )
export const title = tag('TITLE', 'Something')
export const block = (size: number) => element('a3', hex('810000 80'), new Uint8Array(size).fill(7))
const seek = (id: string, position: number, length: number) =>
  element('4dbb', element('53ab', hex(id)), element('53ac', uint(position, length)))

export interface Shape {
  /** Elements before the index, behind it and after the media. */
  readonly front?: readonly Uint8Array[]
  readonly back?: readonly Uint8Array[]
  readonly positionBytes?: number
  readonly blockBytes?: number
  readonly sum?: boolean
}

/** Seek head, info, tracks, cues, two clusters that know their position, and what is asked for. */
export function built({
  front = [],
  back = [],
  positionBytes = 2,
  blockBytes = 40,
  sum = false,
}: Shape): Uint8Array {
  const clusters = (places: readonly number[]) =>
    places.map((place, index) =>
      (sum ? summed : element)(
        '1f43b675',
        element('e7', uint(index, 1)),
        element('a7', uint(place, positionBytes)),
        block(blockBytes),
      ),
    )
  const cues = (places: readonly number[]) =>
    element(
      '1c53bb6b',
      ...places.map((place) =>
        element(
          'bb',
          element('b3', hex('00')),
          element('b7', element('f7', hex('01')), element('f1', uint(place, positionBytes))),
        ),
      ),
    )
  const draft = (places: readonly number[], seeks: readonly Uint8Array[]) => {
    const before = [element('114d9b74', ...seeks), ...front, info, tracks, cues(places)]
    return { before, media: clusters(places), size: concat(before).byteLength }
  }
  let places = [0, 0]
  const infoAt = (seeks: readonly Uint8Array[]) =>
    element('114d9b74', ...seeks).byteLength + concat(front).byteLength
  const seeks = [seek('1549a966', infoAt([seek('1549a966', 0, 2)]), 2)]
  const { size, media } = draft(places, seeks)
  places = [size, size + (media[0]?.byteLength ?? 0)]
  const final = draft(places, seeks)
  return concat([head, element('18538067', ...final.before, ...final.media, ...back)])
}
