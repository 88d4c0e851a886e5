/** Labels of other programs in a movie are read wherever they stand, and moved to their place. */
import { bytesSource, concat, InputError } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { foreignPacket } from '../handler.test-kit.ts'
import { binaryBytes, binaryText, uint32 } from './binary.ts'
import { fromHex, makeBox, noFlags, u32 } from './bmff.ts'
import { makeTags } from './bmff-tags.ts'
import { xmpUuid } from './bmff-xmp.ts'
import { aigc, find, ftyp, moovOf, stco, written } from './movie.test-kit.ts'
import { readMovie } from './movie.ts'

describe('labels elsewhere', () => {
  const text = (name: string, value: string) =>
    makeBox(name, Uint8Array.of(0, value.length, 0, 0), binaryBytes(value))
  const item = (type: string, value: string, ...more: Uint8Array[]) =>
    makeBox(type, ...more, makeBox('data', u32(1), u32(0), binaryBytes(value)))
  const named = (type: string, value: string) => makeBox(type, noFlags, binaryBytes(value))
  const handler = makeBox('hdlr', noFlags, u32(0), binaryBytes('mdir'), new Uint8Array(13))
  const mdta = makeBox('hdlr', noFlags, u32(0), binaryBytes('mdta'), new Uint8Array(13))
  const freeform = item('----', aigc, named('mean', 'com.apple.iTunes'), named('name', 'AIGC'))
  const packet = foreignPacket(aigc.replaceAll('"', '&quot;'))
  const user = (...content: Uint8Array[]) => moovOf(stco(), makeBox('udta', ...content))
  const list = (...items: Uint8Array[]) => makeBox('meta', noFlags, handler, makeBox('ilst', ...items))
  const places: [string, ...Uint8Array[]][] = [
    ['moov/meta AIGC', moovOf(stco(), makeTags({ name: 'AIGC', text: aigc }))],
    ['moov/udta/meta AIGC', user(list(freeform))],
    ['moov/udta/meta ©cmt', user(list(item('©cmt', aigc)))],
    ['moov/udta/©cmt', user(text('©cmt', aigc))],
    ['moov/udta/aigc', user(makeBox('aigc', noFlags, binaryBytes(aigc)))],
    ['moov/udta/XMP_', user(makeBox('XMP_', binaryBytes(packet)))],
    [
      'moov/trak/udta/meta AIGC',
      makeBox('moov', makeBox('trak', makeBox('udta', makeTags({ name: 'AIGC', text: aigc })))),
    ],
    ['aigc', makeBox('aigc', binaryBytes(aigc)), moovOf(stco())],
    ['uuid XMP', moovOf(stco()), makeBox('uuid', fromHex(xmpUuid), binaryBytes(packet))],
  ]

  test.each(places)('%s is read, and moved to its standard place', async (site, ...boxes) => {
    const file = concat([ftyp, ...boxes])
    expect((await readMovie(bytesSource(file))).labels).toEqual([{ site, standard: false, value: aigc }])
    const out = await written(bytesSource(file), { aigc: '{"Label":"3"}', room: 0 })
    const found = await readMovie(bytesSource(out))
    expect(found.labels).toEqual([{ site: 'moov/udta/meta', standard: true, value: '{"Label":"3"}' }])
    expect(found.findings).toEqual([])
  })

  test('an ordinary comment is no label and stays', async () => {
    const file = concat([ftyp, user(text('©cmt', 'see {"Label":"1"}'))])
    expect((await readMovie(bytesSource(file))).labels).toEqual([])
    expect(binaryText(await written(bytesSource(file), { aigc, room: 0 }))).toContain('see {"Label":"1"}')
  })

  test('a field in the middle of a comment is taken out of it', async () => {
    const file = concat([ftyp, user(text('©cmt', `Made by me. AIGC${aigc} Enjoy.`))])
    expect((await readMovie(bytesSource(file))).labels).toEqual([
      { site: 'moov/udta/©cmt', standard: false, value: aigc },
    ])
    const out = await written(bytesSource(file), { aigc: '{"Label":"2"}', room: 0 })
    expect(binaryText(out)).toMatch(/Made by me\. +Enjoy\./)
    expect((await readMovie(bytesSource(out))).labels.map(({ value }) => value)).toEqual(['{"Label":"2"}'])
  })

  test('other keys keep their values when the list of keys changes', async () => {
    const meta = (keys: readonly string[], ...items: readonly Uint8Array[]) => {
      const named = keys.map((key) => makeBox('mdta', binaryBytes(key)))
      const list = makeBox('keys', noFlags, u32(keys.length), ...named)
      return makeBox('meta', noFlags, mdta, list, makeBox('ilst', ...items))
    }
    const before = [item('\0\0\0\x03', 'three'), item('\0\0\0\x02', 'old'), item('\0\0\0\x01', 'one')]
    const file = concat([ftyp, user(meta(['first', 'AIGC', 'third'], ...before))])
    const out = await written(bytesSource(file), { aigc, room: 0 })
    const [box] = await find(out, 'moov', 'udta')
    const after = [item('\0\0\0\x02', 'three'), item('\0\0\0\x01', 'one'), item('\0\0\0\x03', aigc)]
    expect(out.subarray(box?.content, box?.end)).toEqual(meta(['first', 'third', 'AIGC'], ...after))
  })

  test('the four zero bytes that end QuickTime user data stay at its end', async () => {
    const file = concat([ftyp, user(makeBox('name', binaryBytes('x')), u32(0))])
    const out = await written(bytesSource(file), { aigc, room: 0 })
    const [box] = await find(out, 'moov', 'udta')
    expect(uint32(out, (box?.end ?? 0) - 4)).toBe(0)
    expect((await readMovie(bytesSource(out))).findings).toEqual([])
  })

  const endless = (box: Uint8Array) => concat([u32(0), box.subarray(4)])
  const key = makeBox('mdta', binaryBytes('first'))
  const value = item('\0\0\0\x01', 'one')
  const keysOf = (entry: Uint8Array) => makeBox('keys', noFlags, u32(1), entry)
  test.each<[string, ...Uint8Array[]]>([
    ['handler', endless(mdta)],
    ['last key', mdta, keysOf(endless(key)), makeBox('ilst', value)],
    ['last value', mdta, keysOf(key), makeBox('ilst', endless(value))],
  ])('nothing is added to tags whose %s has no size, which would swallow it', async (_, ...boxes) => {
    const file = bytesSource(concat([ftyp, user(makeBox('meta', noFlags, ...boxes))]))
    expect((await readMovie(file)).findings).toMatchObject([{ code: 'asset.damaged' }])
    await expect(written(file, { aigc, room: 0 })).rejects.toThrow(InputError)
  })
})
