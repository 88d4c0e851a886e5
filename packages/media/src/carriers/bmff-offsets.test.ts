/** Offsets that tables of a movie hold lead to the same media when it has moved. */
import { bytesSource, concat } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { hollow } from '../source.test-kit.ts'
import { binaryBytes, binaryText, uint32 } from './binary.ts'
import { makeBox, noFlags, u32, uint64 } from './bmff.ts'
import { aigc, find, ftyp, moovOf, stco, store, u64, written } from './movie.test-kit.ts'

describe('offsets follow the media', () => {
  test('every chunk of every track', async () => {
    const media = [binaryBytes('first'), binaryBytes('second'), binaryBytes('third')]
    const size = moovOf(stco(0, 0, 0)).byteLength
    const at = ftyp.byteLength + size + 8
    const file = concat([
      ftyp,
      moovOf(stco(at, at + 5, at + 19)),
      makeBox('mdat', ...media.slice(0, 2)),
      makeBox('mdat', media[2] ?? noFlags),
    ])
    const out = await written(bytesSource(file), { aigc, room: store.byteLength })
    const [table] = await find(out, 'moov', 'trak', 'mdia', 'minf', 'stbl', 'stco')
    const offsets = [0, 1, 2].map((index) => uint32(out, (table?.content ?? 0) + 8 + 4 * index))
    expect(offsets.map((offset) => binaryText(out.subarray(offset, offset + 5)))).toEqual([
      'first',
      'secon',
      'third',
    ])
  })

  test('beyond 4 GB the table becomes a wide one', async () => {
    const mdatSize = 5_000_000_000
    const head = concat([ftyp, moovOf(stco(1000, 0xffff_ff00)), u32(1), binaryBytes('mdat'), u64(mdatSize)])
    const source = hollow(head, mdatSize - 16, new Uint8Array())
    const out = await written(source, { aigc, room: store.byteLength }, 4000)
    const shift = (await find(out, 'moov')).map(({ end }) => end - (head.byteLength - 16))[0] ?? 0
    const path = ['moov', 'trak', 'mdia', 'minf', 'stbl'] as const
    expect(await find(out.subarray(0, head.byteLength - 16 + shift), ...path, 'stco')).toHaveLength(0)
    const [table] = await find(out.subarray(0, head.byteLength - 16 + shift), ...path, 'co64')
    const first = (table?.content ?? 0) + 8
    expect(shift).toBeGreaterThan(store.byteLength)
    expect([uint64(out, first), uint64(out, first + 8)]).toEqual([1000 + shift, 0xffff_ff00 + shift])
  })

  test('tracks whose media is in another file are left alone', async () => {
    const elsewhere = makeBox('dinf', makeBox('dref', noFlags, u32(1), makeBox('url ', noFlags)))
    const minf = makeBox('minf', elsewhere, makeBox('stbl', stco(50)))
    const file = concat([
      ftyp,
      makeBox('moov', makeBox('trak', makeBox('mdia', minf))),
      makeBox('mdat', new Uint8Array(99)),
    ])
    const out = await written(bytesSource(file), { aigc, room: 0 })
    const [table] = await find(out, 'moov', 'trak', 'mdia', 'minf', 'stbl', 'stco')
    expect(uint32(out, (table?.content ?? 0) + 8)).toBe(50)
  })

  test('fragments: tfhd, tfra, sidx and iloc', async () => {
    const moov = moovOf(stco())
    const tfhd = (at: number) => makeBox('tfhd', u32(1), u32(1), u64(at))
    const sidx = (distance: number, size: number) =>
      makeBox('sidx', noFlags, u32(1), u32(1000), u32(0), u32(distance), u32(1), u32(size), u32(90), u32(0))
    const moof = (at: number) => makeBox('moof', makeBox('traf', tfhd(at)))
    const tfra = (at: number) =>
      makeBox('tfra', noFlags, u32(1), u32(0), u32(1), u32(0), u32(at), noFlags.subarray(0, 3))
    const iloc = (at: number) =>
      makeBox('iloc', noFlags, Uint8Array.of(0x44, 0x00, 0, 1, 0, 1, 0, 0, 0, 1), u32(at), u32(4))
    // sidx stands before moov here, so its distance has to grow by what moov grows.
    const head = ftyp.byteLength + sidx(0, 0).byteLength
    const at = head + moov.byteLength
    const size = moof(0).byteLength + 12
    const file = concat([
      ftyp,
      sidx(moov.byteLength, size),
      moov,
      moof(at),
      makeBox('mdat', binaryBytes('data')),
      makeBox('meta', noFlags, iloc(at + size - 4)),
      makeBox('mfra', tfra(at)),
    ])
    const out = await written(bytesSource(file), { aigc, room: store.byteLength })
    const [fragment] = await find(out, 'moof')
    const start = fragment?.start ?? 0
    const number = async (offset: number, ...path: string[]) =>
      uint32(out, ((await find(out, ...path))[0]?.content ?? 0) + offset)
    expect(start).toBeGreaterThan(at + store.byteLength)
    expect(await number(12, 'moof', 'traf', 'tfhd')).toBe(start)
    expect(await number(20, 'mfra', 'tfra')).toBe(start)
    const [index] = await find(out, 'sidx')
    expect(await number(16, 'sidx')).toBe(start - (index?.end ?? 0))
    expect(await number(24, 'sidx')).toBe(size)
    const data = await number(26, 'meta')
    expect(binaryText(out.subarray(data, data + 4))).toBe('data')
  })

  test('a free box behind moov takes up the growth, and the media stays where it is', async () => {
    const moov = moovOf(stco(2000))
    const file = concat([
      ftyp,
      moov,
      makeBox('free', new Uint8Array(1500)),
      makeBox('mdat', new Uint8Array(4000)),
    ])
    const [before] = await find(file, 'mdat')
    const out = await written(bytesSource(file), { aigc, room: 0 })
    expect(out.byteLength).toBe(file.byteLength)
    expect((await find(out, 'mdat'))[0]).toEqual(before)
    const again = await written(bytesSource(out), {
      aigc: '{"Label":"2","ContentProducer":"B","ProduceID":"y"}',
      room: 0,
    })
    expect(again.byteLength).toBe(file.byteLength)
  })
})
