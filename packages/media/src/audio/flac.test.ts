import { bytesSource, concat } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { binaryBytes } from '../carriers/binary.ts'
import { aigc, handling } from '../handler.test-kit.ts'
import { readHead } from '../head.ts'
import { flac } from './flac.ts'
import { mp3 } from './mp3.ts'
import { sound } from './sound.test-kit.ts'

/** Bytes that look like the start of a frame. */
const store = new Uint8Array(9001).fill(0xff)
const { read, splice, labelled, survives } = handling(flac, store)
const { tone, decoded, tags } = sound('flac')
const input = tone('-c:a', 'flac', '-metadata', 'title=雨后', '-metadata', 'artist=Yinji')
const room = store.byteLength

interface Block {
  readonly type: number
  readonly last: boolean
  readonly body: Uint8Array
}

/** The metadata blocks of a file without tags, and what follows them. */
function taken(bytes: Uint8Array): { blocks: Block[]; frames: Uint8Array } {
  const blocks: Block[] = []
  const view = Buffer.from(bytes)
  const start = view.indexOf('fLaC')
  for (let at = start + 4; ; ) {
    const end = at + 4 + view.readUIntBE(at + 1, 3)
    blocks.push({
      type: (view[at] ?? 0) & 0x7f,
      last: (view[at] ?? 0) > 0x7f,
      body: bytes.subarray(at + 4, end),
    })
    at = end
    if (blocks.at(-1)?.last) return { blocks, frames: bytes.subarray(at) }
  }
}

function built(blocks: readonly Pick<Block, 'type' | 'body'>[], frames: Uint8Array): Uint8Array {
  const parts = blocks.flatMap(({ type, body }, index) => {
    const header = Buffer.alloc(4)
    header.writeUInt32BE(body.byteLength)
    header[0] = type | (index === blocks.length - 1 ? 0x80 : 0)
    return [new Uint8Array(header), body]
  })
  return concat([binaryBytes('fLaC'), ...parts, frames])
}

const { blocks, frames } = taken(input)
const block = (type: number) => {
  const found = blocks.find((candidate) => candidate.type === type)
  if (found === undefined) throw new Error(`no block ${type}`)
  return found
}
const info = block(0)
const comment = block(4)
const padding = (size: number) => ({ type: 1, body: new Uint8Array(size) })
const seekTable = { type: 3, body: new Uint8Array(36).fill(7) }
const cueSheet = { type: 5, body: new Uint8Array(500).fill(5) }
const picture = { type: 6, body: new Uint8Array(70_000).fill(6) }

describe('the label', () => {
  test('stands where ffprobe finds it; the sound is the same', async () => {
    const output = await splice(input, { aigc, room })
    expect(tags(output)).toMatchObject({ AIGC: aigc, title: '雨后', artist: 'Yinji' })
    expect(decoded(output)).toEqual({ ...decoded(input), complaints: '' })
    const found = await read(output)
    expect(found.labels).toEqual([{ site: 'VORBIS_COMMENT AIGC', standard: true, value: aigc }])
    expect(found.manifest?.store).toEqual(store)
    const { start = 0, length = 0 } = found.manifest?.excluded ?? {}
    expect(output.subarray(start, start + length)).toEqual(store)
  })

  test('takes its room from the padding and gives it back; other blocks keep their bytes', async () => {
    const file = built([info, seekTable, comment, picture, cueSheet, padding(4000)], frames)
    const output = await labelled(file)
    expect(output.byteLength).toBe(file.byteLength)
    const after = taken(output)
    expect(after.blocks.map(({ type }) => type)).toEqual([0, 3, 4, 6, 5, 1])
    for (const { type, body } of [info, seekTable, picture, cueSheet])
      expect(after.blocks.find((found) => found.type === type)?.body).toEqual(body)
    expect(after.frames).toEqual(frames)
    const shorter = await labelled(output, '{"Label":"1"}')
    expect(shorter.byteLength).toBe(file.byteLength)
    expect((await labelled(file, `{"x":"${'y'.repeat(5000)}"}`)).byteLength).toBeGreaterThan(file.byteLength)
  })

  test.each([
    ['without a comment', [info, padding(10)]],
    ['with nothing but STREAMINFO', [info]],
    ['with two comments', [info, comment, comment]],
  ])('goes into a file %s', async (_, before) => {
    const file = built(before, frames)
    const output = await splice(file, { aigc, room })
    expect((await read(output)).labels).toMatchObject([{ standard: true, value: aigc }])
    expect((await read(output)).findings).toEqual([])
    expect(taken(output).frames).toEqual(frames)
    expect(decoded(output)).toEqual({ ...decoded(file), complaints: '' })
  })

  test('is the only one afterwards, wherever there were others', async () => {
    const old = '{"Label":"2","ContentProducer":"Old"}'
    const tag = concat([
      binaryBytes('ID3\x03\0\0\0\0\0'),
      Uint8Array.of(11 + 5 + old.length),
      binaryBytes(`TXXX\0\0\0${String.fromCharCode(6 + old.length)}\0\0\0AIGC\0${old}`),
    ])
    const twice = tone('-c:a', 'flac', '-metadata', `aigc=${old}`, '-metadata', `comment={"AIGC":${old}}`)
    const file = concat([tag, twice])
    const labels = (await read(file)).labels
    expect(labels.map(({ standard }) => standard).sort()).toEqual([false, false, true])
    const output = await splice(file, { aigc, room })
    expect((await read(output)).labels).toEqual([
      { site: 'VORBIS_COMMENT AIGC', standard: true, value: aigc },
    ])
  })
})

describe('damage', () => {
  test('a stream that breaks off is told from a whole one', async () => {
    const cuts = [input.byteLength - 1, Math.floor(input.byteLength * 0.6), 60, 6]
    for (const cut of cuts) {
      const bytes = input.subarray(0, cut)
      expect((await read(bytes)).findings.map(({ code }) => code)).toEqual(['asset.damaged'])
      await expect(labelled(bytes)).rejects.toMatchObject({ code: 'input.damaged' })
    }
    const tagged = concat([input, binaryBytes('TAG'), new Uint8Array(125)])
    expect((await read(tagged)).findings).toEqual([])
    expect((await read(concat([input, new Uint8Array(50)]))).findings).toEqual([])
  })

  test('whole frames that are missing at the end are noticed', async () => {
    const second = Buffer.from(frames).lastIndexOf(Uint8Array.of(0xff, 0xf8))
    const bytes = built([info, comment], frames.subarray(0, second))
    expect((await read(bytes)).findings).toMatchObject([
      { data: { what: 'FLAC frames are missing at the end' } },
    ])
  })

  test('anywhere: reading never throws, writing only refuses', async () => {
    const whole = await splice(built([info, comment, padding(50)], frames), { aigc, room: 300 })
    await survives(whole, { runs: 300, within: 1200 })
  })
})

test('is recognised behind a tag of any size, whatever it is called', async () => {
  for (const size of [0, 300, room]) {
    const head = await readHead(bytesSource(await splice(input, { aigc, room: size })))
    expect([flac, mp3].map((handler) => handler.matches(head))).toEqual([true, false])
  }
})
