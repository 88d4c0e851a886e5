import { deflateSync } from 'node:zlib'
import { bytesSource, concat, InputError, readAigc } from '@yinji/core'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { binaryBytes } from '../carriers/binary.ts'
import { writeChunk } from '../carriers/png-chunks.ts'
import { openFile } from '../file.ts'
import { aigc, foreignPacket, handling, xmp } from '../handler.test-kit.ts'
import { folder } from '../programs.test-kit.ts'
import { counted } from '../source.test-kit.ts'
import { exiftoolTags, pixels } from './picture.test-kit.ts'
import { png } from './png.ts'

const { store, everything, read, codes, splice, survives } = handling(png)
const tags = exiftoolTags('png')
const { saved } = folder('png')

let picture: Uint8Array
beforeAll(async () => {
  const noise = { type: 'gaussian', mean: 120, sigma: 40 } as const
  const made = sharp({ create: { width: 96, height: 64, channels: 3, background: '#336', noise } })
  picture = new Uint8Array(await made.withIccProfile('p3').png().toBuffer())
})

/** The picture with chunks right after IHDR, or before IEND. */
const withEarly = (...chunks: Uint8Array[]) =>
  concat([picture.subarray(0, 33), ...chunks, picture.subarray(33)])
const withLate = (...chunks: Uint8Array[]) =>
  concat([picture.subarray(0, -12), ...chunks, picture.subarray(-12)])

/** As Doubao writes it. */
const packet = foreignPacket(
  '{&quot;Label&quot;:&quot;1&quot;,&quot;ContentProducer&quot;:&quot;doubao&quot;,&quot;ProduceID&quot;:&quot;f123b54e&quot;}',
)
/** As Qwen writes it. */
const qwen =
  '{"ContentPropagator":"001191440101MA9Y9T4H7A00000","Label":"1","ProduceID":"u:100834564696/task:e5118399e50d44ca9b92b3205a6fe4b8"}'
const xmpChunk = writeChunk('iTXt', binaryBytes('XML:com.adobe.xmp\0\0\0\0\0'), binaryBytes(packet))
const deflatedXmp = writeChunk(
  'iTXt',
  binaryBytes('XML:com.adobe.xmp\0\x01\0\0\0'),
  deflateSync(binaryBytes(packet)),
)
const tiff = binaryBytes(
  `MM\0*\0\0\0\x08\0\x01\x01\x0e\0\x02\0\0\0\x25\0\0\0\x1a\0\0\0\0{"AIGC":{"Label":"1","ProduceID":""}}`,
)

describe('a labelled picture', () => {
  test('exiftool reads back the field and the properties, and finds nothing wrong', async () => {
    expect(await tags(await splice(picture, { ...everything, room: 0 }))).toMatchObject({
      'XMP-TC260:Aigc': aigc,
      'XMP-iptcExt:DigitalSourceType': xmp.digitalSourceType,
      'XMP-iptcExt:AISystemUsed': 'Painter',
      'XMP-iptcExt:AISystemVersionUsed': '2.1-b',
      'XMP-dc:Publisher': '印记',
      'ExifTool:Validate': 'OK',
    })
  })

  test('shows the same picture and keeps every other byte', async () => {
    expect(await pixels(await splice(picture, everything))).toBe(await pixels(picture))
    const { parts } = await png.splice(bytesSource(picture), everything)
    const copied = parts.flatMap((part) =>
      part.kind === 'copy' ? [picture.subarray(part.start, part.end)] : [],
    )
    expect(Buffer.from(concat(copied)).equals(picture)).toBe(true)
  })

  test('holds one label before the picture data, the manifest, and nothing to complain about', async () => {
    const labelled = await splice(picture, everything)
    const { labels, manifest, findings } = await read(labelled)
    expect(labels).toEqual([{ site: 'iTXt XMP', standard: true, value: aigc }])
    expect(findings).toEqual([])
    expect(manifest).toEqual({
      site: 'caBX',
      store,
      excluded: { start: 33, length: store.byteLength + 12 },
      binding: 'data',
    })
    const names = Buffer.from(labelled)
    expect(names.indexOf('iTXt')).toBeLessThan(names.indexOf('IDAT'))
  })

  test('labelled again, it has the same bytes; without a manifest, the old one goes', async () => {
    const once = await splice(picture, everything)
    expect(Buffer.from(await splice(once, everything)).equals(once)).toBe(true)
    expect((await read(await splice(once, { room: 0 }))).manifest).toBeUndefined()
    expect(
      Buffer.from(await splice(await splice(picture, { room: store.byteLength }), { room: 0 })).equals(
        picture,
      ),
    ).toBe(true)
  })
})

describe('labels elsewhere in the file', () => {
  const places = [
    ['tEXt AIGC', writeChunk('tEXt', binaryBytes(`AIGC\0${qwen}`))],
    ['zTXt AIGC', writeChunk('zTXt', binaryBytes('AIGC\0\0'), deflateSync(binaryBytes(qwen)))],
    [
      'compressed iTXt AIGC',
      writeChunk('iTXt', binaryBytes('AIGC\0\x01\0\0\0'), deflateSync(binaryBytes(qwen))),
    ],
    ['tEXt Comment', writeChunk('tEXt', binaryBytes(`Comment\0seen {"AIGC":${qwen}}`))],
  ] as const

  test.each(places)('in %s are read, before and after the picture data', async (site, chunk) => {
    for (const [value, at] of [
      [withEarly(chunk), site],
      [withLate(chunk), `${site} after IDAT`],
    ] as const) {
      const { labels, findings } = await read(value)
      expect(labels).toMatchObject([{ site: at, standard: false }])
      expect(readAigc(labels[0]?.value ?? '', site).field).toMatchObject({
        Label: '1',
        ContentPropagator: '001191440101MA9Y9T4H7A00000',
      })
      expect(findings).toEqual([])
    }
  })

  test('in XMP are read whether compressed or not, early or late; only one form is the standard one', async () => {
    const found = async (value: Uint8Array) => (await read(value)).labels[0]
    const value = '{"Label":"1","ContentProducer":"doubao","ProduceID":"f123b54e"}'
    expect(await found(withEarly(xmpChunk))).toEqual({ site: 'iTXt XMP', standard: true, value })
    expect(await found(withLate(xmpChunk))).toEqual({ site: 'iTXt XMP after IDAT', standard: false, value })
    expect(await found(withEarly(deflatedXmp))).toEqual({
      site: 'compressed iTXt XMP',
      standard: false,
      value,
    })
  })

  test('in Exif are read', async () => {
    expect((await read(withLate(writeChunk('eXIf', tiff)))).labels).toEqual([
      { site: 'eXIf ImageDescription', standard: false, value: '{"Label":"1","ProduceID":""}' },
    ])
  })

  test('give way to exactly one, and their neighbours stay', async () => {
    const all = [...places.map(([, chunk]) => chunk), writeChunk('eXIf', tiff)]
    const value = concat([
      withEarly(...all, deflatedXmp).subarray(0, -12),
      xmpChunk,
      ...all,
      picture.subarray(-12),
    ])
    const labelled = await splice(value, everything)
    expect(await read(labelled)).toMatchObject({ labels: [{ site: 'iTXt XMP', value: aigc }], findings: [] })
    expect(Buffer.from(labelled).includes('Comment\0seen ')).toBe(true)
    expect(Buffer.from(labelled).includes('k:eep="1"')).toBe(true)
    expect(Buffer.from(labelled).includes('u:100834564696')).toBe(false)
    expect(await pixels(labelled)).toBe(await pixels(picture))
    expect(await tags(labelled)).toMatchObject({ 'XMP-TC260:Aigc': aigc })
  })

  test('stay where they are when no label is written', async () => {
    const value = withEarly(...places.map(([, chunk]) => chunk))
    expect(Buffer.from(await splice(value, { room: 0 })).equals(value)).toBe(true)
  })
})

describe('what is not in order', () => {
  test('a file cut off anywhere is reported as damaged and refused', async () => {
    for (let tenth = 0; tenth < 10; tenth++) {
      const cut = picture.subarray(0, Math.max(8, Math.floor((picture.length * tenth) / 10)))
      expect(await codes(cut)).toEqual(['asset.damaged'])
      await expect(splice(cut, everything)).rejects.toThrow(InputError)
    }
    expect(await codes(picture.subarray(0, -12))).toEqual(['asset.damaged'])
  })

  test('a wrong checksum of a label is reported', async () => {
    const chunk = writeChunk('tEXt', binaryBytes(`AIGC\0${qwen}`))
    chunk[chunk.length - 1] = (chunk.at(-1) ?? 0) ^ 1
    expect((await read(withEarly(chunk))).findings).toMatchObject([
      { code: 'asset.part.unreadable', at: 'tEXt' },
    ])
  })

  test('data after the end is kept, and said to be there', async () => {
    const value = concat([picture, binaryBytes('trailer')])
    expect((await read(value)).findings).toMatchObject([{ code: 'asset.trailing', data: { bytes: 7 } }])
    expect(
      Buffer.from(await splice(value, everything))
        .toString('latin1')
        .endsWith('trailer'),
    ).toBe(true)
  })

  test('two manifests are reported', async () => {
    const chunk = writeChunk('caBX', store)
    expect(await codes(withEarly(chunk, chunk))).toEqual(['manifest.store.malformed'])
  })

  test('texts that inflate without end are given up in time', async () => {
    const bomb = deflateSync(new Uint8Array(40_000_000))
    const labels = Array.from({ length: 40 }, () => writeChunk('zTXt', binaryBytes('AIGC\0\0'), bomb))
    const packets = Array.from({ length: 8 }, () =>
      writeChunk('iTXt', binaryBytes('XML:com.adobe.xmp\0\x01\0\0\0'), bomb),
    )
    const found = await codes(withEarly(...labels, ...packets))
    expect(new Set(found)).toEqual(new Set(['metadata.aigc.malformed', 'metadata.xmp.malformed']))
    expect((await read(await splice(withEarly(...labels, ...packets), everything))).labels).toHaveLength(1)
  })

  test('any mutation is read without an exception, and refused or labelled with exactly one label', async () => {
    const whole = withEarly(
      xmpChunk,
      writeChunk('tEXt', binaryBytes(`AIGC\0${qwen}`)),
      writeChunk('eXIf', tiff),
      deflatedXmp,
    )
    await survives(whole, { runs: 400, within: 1500 })
  })
})

test('labelling reads the structure, not the picture', async () => {
  const large = concat([
    picture.subarray(0, -12),
    writeChunk('IDAT', new Uint8Array(20_000_000)),
    picture.subarray(-12),
  ])
  const { source, read: account } = counted(bytesSource(large))
  await png.read(source)
  await png.splice(source, everything)
  expect(account.bytes).toBeLessThan(700_000)
})

test.each([
  [8, 'read through'],
  [50, 'read through'],
  [700, 'hopped over'],
])(
  'a label behind megabytes of picture data in chunks of %d KB is found; they are %s',
  async (kilobytes, how) => {
    const data = new Uint8Array(kilobytes * 1000).fill(9)
    const chunks = Array.from({ length: Math.ceil(9000 / kilobytes) }, () => writeChunk('IDAT', data))
    const label = writeChunk('tEXt', binaryBytes(`AIGC\0${aigc}`))
    const path = saved(concat([picture.subarray(0, -12), ...chunks, label, picture.subarray(-12)]))
    await using file = await openFile(path)
    const { source, read: account } = counted(file)
    expect((await png.read(source)).labels).toEqual([
      { site: 'tEXt AIGC after IDAT', standard: false, value: aigc },
    ])
    if (how === 'read through') expect(account.bytes).toBeGreaterThan(8_900_000)
    else expect(account.bytes).toBeLessThan(200_000)
    expect(account.bytes).toBeLessThan(file.size + 10_000) // nothing twice
  },
)
