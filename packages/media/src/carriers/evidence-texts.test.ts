/** The readers of native texts, against bytes nobody would write. */
import { bytesSource, type FoundProperty, limits } from '@yinji/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fixtureBytes } from '../../../../test/helpers/fixtures.ts'
import { pngChunk, sefTrailer, tiffBlock } from '../../../../test/helpers/traces.ts'
import { textProperties } from '../image/png-texts.ts'
import { walkBoxes } from './bmff.ts'
import { movieTexts } from './bmff-texts.ts'
import { exifProperties } from './exif-texts.ts'
import { namedText } from './id3-texts.ts'
import { loadBox } from './movie.ts'
import { infoProperties } from './riff-info.ts'
import { sefProperties } from './samsung-sef.ts'
import { seiTexts } from './sei.ts'

const latin = (text: string) => Buffer.from(text, 'latin1')
const exif = (little: boolean) =>
  tiffBlock({ Make: 'Acme', Software: 'Camera 1', UserComment: latin('ASCII\0\0\0hello') }, little)

/** Some bytes of a well-formed block replaced, or its end cut off. */
const broken = (whole: Uint8Array) =>
  fc
    .record({
      changes: fc.array(fc.tuple(fc.nat(whole.byteLength - 1), fc.nat(255)), { maxLength: 8 }),
      length: fc.nat(whole.byteLength),
      cut: fc.boolean(),
    })
    .map(({ changes, length, cut }) => {
      const bytes = Uint8Array.from(whole)
      for (const [at, value] of changes) bytes[at] = value
      return cut ? bytes.subarray(0, length) : bytes
    })

function bounded(found: readonly FoundProperty[]): void {
  expect(found.length).toBeLessThanOrEqual(limits.evidenceTexts)
  for (const { value } of found) expect(value.length).toBeLessThanOrEqual(limits.evidenceBytes)
}

describe('Exif', () => {
  test.each([true, false])('little-endian %s', (little) => {
    expect(exifProperties(exif(little), 'here')).toEqual([
      { site: 'here', name: 'Make', value: 'Acme' },
      { site: 'here', name: 'Software', value: 'Camera 1' },
      { site: 'here', name: 'UserComment', value: 'hello' },
    ])
  })

  test.each([
    ['JIS\0\0\0\0\0hello', 'hello'],
    ['ASCII\0hello', 'hello'],
    ['hello', 'hello'],
    ['UNICODE\0h\0i\0!\0', 'hi!'],
    ['UNICODE\0\0h\0i\0!', 'hi!'],
    ['UNICODE\0', ''],
  ])('the comment %j says %j', (comment, says) => {
    const found = exifProperties(tiffBlock({ UserComment: latin(comment) }), 'here')
    expect(found.map(({ value }) => value)).toEqual(says === '' ? [] : [says])
  })

  test('survives anything', () => {
    fc.assert(
      fc.property(broken(exif(true)), (bytes) => bounded(exifProperties(bytes, 'here'))),
      {
        numRuns: 5000,
        seed: 1,
      },
    )
  })
})

test('the trailer of Samsung survives anything', async () => {
  const whole = sefTrailer([
    [0x0d91, 'PEg_Info', '{"genAIType":5}'],
    [0x0ba1, 'PhotoEditor_Re_Edit_Data', '{"genAIType":0}'],
    [0x0a01, 'Image_UTC_Data', '1700000000000'],
  ])
  expect(await sefProperties(bytesSource(whole))).toEqual([
    { site: 'SEF trailer', name: 'PEg_Info', value: '{"genAIType":5}' },
    { site: 'SEF trailer', name: 'PhotoEditor_Re_Edit_Data', value: '{"genAIType":0}' },
  ])
  await fc.assert(
    fc.asyncProperty(broken(whole), async (bytes) => bounded(await sefProperties(bytesSource(bytes)))),
    { numRuns: 5000, seed: 1 },
  )
})

test('texts of a PNG are bounded, whatever they inflate to', () => {
  const chunk = (type: string, data: Buffer) => {
    const whole = pngChunk(type, data)
    return { type, start: 0, end: whole.byteLength, late: false, data: Uint8Array.from(data), sound: true }
  }
  const bytes = fc.uint8Array({ maxLength: 200 })
  const type = fc.constantFrom('tEXt', 'zTXt', 'iTXt', 'eXIf')
  fc.assert(
    fc.property(fc.array(fc.tuple(type, bytes), { maxLength: 100 }), (chunks) =>
      bounded(textProperties(chunks.map(([name, data]) => chunk(name, Buffer.from(data))))),
    ),
    { numRuns: 500, seed: 1 },
  )
})

test('frames of ID3 survive anything', () => {
  const id = fc.constantFrom('COMM', 'TSSE', 'TXXX', 'WOAS', 'COM', 'TSS')
  fc.assert(
    fc.property(
      id,
      fc.constantFrom(2 as const, 3 as const, 4 as const),
      fc.nat(0xff),
      fc.uint8Array({ maxLength: 100 }),
      (name, version, flags, bytes) => {
        const text = namedText(version, { id: name, flags, bytes })
        if (text) bounded([{ site: 'ID3v2', ...text }])
      },
    ),
    { numRuns: 5000, seed: 1 },
  )
})

test('a list of RIFF survives anything', () => {
  const whole = latin('INFOISFT\x06\0\0\0Lavf\0\0ICMT\x05\0\0\0hello\0')
  expect(infoProperties(Uint8Array.from(whole)).map(({ name, value }) => `${name} ${value}`)).toEqual([
    'ISFT Lavf',
    'ICMT hello',
  ])
  fc.assert(
    fc.property(broken(Uint8Array.from(whole)), (bytes) => bounded(infoProperties(bytes))),
    {
      numRuns: 5000,
      seed: 1,
    },
  )
})

test('tags and frames of a movie survive anything; little of the media is read', async () => {
  const movie = fixtureBytes('clip.mp4')
  const { boxes } = await walkBoxes(bytesSource(movie))
  const box = boxes.find(({ type }) => type === 'moov')
  const loaded = box && (await loadBox(bytesSource(movie), box))
  if (loaded === undefined || typeof loaded === 'string') throw new Error('no moov')
  let read = 0
  const source = {
    ...bytesSource(movie),
    read: async (start: number, end: number) => {
      read += end - start
      return movie.subarray(start, end)
    },
  }
  const texts = await seiTexts(source, loaded.bytes, loaded.box)
  expect(texts.every(({ name }) => name === 'SEI')).toBe(true)
  expect(read).toBeLessThanOrEqual(3 * 4096)
  await fc.assert(
    fc.asyncProperty(broken(loaded.bytes), async (bytes) => {
      const whole = { ...loaded.box, end: bytes.byteLength }
      if (bytes.byteLength < 8) return
      bounded(movieTexts(bytes, whole, 'moov'))
      bounded(await seiTexts(bytesSource(movie), bytes, whole))
    }),
    { numRuns: 2000, seed: 1 },
  )
})
