import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { bytesSource, concat, InputError } from '@yinji/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { binaryBytes } from '../carriers/binary.ts'
import { aigc, handling } from '../handler.test-kit.ts'
import { folder, run } from '../programs.test-kit.ts'
import { avi } from './avi.ts'
import { formatTags, labelInMediainfo, packets } from './clip.test-kit.ts'

const { inside } = folder()
const store = new Uint8Array(Buffer.from('a manifest store, uneven'.slice(1)))

const { read, splice, survives } = handling(avi, store)
const labelled = (bytes: Uint8Array, json = aigc) => splice(bytes, { aigc: json, room: store.byteLength })
async function contentOf(bytes: Uint8Array): Promise<string> {
  const ranges = (await avi.content?.(bytesSource(bytes))) ?? []
  return ranges.map(({ start, end }) => Buffer.from(bytes.subarray(start, end)).toString('latin1')).join('|')
}
const labels = [{ site: 'RIFF LIST INFO AIGC', standard: true, value: aigc }]

const numbers = (...values: readonly number[]) => {
  const out = Buffer.alloc(values.length * 4)
  for (const [index, value] of values.entries()) out.writeUInt32LE(value, index * 4)
  return new Uint8Array(out)
}
function chunk(id: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const payload = concat(parts)
  const pad = new Uint8Array(payload.byteLength % 2)
  return concat([binaryBytes(id), numbers(payload.byteLength), payload, pad])
}
const list = (type: string, ...parts: readonly Uint8Array[]) => chunk('LIST', binaryBytes(type), ...parts)

interface Shape {
  readonly info?: Uint8Array
  readonly junk?: Uint8Array
  /** What the offsets of `idx1` count from. */
  readonly from?: 'file' | 'movi'
  /** Whether `ix00` counts from 0 or from its `movi`. */
  readonly base?: 'file' | 'movi'
  readonly tail?: readonly Uint8Array[]
}

const frames = ['first frame', 'second', 'third one', 'the fourth of them'].map((text) =>
  chunk('00dc', binaryBytes(text)),
)

/** An OpenDML file of two RIFFs with two frames each, every kind of index in it. */
function built({ info, junk, from = 'movi', base = 'movi', tail = [] }: Shape): Uint8Array {
  const half = (index: number) => frames.slice(index * 2, index * 2 + 2)
  const header = (indexes: readonly number[]) =>
    list(
      'hdrl',
      chunk('avih', new Uint8Array(56)),
      list(
        'strl',
        chunk('strh', binaryBytes('vidsMJPG'), new Uint8Array(48)),
        chunk(
          'indx',
          numbers(4, indexes.length),
          binaryBytes('00dc'),
          new Uint8Array(12),
          ...indexes.map((at) => numbers(at, 0, 40, 2)),
        ),
      ),
    )
  const before = concat([header([0, 0]), ...(info ? [info] : []), ...(junk ? [junk] : [])])
  const movi = (start: number, index: number) => {
    const places: number[] = []
    let at = start + 12
    for (const frame of half(index)) {
      places.push(at)
      at += frame.byteLength
    }
    const origin = base === 'file' ? 0 : start
    const entries = places.map((place, entry) =>
      numbers(place + 8 - origin, half(index)[entry]?.byteLength ?? 0),
    )
    const standard = concat([numbers(0x01000002, 2), binaryBytes('00dc'), numbers(origin, 0, 0), ...entries])
    return { bytes: list('movi', ...half(index), chunk('ix00', standard)), places, index: at }
  }
  const start = 12 + before.byteLength
  const one = movi(start, 0)
  const old = chunk(
    'idx1',
    ...one.places.map((place) =>
      concat([binaryBytes('00dc'), numbers(16, from === 'file' ? place : place - start - 8, 6)]),
    ),
  )
  const second = start + one.bytes.byteLength + old.byteLength + concat(tail).byteLength
  const two = movi(second + 12, 1)
  const head = header([one.index, two.index])
  const first = chunk(
    'RIFF',
    binaryBytes('AVI '),
    head,
    before.subarray(head.byteLength),
    one.bytes,
    old,
    ...tail,
  )
  return concat([first, chunk('RIFF', binaryBytes('AVIX'), two.bytes)])
}

/** The frames that each index leads to, by a second, plain reading. */
function indexed(bytes: Uint8Array) {
  const buffer = Buffer.from(bytes)
  const text = (at: number, size: number) => buffer.toString('latin1', at, at + size)
  const super_ = buffer.indexOf('indx') + 8
  const openDml: string[] = []
  for (let entry = 0; entry < buffer.readUInt32LE(super_ + 4); entry++) {
    const at = Number(buffer.readBigUInt64LE(super_ + 24 + entry * 16))
    expect(text(at, 4)).toBe('ix00')
    const origin = Number(buffer.readBigUInt64LE(at + 20))
    for (let index = 0; index < buffer.readUInt32LE(at + 12); index++) {
      const frame = origin + buffer.readUInt32LE(at + 32 + index * 8)
      openDml.push(text(frame, buffer.readUInt32LE(frame - 4)))
    }
  }
  const old: string[] = []
  const idx1 = buffer.indexOf('idx1') + 8
  const movi = buffer.indexOf('movi')
  for (let at = idx1; at < idx1 + buffer.readUInt32LE(idx1 - 4); at += 16) {
    const place = buffer.readUInt32LE(at + 8)
    const frame = text(place, 4) === '00dc' ? place : movi + place
    old.push(text(frame + 8, buffer.readUInt32LE(frame + 4)))
  }
  return { openDml, old }
}

const info = list('INFO', chunk('INAM', binaryBytes('A title\0')), chunk('ICMT', binaryBytes('words\0')))
const commented = list('INFO', chunk('ICMT', binaryBytes('{"Label":"2"}\0')))
const junk = chunk('JUNK', new Uint8Array(1000))
const zeros = chunk('JUNK', new Uint8Array(20))
const notes = chunk('JUNK', binaryBytes('what a camera wrote'), new Uint8Array(1000))

describe.each<[string, Shape, number?]>([
  ['without texts', {}],
  ['with texts', { info }],
  ['with texts and padding', { info, junk }, 0],
  ['with padding alone', { junk }, 0],
  ['with too little padding', { info, junk: zeros }],
  ['with notes in what looks like padding', { info, junk: notes }],
  ['with an index that counts from the beginning', { info, from: 'file' }],
  ['with partial indexes that count from the beginning', { base: 'file' }],
  ['with all of them counting from the beginning', { info, junk, from: 'file', base: 'file' }, 0],
  ['labelled in a comment', { info: commented }],
  ['labelled in other chunks', { info, tail: [chunk('AIGC', binaryBytes('{"Label":"2"}')), commented] }],
  ['with another manifest', { tail: [chunk('C2PA', binaryBytes('an older store'))] }],
])('OpenDML %s', (_, shape, moved) => {
  const input = built(shape)
  const all = {
    openDml: ['first frame', 'second', 'third one', 'the fourth of them'],
    old: ['first frame', 'second'],
  }

  test('every index leads to its frames, before and after', async () => {
    expect(indexed(input)).toEqual(all)
    const output = await labelled(input)
    expect(indexed(output)).toEqual(all)
    if (moved !== undefined)
      expect(Buffer.from(output).indexOf('movi')).toBe(Buffer.from(input).indexOf('movi'))
  })

  test('its content is the frames of both RIFFs without the indexes, before and after', async () => {
    const [one, two, three, four] = frames.map((frame) => Buffer.from(frame).toString('latin1'))
    expect(await contentOf(input)).toBe(`${one}${two}|${three}${four}`)
    expect(await contentOf(await labelled(input))).toBe(`${one}${two}|${three}${four}`)
  })

  test('one label, one manifest at the end of the first RIFF, and the other texts', async () => {
    const output = await labelled(input)
    const found = await read(output)
    expect(found).toMatchObject({ labels, findings: [] })
    expect(found.manifest?.store).toEqual(store)
    const size = Buffer.from(output).readUInt32LE(4) + 8
    const { start = 0, length = 0 } = found.manifest?.excluded ?? {}
    expect(size - start - length).toBe(length % 2)
    expect(Buffer.from(output).toString('latin1', size, size + 4)).toBe('RIFF')
    for (const text of ['A title', 'words', 'what a camera wrote'])
      expect(Buffer.from(output).includes(text)).toBe(Buffer.from(input).includes(text))
    expect(Buffer.from(output).toString('latin1').split('"Label"')).toHaveLength(2)
  })

  test('labelled twice is labelled once', async () => {
    const once = await labelled(input)
    expect(await labelled(once)).toEqual(once)
    expect(indexed(await labelled(once, '{"Label":"3","ProduceID":"shorter"}'))).toEqual(all)
  })
})

// No hash covers the manifest: a frame that stands in it could be replaced after the signature.
test.each<[string, Shape, (file: Buffer, into: number) => void]>([
  [
    'idx1',
    {},
    (file, into) => file.writeUInt32LE(into - file.indexOf('movi'), file.indexOf('idx1') + 8 + 16 + 8),
  ],
  [
    'idx1 from the beginning',
    { from: 'file' },
    (file, into) => file.writeUInt32LE(into, file.indexOf('idx1') + 8 + 16 + 8),
  ],
  [
    'ix00',
    { base: 'file' },
    (file, into) => {
      const at = file.indexOf('ix00')
      file.writeUInt32LE(into - Number(file.readBigUInt64LE(at + 20)), at + 32)
    },
  ],
  ['indx', {}, (file, into) => file.writeUInt32LE(into, file.indexOf('indx') + 32)],
])('a frame that %s says stands in the manifest is told', async (_, shape, change) => {
  const file = Buffer.from(await labelled(built(shape)))
  const { manifest, findings } = await read(file)
  expect(findings).toEqual([])
  const into = (manifest?.excluded.start ?? 0) + 10
  change(file, into)
  const found = (await read(file)).findings.find(({ code }) => code === 'manifest.binding.partial')
  expect(found?.data).toEqual({ what: `idx ${into}` })
})

describe('damage', () => {
  const whole = built({ info, junk: zeros, from: 'file' })
  test.each([10, 30, 50, 70, 90, 98])('cut off at %i % is told and not written', async (percent) => {
    const cut = whole.subarray(0, Math.floor((whole.byteLength * percent) / 100))
    expect((await read(cut)).findings.map(({ code }) => code)).toContain('asset.damaged')
    await expect(labelled(cut)).rejects.toThrow(InputError)
  })

  test('the second RIFF missing is told by the index', async () => {
    const cut = whole.subarray(0, Buffer.from(whole).readUInt32LE(4) + 8)
    expect((await read(cut)).findings).toMatchObject([{ data: { what: 'the index leads beyond the end' } }])
  })

  test('of any kind never throws while reading; what is written reads back', async () => {
    await survives(whole, { runs: 2000 })
  })
})

describe('by ffmpeg', () => {
  const picture = ['-f', 'lavfi', '-i', 'testsrc=size=96x64:rate=10:duration=3']
  const sound = ['-f', 'lavfi', '-i', 'sine=duration=3']
  const codecs = ['-c:v', 'mpeg4', '-g', '5', '-c:a', 'libmp3lame']
  let bytes: Uint8Array = new Uint8Array()
  beforeAll(async () => {
    run(
      'ffmpeg',
      '-v',
      'error',
      ...picture,
      ...sound,
      ...codecs,
      '-metadata',
      'title=标题',
      inside('clip.avi'),
    )
    bytes = new Uint8Array(readFileSync(inside('clip.avi')))
    writeFileSync(inside('labelled.avi'), await labelled(bytes))
  })
  test('ffprobe and mediainfo read the field, and every earlier tag as before', () => {
    expect(formatTags(inside('labelled.avi'))).toEqual({ ...formatTags(inside('clip.avi')), AIGC: aigc })
    expect(labelInMediainfo(inside('labelled.avi'))).toBe(aigc)
  })

  test('packets and seeking are the same, and the media stays where it is', async () => {
    expect(packets(inside('labelled.avi'))).toBe(packets(inside('clip.avi')))
    expect(packets(inside('labelled.avi'), '-ss', '1.7')).toBe(packets(inside('clip.avi'), '-ss', '1.7'))
    const movi = (file: Uint8Array) => Buffer.from(file).indexOf('movi')
    expect(movi(await labelled(bytes))).toBe(movi(bytes))
  })

  test('written to a pipe, its list has no size: it is told as damaged and left alone', async () => {
    const out = execFileSync('ffmpeg', ['-v', 'error', ...picture, ...codecs, '-f', 'avi', '-'])
    expect((await read(new Uint8Array(out))).findings).toMatchObject([{ code: 'asset.damaged' }])
    await expect(labelled(new Uint8Array(out))).rejects.toThrow(InputError)
  })
})
