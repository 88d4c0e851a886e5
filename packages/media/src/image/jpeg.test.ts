import { createHash } from 'node:crypto'
import { bytesSource, concat, InputError, readAigc } from '@yinji/core'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { binaryBytes } from '../carriers/binary.ts'
import { aigc, handling, xmp } from '../handler.test-kit.ts'
import { counted, hollow } from '../source.test-kit.ts'
import { jpeg } from './jpeg.ts'
import { exiftoolTags, pixels } from './picture.test-kit.ts'

const c2pa = 'c2pa\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71'
const storeOf = (size: number, type = c2pa) => {
  const store = new Uint8Array(size).fill(0xd9)
  store.set(binaryBytes(`\0\0\0\0jumb\0\0\0\x1ejumd${type}\x03c2pa\0`))
  new DataView(store.buffer).setUint32(0, size)
  return store
}
const store = storeOf(70_000)
const { everything, read, codes, splice, survives } = handling(jpeg, store)
const tags = exiftoolTags('jpg')

let photo: Uint8Array
let profiled: Uint8Array
beforeAll(async () => {
  const noise = sharp({
    create: {
      width: 96,
      height: 64,
      channels: 3,
      background: '#336',
      noise: { type: 'gaussian', mean: 120, sigma: 40 },
    },
  }).jpeg()
  photo = new Uint8Array(await noise.toBuffer())
  profiled = new Uint8Array(
    await noise
      .withIccProfile('p3')
      .withExif({ IFD0: { ImageDescription: 'a lake', Make: 'Lens Co' }, IFD2: { UserComment: 'none' } })
      .toBuffer(),
  )
})

function segment(marker: number, data: string | Uint8Array): Uint8Array {
  const payload = typeof data === 'string' ? binaryBytes(data) : data
  return concat([
    Uint8Array.of(0xff, marker, (payload.length + 2) >> 8, (payload.length + 2) & 0xff),
    payload,
  ])
}
/** The photo with segments put in right after SOI. */
const withSegments = (...segments: Uint8Array[]) =>
  concat([photo.subarray(0, 2), ...segments, photo.subarray(2)])

/** Exif with a description and a comment. */
const exif = (comment: string) =>
  segment(
    0xe1,
    `Exif\0\0II*\0\x08\0\0\0\x02\0\x0e\x01\x02\0\x05\0\0\0\x26\0\0\0\x69\x87\x04\0\x01\0\0\0\x2b\0\0\0\0\0\0\0lake\0\x01\0\x86\x92\x07\0${String.fromCharCode(comment.length)}\0\0\0\x3d\0\0\0\0\0\0\0${comment}`,
  )

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

describe('labels elsewhere in the file', () => {
  const tencent = '{"AIGC": {"Label":"1","ContentProducer":"001191440300708461136T1WFUO"}}'
  const places = [
    ['APP1 Exif UserComment', exif(`ASCII\0${tencent}`)],
    ['COM', segment(0xfe, tencent)],
    ['APP9', segment(0xe9, `AIGC${tencent.slice(9, -1)}`)],
    ['APP1', segment(0xe1, `own\0${tencent}`)],
  ] as const

  test.each(places)('in %s are read', async (site, value) => {
    const { labels } = await read(withSegments(value))
    expect(labels).toMatchObject([{ site, standard: false }])
    expect(readAigc(labels[0]?.value ?? '', site).field).toEqual({
      Label: '1',
      ContentProducer: '001191440300708461136T1WFUO',
    })
  })

  test('give way to exactly one, and their neighbours stay', async () => {
    const labelled = await splice(withSegments(...places.map(([, value]) => value)), everything)
    const { labels } = await read(labelled)
    expect(labels.map(({ site }) => site)).toEqual(['APP1 XMP'])
    expect((await tags(labelled))['IFD0:ImageDescription']).toBe('lake')
    expect(Buffer.from(labelled).includes('T1WFUO"}}')).toBe(false)
    expect(Buffer.from(labelled).includes('own\0')).toBe(true)
    expect(await pixels(labelled)).toBe(await pixels(photo))
  })

  test('stay where they are when no label is written', async () => {
    const value = withSegments(...places.map(([, place]) => place))
    expect(Buffer.from(await splice(value, { room: 0 })).equals(value)).toBe(true)
  })

  const tc260 = 'xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"'
  const packet = (body: string) =>
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${body}</rdf:RDF></x:xmpmeta>`
  const label = `<TC260:AIGC>${tencent.replaceAll('"', '&quot;')}</TC260:AIGC>`

  test('in a second packet and behind the frame header are merged into the first', async () => {
    const first = packet('<rdf:Description rdf:about="" xmlns:x="urn:x" x:keep="1"/>')
    const second = packet(`<rdf:Description rdf:about="" ${tc260} TC260:AIGC="{}"/>`)
    const frame = Buffer.from(photo).indexOf(binaryBytes('\xff\xda'))
    const late = segment(0xe1, `http://ns.adobe.com/xap/1.0/\0${second}`)
    const value = concat([
      withSegments(segment(0xe1, `http://ns.adobe.com/xap/1.0/\0${first}`)).subarray(
        0,
        frame + first.length + 33,
      ),
      late,
      photo.subarray(frame),
    ])
    expect((await read(value)).labels).toHaveLength(1)
    const labelled = await splice(value, everything)
    expect((await read(labelled)).labels.map(({ value: one }) => one)).toEqual([aigc])
    expect(Buffer.from(labelled).includes('x:keep="1"')).toBe(true)
    expect(await pixels(labelled)).toBe(await pixels(photo))
  })

  test('in ExtendedXMP are read, and blanked under a new GUID that the packet names', async () => {
    const extension = binaryBytes(
      packet(`<rdf:Description rdf:about="" ${tc260}>${label}</rdf:Description>${' '.repeat(999)}`),
    )
    const guid = createHash('md5').update(extension).digest('hex').toUpperCase()
    const piece = (from: number, to: number) => {
      const numbers = Buffer.alloc(8)
      numbers.writeUInt32BE(extension.length, 0)
      numbers.writeUInt32BE(from, 4)
      return segment(
        0xe1,
        concat([
          binaryBytes(`http://ns.adobe.com/xmp/extension/\0${guid}`),
          numbers,
          extension.subarray(from, to),
        ]),
      )
    }
    const main = packet(
      `<rdf:Description rdf:about="" xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="${guid}"/>`,
    )
    const named = segment(0xe1, `http://ns.adobe.com/xap/1.0/\0${main}`)
    const value = withSegments(named, piece(0, 500), piece(500, extension.length))
    expect((await read(value)).labels.map(({ site }) => site)).toEqual(['APP1 ExtendedXMP'])
    expect((await read(withSegments(named, piece(0, 500)))).findings.map(({ code }) => code)).toEqual([
      'metadata.xmp.malformed',
    ])
    const labelled = await splice(value, everything)
    expect(await read(labelled)).toMatchObject({ labels: [{ value: aigc }], findings: [] })
    expect(await tags(labelled)).toMatchObject({ 'XMP-TC260:Aigc': aigc })
    expect(Buffer.from(labelled).includes(guid)).toBe(false)
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
