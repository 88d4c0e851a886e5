/** Forms of packages that one meets seldom, and what labelling makes of them. */
import { bytesSource } from '@yinji/core'
import { expect, test } from 'vitest'
import { readZip } from '../carriers/zip.ts'
import { aigc, fixture } from '../handler.test-kit.ts'
import { run } from '../programs.test-kit.ts'
import { epub } from './epub.ts'
import { odt } from './odf.ts'
import { ofd } from './ofd.ts'
import { docx, xlsx } from './ooxml.ts'
import { changed, contentOf, read, saved, splice, text, zipped } from './package.test-kit.ts'

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
  const list = '<ofd:CustomDatas><ofd:CustomData Name="k">v</ofd:CustomData></ofd:CustomDatas></ofd:DocInfo>'
  const main = text('invoice.ofd', 'OFD.xml').replace('</ofd:DocInfo>', list)
  const labelled = await splice(ofd, zipped(changed('invoice.ofd', { 'OFD.xml': main })))
  expect(contentOf(labelled, 'OFD.xml')).toContain(
    '<ofd:CustomData Name="k">v</ofd:CustomData><ofd:CustomData Name="AIGC">',
  )
})
