/** The labels of real services (fixtures/labels.json), in every slot of every container a service might pick. */
import { readFileSync } from 'node:fs'
import { createToolkit } from '@yinji/toolkit'
import { describe, expect, test } from 'vitest'
import { fixturePath } from '../helpers/fixtures.ts'
import { temporaryDirectory } from '../helpers/identity.ts'
import {
  exifSegment,
  inDirectory,
  jpegWith,
  pngChunk,
  pngText,
  pngWith,
  remuxed,
  segment,
  tiffBlock,
  xmpPacket,
  xmpSegment,
} from '../helpers/traces.ts'

interface Sample {
  readonly id: string
  readonly text?: string
  readonly fields?: Readonly<Record<string, string>>
  readonly reads: Readonly<Record<string, string>>
}
interface LookAlike {
  readonly id: string
  readonly text: string
}
const { samples, lookAlikes } = JSON.parse(readFileSync(fixturePath('labels.json'), 'utf8')) as {
  samples: readonly Sample[]
  lookAlikes: readonly LookAlike[]
}

const toolkit = createToolkit()
const at = inDirectory(temporaryDirectory())

/** The bare object of a sample; those of Markdown, which are YAML, with what is read from them. */
function jsonOf({ text, fields, reads }: Sample): string {
  if (fields) return JSON.stringify(fields)
  const json = text?.replaceAll('&quot;', '"') ?? ''
  const bare = /\{(?!\s*"AIGC")[^{}]*\}/.exec(json)?.[0]
  return bare ?? JSON.stringify({ ContentProducer: 'doubao', ...reads })
}

const escaped = (json: string) =>
  json.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
const latin = (text: string) => Buffer.from(text, 'latin1')
const utf8 = (text: string) => Buffer.from(text, 'utf8')
const exif = (comment: Uint8Array) => tiffBlock({ UserComment: comment })

const slots: readonly (readonly [string, (json: string) => Uint8Array])[] = [
  ['PNG tEXt AIGC', (json) => pngWith([pngText('tEXt', 'AIGC', json)])],
  ['PNG zTXt AIGC', (json) => pngWith([pngText('zTXt', 'AIGC', json)])],
  ['PNG iTXt AIGC after IDAT', (json) => pngWith([pngText('iTXt', 'AIGC', json)], true)],
  ['PNG tEXt, wrapped', (json) => pngWith([pngText('tEXt', 'AIGC', `{"AIGC": ${json}}`)])],
  ['PNG tEXt Comment', (json) => pngWith([pngText('tEXt', 'Comment', `{"AIGC":${json}}`)])],
  ['PNG Exif', (json) => pngWith([pngChunk('eXIf', exif(utf8(`{"AIGC":${json}}`)))])],
  [
    'PNG XMP',
    (json) =>
      pngWith([pngText('iTXt', 'XML:com.adobe.xmp', xmpPacket(`<TC260:AIGC>${escaped(json)}</TC260:AIGC>`))]),
  ],
  ['JPEG XMP', (json) => jpegWith([xmpSegment(xmpPacket(`<TC260:AIGC>${escaped(json)}</TC260:AIGC>`))])],
  [
    'JPEG Exif, three NULs',
    (json) => jpegWith([exifSegment(exif(Buffer.concat([latin('ASCII\0\0\0'), utf8(`{"AIGC":${json}}`)])))]),
  ],
  [
    'JPEG Exif, one NUL',
    (json) => jpegWith([exifSegment(exif(Buffer.concat([latin('ASCII\0'), utf8(`{"AIGC": ${json}}`)])))]),
  ],
  [
    'JPEG Exif, no prefix, big-endian',
    (json) => jpegWith([exifSegment(tiffBlock({ UserComment: utf8(`AIGC${json}`) }, false))]),
  ],
  [
    'JPEG Exif, ImageDescription',
    (json) => jpegWith([exifSegment(tiffBlock({ ImageDescription: `{"AIGC":${json}}` }))]),
  ],
  ['JPEG comment', (json) => jpegWith([segment(0xfe, utf8(`{"AIGC":${json}}`))])],
  ['JPEG segment of a vendor', (json) => jpegWith([segment(0xe9, utf8(`AIGC${json}`))])],
]

describe.each(samples)('$id', (sample) => {
  const json = jsonOf(sample)

  test.each(slots)('%s', async (_, make) => {
    const report = await toolkit.verify(make(json))
    expect(report.label).toMatchObject(sample.reads)
    expect(report.verdict).toBe('labeled')
    expect(report.evidence.map(({ id }) => id)).toEqual(['gb45438.aigc'])
    expect(report.findings.filter(({ level }) => level === 'error' || level === 'unchecked')).toEqual([])
  })

  test('MP4, as a key of its own, as a comment, as an iTunes item', async () => {
    const forms = [
      ['-movflags', 'use_metadata_tags', '-metadata', `AIGC=${json}`],
      ['-metadata', `comment={"AIGC":${json}}`],
      ['-movflags', 'use_metadata_tags', '-metadata', `comment=AIGC${json}`],
    ]
    for (const [index, options] of forms.entries()) {
      const path = await remuxed('clip.mp4', at(`${sample.id}-${index}.mp4`), options)
      const report = await toolkit.verify(path)
      expect(report.label).toMatchObject(sample.reads)
      expect(report.evidence.map(({ id }) => id)).toEqual(['gb45438.aigc'])
    }
  })
})

test.each(lookAlikes)('$id looks like a label and is none', async ({ text }) => {
  for (const content of [
    pngWith([pngText('tEXt', 'Comment', text)]),
    jpegWith([exifSegment(tiffBlock({ UserComment: utf8(text) }))]),
    jpegWith([segment(0xfe, utf8(text))]),
  ]) {
    const report = await toolkit.verify(content)
    expect(report.label).toBeNull()
    expect(report.verdict).toBe('unlabeled')
    expect(report.evidence.map(({ id }) => id)).toEqual(['douyin.aigc-info'])
  }
})
