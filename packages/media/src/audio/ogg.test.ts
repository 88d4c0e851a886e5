import { bytesSource, concat } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { isIntact, parsePage, payloadOf, writePage } from '../carriers/ogg-page.ts'
import { aigc, handling, nothingElse } from '../handler.test-kit.ts'
import { ogg } from './ogg.ts'
import { sound } from './sound.test-kit.ts'

const { read, labelled, survives } = handling(ogg)
const { tone, decoded, tags } = sound('ogg')
const vorbis = tone('-c:a', 'libvorbis', '-metadata', 'title=雨后', '-serial_offset', '1')
const other = tone('-c:a', 'libvorbis', '-metadata', 'title=Two', '-serial_offset', '9')
const opus = tone('-c:a', 'libopus', '-metadata', 'title=雨后')
const inFlac = tone('-c:a', 'flac', '-metadata', 'title=雨后')
const sites = async (bytes: Uint8Array) => (await read(bytes)).labels.map(({ site }) => site)

function pagesOf(bytes: Uint8Array) {
  const pages = []
  for (let at = 0; at < bytes.byteLength; ) {
    const page = parsePage(bytes, at, 0)
    if (page === undefined) throw new Error(`no page at ${at}`)
    pages.push({ ...page, intact: isIntact(bytes.subarray(page.start, page.end)) })
    at = page.end
  }
  return pages
}

/** Every page has its checksum, and the pages of each stream are numbered without a gap. */
function expectSound(bytes: Uint8Array): void {
  const next = new Map<number, number>()
  for (const { intact, serial, sequence } of pagesOf(bytes)) {
    expect(intact).toBe(true)
    expect(sequence).toBe(next.get(serial) ?? 0)
    next.set(serial, sequence + 1)
  }
}

const long = `${aigc.slice(0, -1)},"x":"${'y'.repeat(150_000)}"}`

describe.each([
  ['v.ogg', vorbis],
  ['o.opus', opus],
  ['f.oga', inFlac],
])('%s', (_, input) => {
  test('has the label where ffprobe finds it, and everything else as it was', async () => {
    const output = await labelled(input)
    expect(tags(output)).toMatchObject({ AIGC: aigc, title: '雨后' })
    expect(decoded(output)).toEqual({ ...decoded(input), complaints: '' })
    expectSound(output)
    expect(pagesOf(output)).toHaveLength(pagesOf(input).length)
    expect((await read(output)).labels).toEqual([
      { site: 'Vorbis comment AIGC', standard: true, value: aigc },
    ])
  })

  test('a label that does not fit into the page gets more of them, and later pages other numbers', async () => {
    const output = await labelled(input, long)
    expect(pagesOf(output).length).toBeGreaterThan(pagesOf(input).length)
    expectSound(output)
    expect(tags(output)['AIGC']).toBe(long)
    expect(decoded(output)).toEqual({ ...decoded(input), complaints: '' })
    const again = await labelled(output)
    expectSound(again)
    expect(tags(again)).toMatchObject({ AIGC: aigc, title: '雨后' })
    expect(decoded(again)).toEqual({ ...decoded(input), complaints: '' })
  })

  test('cut off anywhere or changed anywhere, reading never throws and writing only refuses', async () => {
    await survives(await labelled(input), { runs: 150, within: 6000 })
  })
})

describe('several streams', () => {
  test('one after the other: one label, in the first', async () => {
    const chained = concat([await labelled(vorbis), await labelled(other)])
    expect(await sites(chained)).toEqual(['Vorbis comment AIGC', 'Vorbis comment #2 AIGC'])
    const output = await labelled(chained, long)
    expect(await sites(output)).toEqual(['Vorbis comment AIGC'])
    expectSound(output)
    expect(decoded(output).digest).toBe(decoded(concat([vorbis, other])).digest)
  })

  test('side by side: one label, in the first', async () => {
    const both = tone('-map', '0', '-map', '0', '-c:a:0', 'libvorbis', '-c:a:1', 'libopus')
    expect(new Set(pagesOf(both).map(({ serial }) => serial)).size).toBe(2)
    for (const field of [aigc, long]) {
      const output = await labelled(both, field)
      expect(await sites(output)).toEqual(['Vorbis comment AIGC'])
      expectSound(output)
      expect(decoded(output)).toEqual({ ...decoded(both), complaints: '' })
    }
  })
})

test('labels in other fields are found, and gone when there is a new one', async () => {
  const comment = `AIGC{"Label":"1","ContentProducer":"Old","ProduceID":"1"}`
  const input = tone(
    '-c:a',
    'libvorbis',
    '-metadata',
    `comment=${comment}`,
    '-metadata',
    'aigc={"Label":"2"}',
  )
  expect(await sites(input)).toHaveLength(2)
  const output = await labelled(input)
  expect((await read(output)).labels).toEqual([{ site: 'Vorbis comment AIGC', standard: true, value: aigc }])
  expect(tags(output)).not.toHaveProperty('comment')
})

test('the padding of an Opus comment is used up, so that the file does not grow', async () => {
  const [head, comment, ...rest] = pagesOf(opus)
  if (head === undefined || comment === undefined) throw new Error('no pages')
  const packet = concat([payloadOf(opus.subarray(comment.start, comment.end), comment), new Uint8Array(512)])
  const lacing = Uint8Array.from([
    ...new Array(Math.floor(packet.byteLength / 255)).fill(255),
    packet.byteLength % 255,
  ])
  const padded = concat([
    opus.subarray(0, head.end),
    writePage({ ...comment, lacing }, packet),
    opus.subarray(rest[0]?.start),
  ])
  const output = await labelled(padded)
  expect(output.byteLength).toBe(padded.byteLength)
  expect(tags(output)).toMatchObject({ AIGC: aigc, title: '雨后' })
  const shorter = await labelled(output, '{"Label":"1"}')
  expect(shorter.byteLength).toBe(padded.byteLength)
  expectSound(shorter)
})

test('a page of headers that is not as it was written is damage; so is a missing page at the end', async () => {
  const broken = Uint8Array.from(vorbis)
  const second = pagesOf(vorbis)[1]?.start ?? 0
  broken[second + 60] = (broken[second + 60] ?? 0) ^ 1
  for (const bytes of [broken, vorbis.subarray(0, -1), vorbis.subarray(0, 3000)]) {
    expect((await read(bytes)).findings.map(({ code }) => code)).toEqual(['asset.damaged'])
    await expect(labelled(bytes)).rejects.toMatchObject({ code: 'input.damaged' })
  }
  const trailing = concat([vorbis, new Uint8Array(128).fill(0x54)])
  expect((await read(trailing)).findings).toMatchObject([{ code: 'asset.trailing', data: { bytes: 128 } }])
  expect((await labelled(trailing, long)).subarray(-128)).toEqual(trailing.subarray(-128))
})

test('only sound is recognised', () => {
  expect([vorbis, opus, inFlac].map((bytes) => ogg.matches(bytes))).toEqual([true, true, true])
  const theora = Uint8Array.from(vorbis)
  theora.set(Buffer.from('\x80theora', 'latin1'), 28)
  expect(ogg.matches(theora)).toBe(false)
})

test('streams without end and pages of nothing are read in no time', async () => {
  const page = (flags: number, serial: number, payload: string) =>
    writePage(
      { flags, granule: new Uint8Array(8), serial, sequence: 0, lacing: Uint8Array.of(payload.length) },
      new Uint8Array(Buffer.from(payload, 'latin1')),
    )
  const begun = Array.from({ length: 9000 }, (_, serial) => page(2, serial, '\x01vorbis'))
  const nothing = { flags: 0, granule: new Uint8Array(8), serial: 1, sequence: 0, lacing: new Uint8Array(0) }
  const empty = Array.from({ length: 60_000 }, () => writePage(nothing, new Uint8Array(0)))
  const files = [concat([...begun, ...begun]), concat([...begun, ...empty])]
  for (const bytes of files)
    expect((await read(bytes)).findings.map(({ code }) => code)).toEqual(['asset.damaged'])
})

describe('a manifest', () => {
  /** A store of its own size, put into a file. */
  async function signed(input: Uint8Array, size: number) {
    const store = Uint8Array.from({ length: size }, (_, index) => index % 251)
    const { binding } = await ogg.splice(bytesSource(input), { aigc, room: size })
    return { store, binding, bytes: await handling(ogg, store).splice(input) }
  }

  test.each([1, 249, 250, 251, 60_000, 65_019, 65_020, 65_021, 200_000])(
    'of %i bytes has a stream of its own, and players pass over it',
    async (size) => {
      const { store, bytes, binding } = await signed(vorbis, size)
      expect(binding).toEqual({ kind: 'data' })
      expectSound(bytes)
      const { manifest, findings, labels } = await read(bytes)
      expect(findings).toEqual([])
      expect(labels).toHaveLength(1)
      expect(manifest?.store).toEqual(store)
      const { start = 0, length = 0 } = manifest?.excluded ?? {}
      expect(concat([bytes.subarray(0, start), bytes.subarray(start + length)])).toEqual(
        await labelled(vorbis),
      )
      expect(decoded(bytes).digest).toBe(decoded(vorbis).digest)
    },
  )

  test('is replaced by a new one, and leaves nothing behind', async () => {
    const first = await signed(opus, 70_000)
    const second = await signed(first.bytes, 300)
    expect((await read(second.bytes)).manifest?.store).toEqual(second.store)
    expect(await labelled(second.bytes)).toEqual(await labelled(opus))
  })

  test('that is damaged or there twice is reported, and the sound is still labelled', async () => {
    const { bytes } = await signed(vorbis, 70_000)
    const { start = 0, length = 0 } = (await read(bytes)).manifest?.excluded ?? {}
    const stream = bytes.subarray(start, start + length)
    const broken = Uint8Array.from(bytes)
    broken[start + 40_000] = 1
    const twice = concat([bytes.subarray(0, start), stream, bytes.subarray(start)])
    for (const file of [broken, twice]) {
      const { manifest, findings } = await read(file)
      expect(manifest).toBeUndefined()
      expect(findings.map(({ code }) => code)).toContain('manifest.store.malformed')
    }
  })
})

describe('a video in Ogg', () => {
  const picture = ['-f', 'lavfi', '-i', 'testsrc=d=1:s=64x64:r=10', '-map', '1:v', '-map', '0:a']
  const video = tone(...picture, '-c:v', 'libtheora', '-c:a', 'libvorbis')

  test('is recognised by the sound behind its first page, and labelled there; pictures and sound stay', async () => {
    expect(ogg.matches(video.subarray(0, 4096))).toBe(true)
    const output = await labelled(video)
    expectSound(output)
    expect((await read(output)).labels).toEqual([expect.objectContaining({ standard: true, value: aigc })])
    expect(decoded(output)).toEqual({ ...decoded(video), complaints: '' })
    expect(tags(output)).toMatchObject({ AIGC: aigc })
  })

  test('gets no audible label, which would part sound and picture', async () => {
    await expect(
      ogg.visible?.apply(bytesSource(video), { text: 'AI生成', position: 'top' }, nothingElse),
    ).rejects.toMatchObject({ code: 'visible.content.unsupported' })
  })
})
