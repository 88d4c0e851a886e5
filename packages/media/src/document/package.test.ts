import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import { bytesSource, type MediaHandler } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { readZip } from '../carriers/zip.ts'
import { aigc, fixture, handling } from '../handler.test-kit.ts'
import { folder, run } from '../programs.test-kit.ts'
import { epub } from './epub.ts'
import { odg, odp, ods, odt } from './odf.ts'
import { ofd } from './ofd.ts'
import { docx, pptx, xlsx } from './ooxml.ts'

const { inside, saved } = folder('zip')
const read = (handler: MediaHandler, value: Uint8Array) => handling(handler).read(value)
const splice = (handler: MediaHandler, value: Uint8Array) => handling(handler).labelled(value)
const contentOf = (value: Uint8Array, name: string) =>
  run('unzip', '-p', saved(value), name.replace(/[[\]]/g, '\\$&'))
const contents = (value: Uint8Array) => {
  const names = run('unzip', '-Z1', saved(value)).trim().split('\n')
  return new Map(names.map((name) => [name, contentOf(value, name)]))
}

type Files = ReadonlyMap<string, string>
/** Made by Info-ZIP, from files or (streamed) with data descriptors. */
function zipped(files: Files, ...options: string[]): Uint8Array {
  const place = mkdtempSync(inside('files-'))
  for (const [name, text] of files) {
    mkdirSync(dirname(join(place, name)), { recursive: true })
    writeFileSync(join(place, name), text)
  }
  return new Uint8Array(
    execFileSync('zip', ['-qX', ...options, '-', ...files.keys()], { cwd: place, maxBuffer: 1 << 28 }),
  )
}
/** One deflated entry by hand, in an archive with another one. */
function bomb(name: string, size: number, files: Files): Uint8Array {
  const content = deflateRawSync(Buffer.alloc(size))
  const common = Buffer.alloc(26)
  common.writeUInt16LE(8, 4)
  common.writeUInt32LE(crc32(Buffer.alloc(size)), 10)
  common.writeUInt32LE(content.length, 14)
  common.writeUInt32LE(size, 18)
  common.writeUInt16LE(name.length, 22)
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), content])
  const record = Buffer.concat([Buffer.from('PK\x01\x02\0\0'), common, Buffer.alloc(14), Buffer.from(name)])
  const rest = Buffer.from(zipped(files))
  const end = Buffer.from(rest.subarray(-22))
  const directory = end.readUInt32LE(16)
  const records = Buffer.from(rest.subarray(directory, -22))
  for (
    let at = 0;
    at < records.length;
    at += 46 + records.readUInt16LE(at + 28) + records.readUInt16LE(at + 30)
  )
    records.writeUInt32LE(records.readUInt32LE(at + 42) + local.length, at + 42)
  end.writeUInt16LE(end.readUInt16LE(10) + 1, 10)
  end.writeUInt32LE(records.length + record.length, 12)
  end.writeUInt32LE(directory + local.length, 16)
  return new Uint8Array(Buffer.concat([local, rest.subarray(0, directory), record, records, end]))
}

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

const changed = (name: string, changes: Readonly<Record<string, string | undefined>>): Files => {
  const files = contents(fixture(name))
  for (const [entry, text] of Object.entries(changes)) {
    if (text === undefined) files.delete(entry)
    else files.set(entry, text)
  }
  return files
}
const text = (name: string, entry: string) => contentOf(fixture(name), entry)

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

describe('special forms', () => {
  test('ZIP64 stays ZIP64, with everything in its place', async () => {
    const value = Buffer.from(fixture('letter.docx'))
    const end = value.subarray(-22)
    const wide = Buffer.alloc(56 + 20)
    wide.write('PK\x06\x06', 'latin1')
    wide.writeBigUInt64LE(44n, 4)
    wide.writeBigUInt64LE(BigInt(end.readUInt16LE(10)), 24)
    wide.writeBigUInt64LE(BigInt(end.readUInt16LE(10)), 32)
    wide.writeBigUInt64LE(BigInt(end.readUInt32LE(12)), 40)
    wide.writeBigUInt64LE(BigInt(end.readUInt32LE(16)), 48)
    wide.write('PK\x06\x07', 56, 'latin1')
    wide.writeBigUInt64LE(BigInt(value.length - 22), 64)
    wide.writeUInt32LE(1, 72)
    const short = Buffer.concat([end.subarray(0, 8), Buffer.alloc(12, 0xff), end.subarray(20)])
    const labelled = await splice(docx, new Uint8Array(Buffer.concat([value.subarray(0, -22), wide, short])))
    run('unzip', '-tq', saved(labelled))
    const zip = await readZip(bytesSource(labelled))
    expect(zip.isWide).toBe(true)
    expect((await read(docx, await splice(docx, labelled))).labels).toMatchObject([
      { standard: true, value: aigc },
    ])
    run(
      'python3',
      '-c',
      'import sys, zipfile; assert zipfile.ZipFile(sys.argv[1]).testzip() is None',
      saved(labelled),
    )
  })

  test('Strict Office documents get the names of Strict', async () => {
    const rels = text('table.xlsx', '_rels/.rels').replace(
      'http://schemas.openxmlformats.org/officeDocument/2006/relationships/',
      'http://purl.oclc.org/ooxml/officeDocument/relationships/',
    )
    const labelled = await splice(xlsx, zipped(changed('table.xlsx', { '_rels/.rels': rels })))
    expect(contentOf(labelled, '_rels/.rels')).toContain(
      'http://purl.oclc.org/ooxml/officeDocument/relationships/customProperties',
    )
    expect(contentOf(labelled, 'docProps/custom.xml')).toContain(
      'xmlns="http://purl.oclc.org/ooxml/officeDocument/customProperties"',
    )
    expect((await read(xlsx, labelled)).labels).toHaveLength(1)
  })

  test('EPUB 2 has name and content; obfuscated fonts are no obstacle', async () => {
    const opf = text('book.epub', 'OEBPS/book.opf').replace('version="3.0"', 'version="2.0"')
    const font = '<e><EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/></e>'
    const labelled = await splice(
      epub,
      zipped(changed('book.epub', { 'OEBPS/book.opf': opf, 'META-INF/encryption.xml': font })),
    )
    expect(contentOf(labelled, 'OEBPS/book.opf')).toContain('<meta name="AIGC" content="{&quot;Label&quot;')
    expect((await read(epub, labelled)).labels).toMatchObject([{ standard: true, value: aigc }])
  })

  test('ODF without metadata gets a part for it, and lists it', async () => {
    const manifest = text('report.odt', 'META-INF/manifest.xml').replace(
      /<manifest:file-entry manifest:full-path="meta.xml"[^>]*>/,
      '',
    )
    const labelled = await splice(
      odt,
      zipped(changed('report.odt', { 'meta.xml': undefined, 'META-INF/manifest.xml': manifest })),
    )
    expect(contentOf(labelled, 'META-INF/manifest.xml')).toContain('manifest:full-path="meta.xml"')
    expect((await read(odt, labelled)).labels).toMatchObject([{ standard: true, value: aigc }])
  })

  test('several labels become one, neighbours stay, ids stay unique', async () => {
    const field = (pid: number, name: string) =>
      `<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="${pid}" name="${name}"><vt:lpwstr>{"Label":"2","ProduceID":"1"}</vt:lpwstr></property>`
    const custom = text('letter.docx', 'docProps/custom.xml').replace(
      '</Properties>',
      `${field(7, 'AIGC')}${field(8, 'aigc')}</Properties>`,
    )
    const value = zipped(changed('letter.docx', { 'docProps/custom.xml': custom }))
    expect((await read(docx, value)).labels.map(({ standard }) => standard)).toEqual([true, false])
    const labelled = await splice(docx, value)
    expect((await read(docx, labelled)).labels).toHaveLength(1)
    expect(contentOf(labelled, 'docProps/custom.xml').match(/pid="\d+"/g)).toEqual(['pid="2"', 'pid="3"'])
    expect(contentOf(labelled, 'docProps/custom.xml')).toContain('A &amp; B')
  })

  test('custom data that a document has already', async () => {
    const list =
      '<ofd:CustomDatas><ofd:CustomData Name="k">v</ofd:CustomData></ofd:CustomDatas></ofd:DocInfo>'
    const main = text('invoice.ofd', 'OFD.xml').replace('</ofd:DocInfo>', list)
    const labelled = await splice(ofd, zipped(changed('invoice.ofd', { 'OFD.xml': main })))
    expect(contentOf(labelled, 'OFD.xml')).toContain(
      '<ofd:CustomData Name="k">v</ofd:CustomData><ofd:CustomData Name="AIGC">',
    )
  })
})
