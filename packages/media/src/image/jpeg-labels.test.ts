/** Labels of other programs in a photo are read wherever they stand, and give way to ours. */
import { createHash } from 'node:crypto'
import { concat, readAigc } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { binaryBytes } from '../carriers/binary.ts'
import { aigc, handling } from '../handler.test-kit.ts'
import { exif, photo, segment, storeOf, withSegments } from './jpeg.test-kit.ts'
import { jpeg } from './jpeg.ts'
import { exiftoolTags, pixels } from './picture.test-kit.ts'

const { everything, read, splice } = handling(jpeg, storeOf(70_000))
const tags = exiftoolTags('jpg')

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
