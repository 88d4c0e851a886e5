import { deflateSync } from 'node:zlib'
import { bytesSource, concat, InputError } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { binaryBytes, binaryText } from '../carriers/binary.ts'
import { findBox, fromHex, makeBox, noFlags, u32, walkBoxes } from '../carriers/bmff.ts'
import { makeTags } from '../carriers/bmff-tags.ts'
import { xmpUuid } from '../carriers/bmff-xmp.ts'
import type { Location } from '../carriers/heif-locations.ts'
import { loadHeif } from '../carriers/heif-meta.ts'
import { aigc, filled, fixture, handling, oldField, xmp } from '../handler.test-kit.ts'
import { hollow } from '../source.test-kit.ts'
import { contents, type Entry, heif, oldPacket, packet, picture, second, u16 } from './heif.test-kit.ts'
import { avif, heic } from './heif.ts'
import { exiftoolTags } from './picture.test-kit.ts'

const { store, everything, read, splice, survives } = handling(heic)
const tags = exiftoolTags('heic')

const tiff = binaryBytes(
  `MM\0*\0\0\0\x08\0\x01\x01\x0e\0\x02\0\0\0\x25\0\0\0\x1a\0\0\0\0{"AIGC":{"Label":"1","ProduceID":""}}`,
)
const exif = concat([u32(6), binaryBytes('Exif\0\0'), tiff])

async function labelled(file: Uint8Array): Promise<Uint8Array> {
  const out = await splice(file, everything)
  const { labels, findings, manifest } = await read(out)
  expect(labels).toEqual([{ site: 'meta XMP', standard: true, value: aigc }])
  expect(findings).toEqual([])
  expect(Buffer.from(manifest?.store ?? []).equals(store)).toBe(true)
  return out
}

describe('a labelled picture', () => {
  test.each(['boat.heic', 'boat.avif', 'waves.avif'])('%s: exiftool reads it back', async (name) => {
    const found = await tags(await splice(fixture(name), { ...everything, room: 0 }))
    expect(found).toMatchObject({
      'XMP-TC260:Aigc': aigc,
      'XMP-iptcExt:DigitalSourceType': xmp.digitalSourceType,
      'XMP-dc:Publisher': '印记',
      'ExifTool:Validate': 'OK',
    })
  })

  test('labelled again, it has the same bytes', async () => {
    for (const file of [fixture('boat.heic'), heif([picture, packet(oldPacket, { where: 'idat' })])]) {
      const once = await labelled(file)
      expect(Buffer.from(await splice(once, everything)).equals(once)).toBe(true)
    }
  })

  test('relabelling does not let the file grow', async () => {
    const once = await labelled(fixture('boat.avif'))
    expect((await splice(once, { ...everything, aigc: '{"Label":"2"}' })).byteLength).toBeLessThanOrEqual(
      once.byteLength,
    )
  })
})

describe('pictures stay where the list says', () => {
  const forms = [0, 1, 2].flatMap((version) => [false, true].map((wide) => ({ version, wide })))
  test.each(forms)('iloc %o', async (form) => {
    const out = await labelled(heif([picture, second], form))
    const found = await contents(out)
    expect(found.get(1)).toBe('the first picture')
    expect(found.get(2)).toBe('another picture')
  })

  test('in idat, in pieces, and around a packet that grows', async () => {
    const entries = [
      { ...picture, where: 'idat' as const },
      packet(oldPacket),
      { ...second, where: 'pieces' as const },
    ]
    const out = await labelled(heif(entries))
    const found = await contents(out)
    expect(found.get(1)).toBe('the first picture')
    expect(found.get(3)).toBe('another picture')
    const { boxes, damage } = await walkBoxes(bytesSource(out))
    expect(damage).toBeUndefined()
    expect(boxes.map(({ type }) => type)).toEqual(['ftyp', 'uuid', 'meta', 'mdat']) // it grew where it stood
  })

  test('beyond 4 GB, with wider numbers', async () => {
    const far = 0xffff_ff00
    const head = heif([picture], {
      locate: (list) => list.map((item) => ({ ...item, extents: [{ index: 0, offset: far, length: 20 }] })),
    })
    const { boxes } = await walkBoxes(bytesSource(head))
    const media = findBox(boxes, 'mdat')?.start ?? 0
    const begin = concat([head.subarray(0, media), u32(0), binaryBytes('mdat')])
    const source = hollow(begin, far + 100 - begin.byteLength, new Uint8Array())
    const { parts } = await heic.splice(source, everything)
    const out = await filled(source, parts, store).read(0, 1 << 20)
    const meta = await loadHeif({ ...source, ...bytesSource(out), size: out.length }, [
      { type: 'ftyp', start: 0, content: 8, end: 24 },
      ...(await walkBoxes({ ...bytesSource(out), size: 2 ** 33 })).boxes.filter(
        ({ type }) => type === 'meta',
      ),
    ])
    const moved =
      typeof meta === 'string' ? meta : meta.locations.items.find(({ id }) => id === 1)?.extents[0]?.offset
    expect(moved).toBeGreaterThan(0xffff_ffff)
  })
})

describe('packets that are there already', () => {
  test('keep their other properties, wherever they stand', async () => {
    const [head, tail] = [oldPacket.subarray(0, 50), oldPacket.subarray(50)]
    const joined = packet(new Uint8Array(0), { madeOf: [3, 4] })
    const made = (list: Location[]) =>
      list.map((item) => {
        const extents = [head, tail].map(({ length }, index) => ({ index: index + 1, offset: 0, length }))
        return item.id === 2 ? { ...item, method: 2, extents } : item
      })
    const pieces = [head, tail].map((data): Entry => ({ type: 'part', data }))
    const nested = heif([picture, joined, ...pieces], { locate: made, indexSize: 4 })
    const deflated = packet(deflateSync(oldPacket), { mime: 'application/rdf+xml\0deflate\0' })
    const files = [
      heif([picture, packet(oldPacket)]),
      heif([picture, packet(oldPacket, { where: 'idat' })]),
      heif([picture, packet(oldPacket, { where: 'pieces' })]),
      heif([picture, packet(oldPacket, { describes: [] })]),
      heif([picture, deflated]),
      nested,
    ]
    for (const file of files) {
      expect((await read(file)).labels.map(({ value }) => value)).toEqual([oldField])
      const out = await labelled(file)
      expect(await tags(out)).toMatchObject({ 'XMP-k:Eep': 1, 'XMP-TC260:Aigc': aigc })
      if (file !== nested) expect(binaryText(out)).not.toContain('&quot;old&quot;')
      expect((await contents(out)).get(1)).toBe('the first picture')
    }
  })

  test('of another picture lose the label only', async () => {
    const other = packet(oldPacket, { describes: [2] })
    const out = await labelled(heif([picture, second, other]))
    expect((await contents(out)).get(3)).toContain('k:eep="1"')
  })

  test('whose bytes belong to a picture as well are left to it', async () => {
    const file = heif([picture, packet(oldPacket)], {
      locate: (list) =>
        list.map((item) => (item.id === 1 ? { ...item, extents: list[1]?.extents ?? [] } : item)),
    })
    expect((await contents(await labelled(file))).get(1)).toBe(binaryText(oldPacket))
  })
})

describe('labels elsewhere', () => {
  test('in Exif, a uuid box, an aigc box and the tags of a sequence are found and go', async () => {
    const tagged = makeBox('moov', makeBox('udta', makeTags({ name: 'AIGC', text: oldField })))
    const uuid = makeBox('uuid', fromHex(xmpUuid), oldPacket)
    const extra = [uuid, makeBox('aigc', binaryBytes(oldField)), tagged]
    const file = heif([picture, { type: 'Exif', data: exif, describes: [1] }], { extra })
    const sites = (await read(file)).labels.map(({ site }) => site)
    expect(sites).toEqual(['meta Exif ImageDescription', 'uuid XMP', 'aigc', 'moov/udta/meta'])
    const out = await labelled(file)
    expect((await contents(out)).get(1)).toBe('the first picture')
    expect((await contents(out)).get(2)).toHaveLength(exif.length)
  })
})

describe('detection', () => {
  const head = (brands: string) => makeBox('ftyp', binaryBytes(brands))
  test.each([
    ['heic\0\0\0\0mif1', 'heic'],
    ['mif1\0\0\0\0heic', 'heic'],
    ['mif1\0\0\0\0avifmiaf', 'avif'],
    ['avis\0\0\0\0msf1', 'avif'],
    ['isom\0\0\0\0mif1', undefined],
    ['crx \0\0\0\0crx isom', undefined],
  ])('%s', (brands, expected) => {
    expect([heic, avif].find((handler) => handler.matches(head(brands)))?.id).toBe(expected)
  })
})

describe('damaged and hostile files', () => {
  const whole = heif([picture, second, packet(oldPacket), { type: 'Exif', data: exif, describes: [1] }])

  test('what is wrong is a finding to a reader and an error to a writer', async () => {
    const files = [
      whole.subarray(0, 200),
      whole.subarray(0, -40),
      heif([picture], { extra: [makeBox('meta', noFlags)] }),
      heif([picture], { version: 3 }),
      heif([packet(oldPacket)], { locate: () => [] }).subarray(24),
      heif([picture, packet(deflateSync(oldPacket).subarray(9), { mime: 'application/rdf+xml\0deflate\0' })]),
    ]
    for (const file of files) {
      expect((await read(file)).findings.map(({ code }) => code)).toContain('asset.damaged')
      await expect(splice(file, everything)).rejects.toMatchObject({ code: 'input.damaged' })
    }
  })

  test('lists that claim more than there is cost no time', async () => {
    const claims = concat([
      Uint8Array.of(1, 0, 0, 0, 0, 0),
      u16(0xffff),
      ...Array.from({ length: 0xffff }, () => concat([u32(1), u16(0), u16(0xffff)])),
    ])
    const meta = makeBox(
      'meta',
      noFlags,
      makeBox('pitm', noFlags, u16(1)),
      makeBox('iloc', claims),
      makeBox('iinf', noFlags, u16(0)),
    )
    const file = concat([makeBox('ftyp', binaryBytes('heic\0\0\0\0')), meta])
    expect((await read(file)).findings.map(({ code }) => code)).toContain('asset.damaged')
  })

  test('a sequence whose pictures stand in boxes that are rewritten', async () => {
    const file = Buffer.from(fixture('waves.avif'))
    expect(await avif.content?.(bytesSource(file))).toHaveLength(2)
    for (const offset of [0, file.indexOf('moov'), file.indexOf('mdat')]) {
      file.writeUInt32BE(offset, file.indexOf('stco') + 12)
      await expect(avif.content?.(bytesSource(file))).rejects.toBeInstanceOf(InputError)
    }
  })

  test('cut off anywhere', async () => {
    for (let length = 0; length < whole.length; length++) {
      const { findings } = await read(whole.subarray(0, length))
      expect(findings.map(({ code }) => code)).toContain('asset.damaged')
      await expect(splice(whole.subarray(0, length), everything)).rejects.toBeInstanceOf(InputError)
    }
  })

  test('changed anywhere: never anything but findings, an InputError, or a good label', async () => {
    const files = [whole, fixture('waves.avif'), await splice(fixture('boat.heic'), everything)]
    const values = Uint8Array.of(0, 1, 2, 7, 0x7f, 0x80, 0xff)
    for (const file of files)
      await survives(file, { runs: 3400, within: Math.min(1500, file.byteLength), values })
  })
})
