import { bytesSource, concat, InputError } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { binaryBytes } from '../carriers/binary.ts'
import { aigc, handling } from '../handler.test-kit.ts'
import { counted, hollow } from '../source.test-kit.ts'
import {
  block,
  built,
  checked,
  element,
  head,
  hex,
  type Shape,
  summed,
  tag,
  title,
  tracks,
  uint,
} from './matroska.test-kit.ts'
import { matroska } from './matroska.ts'

const { read, labelled, survives } = handling(matroska)

async function contentOf(bytes: Uint8Array): Promise<Uint8Array[]> {
  const ranges = (await matroska.content?.(bytesSource(bytes))) ?? []
  return ranges.map(({ start, end }) => bytes.subarray(start, end))
}
const labelOf = (value: string) => ({ site: 'Tags SimpleTag AIGC', standard: true, value })

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
