import { readFileSync, writeFileSync } from 'node:fs'
import { concat } from '@yinji/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { binaryBytes } from '../carriers/binary.ts'
import { aigc, handling } from '../handler.test-kit.ts'
import { folder, run } from '../programs.test-kit.ts'
import { formatTags, labelInMediainfo, packets } from './clip.test-kit.ts'
import { flv } from './flv.ts'

const { inside } = folder()
const { read, labelled, survives } = handling(flv)
const labelOf = (value: string) => ({ site: 'onMetaData AIGC', standard: true, value })
const clean = { labels: [labelOf(aigc)], findings: [] }

const be = (value: number, length: number) =>
  new Uint8Array(Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex'))
const tag = (type: number, ...data: readonly Uint8Array[]) => {
  const size = concat(data).byteLength
  return concat([be(type, 1), be(size, 3), new Uint8Array(7), ...data, be(size + 11, 4)])
}
const key = (name: string) => concat([be(name.length, 2), binaryBytes(name)])
const text = (value: string) => concat([be(2, 1), be(value.length, 2), binaryBytes(value)])
const number = (value: number) => {
  const out = Buffer.alloc(9)
  out.writeDoubleBE(value, 1)
  return new Uint8Array(out)
}
const end = be(9, 3)
const event = text('onMetaData')
const array = (count: number, ...pairs: readonly Uint8Array[]) =>
  concat([be(8, 1), be(count, 4), ...pairs, end])
const strict = (...values: readonly number[]) =>
  concat([be(10, 1), be(values.length, 4), ...values.map(number)])
const head = concat([binaryBytes('FLV\x01\x05'), be(9, 4), be(0, 4)])
const video = tag(9, binaryBytes('a key frame'))
const audio = tag(8, binaryBytes('some sound'))

/** A file whose metadata leads to its two pictures and knows its size. */
function indexedFile(...extra: readonly Uint8Array[]): Uint8Array {
  const metadata = (first: number, second: number, size: number) =>
    tag(
      18,
      event,
      array(
        4,
        key('duration'),
        number(2),
        key('keyframes'),
        concat([be(3, 1), key('filepositions'), strict(first, second), key('times'), strict(0, 1), end]),
        key('lastkeyframelocation'),
        number(second),
        key('filesize'),
        number(size),
        ...extra,
      ),
    )
  const first = head.byteLength + metadata(0, 0, 0).byteLength
  const second = first + video.byteLength + audio.byteLength
  const size = second + video.byteLength
  return concat([head, metadata(first, second, size), video, audio, video])
}

/** Sizes behind the tags, and where the metadata leads, by a second, plain reading. */
function checked(bytes: Uint8Array) {
  const buffer = Buffer.from(bytes)
  let last = 0
  for (let at = 9; at < bytes.byteLength; at += 15 + buffer.readUIntBE(at + 5, 3)) {
    expect(buffer.readUInt32BE(at)).toBe(last)
    if (at + 4 === bytes.byteLength) break
    last = 11 + buffer.readUIntBE(at + 5, 3)
  }
  const after = (name: string) => buffer.indexOf(name) + name.length
  const positions = after('filepositions')
  const places = [positions + 6, positions + 15, after('lastkeyframelocation') + 1].map((at) =>
    buffer.readDoubleBE(at),
  )
  for (const place of places) expect(buffer.toString('latin1', place + 11, place + 22)).toBe('a key frame')
  expect(buffer.readDoubleBE(after('filesize') + 1)).toBe(bytes.byteLength)
}

describe('built by hand', () => {
  test('offsets, sizes and the size of the file follow the label, longer or shorter', async () => {
    const input = indexedFile(key('title'), text('Something'))
    checked(input)
    const once = await labelled(input)
    checked(once)
    expect(await read(once)).toMatchObject(clean)
    expect(await labelled(once)).toEqual(once)
    checked(await labelled(once, '{"Label":"2"}'))
    expect(Buffer.from(once).includes('Something')).toBe(true)
  })

  test.each([
    ['an object', tag(18, event, be(3, 1), key('duration'), number(2), end)],
    ['an array without its end', tag(18, event, be(8, 1), be(1, 4), key('duration'), number(2))],
    ['an array whose count is 0', tag(18, event, array(0, key('duration'), number(2)))],
    ['no metadata at all', new Uint8Array()],
    ['another event', tag(18, text('onTextData'), array(0))],
    ['a recorded stream', tag(18, text('@setDataFrame'), event, array(0))],
    [
      'values of every type',
      tag(
        18,
        event,
        array(
          1,
          ...[
            '01 01',
            '05',
            '06',
            '07 0001',
            '0a 00000001 05',
            '0b 00000000000000000000',
            '0c 00000002 6162',
            '10 0001 43 0001 61 05 000009',
            '03 0001 61 05 000009',
          ].map((value) => concat([key('k'), new Uint8Array(Buffer.from(value.replaceAll(' ', ''), 'hex'))])),
        ),
      ),
    ],
  ])('%s: the label is there, and the rest as it was', async (_, script) => {
    const input = concat([head, script, video, audio])
    expect(await read(input)).toMatchObject({ labels: [], findings: [] })
    const output = await labelled(input)
    expect(await read(output)).toMatchObject(clean)
    expect(Buffer.from(output).indexOf(Buffer.from(concat([video, audio])))).toBe(
      output.byteLength - video.byteLength - audio.byteLength,
    )
    expect(await labelled(output)).toEqual(output)
    expect(
      (await read(await labelled(output, `{"Label":"${'x'.repeat(70_000)}"}`))).labels[0]?.value,
    ).toHaveLength(70_012)
  })

  test('labels elsewhere are read as misplaced, and go', async () => {
    const input = concat([
      head,
      tag(
        18,
        event,
        array(2, key('comment'), text('{"Label":"2"}'), key('description'), text('just {words}')),
      ),
      video,
      tag(18, event, array(1, key('AIGC'), text('{"Label":"3"}'))),
    ])
    expect((await read(input)).labels).toEqual([
      { site: 'onMetaData comment', standard: false, value: '{"Label":"2"}' },
      { site: 'onMetaData AIGC', standard: false, value: '{"Label":"3"}' },
    ])
    const output = await labelled(input)
    expect(await read(output)).toMatchObject(clean)
    expect(Buffer.from(output).includes('just {words}')).toBe(true)
    expect(Buffer.from(output).toString('latin1').split('"Label"')).toHaveLength(2)
  })

  test('cut off at any byte, it is damaged or has lost whole tags only', async () => {
    const whole = indexedFile()
    const ends = new Set<number>()
    for (let at = head.byteLength; at < whole.byteLength; ) {
      at += 15 + Buffer.from(whole).readUIntBE(at + 1, 3)
      ends.add(at)
    }
    for (let length = 9; length <= whole.byteLength; length++) {
      const { findings } = await read(whole.subarray(0, length))
      expect(findings.map(({ code }) => code)).toEqual(ends.has(length) ? [] : ['asset.damaged'])
    }
  })

  test('of any damage reading never throws; what is written reads back', async () => {
    const whole = indexedFile(key('AIGC'), text('{"Label":"2"}'))
    await survives(whole, { runs: 2000 })
  })

  test('arrays within arrays, a thousand deep, are damage, found at once', async () => {
    const deep = concat([...Array.from({ length: 1000 }, () => concat([be(10, 1), be(1, 4)])), be(5, 1)])
    const input = concat([head, tag(18, event, array(1, key('k'), deep)), video])
    expect((await read(input)).findings).toMatchObject([{ code: 'asset.damaged' }])
  })
})

const picture = ['-f', 'lavfi', '-i', 'testsrc=size=96x64:rate=10:duration=3']
const sound = ['-f', 'lavfi', '-i', 'sine=duration=3', '-ar', '44100']
const tags = ['-metadata', 'title=标题', '-metadata', 'comment=words']
describe.each([
  ['plain.flv', ['-c:v', 'flv', '-c:a', 'libmp3lame', ...tags]],
  ['indexed.flv', ['-c:v', 'libx264', '-g', '5', '-c:a', 'aac', '-flvflags', 'add_keyframe_index', ...tags]],
  ['bare.flv', ['-c:v', 'libx264', '-g', '5', '-c:a', 'aac', '-flvflags', 'no_metadata']],
])('%s by ffmpeg', (name, options) => {
  const out = `labelled-${name}`
  let bytes: Uint8Array = new Uint8Array()
  beforeAll(async () => {
    run('ffmpeg', '-v', 'error', ...picture, ...sound, ...options, inside(name))
    bytes = new Uint8Array(readFileSync(inside(name)))
    writeFileSync(inside(out), await labelled(bytes))
  })
  test('ffprobe and mediainfo read the field, and every earlier tag as before', () => {
    const { lastkeyframelocation: place, ...old } = formatTags(inside(name))
    const { lastkeyframelocation: moved, ...fresh } = formatTags(inside(out))
    expect(fresh).toEqual({ ...old, AIGC: aigc })
    if (place)
      expect(Number(moved) - Number(place)).toBe(readFileSync(inside(out)).byteLength - bytes.byteLength)
    expect(labelInMediainfo(inside(out))).toBe(aigc)
  })

  test('packets, times and seeking are the same', () => {
    expect(packets(inside(out))).toBe(packets(inside(name)))
    expect(packets(inside(out), '-ss', '1.7')).toBe(packets(inside(name), '-ss', '1.7'))
  })
})
