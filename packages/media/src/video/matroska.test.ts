import { readFileSync, writeFileSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { bytesSource, concat, detect, InputError } from '@yinji/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { binaryBytes } from '../carriers/binary.ts'
import { aigc, handling } from '../handler.test-kit.ts'
import { folder, run } from '../programs.test-kit.ts'
import { counted, hollow } from '../source.test-kit.ts'
import { labelInMediainfo, packets } from './clip.test-kit.ts'
import { matroska, webm } from './matroska.ts'

const { inside } = folder()
const { read, labelled, survives } = handling(matroska)
const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'))

async function contentOf(bytes: Uint8Array): Promise<Uint8Array[]> {
  const ranges = (await matroska.content?.(bytesSource(bytes))) ?? []
  return ranges.map(({ start, end }) => bytes.subarray(start, end))
}
const labelOf = (value: string) => ({ site: 'Tags SimpleTag AIGC', standard: true, value })

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
function checked(bytes: Uint8Array) {
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
function element(id: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = concat(parts)
  const size = Buffer.alloc(content.byteLength < 127 ? 1 : 4)
  if (size.length === 1) size[0] = 0x80 | content.byteLength
  else size.writeUInt32BE((0x10000000 | content.byteLength) >>> 0)
  return concat([hex(id), new Uint8Array(size), content])
}
const summed = (id: string, ...parts: readonly Uint8Array[]) => {
  const sum = Buffer.alloc(4)
  sum.writeUInt32LE(crc32(concat(parts)))
  return element(id, element('bf', new Uint8Array(sum)), ...parts)
}
const uint = (value: number, length: number) => hex(value.toString(16).padStart(length * 2, '0'))
const head = element('1a45dfa3', element('4282', binaryBytes('matroska')))
const info = summed('1549a966', element('2ad7b1', hex('0f4240')))
const tracks = element('1654ae6b', element('ae', element('d7', hex('01'))))
const tag = (name: string, value: string, targets = element('63c0')) =>
  element(
    '7373',
    targets,
    element('67c8', element('45a3', binaryBytes(name)), element('4487', binaryBytes(value))),
  )
const title = tag('TITLE', 'Something')
const block = (size: number) => element('a3', hex('810000 80'), new Uint8Array(size).fill(7))
const seek = (id: string, position: number, length: number) =>
  element('4dbb', element('53ab', hex(id)), element('53ac', uint(position, length)))

interface Shape {
  /** Elements before the index, behind it and after the media. */
  readonly front?: readonly Uint8Array[]
  readonly back?: readonly Uint8Array[]
  readonly positionBytes?: number
  readonly blockBytes?: number
  readonly sum?: boolean
}

/** Seek head, info, tracks, cues, two clusters that know their position, and what is asked for. */
function built({
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

describe('built by hand', () => {
  test.each<[string, Shape, number]>([
    ['plain: Tags and padding go before the media', {}, 1],
    ['with checksums over media, which is not read', { sum: true }, 3],
    ['positions that no longer fit take more bytes', { positionBytes: 1, blockBytes: 10 }, 1],
    ['positions of clusters, too', { positionBytes: 1, blockBytes: 10, sum: true }, 3],
    ['other Tags in front', { front: [element('1254c367', title, tag('AIGC', '{"Label":"2"}'))] }, 1],
    ['Tags with a checksum', { front: [summed('1254c367', title)] }, 2],
    ['Tags after the media', { back: [element('1254c367', title)] }, 1],
    ['padding in front', { front: [element('ec', new Uint8Array(900))] }, 1],
    [
      'two Tags with labels',
      {
        front: [element('1254c367', tag('AIGC', 'x'))],
        back: [element('1254c367', title, tag('AIGC', 'y'))],
      },
      1,
    ],
  ])('%s', async (_, shape, checksums) => {
    const input = built(shape)
    expect(checked(input)).toMatchObject({ seeks: 1, cues: 2, positions: 2, checksums })
    const output = await labelled(input)
    expect(await read(output)).toMatchObject({ labels: [labelOf(aigc)], findings: [] })
    const counts = checked(output)
    expect(counts).toMatchObject({ seeks: 2, cues: 2, checksums })
    expect(counts.positions).toBe(shape.positionBytes === 1 ? 0 : 2)
    const blocks = [block(shape.blockBytes ?? 40), block(shape.blockBytes ?? 40)]
    expect(await contentOf(input)).toEqual(blocks)
    expect(await contentOf(output)).toEqual(blocks)
    const had = Buffer.from(input).includes(Buffer.from(title))
    expect(Buffer.from(output).includes(Buffer.from(title))).toBe(had)
    expect(await labelled(output)).toEqual(output)
    const other = await labelled(output, aigc.replace('x-1', 'a-different-and-longer-one'))
    checked(other)
    if (shape.back === undefined) expect(other.byteLength).toBe(output.byteLength)
  })

  test('labels of tracks, nested ones and comments are read as misplaced, and go', async () => {
    const track = element('63c0', element('63c5', hex('05')))
    const nested = element(
      '67c8',
      element('45a3', binaryBytes('AIGC')),
      element('4487', binaryBytes('{"Label":"3"}')),
    )
    const group = element(
      '7373',
      element('67c8', element('45a3', binaryBytes('ARTIST')), element('4487', binaryBytes('Me')), nested),
    )
    const tags = element(
      '1254c367',
      tag('aigc', '{"Label":"2"}', track),
      tag('COMMENT', '{"Label":"1","ProduceID":"c"}'),
      tag('COMMENT', 'just {words}'),
      group,
    )
    const input = built({ back: [tags] })
    expect((await read(input)).labels).toEqual([
      { site: 'Tags TagTrackUID SimpleTag aigc', standard: false, value: '{"Label":"2"}' },
      { site: 'Tags SimpleTag COMMENT', standard: false, value: '{"Label":"1","ProduceID":"c"}' },
      { site: 'Tags SimpleTag AIGC', standard: false, value: '{"Label":"3"}' },
    ])
    const output = await labelled(input)
    expect((await read(output)).labels).toEqual([labelOf(aigc)])
    const text = Buffer.from(output).toString('latin1')
    for (const kept of ['just {words}', 'ARTIST', 'Me']) expect(text).toContain(kept)
    expect(text.split('"Label"')).toHaveLength(2)
  })

  test('bytes behind the Segment are told and kept', async () => {
    const input = concat([built({}), binaryBytes('more')])
    expect((await read(input)).findings).toMatchObject([{ code: 'asset.trailing', data: { bytes: 4 } }])
    expect(
      Buffer.from(await labelled(input))
        .subarray(-4)
        .toString(),
    ).toBe('more')
  })

  test('tags whose checksum is wrong are damaged', async () => {
    const bytes = built({ front: [summed('1254c367', title)] })
    const at = Buffer.from(bytes).indexOf('Something')
    bytes[at] = 0x73
    expect((await read(bytes)).findings).toMatchObject([{ code: 'asset.damaged' }])
  })

  test.each([
    ['a Segment of 2^53 bytes', concat([head, hex('18538067 01200000000000 00'), tracks])],
    [
      'an element of 2^63 bytes',
      concat([head, hex('18538067 ff'), tracks, hex('1254c367 017fffffffffff ff')]),
    ],
    ['a head alone', head],
    ['open sizes within one another', concat([head, hex('18538067 ff'), tracks, hex('1254c367 ff 7373 ff')])],
  ])('%s is damaged and not written', async (_, bytes) => {
    expect((await read(bytes)).findings).toMatchObject([{ code: 'asset.damaged' }])
    await expect(labelled(bytes)).rejects.toThrow(InputError)
  })

  test('a thousand tags within one another are damage, found at once', async () => {
    let deep: Uint8Array = binaryBytes('')
    for (let depth = 0; depth < 1000; depth++) deep = element('67c8', deep)
    const bytes = built({ back: [element('1254c367', element('7373', deep))] })
    expect((await read(bytes)).findings).toMatchObject([{ code: 'asset.damaged' }])
  })

  test('of any damage reading never throws; what is written reads back', async () => {
    const whole = built({
      front: [summed('1254c367', title), element('ec', new Uint8Array(20))],
      back: [element('1254c367', tag('AIGC', '{"Label":"2"}'))],
      sum: true,
    })
    await survives(whole, { runs: 2000 })
  })

  test('cut off at any byte, it is damaged or has lost whole elements only', async () => {
    const whole = built({ front: [element('1254c367', title)] })
    for (let length = 1; length < whole.byteLength; length++) {
      const { findings } = await read(whole.subarray(0, length))
      expect(findings.map(({ code }) => code)).toContain('asset.damaged')
    }
  })
})

describe('a file of 8 GiB', () => {
  const gap = 8 * 2 ** 30
  test('is walked over by its headers, and its Tags behind the media are found', async () => {
    const cluster = concat([hex('1f43b675 01'), uint(gap, 7)])
    const start = concat([head, hex('18538067 01ffffffffffffff'), tracks, cluster])
    const tail = element('1254c367', tag('AIGC', aigc))
    const { source, read: account } = counted(hollow(start, gap, tail))
    expect((await matroska.read(source)).labels).toEqual([labelOf(aigc)])
    expect(account.bytes).toBeLessThan(20_000)
  })
})

const picture = ['-f', 'lavfi', '-i', 'testsrc=size=96x64:rate=10:duration=3']
const sound = ['-f', 'lavfi', '-i', 'sine=duration=3']
const tags = ['-metadata', 'title=标题 Title', '-metadata', 'artist=Somebody', '-metadata:s:0', 'title=Track']
const vp8 = ['-c:v', 'libvpx', '-g', '5', '-c:a', 'libvorbis']
const h264 = ['-c:v', 'libx264', '-g', '5', '-c:a', 'aac']
const clips: readonly [string, readonly string[]][] = [
  ['plain.mkv', [...picture, ...sound, ...h264, ...tags]],
  [
    'cues-first.mkv',
    [...picture, ...sound, ...h264, ...tags, '-cues_to_front', '1', '-cluster_time_limit', '200'],
  ],
  ['live.mkv', [...picture, ...sound, ...h264, ...tags, '-live', '1']],
  ['plain.webm', [...picture, ...sound, ...vp8, ...tags, '-cluster_time_limit', '300']],
  ['sound.weba', [...sound, '-c:a', 'libopus', ...tags, '-f', 'webm']],
  ['sound.mka', [...sound, '-c:a', 'flac', ...tags, '-f', 'matroska']],
]

describe.each(clips)('%s by ffmpeg', (name, options) => {
  const out = `labelled-${name}`
  let bytes: Uint8Array = new Uint8Array()
  beforeAll(async () => {
    run('ffmpeg', '-v', 'error', ...options, inside(name))
    bytes = new Uint8Array(readFileSync(inside(name)))
    writeFileSync(inside(out), await labelled(bytes))
  })
  const tagsOf = (file: string) =>
    JSON.parse(
      run('ffprobe', '-v', 'error', '-show_entries', 'format_tags:stream_tags', '-of', 'json', inside(file)),
    )

  test('is recognised and damaged by nothing', async () => {
    const handler = /web/.test(name) ? webm : matroska
    expect(detect([matroska, webm], bytes.subarray(0, 4096))).toBe(handler)
    const found = await read(bytes)
    expect(found).toMatchObject({ labels: [], findings: [] })
    expect(found.properties.map(({ name }) => name)).toContain('ENCODER')
  })

  test('ffprobe and mediainfo read the field, and every earlier tag as before', () => {
    const [old, fresh] = [tagsOf(name), tagsOf(out)]
    expect(fresh).toEqual({ ...old, format: { ...old.format, tags: { ...old.format.tags, AIGC: aigc } } })
    expect(labelInMediainfo(inside(out))).toBe(aigc)
  })

  test('packets and times are the same, and every index leads where it should', async () => {
    expect(packets(inside(out))).toBe(packets(inside(name)))
    const counts = checked(new Uint8Array(readFileSync(inside(out))))
    expect(counts).toEqual(checked(bytes))
    for (const time of ['0.7', '1.3', '2.4'])
      expect(run('ffmpeg', '-v', 'warning', '-ss', time, '-i', inside(out), '-f', 'framemd5', '-')).toBe(
        run('ffmpeg', '-v', 'warning', '-ss', time, '-i', inside(name), '-f', 'framemd5', '-'),
      )
  })

  test('another label takes the place of the first without moving anything', async () => {
    const once = new Uint8Array(readFileSync(inside(out)))
    const twice = await labelled(once, aigc.replace('"x-1"', '"11111111-2222-3333-4444-555555555555"'))
    expect(twice.byteLength).toBe(once.byteLength)
    checked(twice)
  })
})
