import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesSource, concat, InputError, partLength } from '@yinji/core'
import { exiftool } from 'exiftool-vendored'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { writeSynchsafe } from '../carriers/id3.ts'
import { mp3 } from './mp3.ts'

const directory = mkdtempSync(join(tmpdir(), 'yinji-mp3-'))
afterAll(async () => {
  await exiftool.end()
  rmSync(directory, { recursive: true, force: true })
})

const aigc =
  '{"Label":"1","ContentProducer":"Acme","ProduceID":"x-1","ReservedCode1":"","ContentPropagator":"Acme","PropagateID":"x-1","ReservedCode2":""}'
const store = new Uint8Array(3001).fill(0xff)
const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))

/** A tone by ffmpeg, without any tag; with a Xing header only when asked. */
function tone(header: boolean): Uint8Array {
  const path = join(directory, `tone-${header}.mp3`)
  const input = ['-f', 'lavfi', '-i', 'sine=duration=1:sample_rate=44100', '-b:a', '64k']
  const { status } = spawnSync('ffmpeg', [
    '-v',
    'error',
    ...input,
    '-id3v2_version',
    '0',
    '-write_xing',
    header ? '1' : '0',
    path,
  ])
  expect(status).toBe(0)
  return new Uint8Array(readFileSync(path))
}
const audio = tone(true)

function tag(version: number, body: Uint8Array, flags = 0): Uint8Array {
  const header = Uint8Array.of(0x49, 0x44, 0x33, version, 0, flags, 0, 0, 0, 0)
  writeSynchsafe(header, 6, body.byteLength)
  return concat([header, body])
}
const title3 = latin1('TIT2\0\0\0\x06\0\0\0Title')
const title2 = latin1('TT2\0\0\x06\0Title')
const userText3 = (value: string) =>
  latin1(`TXXX\0\0\0${String.fromCharCode(6 + value.length)}\0\0\0AIGC\0${value}`)

async function labelled(input: Uint8Array, room = store.byteLength): Promise<Uint8Array> {
  const source = bytesSource(input, 'x.mp3')
  const { parts } = await mp3.splice(source, { aigc, room })
  const chunks: Uint8Array[] = []
  for (const part of parts) {
    const chunk =
      part.kind === 'copy'
        ? await source.read(part.start, part.end)
        : part.kind === 'bytes'
          ? part.bytes
          : part.embed(store)
    expect(chunk.byteLength).toBe(partLength(part))
    chunks.push(chunk)
  }
  return concat(chunks)
}

const read = (bytes: Uint8Array) => mp3.read(bytesSource(bytes))

function file(name: string, bytes: Uint8Array): string {
  const path = join(directory, name)
  writeFileSync(path, bytes)
  return path
}

function probed(path: string): Record<string, string> {
  const { stdout } = spawnSync('ffprobe', [
    '-v',
    'error',
    '-show_entries',
    'format_tags',
    '-of',
    'json',
    path,
  ])
  return (JSON.parse(String(stdout)) as { format: { tags?: Record<string, string> } }).format.tags ?? {}
}

describe.each([
  ['no tag', new Uint8Array(0)],
  ['ID3v2.2', tag(2, title2)],
  ['ID3v2.3', tag(3, concat([title3, new Uint8Array(100)]))],
  ['ID3v2.3, unsynchronised', tag(3, latin1('TIT2\0\0\0\x08\0\0\0Ti\xff\x00tle\xff\x00'), 0x80)],
  ['ID3v2.4', tag(4, title3)],
  ['a large ID3v2.4 with padding', tag(4, concat([title3, new Uint8Array(100_000)]))],
])('a file with %s', (name, leading) => {
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
    const path = file(`${name.replace(/\W/g, '')}.mp3`, await labelled(input))
    expect(probed(path)['AIGC']).toBe(aigc)
    expect(spawnSync('ffmpeg', ['-v', 'warning', '-i', path, '-f', 'null', '-']).stderr.toString()).toBe('')
    const tags: Record<string, unknown> = { ...(await exiftool.read(path)) }
    expect(tags['Aigc'] ?? tags['UserDefinedText']).toContain(aigc)
    if (leading.byteLength > 0) expect(tags['Title']).toMatch(/^Ti/)
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
    latin1('3DI'),
    tag(4, appendedBody, 0x10).subarray(3, 10),
  ])
  const ape = concat([latin1('APETAGEX\xd0\x07\0\0\x20\0\0\0\0\0\0\0\0\0\0\0'), new Uint8Array(8)])
  const id3v1 = concat([latin1('TAG'), new Uint8Array(125)])
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
  const object = latin1('\0application/x-c2pa-manifest-store\0c2pa\0old\0STORE')
  const geob = concat([latin1('GEOB'), Uint8Array.of(0, 0, 0, object.byteLength, 0, 0), object])
  const input = concat([tag(3, geob), audio])
  expect(Buffer.from((await read(input)).manifest?.store ?? []).toString()).toBe('STORE')
  expect(Buffer.from(await labelled(input, 0)).includes('STORE')).toBe(false)
})

describe('other content is not taken for MP3', () => {
  const zeros = new Uint8Array(2000)
  test.each([
    ['AAC in ADTS', concat([Uint8Array.of(0xff, 0xf1, 0x50, 0x80, 0x2e, 0x7f, 0xfc), zeros])],
    [
      'AAC behind a tag',
      concat([tag(4, title3), Uint8Array.of(0xff, 0xf1, 0x50, 0x80, 0x2e, 0x7f, 0xfc), zeros]),
    ],
    ['FLAC behind a tag', concat([tag(4, title3), latin1('fLaC'), zeros])],
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
  const bare = concat([tag(3, title3), tone(false)])
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
    const small = concat([input.subarray(0, 3000), latin1('APETAGEX'), new Uint8Array(24)])
    const edits = fc.array(fc.tuple(fc.nat(small.byteLength - 1), fc.nat(255)), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(edits, fc.nat(small.byteLength), async (changes, length) => {
        const bytes = small.slice(0, length)
        for (const [at, value] of changes) if (at < length) bytes[at] = value
        mp3.matches(bytes)
        await read(bytes)
        await labelled(bytes).catch((error: unknown) => expect(error).toBeInstanceOf(InputError))
      }),
      { numRuns: 300 },
    )
  })
})
