import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import {
  bytes as bytesPart,
  bytesSource,
  concat,
  type Edit,
  InputError,
  readAigc,
  type Source,
  splicedSource,
  type XmpEdit,
} from '@yinji/core'
import { exiftool } from 'exiftool-vendored'
import fc from 'fast-check'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeChunk } from '../carriers/png-chunks.ts'
import { openFile } from '../file.ts'
import { png } from './png.ts'

const directory = mkdtempSync(join(tmpdir(), 'yinji-png-'))
afterAll(async () => {
  await exiftool.end()
  rmSync(directory, { recursive: true, force: true })
})

const aigc =
  '{"Label":"1","ContentProducer":"001191440101MA9Y9T4H7A00000","ProduceID":"a<b&\\"c","ReservedCode1":"","ContentPropagator":"001191440101MA9Y9T4H7A00000","PropagateID":"x","ReservedCode2":""}'
const xmp: XmpEdit = {
  digitalSourceType: 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia',
  systemUsed: 'Painter',
  systemVersionUsed: '2.1-b',
  createDate: '2026-11-20T08:00:00Z',
  publisher: '印记',
  documentId: 'doc-1',
}
const store = new Uint8Array(5000).fill(7)
const everything: Edit = { aigc, xmp, room: store.byteLength }
const text = (value: string) => new Uint8Array(Buffer.from(value, 'latin1'))

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

async function splice(value: Uint8Array, edit: Edit): Promise<Uint8Array> {
  const { parts } = await png.splice(bytesSource(value), edit)
  const filled = parts.map((part) => (part.kind === 'room' ? bytesPart(part.embed(store)) : part))
  const source = splicedSource(bytesSource(value), filled)
  return Uint8Array.from(await source.read(0, source.size))
}
const read = (value: Uint8Array) => png.read(bytesSource(value))
const codes = async (value: Uint8Array) => (await read(value)).findings.map(({ code }) => code)
const pixels = async (value: Uint8Array) =>
  createHash('md5')
    .update(await sharp(value).raw().toBuffer())
    .digest('hex')
async function tags(value: Uint8Array): Promise<Record<string, unknown>> {
  const path = join(directory, `${Math.random()}.png`)
  writeFileSync(path, value)
  return exiftool.readRaw(path, ['-G1', '-a', '-all:all', '-validate', '-warning'])
}

const tc260 = 'xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"'
/** As Doubao writes it. */
const doubao =
  '<TC260:AIGC>{&quot;Label&quot;:&quot;1&quot;,&quot;ContentProducer&quot;:&quot;doubao&quot;,&quot;ProduceID&quot;:&quot;f123b54e&quot;}</TC260:AIGC>'
const packet = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ${tc260} xmlns:k="urn:k" k:eep="1">${doubao}</rdf:Description></rdf:RDF></x:xmpmeta>`
/** As Qwen writes it. */
const qwen =
  '{"ContentPropagator":"001191440101MA9Y9T4H7A00000","Label":"1","ProduceID":"u:100834564696/task:e5118399e50d44ca9b92b3205a6fe4b8"}'
const xmpChunk = writeChunk('iTXt', text('XML:com.adobe.xmp\0\0\0\0\0'), text(packet))
const deflatedXmp = writeChunk('iTXt', text('XML:com.adobe.xmp\0\x01\0\0\0'), deflateSync(text(packet)))
const tiff = text(
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
      Buffer.from(await splice(await splice(picture, { room: 5000 }), { room: 0 })).equals(picture),
    ).toBe(true)
  })
})

describe('labels elsewhere in the file', () => {
  const places = [
    ['tEXt AIGC', writeChunk('tEXt', text(`AIGC\0${qwen}`))],
    ['zTXt AIGC', writeChunk('zTXt', text('AIGC\0\0'), deflateSync(text(qwen)))],
    ['compressed iTXt AIGC', writeChunk('iTXt', text('AIGC\0\x01\0\0\0'), deflateSync(text(qwen)))],
    ['tEXt Comment', writeChunk('tEXt', text(`Comment\0seen {"AIGC":${qwen}}`))],
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
    const chunk = writeChunk('tEXt', text(`AIGC\0${qwen}`))
    chunk[chunk.length - 1] = (chunk.at(-1) ?? 0) ^ 1
    expect((await read(withEarly(chunk))).findings).toMatchObject([
      { code: 'asset.part.unreadable', at: 'tEXt' },
    ])
  })

  test('data after the end is kept, and said to be there', async () => {
    const value = concat([picture, text('trailer')])
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
    const labels = Array.from({ length: 40 }, () => writeChunk('zTXt', text('AIGC\0\0'), bomb))
    const packets = Array.from({ length: 8 }, () =>
      writeChunk('iTXt', text('XML:com.adobe.xmp\0\x01\0\0\0'), bomb),
    )
    const found = await codes(withEarly(...labels, ...packets))
    expect(new Set(found)).toEqual(new Set(['metadata.aigc.malformed', 'metadata.xmp.malformed']))
    expect((await read(await splice(withEarly(...labels, ...packets), everything))).labels).toHaveLength(1)
  })

  test('any mutation is read without an exception, and refused or labelled with exactly one label', () => {
    const whole = withEarly(
      xmpChunk,
      writeChunk('tEXt', text(`AIGC\0${qwen}`)),
      writeChunk('eXIf', tiff),
      deflatedXmp,
    )
    return fc.assert(
      fc.asyncProperty(
        fc.nat(1500),
        fc.nat(255),
        fc.nat(whole.length),
        fc.boolean(),
        async (at, value, length, cut) => {
          const mutant = Uint8Array.from(cut ? whole.subarray(0, length) : whole)
          mutant[at] = value
          await read(mutant)
          const labelled = await splice(mutant, everything).catch((error: unknown) => {
            expect(error).toBeInstanceOf(InputError)
          })
          if (labelled) expect((await read(labelled)).labels.map((label) => label.value)).toContain(aigc)
          if (labelled) expect((await read(labelled)).labels).toHaveLength(1)
        },
      ),
      { numRuns: 400 },
    )
  })
})

test('labelling reads the structure, not the picture', async () => {
  const large = concat([
    picture.subarray(0, -12),
    writeChunk('IDAT', new Uint8Array(20_000_000)),
    picture.subarray(-12),
  ])
  let touched = 0
  const counting: Source = {
    size: large.length,
    read: async (start, end) => {
      touched += end - start
      return large.subarray(start, end)
    },
  }
  await png.read(counting)
  await png.splice(counting, everything)
  expect(touched).toBeLessThan(700_000)
})

test.each([
  [8, 'read through'],
  [50, 'read through'],
  [700, 'hopped over'],
])(
  'a label behind megabytes of picture data in chunks of %d KB is found; they are %s',
  async (kilobytes, how) => {
    const data = new Uint8Array(kilobytes * 1000).fill(9)
    const chunks = Array.from({ length: Math.ceil(6000 / kilobytes) }, () => writeChunk('IDAT', data))
    const label = writeChunk('tEXt', text(`AIGC\0${aigc}`))
    const path = join(directory, `${kilobytes}.png`)
    writeFileSync(path, concat([picture.subarray(0, -12), ...chunks, label, picture.subarray(-12)]))
    await using file = await openFile(path)
    let touched = 0
    const counting: Source = {
      size: file.size,
      read: async (start, end) => {
        touched += Math.min(end, file.size) - start
        return file.read(start, end)
      },
      readInto: async (target, start) => {
        touched += target.byteLength
        return (await file.readInto?.(target, start)) ?? 0
      },
    }
    expect((await png.read(counting)).labels).toEqual([
      { site: 'tEXt AIGC after IDAT', standard: false, value: aigc },
    ])
    if (how === 'read through') expect(touched).toBeGreaterThan(5_900_000)
    else expect(touched).toBeLessThan(200_000)
    expect(touched).toBeLessThan(file.size + 10_000) // nothing twice
  },
)
