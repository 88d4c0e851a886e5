import { bytesSource, type MediaHandler } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { readZip } from '../carriers/zip.ts'
import { aigc, fixture, handling } from '../handler.test-kit.ts'
import { run } from '../programs.test-kit.ts'
import { epub } from './epub.ts'
import { odg, odp, ods, odt } from './odf.ts'
import { ofd } from './ofd.ts'
import { docx, pptx, xlsx } from './ooxml.ts'
import {
  bomb,
  changed,
  contentOf,
  contents,
  type Files,
  read,
  saved,
  splice,
  text,
  zipped,
} from './package.test-kit.ts'

const formats: readonly (readonly [string, MediaHandler, string])[] = [
  ['letter.docx', docx, 'docProps/custom.xml'],
  ['table.xlsx', xlsx, 'docProps/custom.xml'],
  ['slides.pptx', pptx, 'docProps/custom.xml'],
  ['book.epub', epub, 'OEBPS/book.opf'],
  ['report.odt', odt, 'meta.xml'],
  ['sheet.ods', ods, 'meta.xml'],
  ['talk.odp', odp, 'meta.xml'],
  ['sketch.odg', odg, 'meta.xml'],
  ['invoice.ofd', ofd, 'OFD.xml'],
]

describe.each(formats)('%s', (name, handler, part) => {
  const value = fixture(name)

  test('takes exactly one label, which other programs can read, and the same bytes when labelled again', async () => {
    const once = await splice(handler, value)
    expect(await read(handler, once)).toEqual({
      labels: [{ site: handler.slots.aigc, standard: true, value: aigc }],
      properties: [],
      findings: [],
    })
    run('unzip', '-tq', saved(once))
    const path = saved(new Uint8Array(Buffer.from(contentOf(once, part))))
    const text = run('xmllint', '--xpath', 'string(//*[contains(text(), "ProduceID")])', path)
    expect(text.trim()).toBe(aigc)
    expect(Buffer.from(await splice(handler, once)).equals(once)).toBe(true)
  })

  test('keeps every other entry', async () => {
    const before = contents(value)
    const after = contents(await splice(handler, value))
    const touched = [part, '_rels/.rels', '[Content_Types].xml']
    for (const [entry, text] of before) if (!touched.includes(entry)) expect(after.get(entry)).toBe(text)
    expect([...after.keys()].slice(0, before.size)).toEqual([...before.keys()])
    expect(new Set(after.keys()).size).toBe(after.size)
  })

  test.each(['-9', '-0', '-fz', '-fd'])('made by Info-ZIP with %s', async (option) => {
    const made = zipped(contents(value), option)
    const labelled = await splice(handler, made)
    run('unzip', '-tq', saved(labelled))
    expect((await read(handler, await splice(handler, labelled))).labels).toMatchObject([
      { standard: true, value: aigc },
    ])
  })

  test('is told from the others by its content, and from any by its name', () => {
    const head = value.subarray(0, 4096)
    expect(formats.filter(([, other]) => other.matches(head)).map(([each]) => each)).toEqual([name])
  })

  test('any mutation is read without an exception, and refused or labelled with exactly one label', async () => {
    const whole = await splice(handler, zipped(contents(value), '-fd'))
    await handling(handler).survives(whole, { runs: 500, edit: { aigc, room: 0 } })
  })
})

describe('what is refused by name', () => {
  const sealed: readonly (readonly [string, string, MediaHandler, Files])[] = [
    [
      'input.signed',
      'Word',
      docx,
      changed('letter.docx', {
        '_rels/.rels': text('letter.docx', '_rels/.rels').replace(
          '</Rel',
          '<Relationship Id="s" Type="http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin" Target="_xmlsignatures/origin.sigs"/></Rel',
        ),
      }),
    ],
    ['input.signed', 'ODF', odt, changed('report.odt', { 'META-INF/documentsignatures.xml': '<a/>' })],
    ['input.signed', 'EPUB', epub, changed('book.epub', { 'META-INF/signatures.xml': '<a/>' })],
    [
      'input.signed',
      'OFD',
      ofd,
      changed('invoice.ofd', {
        'OFD.xml': text('invoice.ofd', 'OFD.xml').replace(
          '</ofd:DocBody>',
          '<ofd:Signatures>s.xml</ofd:Signatures></ofd:DocBody>',
        ),
      }),
    ],
    [
      'input.encrypted',
      'ODF',
      odt,
      changed('report.odt', {
        'META-INF/manifest.xml': text('report.odt', 'META-INF/manifest.xml').replace(
          '"meta.xml" manifest:media-type="text/xml"/>',
          '"meta.xml" manifest:media-type="text/xml"><manifest:encryption-data/></manifest:file-entry>',
        ),
      }),
    ],
    [
      'input.encrypted',
      'EPUB',
      epub,
      changed('book.epub', {
        'META-INF/encryption.xml':
          '<e><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes256-cbc"/></e>',
      }),
    ],
    [
      'input.damaged',
      'a part that is not well-formed',
      docx,
      changed('letter.docx', { 'docProps/custom.xml': '<Properties><a></Properties>' }),
    ],
    ['input.damaged', 'no content types', docx, changed('letter.docx', { '[Content_Types].xml': undefined })],
  ]
  test.each(sealed)('%s: %s', async (code, _, handler, files) => {
    await expect(splice(handler, zipped(files))).rejects.toMatchObject({ code })
  })

  test('an Office document with a password', async () => {
    const value = new Uint8Array(2048)
    value.set(Buffer.from('d0cf11e0a1b11ae1', 'hex'))
    value[30] = 9
    value[48] = 1
    value.set(Buffer.from('EncryptedPackage', 'utf16le'), 1024 + 128)
    expect(docx.matches(value, 'a.docx')).toBe(true)
    expect(docx.matches(value, 'a.doc')).toBe(false)
    expect((await read(docx, value)).findings).toMatchObject([{ code: 'asset.encrypted' }])
    await expect(splice(docx, value)).rejects.toMatchObject({ code: 'input.encrypted' })
  })

  test('two entries of one name, entries that overlap, a wrong checksum', async () => {
    const value = fixture('letter.docx')
    const overlap = Uint8Array.from(value)
    const zip = await readZip(bytesSource(value))
    overlap.set([0xff, 0xff], zip.directory + 20)
    const wrong = Uint8Array.from(value)
    const at = Buffer.from(value).indexOf('Client')
    wrong[at] = 0x63
    for (const bad of [overlap, wrong]) {
      expect((await read(docx, bad)).findings).toMatchObject([{ code: 'asset.damaged' }])
      await expect(splice(docx, bad)).rejects.toMatchObject({ code: 'input.damaged' })
    }
    const double = bomb('docProps/custom.xml', 3, contents(value))
    expect((await read(docx, double)).findings).toMatchObject([
      { code: 'asset.damaged', data: { what: 'two entries have the same name' } },
    ])
  })

  test('an entry that inflates without end, in time', async () => {
    const files = changed('letter.docx', { 'docProps/custom.xml': undefined })
    const value = bomb('docProps/custom.xml', 400_000_000, files)
    await expect(splice(docx, value)).rejects.toMatchObject({ code: 'input.damaged' })
  })
})
