import { readFileSync, writeFileSync } from 'node:fs'
import { concat } from '@yinji/core'
import { exiftoolPath } from 'exiftool-vendored'
import { describe, expect, test } from 'vitest'
import { uint32 } from '../carriers/binary.ts'
import { resource } from '../carriers/psd-resources.ts'
import { aigc, fixture, handling, xmp } from '../handler.test-kit.ts'
import { folder, run } from '../programs.test-kit.ts'
import { jp2 } from './jp2.ts'
import { psd } from './psd.ts'
import { tiff } from './tiff.ts'

const exiftool = await exiftoolPath()
const { inside: at } = folder()
const seen = (name: string) =>
  JSON.parse(run(exiftool, '-json', '-XMP:all', '-validate', '-warning', at(name)))[0] as Record<
    string,
    unknown
  >

describe.each([
  ['psd', psd],
  ['jp2', jp2],
] as const)('%s', (extension, handler) => {
  const { read, splice } = handling(handler)
  const plain = fixture(`morning.${extension}`)

  test('exiftool reads the field and the properties, ImageMagick the same picture', async () => {
    writeFileSync(at(`plain.${extension}`), plain)
    writeFileSync(at(`labelled.${extension}`), await splice(plain))
    expect(seen(`labelled.${extension}`)).toMatchObject({
      Aigc: aigc,
      DigitalSourceType: xmp.digitalSourceType,
      Publisher: xmp.publisher,
      DocumentID: xmp.documentId,
    })
    const pixels = (name: string) => run('identify', '-format', '%#', at(name))
    expect(pixels(`labelled.${extension}`)).toBe(pixels(`plain.${extension}`))
  })

  test('what exiftool wrote is kept, and becomes part of one packet', async () => {
    const name = `titled.${extension}`
    writeFileSync(at(name), plain)
    run(
      exiftool,
      '-q',
      '-overwrite_original',
      '-XMP-dc:Title=雨',
      '-XMP-xmp:CreatorTool=Midjourney 7',
      at(name),
    )
    const before = new Uint8Array(readFileSync(at(name)))
    expect((await read(before)).properties).toContainEqual(
      expect.objectContaining({ name: 'CreatorTool', value: 'Midjourney 7' }),
    )
    writeFileSync(at(name), await splice(before))
    expect(seen(name)).toMatchObject({ Aigc: aigc, Title: '雨' })
    const { labels } = await read(new Uint8Array(readFileSync(at(name))))
    expect(labels).toEqual([expect.objectContaining({ standard: true, value: aigc })])
  })

  test('labelled again, nothing is added', async () => {
    const once = await splice(plain)
    expect(await splice(once)).toEqual(once)
  })
})

test('a label in the Exif of a Photoshop document is found, and blanked when there is a new one', async () => {
  const exif = Buffer.from(
    'MM\0*\0\0\0\x08\0\x01\x01\x0e\0\x02\0\0\0\x25\0\0\0\x1a\0\0\0\0{"AIGC":{"Label":"1","ProduceID":""}}',
    'latin1',
  )
  const { read, splice } = handling(psd)
  const plain = fixture('morning.psd')
  const end = 34 + uint32(plain, 30)
  const file = concat([plain.subarray(0, end), resource(1058, exif), plain.subarray(end)])
  new DataView(file.buffer).setUint32(30, end - 34 + 12 + exif.length + (exif.length % 2))
  expect((await read(file)).labels).toMatchObject([{ site: 'Exif ImageDescription', standard: false }])
  const { labels, findings } = await read(await splice(file))
  expect(labels).toMatchObject([{ standard: true, value: aigc }])
  expect(findings).toEqual([])
})

test('a JPEG 2000 whose codestream lies in fragments points into itself, and is refused', async () => {
  const file = concat([fixture('morning.jp2'), Buffer.from('\0\0\0\x08ftbl', 'latin1')])
  await expect(handling(jp2).splice(file)).rejects.toMatchObject({ code: 'input.damaged' })
})

test('a DNG is labelled as the TIFF that it is; other camera raw files are left alone', async () => {
  writeFileSync(at('raw.dng'), fixture('grey.tif'))
  run(
    exiftool,
    '-q',
    '-overwrite_original',
    '-DNGVersion=1 4 0 0',
    '-UniqueCameraModel=Acme One',
    at('raw.dng'),
  )
  const before = new Uint8Array(readFileSync(at('raw.dng')))
  expect(tiff.matches(before, 'raw.dng')).toBe(true)
  expect(tiff.matches(before, 'raw.nef')).toBe(false)
  writeFileSync(at('labelled.dng'), await handling(tiff).splice(before, { aigc, xmp, room: 0 }))
  expect(seen('labelled.dng')).toMatchObject({ Aigc: aigc })
  expect(run(exiftool, '-s3', '-DNGVersion', '-UniqueCameraModel', at('labelled.dng'))).toBe(
    '1.4.0.0\nAcme One\n',
  )
})
