import { brotliCompressSync, constants } from 'node:zlib'
import { bytesSource, concat, InputError } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { binaryBytes, binaryText } from '../carriers/binary.ts'
import { makeBox, u32, walkBoxes } from '../carriers/bmff.ts'
import { aigc, fixture, foreignPacket, handling, oldField, xmp } from '../handler.test-kit.ts'
import { jxl } from './jxl.ts'
import { exiftoolTags } from './picture.test-kit.ts'

const storeOf = (size: number, label = 'c2pa') =>
  makeBox(
    'jumb',
    makeBox('jumd', binaryBytes(`${label}\0\x11\0\x10\x80\0\0\xaa\0\x38\x9b\x71\x03${label}\0`)),
    makeBox('free', new Uint8Array(size)),
  )
const store = storeOf(700)
const { everything, read, splice, survives } = handling(jxl, store)
const tags = exiftoolTags('jxl')

const oldPacket = binaryBytes(foreignPacket(oldField.replaceAll('"', '&quot;')))
const exif = concat([
  u32(0),
  binaryBytes(
    `MM\0*\0\0\0\x08\0\x01\x01\x0e\0\x02\0\0\0\x25\0\0\0\x1a\0\0\0\0{"AIGC":{"Label":"1","ProduceID":""}}`,
  ),
])
const naked = fixture('boat.jxl')
const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }
const brob = (type: string, content: Uint8Array) =>
  makeBox('brob', binaryBytes(type), brotliCompressSync(content, quick))
const container = (...boxes: readonly Uint8Array[]) =>
  concat([
    makeBox('JXL ', Uint8Array.of(0x0d, 0x0a, 0x87, 0x0a)),
    makeBox('ftyp', binaryBytes('jxl \0\0\0\0jxl ')),
    ...boxes,
  ])
const codestream = makeBox('jxlc', naked)

const types = async (value: Uint8Array) => (await walkBoxes(bytesSource(value))).boxes.map(({ type }) => type)

async function labelled(file: Uint8Array): Promise<Uint8Array> {
  const out = await splice(file, everything)
  const { labels, findings, manifest } = await read(out)
  expect(labels).toEqual([{ site: 'xml XMP', standard: true, value: aigc }])
  expect(findings).toEqual([])
  expect(Buffer.from(manifest?.store ?? []).equals(store)).toBe(true)
  expect(binaryText(out)).toContain(binaryText(naked))
  return out
}

describe('a labelled picture', () => {
  test('a naked codestream gets boxes around it, and exiftool reads them', async () => {
    const out = await labelled(naked)
    expect(await types(out)).toEqual(['JXL ', 'ftyp', 'jumb', 'xml ', 'jxlc'])
    expect(await tags(await splice(naked, { aigc, xmp, room: 0 }))).toMatchObject({
      'XMP-TC260:Aigc': aigc,
      'XMP-iptcExt:DigitalSourceType': xmp.digitalSourceType,
      'ExifTool:Validate': 'OK',
    })
  })

  test('asked for nothing, a naked codestream stays one', async () => {
    expect(Buffer.from(await splice(naked, { room: 0 })).equals(naked)).toBe(true)
  })

  test('labelled again, it has the same bytes', async () => {
    const once = await labelled(container(codestream))
    expect(Buffer.from(await splice(once, everything)).equals(once)).toBe(true)
  })

  test('the level stays next to the file type', async () => {
    const out = await labelled(container(makeBox('jxll', Uint8Array.of(10)), codestream))
    expect(await types(out)).toEqual(['JXL ', 'ftyp', 'jxll', 'jumb', 'xml ', 'jxlc'])
  })

  test('other JUMBF is kept, an old manifest is not', async () => {
    const other = storeOf(20, 'exif')
    const file = container(other, codestream)
    const signed = await splice(file, { room: store.byteLength })
    expect(await types(signed)).toEqual(['JXL ', 'ftyp', 'jumb', 'jumb', 'jxlc'])
    expect(Buffer.from(await splice(signed, { room: 0 })).equals(file)).toBe(true)
  })
})

describe('metadata that is there already', () => {
  test('keeps its other properties, compressed or not', async () => {
    for (const packet of [makeBox('xml ', oldPacket), brob('xml ', oldPacket)]) {
      const file = container(codestream, packet)
      expect((await read(file)).labels.map(({ value }) => value)).toEqual([oldField])
      expect(await tags(await labelled(file))).toMatchObject({ 'XMP-k:Eep': 1, 'XMP-TC260:Aigc': aigc })
    }
  })

  test('loses its label in Exif and in further packets', async () => {
    const file = container(
      brob('Exif', exif),
      makeBox('xml ', oldPacket),
      brob('xml ', oldPacket),
      codestream,
    )
    expect((await read(file)).labels).toHaveLength(3)
    expect(await types(await labelled(file))).toEqual([
      'JXL ',
      'ftyp',
      'jumb',
      'Exif',
      'xml ',
      'xml ',
      'jxlc',
    ])
  })

  test('of a JPEG that can be restored keeps its length', async () => {
    const file = container(makeBox('jbrd', new Uint8Array(9)), makeBox('xml ', oldPacket), codestream)
    const out = await labelled(file)
    const [first, second] = (await walkBoxes(bytesSource(out))).boxes.filter(({ type }) => type === 'xml ')
    expect((first?.end ?? 0) - (first?.content ?? 0)).toBe(oldPacket.length)
    expect(binaryText(out.subarray(second?.content, second?.end))).toContain('TC260:AIGC')
    expect(Buffer.from(await splice(out, everything)).equals(out)).toBe(true)
  })
})

describe('damaged and hostile files', () => {
  const whole = container(
    makeBox('Exif', exif),
    brob('xml ', oldPacket),
    makeBox('jxlp', u32(0), naked.subarray(0, 300)),
    makeBox('jxlp', u32(0x8000_0001), naked.subarray(300)),
  )

  test('what is wrong is a finding to a reader and an error to a writer', async () => {
    const files = [
      whole.subarray(0, -10),
      container(makeBox('jxlp', u32(0), naked)),
      container(makeBox('xml ', oldPacket)),
      whole.subarray(0, 12),
      container(makeBox('brob', binaryBytes('xml !')), codestream),
    ]
    for (const file of files) {
      expect((await read(file)).findings.map(({ code }) => code)).toContain('asset.damaged')
      await expect(splice(file, everything)).rejects.toMatchObject({ code: 'input.damaged' })
    }
  })

  test('two manifests are reported', async () => {
    const { findings } = await read(container(store, store, codestream))
    expect(findings.map(({ code }) => code)).toEqual(['manifest.store.malformed'])
  })

  test('a packet that inflates without end is refused at once', async () => {
    const bomb = container(brob('xml ', new Uint8Array(200 * 1024 * 1024)), codestream)
    expect((await read(bomb)).findings.map(({ code }) => code)).toContain('asset.damaged')
  })

  test('cut off anywhere', async () => {
    for (let length = 12; length < whole.length; length++) {
      const { findings } = await read(whole.subarray(0, length))
      expect(findings.map(({ code }) => code)).toContain('asset.damaged')
      await expect(splice(whole.subarray(0, length), everything)).rejects.toBeInstanceOf(InputError)
    }
  })

  test('changed anywhere: never anything but findings, an InputError, or a good label', async () => {
    const files = [whole, await splice(naked, everything), container(makeBox('xml ', oldPacket), codestream)]
    const values = Uint8Array.of(0, 1, 2, 7, 0x7f, 0x80, 0xff)
    for (const file of files)
      await survives(file, { runs: 3400, within: Math.min(1500, file.byteLength), values })
  })
})
