import { concat, InputError } from '@yinji/core'
import { exiftool } from 'exiftool-vendored'
import { afterAll, describe, expect, test } from 'vitest'
import { binaryBytes } from '../carriers/binary.ts'
import { writeSynchsafe } from '../carriers/id3.ts'
import { aigc, handling } from '../handler.test-kit.ts'
import { mp3 } from './mp3.ts'
import { sound } from './sound.test-kit.ts'

/** Bytes that look like the start of a frame. */
const store = new Uint8Array(3001).fill(0xff)
const { read, splice: labelled, survives } = handling(mp3, store)
const { tone, saved, decoded, tags } = sound('mp3')
afterAll(() => exiftool.end())

/** A tone without any tag; with a Xing header only when asked. */
const plain = (header: boolean) =>
  tone('-b:a', '64k', '-id3v2_version', '0', '-write_xing', header ? '1' : '0')
const audio = plain(true)

function tag(version: number, body: Uint8Array, flags = 0): Uint8Array {
  const header = Uint8Array.of(0x49, 0x44, 0x33, version, 0, flags, 0, 0, 0, 0)
  writeSynchsafe(header, 6, body.byteLength)
  return concat([header, body])
}
const title3 = binaryBytes('TIT2\0\0\0\x06\0\0\0Title')
const title2 = binaryBytes('TT2\0\0\x06\0Title')
const userText3 = (value: string) =>
  binaryBytes(`TXXX\0\0\0${String.fromCharCode(6 + value.length)}\0\0\0AIGC\0${value}`)

describe.each([
  ['no tag', new Uint8Array(0)],
  ['ID3v2.2', tag(2, title2)],
  ['ID3v2.3', tag(3, concat([title3, new Uint8Array(100)]))],
  ['ID3v2.3, unsynchronised', tag(3, binaryBytes('TIT2\0\0\0\x08\0\0\0Ti\xff\x00tle\xff\x00'), 0x80)],
  ['ID3v2.4', tag(4, title3)],
  ['a large ID3v2.4 with padding', tag(4, concat([title3, new Uint8Array(100_000)]))],
])('a file with %s', (_, leading) => {
  const input = concat([leading, audio])

  test('is recognised', () => expect(mp3.matches(input.subarray(0, 4096))).toBe(true))

  test('carries label and manifest, and its sound stays bit for bit', async () => {
    const output = await labelled(input)
    const found = await read(output)
    expect(found.labels).toEqual([{ site: 'ID3v2 TXXX AIGC', standard: true, value: aigc }])
    expect(found.findings).toEqual([])
    expect(found.manifest?.store).toEqual(store)
    const { start = 0, length = 0 } = found.manifest?.excluded ?? {}
    expect(output.subarray(start, start + length)).toEqual(store)
    expect(output.subarray(-audio.byteLength)).toEqual(audio)
  })

  test('is read the same by ffprobe and exiftool, title included', async () => {
    const output = await labelled(input)
    expect(tags(output)['AIGC']).toBe(aigc)
    expect(decoded(output).complaints).toBe('')
    const told: Record<string, unknown> = { ...(await exiftool.read(saved(output))) }
    expect(told['Aigc'] ?? told['UserDefinedText']).toContain(aigc)
    if (leading.byteLength > 0) expect(told['Title']).toMatch(/^Ti/)
  })

  test('labelled twice is labelled once', async () => {
    const once = await labelled(input)
    expect(await labelled(once)).toEqual(once)
  })
})

test('padding is used up before the sound moves', async () => {
  const input = concat([tag(3, concat([title3, new Uint8Array(5000)])), audio])
  expect(await labelled(input)).toHaveLength(input.byteLength)
})

test('labels in every tag of the file become one, other tags stay', async () => {
  const appendedBody = concat([userText3('{"Label":"3"}'), title3])
  const appended = concat([
    tag(4, appendedBody, 0x10),
    binaryBytes('3DI'),
    tag(4, appendedBody, 0x10).subarray(3, 10),
  ])
  const ape = concat([binaryBytes('APETAGEX\xd0\x07\0\0\x20\0\0\0\0\0\0\0\0\0\0\0'), new Uint8Array(8)])
  const id3v1 = concat([binaryBytes('TAG'), new Uint8Array(125)])
  const second = tag(3, concat([userText3('{"AIGC":{"Label":"2"}}'), title3]))
  const input = concat([tag(3, title3), second, audio, appended, ape, id3v1])
  expect((await read(input)).labels.map(({ site, standard }) => [site, standard])).toEqual([
    ['ID3v2 #2 TXXX AIGC', false],
    ['ID3v2 #3 TXXX AIGC', false],
  ])
  const output = await labelled(input)
  const found = await read(output)
  expect(found.labels).toEqual([{ site: 'ID3v2 TXXX AIGC', standard: true, value: aigc }])
  expect(found.findings).toEqual([])
  expect(output.subarray(-(ape.byteLength + id3v1.byteLength))).toEqual(concat([ape, id3v1]))
  expect(Buffer.from(output).toString('latin1').split('Title')).toHaveLength(4)
})

test('a manifest of an older writer is found and left out of the new file', async () => {
  const object = binaryBytes('\0application/x-c2pa-manifest-store\0c2pa\0old\0STORE')
  const geob = concat([binaryBytes('GEOB'), Uint8Array.of(0, 0, 0, object.byteLength, 0, 0), object])
  const input = concat([tag(3, geob), audio])
  expect(Buffer.from((await read(input)).manifest?.store ?? []).toString()).toBe('STORE')
  expect(Buffer.from(await labelled(input, { aigc, room: 0 })).includes('STORE')).toBe(false)
})

describe('other content is not taken for MP3', () => {
  const zeros = new Uint8Array(2000)
  test.each([
    ['AAC in ADTS', concat([Uint8Array.of(0xff, 0xf1, 0x50, 0x80, 0x2e, 0x7f, 0xfc), zeros])],
    [
      'AAC behind a tag',
      concat([tag(4, title3), Uint8Array.of(0xff, 0xf1, 0x50, 0x80, 0x2e, 0x7f, 0xfc), zeros]),
    ],
    ['FLAC behind a tag', concat([tag(4, title3), binaryBytes('fLaC'), zeros])],
    [
      'UTF-16 text',
      concat([Uint8Array.of(0xff, 0xfe), new Uint8Array(Buffer.from('hello '.repeat(500), 'utf16le'))]),
    ],
    ['one sync by chance', concat([Uint8Array.of(0xff, 0xfb, 0x90, 0), zeros])],
    ['nothing', new Uint8Array(0)],
  ])('%s', (_, head) => expect(mp3.matches(head, 'x')).toBe(false))
})

describe('damage', () => {
  const input = concat([tag(3, concat([userText3(aigc.slice(0, 60)), title3])), audio])
  const bare = concat([tag(3, title3), plain(false)])
  const percents = [10, 20, 30, 40, 50, 60, 70, 80, 90]
  const cuts = percents.flatMap(
    (percent) =>
      [
        [percent, 'with', input],
        [percent, 'without', bare],
      ] as const,
  )
  test.each(cuts)('cut off at %i %, %s a Xing header, is told and not written', async (percent, _, input) => {
    const cut = input.subarray(0, Math.floor((input.byteLength * percent) / 100))
    expect((await read(cut)).findings.map(({ code }) => code)).toEqual(['asset.damaged'])
    await expect(labelled(cut)).rejects.toThrow(InputError)
  })

  test('in a tag leaves what stands before it readable', async () => {
    const cut = input.subarray(0, 10 + 76)
    expect((await read(cut)).labels.map(({ value }) => value)).toEqual([aigc.slice(0, 60)])
  })

  test('of any kind never throws while reading, and writing throws only for the input', async () => {
    const small = concat([input.subarray(0, 3000), binaryBytes('APETAGEX'), new Uint8Array(24)])
    await survives(small, { runs: 300 })
  })
})
