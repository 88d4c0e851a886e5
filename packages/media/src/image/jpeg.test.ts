import { bytesSource, concat, InputError } from '@yinji/core'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { binaryBytes } from '../carriers/binary.ts'
import { aigc, handling, xmp } from '../handler.test-kit.ts'
import { counted, hollow } from '../source.test-kit.ts'
import { exif, photo, profiled, segment, storeOf, withSegments } from './jpeg.test-kit.ts'
import { jpeg } from './jpeg.ts'
import { exiftoolTags, pixels } from './picture.test-kit.ts'

const store = storeOf(70_000)
const { everything, read, codes, splice, survives } = handling(jpeg, store)
const tags = exiftoolTags('jpg')

describe('a labelled photo', () => {
  test('exiftool reads back the field and the properties, and finds nothing wrong', async () => {
    const found = await tags(await splice(photo, { ...everything, room: 0 }))
    expect(found).toMatchObject({
      'XMP-TC260:Aigc': aigc,
      'XMP-iptcExt:DigitalSourceType': xmp.digitalSourceType,
      'XMP-iptcExt:AISystemUsed': 'Painter',
      'XMP-iptcExt:AISystemVersionUsed': '2.1-b',
      'XMP-dc:Publisher': '印记',
      'XMP-xmpMM:DocumentID': 'doc-1',
      'ExifTool:Validate': 'OK',
    })
  })

  test('shows the same picture and keeps every other byte', async () => {
    for (const original of [photo, profiled]) {
      const labelled = await splice(original, everything)
      expect(await pixels(labelled)).toBe(await pixels(original))
      const { parts } = await jpeg.splice(bytesSource(original), everything)
      const copied = parts.flatMap((part) =>
        part.kind === 'copy' ? [original.subarray(part.start, part.end)] : [],
      )
      expect(Buffer.from(concat(copied)).equals(original)).toBe(true)
    }
  })

  test('holds one label, the manifest, and nothing to complain about', async () => {
    const labelled = await splice(profiled, everything)
    const { parts } = await jpeg.splice(bytesSource(profiled), everything)
    const room = parts.find((part) => part.kind === 'room')
    const { labels, manifest, findings } = await read(labelled)
    expect(labels).toEqual([{ site: 'APP1 XMP', standard: true, value: aigc }])
    expect(findings).toEqual([])
    expect(Buffer.from(manifest?.store ?? []).equals(store)).toBe(true)
    expect(manifest?.excluded.length).toBe(room?.length)
    const { start = 0, length = 0 } = manifest?.excluded ?? {}
    expect(
      Buffer.from(labelled.subarray(start, start + length)).equals(room?.embed(store) ?? Buffer.of()),
    ).toBe(true)
  })

  test('keeps Exif in the first place, where Exif wants to be', async () => {
    const labelled = Buffer.from(await splice(withSegments(exif('none')), everything)).toString('latin1')
    expect(labelled.indexOf('Exif\0\0')).toBe(6)
    expect(labelled.indexOf('JP\x02\x11')).toBe(labelled.indexOf('none') + 8)
    expect(await tags(await splice(profiled, everything))).toMatchObject({ 'IFD0:Make': 'Lens Co' })
  })

  test('labelled again, it has the same bytes', async () => {
    const once = await splice(profiled, everything)
    expect(Buffer.from(await splice(once, everything)).equals(once)).toBe(true)
  })

  test('loses an old manifest even when no new one is asked for, and keeps other JUMBF', async () => {
    const other = storeOf(300, 'jpeg-trust-like.')
    const kept = segment(0xeb, concat([binaryBytes('JP\x02\x11\0\0\0\x01'), other]))
    const signed = await splice(withSegments(kept), { room: store.byteLength })
    expect((await read(signed)).manifest?.store.byteLength).toBe(store.byteLength)
    expect(Buffer.from(await splice(signed, { room: 0 })).equals(withSegments(kept))).toBe(true)
  })
})

describe('a photo with further pictures behind it', () => {
  /** An MPF index for one further picture; offsets are right for the file it is put into. */
  async function gainMap(before: Uint8Array[], after: Uint8Array[]): Promise<Uint8Array> {
    const second = new Uint8Array(await sharp(photo).resize(24).jpeg().toBuffer())
    const index = Buffer.alloc(86)
    index.write(
      'MPF\0MM\0*\0\0\0\x08\0\x03\xb0\0\0\x07\0\0\0\x040100\xb0\x01\0\x04\0\0\0\x01\0\0\0\x02',
      'latin1',
    )
    index.write('\xb0\x02\0\x07\0\0\0\x20\0\0\0\x32\0\0\0\0', 38, 'latin1')
    const header = 2 + concat(before).length + 4 + 4
    const size = photo.length + concat([...before, ...after]).length + 90
    index.writeUInt32BE(0x030000, 54)
    index.writeUInt32BE(size, 58)
    index.writeUInt32BE(second.length, 74)
    index.writeUInt32BE(size - header, 78)
    return concat([withSegments(...before, segment(0xe2, new Uint8Array(index)), ...after), second])
  }

  test('keeps them where its index says, whether labels come before or go after the index', async () => {
    const old = segment(0xfe, '{"AIGC":{"Label":"1","ProduceID":"1"}}')
    for (const value of [await gainMap([], [old]), await gainMap([old], [])]) {
      const original = await tags(value)
      const labelled = await splice(value, everything)
      const found = await tags(labelled)
      expect(original['MPImage2:MPImageStart']).toBe(
        value.length - Number(original['MPImage2:MPImageLength']),
      )
      expect(found['MPImage2:MPImageStart']).toBe(
        labelled.length - Number(original['MPImage2:MPImageLength']),
      )
      expect(found['MPImage1:MPImageLength']).toBe(found['MPImage2:MPImageStart'])
      expect(await codes(labelled)).toEqual([])
    }
  })

  test('that are said to stand in the manifest is told, before the index too', async () => {
    const labelled = Buffer.from(await splice(await gainMap([], []), everything))
    const { start = 0, length = 0 } = (await read(labelled)).manifest?.excluded ?? {}
    const at = labelled.indexOf('MPF\0')
    const told = async (place: number, size: number) => {
      labelled.writeUInt32BE(size, at + 74)
      labelled.writeUInt32BE((place - at - 4) >>> 0, at + 78)
      return (await read(labelled)).findings.map(({ data }) => data?.['what'])
    }
    expect(await told(start + 100, 9)).toEqual([`MPF ${start + 100}`])
    expect(await told(0, start + 1)).toEqual(['MPF 0'])
    expect(await told(0, start)).toEqual([])
    expect(await told(start + length, 100)).toEqual([])
  })

  test.each([
    ['GCamera:MicroVideoOffset="', '"'],
    ['<Item:Length>7</Item:Length><Item:Length>', '</Item:Length>'],
  ])('and a film that is said to stand in the manifest is told: %s', async (before, after) => {
    const packet = (length: number) =>
      segment(0xe1, `http://ns.adobe.com/xap/1.0/\0${before}${String(length).padStart(6, '0')}${after}`)
    const labelled = await splice(photo, { room: 70_000 })
    const { start = 0, length = 0 } = (await read(labelled)).manifest?.excluded ?? {}
    const held = (count: number) =>
      concat([labelled.subarray(0, start + length), packet(count), labelled.subarray(start + length)])
    const told = async (count: number) =>
      (await read(held(count))).findings.filter(({ code }) => code === 'manifest.binding.partial').length
    const size = held(0).byteLength
    expect([await told(900), await told(size - start - 100), await told(size - start)]).toEqual([0, 1, 0])
  })

  test('keeps other data after the end, and says so', async () => {
    const value = concat([photo, binaryBytes('motion photo\xff\xd9trailer')])
    expect((await read(value)).findings).toMatchObject([{ code: 'asset.trailing', data: { bytes: 21 } }])
    const labelled = await splice(value, everything)
    expect(Buffer.from(labelled).toString('latin1').endsWith('\xff\xd9motion photo\xff\xd9trailer')).toBe(
      true,
    )
  })
})

test('the end of a picture is found behind several scans, restart markers and fill bytes', async () => {
  const made = await sharp(photo).jpeg({ progressive: true }).toBuffer()
  const scans = made.toString('latin1').split('\xff\xda').length - 1
  expect(scans).toBeGreaterThan(3)
  const restarts = binaryBytes('\xff\xd0\xff\x00\x12\xff\xd7\xff\xff\xff\xd9')
  const value = concat([
    made.subarray(0, -2),
    restarts,
    new Uint8Array(3_000_000).fill(0xff),
    binaryBytes('end'),
  ])
  expect((await read(value)).findings).toMatchObject([{ code: 'asset.trailing', data: { bytes: 3_000_003 } }])
  expect(await codes(concat([made.subarray(0, -2), binaryBytes('no end')]))).toEqual(['asset.damaged'])
})

describe('what can’t be labelled', () => {
  test('a file cut off anywhere is reported as damaged and refused', async () => {
    for (let tenth = 0; tenth < 10; tenth++) {
      const cut = profiled.subarray(0, Math.max(3, Math.floor((profiled.length * tenth) / 10)))
      expect(await codes(cut)).toEqual(['asset.damaged'])
      await expect(splice(cut, everything)).rejects.toThrow(InputError)
    }
  })

  test('a packet that outgrows its segment is refused in words', async () => {
    const full = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><!--${'x'.repeat(65_000)}--></rdf:RDF>`
    const value = withSegments(segment(0xe1, `http://ns.adobe.com/xap/1.0/\0${full}`))
    await expect(splice(value, everything)).rejects.toMatchObject({
      code: 'input.size',
      details: { most: 65_502 },
    })
  })

  test('two manifests in one file, or half of one, are reported', async () => {
    const once = segment(0xeb, concat([binaryBytes('JP\0\x01\0\0\0\x01'), storeOf(300)]))
    const half = segment(0xeb, concat([binaryBytes('JP\0\x01\0\0\0\x01'), storeOf(300).subarray(0, 200)]))
    expect(await codes(withSegments(once, segment(0xfe, 'x'), once))).toEqual(['manifest.store.malformed'])
    expect(await codes(withSegments(half))).toEqual(['manifest.store.malformed'])
  })

  test('any mutation is read without an exception, and refused or labelled with exactly one label', async () => {
    const tencent = segment(
      0xe1,
      'Exif\0\0II*\0\x08\0\0\0\x01\0\x0e\x01\x02\0\x20\0\0\0\x1a\0\0\0\0\0\0\0{"AIGC":{"ProduceID":"1234567"}}',
    )
    const whole = withSegments(tencent, segment(0xfe, '{"AIGC":{"Label":"1"}}'))
    await survives(whole, { runs: 400, within: 400 })
  })
})

test('labelling reads the structure, not the picture', async () => {
  const { source, read: account } = counted(hollow(photo.subarray(0, -2), 20_000_000, photo.subarray(-2)))
  await jpeg.read(source)
  await jpeg.splice(source, everything)
  expect(account.bytes).toBeLessThan(200_000)
})
