import { spawnSync } from 'node:child_process'
import { concat, InputError } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { binaryBytes } from '../carriers/binary.ts'
import { setUint32le, setUint64le, uint32le, uint64le } from '../carriers/integers.ts'
import { aigc, foreignPacket, handling } from '../handler.test-kit.ts'
import { counted, hollow } from '../source.test-kit.ts'
import { sound } from './sound.test-kit.ts'
import { wav } from './wav.ts'

const { store, read, splice: labelled, survives } = handling(wav)
const { tone, decoded } = sound('wav')

function chunk(id: string, payload: Uint8Array, size = payload.byteLength): Uint8Array {
  const header = binaryBytes(`${id}\0\0\0\0`)
  setUint32le(header, 4, size)
  return concat([header, payload, new Uint8Array(payload.byteLength % 2)])
}
function riff(...chunks: Uint8Array[]): Uint8Array {
  const body = concat([binaryBytes('WAVE'), ...chunks])
  return chunk('RIFF', body)
}
const fmt = chunk('fmt ', Uint8Array.of(1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x80, 0x3e, 0, 0, 2, 0, 16, 0))
const samples = Uint8Array.from({ length: 4000 }, (_, index) => (index * 7) % 256)
const data = chunk('data', samples)

/** What a pipe gets: sizes that were never written. */
function streamed(): Uint8Array {
  const out = spawnSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'sine=duration=0.2', '-f', 'wav', '-'])
  return new Uint8Array(out.stdout)
}
const rf64 = () => tone('-rf64', 'always')

describe.each([
  ['plain', riff(fmt, data)],
  [
    'with metadata before and after',
    riff(
      fmt,
      chunk('LIST', binaryBytes('INFOISFT\x06\0\0\0tester')),
      data,
      chunk('odd!', binaryBytes('abc')),
    ),
  ],
  ['with bytes after its end', concat([riff(fmt, data), binaryBytes('more after it')])],
  ['streamed', streamed()],
  ['RF64', rf64()],
  ['without the last pad byte', riff(fmt, data, chunk('odd!', binaryBytes('abc'))).subarray(0, -1)],
])('a file %s', (_, input) => {
  test('carries label and manifest, and its samples stay', async () => {
    expect(wav.matches(input.subarray(0, 4096))).toBe(true)
    const output = await labelled(input)
    const found = await read(output)
    expect(found.labels).toEqual([{ site: 'RIFF AIGC', standard: true, value: aigc }])
    expect(found.manifest?.store).toEqual(store)
    const { start = 0, length = 0 } = found.manifest?.excluded ?? {}
    expect(output.subarray(start, start + length)).toEqual(
      chunk('C2PA', store).subarray(0, 8 + store.byteLength),
    )
    expect(decoded(output)).toEqual({ ...decoded(input), complaints: '' })
  })

  test('labelled twice is labelled once', async () => {
    const once = await labelled(input)
    expect(await labelled(once)).toEqual(once)
  })
})

test('the sizes in the headers are those of the file', async () => {
  const plain = await labelled(riff(fmt, data))
  expect(uint32le(plain, 4)).toBe(plain.byteLength - 8)
  const large = await labelled(rf64())
  expect(uint32le(large, 4)).toBe(0xffffffff)
  expect(uint64le(large, 20)).toBe(large.byteLength - 8)
  const pipe = streamed()
  const fixed = await labelled(pipe)
  const at = Buffer.from(fixed).indexOf('data')
  expect(uint32le(fixed, 4)).toBe(fixed.byteLength - 8)
  expect(uint32le(fixed, at + 4)).toBe(pipe.byteLength - at - 8)
})

test('data of more than 4 GiB in RF64 is walked over by its 64-bit size, not read', async () => {
  const size = 5 * 2 ** 30
  const ds64 = new Uint8Array(28)
  setUint64le(ds64, 0, 4 + 36 + fmt.byteLength + 8 + size + data.byteLength)
  setUint64le(ds64, 8, size)
  const head = concat([
    binaryBytes('RF64\xff\xff\xff\xffWAVE'),
    chunk('ds64', ds64),
    fmt,
    binaryBytes('data\xff\xff\xff\xff'),
  ])
  const tail = chunk('AIGC', binaryBytes(aigc))
  const { source, read: account } = counted(hollow(head, size, tail))
  expect((await wav.read(source)).labels.map(({ value }) => value)).toEqual([aigc])
  expect(account.bytes).toBeLessThan(300_000)
})

test('labels in other places are read, and become one when labelled again', async () => {
  const info = binaryBytes(`INFOINAM\x04\0\0\0nameICMT\x0d\0\0\0{"Label":"2"}\0`)
  const xmp = binaryBytes(foreignPacket('{"Label":"3"}'))
  const id3 = binaryBytes(
    'ID3\x03\0\0\0\0\0\x2dTXXX\0\0\0\x13\0\0\0AIGC\0{"Label":"1"}TIT2\0\0\0\x06\0\0\0Title',
  )
  const input = riff(fmt, chunk('LIST', info), chunk('_PMX', xmp), data, chunk('id3 ', id3))
  expect((await read(input)).labels).toEqual([
    { site: 'RIFF LIST INFO ICMT', standard: false, value: '{"Label":"2"}' },
    { site: 'RIFF _PMX', standard: false, value: '{"Label":"3"}' },
    { site: 'RIFF id3 ID3v2 TXXX AIGC', standard: false, value: '{"Label":"1"}' },
  ])
  const output = await labelled(input)
  expect((await read(output)).labels).toEqual([{ site: 'RIFF AIGC', standard: true, value: aigc }])
  const text = Buffer.from(output).toString('latin1')
  for (const kept of ['INAM', 'Title', 'x:xmpmeta']) expect(text).toContain(kept)
  expect(text.split('"Label"')).toHaveLength(2)
})

test('an ordinary comment is no label and stays', async () => {
  const input = riff(fmt, chunk('LIST', binaryBytes('INFOICMT\x0a\0\0\0{comment}\0')), data)
  expect((await read(input)).labels).toEqual([])
  expect(Buffer.from(await labelled(input)).includes('{comment}')).toBe(true)
})

describe('damage', () => {
  const input = riff(
    fmt,
    chunk('LIST', binaryBytes('INFOISFT\x06\0\0\0tester')),
    chunk('AIGC', binaryBytes(aigc)),
    data,
  )
  test.each([10, 20, 30, 40, 50, 60, 70, 80, 90])(
    'cut off at %i % is told and not written',
    async (percent) => {
      const cut = input.subarray(0, Math.floor((input.byteLength * percent) / 100))
      expect((await read(cut)).findings.map(({ code }) => code)).toEqual(['asset.damaged'])
      await expect(labelled(cut)).rejects.toThrow(InputError)
    },
  )

  test('of any kind never throws while reading, and writing throws only for the input', async () => {
    const small = riff(
      fmt,
      chunk('LIST', binaryBytes('INFOICMT\x0d\0\0\0{"Label":"2"}\0')),
      chunk('data', samples.subarray(0, 99)),
      chunk('AIGC', binaryBytes(aigc)),
    )
    await survives(small, { runs: 300 })
  })
})
