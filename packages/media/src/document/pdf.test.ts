import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import {
  bytes as bytesPart,
  bytesSource,
  type Edit,
  InputError,
  splicedSource,
  type XmpEdit,
} from '@yinji/core'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { pdf } from './pdf.ts'

const directory = mkdtempSync(join(tmpdir(), 'yinji-pdf-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const aigc =
  '{"Label":"1","ContentProducer":"001191440101MA9Y9T4H7A00000","ProduceID":"a(b)\\"c","ReservedCode1":"","ContentPropagator":"p","PropagateID":"x","ReservedCode2":""}'
const xmp: XmpEdit = {
  digitalSourceType: 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia',
  createDate: '2026-11-20T08:00:00Z',
  publisher: '印记',
  documentId: 'doc-1',
}
const store = new Uint8Array(700).fill(7)
const everything: Edit = { aigc, xmp, room: store.byteLength }

const leaflet = new Uint8Array(readFileSync(join(import.meta.dirname, '../../../../fixtures/leaflet.pdf')))
const of = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))
const text = (value: Uint8Array) => Buffer.from(value).toString('latin1')
const read = (value: Uint8Array) => pdf.read(bytesSource(value))
const codes = async (value: Uint8Array) => (await read(value)).findings.map(({ code }) => code)
async function splice(value: Uint8Array, edit: Edit): Promise<Uint8Array> {
  const { parts } = await pdf.splice(bytesSource(value), edit)
  const filled = parts.map((part) => (part.kind === 'room' ? bytesPart(part.embed(store)) : part))
  const source = splicedSource(bytesSource(value), filled)
  return Uint8Array.from(await source.read(0, source.size))
}
function saved(value: Uint8Array): string {
  const path = join(directory, `${Math.random()}.pdf`)
  writeFileSync(path, value)
  return path
}
function qpdf(value: Uint8Array, ...options: string[]): Uint8Array {
  const output = join(directory, `${Math.random()}.pdf`)
  execFileSync(
    'qpdf',
    ['--warning-exit-0', ...options.slice(0, -1), saved(value), ...options.slice(-1), output].filter(Boolean),
  )
  return new Uint8Array(readFileSync(output))
}
const tool = (name: string, ...options: string[]) => execFileSync(name, options, { encoding: 'utf8' })

/** A file from objects numbered from 1, the catalog first. */
function pdfOf(objects: readonly string[], trailer = ''): Uint8Array {
  let out = '%PDF-1.7\n'
  const rows = objects.map((object, index) => {
    const row = `${String(out.length).padStart(10, '0')} 00000 n \n`
    out += `${index + 1} 0 obj\n${object}\nendobj\n`
    return row
  })
  const end = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows.join('')}trailer\n<</Size ${objects.length + 1} /Root 1 0 R${trailer}>>\nstartxref\n${out.length}\n%%EOF\n`
  return of(out + end)
}
const pages = '<</Type /Pages /Kids [] /Count 0>>'
const stream = (head: string, body: string) =>
  `<<${head} /Length ${body.length}>>\nstream\n${body}\nendstream`

describe('a labelled document', () => {
  const variants: readonly (readonly [string, () => Uint8Array])[] = [
    ['with a table', () => leaflet],
    ['with object streams', () => qpdf(leaflet, '--object-streams=generate', '')],
    ['linearised', () => qpdf(leaflet, '--linearize', '')],
    ['linearised, with object streams', () => qpdf(leaflet, '--linearize', '--object-streams=generate', '')],
    [
      'without Info and XMP',
      () =>
        pdfOf([
          '<</Type /Catalog /Pages 2 0 R>>',
          '<</Type /Pages /Kids [3 0 R] /Count 1>>',
          '<</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9]>>',
        ]),
    ],
    ['without a last line break', () => leaflet.subarray(0, -1)],
  ]
  test.each(variants)('%s: read by others, twice labelled, nothing before touched', async (_, make) => {
    const value = make()
    const once = await splice(value, everything)
    const twice = await splice(once, everything)
    for (const [before, after] of [
      [value, once],
      [once, twice],
    ] as const) {
      expect(Buffer.from(after.subarray(0, before.length)).equals(before)).toBe(true)
      const { labels, manifest, findings, properties } = await read(after)
      expect(labels).toEqual([{ site: 'Info AIGC', standard: true, value: aigc }])
      expect(findings).toEqual([])
      expect(Buffer.from(manifest?.store ?? []).equals(store)).toBe(true)
      expect(manifest?.excluded.start).toBeGreaterThan(before.length)
      expect(properties).toContainEqual({
        site: 'Catalog Metadata',
        name: 'DigitalSourceType',
        value: xmp.digitalSourceType,
      })
      const path = saved(after)
      tool('qpdf', '--check', path)
      expect(tool('pdfinfo', '-custom', path)).toContain(`${aigc}\n`)
      expect(tool('pdfdetach', '-list', path).match(/content_credential\.c2pa/g)).toHaveLength(1)
    }
  })

  test('hybrid: what the table calls free is found in the stream', async () => {
    let out = '%PDF-1.7\n'
    const at: number[] = []
    const add = (object: string) => {
      at.push(out.length)
      out += `${at.length} 0 obj\n${object}\nendobj\n`
    }
    add('<</Type /Catalog /Pages 2 0 R /AF 5 0 R>>')
    add('<</Type /Pages /Kids [3 0 R] /Count 1>>')
    add('<</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9]>>')
    add(stream('/Type /ObjStm /N 2 /First 8', '5 0 6 3 [] <</AIGC ({"Label":"2","ProduceID":"1"})>>'))
    const rows = '\x02\0\x04\0\x02\0\x04\x01'
    const hidden = out.length
    out += `7 0 obj\n${stream('/Type /XRef /W [1 2 1] /Index [5 2] /Size 8 /Root 1 0 R', rows)}\nendobj\n`
    const row = (offset: number) => `${String(offset).padStart(10, '0')} 00000 n \n`
    const free = '0000000000 65535 f \n'
    const table = `xref\n0 8\n${free}${at.map(row).join('')}${free}${free}${row(hidden)}`
    const end = `trailer\n<</Size 8 /Root 1 0 R /Info 6 0 R /XRefStm ${hidden}>>\nstartxref\n${out.length}\n%%EOF\n`
    const value = of(out + table + end)
    expect((await read(value)).labels).toMatchObject([{ value: '{"Label":"2","ProduceID":"1"}' }])
    const labelled = await splice(value, everything)
    tool('qpdf', '--check', saved(labelled))
    expect(tool('pdfinfo', '-custom', saved(labelled))).toContain(`${aigc}\n`)
    expect((await read(labelled)).labels).toEqual([{ site: 'Info AIGC', standard: true, value: aigc }])
  })

  test('without the manifest, it is on no list any more', async () => {
    const dropped = await splice(await splice(leaflet, everything), { room: 0 })
    expect(await read(dropped)).toMatchObject({ labels: [{ value: aigc }], findings: [] })
    expect((await read(dropped)).manifest).toBeUndefined()
    expect(tool('pdfdetach', '-list', saved(dropped))).toMatch(/^1 embedded files\n1: notes.txt\n$/)
  })

  test('keeps a name tree of several levels in order', async () => {
    const value = pdfOf([
      '<</Type /Catalog /Pages 2 0 R /Names 3 0 R>>',
      pages,
      '<</EmbeddedFiles 4 0 R>>',
      '<</Kids [5 0 R 6 0 R]>>',
      '<</Limits [(a) (b)] /Names [(a) 7 0 R (b) 7 0 R]>>',
      '<</Limits [(y) (z)] /Names [(y) 7 0 R (z) 7 0 R]>>',
      '<</Type /Filespec /F (a.txt) /EF <</F 8 0 R>>>>',
      stream('/Type /EmbeddedFile', 'x'),
    ])
    const labelled = await splice(value, everything)
    const path = saved(labelled)
    tool('qpdf', '--check', path)
    const listed = tool('qpdf', '--list-attachments', path).match(/^\S.*(?= -> )/gm)
    expect(listed).toEqual(['a', 'b', 'y', 'z', 'z content_credential.c2pa'])
    const dropped = saved(await splice(labelled, { room: 0 }))
    expect(tool('qpdf', '--list-attachments', dropped).match(/^\S.*(?= -> )/gm)).toEqual(['a', 'b', 'y', 'z'])
  })
})

describe('an XMP packet that is packed in a way we do not read', () => {
  test('stays as it is, and the label stands in the Info dictionary all the same', async () => {
    const head = '/Type /Metadata /Subtype /XML /Filter /ASCIIHexDecode'
    const value = pdfOf(['<</Type /Catalog /Pages 2 0 R /Metadata 3 0 R>>', pages, stream(head, '3C782F3E>')])
    const labelled = await splice(value, everything)
    expect(Buffer.from(labelled).subarray(0, value.length).equals(Buffer.from(value))).toBe(true)
    expect(Buffer.from(labelled.subarray(value.length)).toString('latin1')).not.toContain('/Type /Metadata')
    expect((await read(labelled)).labels).toEqual([{ site: 'Info AIGC', standard: true, value: aigc }])
  })
})

describe('labels elsewhere', () => {
  const field = '{"Label":"2","ProduceID":"1"}'
  const packet = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/" xmlns:k="urn:k" k:eep="1"><TC260:AIGC>${field}</TC260:AIGC></rdf:Description></rdf:RDF></x:xmpmeta>`
  const deflated = deflateSync(packet).toString('latin1')
  const value = pdfOf(
    [
      '<</Type /Catalog /Pages 2 0 R /Metadata 3 0 R>>',
      pages,
      stream('/Type /Metadata /Subtype /XML /Filter /FlateDecode', deflated),
      `<</aigc <${Buffer.from(`\ufeff${field}`, 'utf16le').swap16().toString('hex')}> /AIG#43 (\\173"Label":"2",\\\n"ProduceID":"1"}) /Subject (about {"AIGC":${field}})>>`,
    ],
    ' /Info 4 0 R',
  )
  test('are read, in any spelling, and give way to one', async () => {
    expect((await read(value)).labels).toEqual([
      { site: 'Info aigc', standard: false, value: field },
      { site: 'Info AIGC', standard: true, value: field },
      { site: 'Info Subject', standard: false, value: field },
      { site: 'Catalog Metadata', standard: false, value: field },
    ])
    for (const edit of [everything, { aigc, room: 0 }]) {
      const labelled = await splice(value, edit)
      expect((await read(labelled)).labels).toEqual([{ site: 'Info AIGC', standard: true, value: aigc }])
      expect(text(labelled)).toContain('k:eep="1"')
      tool('qpdf', '--check', saved(labelled))
    }
  })
})

describe('what is refused', () => {
  test.each([
    ['--encrypt', 'u', 'o', '256', '--'],
    ['--encrypt', '', 'o', '256', '--modify=none', '--'],
  ])('encrypted documents, by name: %s %s', async (...options) => {
    const output = join(directory, `${Math.random()}.pdf`)
    execFileSync('qpdf', [...options, saved(leaflet), output])
    const value = new Uint8Array(readFileSync(output))
    expect(await codes(value)).toEqual(['asset.encrypted'])
    await expect(splice(value, everything)).rejects.toMatchObject({ code: 'input.encrypted' })
  })

  test('certified documents, by name', async () => {
    const value = pdfOf(['<</Type /Catalog /Pages 2 0 R /Perms <</DocMDP 3 0 R>>>>', pages, '<</Type /Sig>>'])
    await expect(splice(value, everything)).rejects.toMatchObject({ code: 'input.signed' })
  })

  test('documents cut off anywhere but where an earlier version ended', async () => {
    const labelled = await splice(leaflet, everything)
    for (let length = 9; length < labelled.length - 1; length += 7) {
      const found = await read(labelled.subarray(0, length))
      if (length < leaflet.length - 1) expect(found.findings).toMatchObject([{ code: 'asset.damaged' }])
      expect(found.manifest).toBeUndefined()
    }
  })
})

describe('hostile files', () => {
  const hostile: readonly (readonly [string, () => Uint8Array])[] = [
    [
      'sections in a circle',
      () => of(text(leaflet).replace('/Size', `/Prev ${text(leaflet).lastIndexOf('xref\n0')} /Size`)),
    ],
    ['references in a circle', () => pdfOf(['<</Type /Catalog /Pages 2 0 R>>', '3 0 R', '2 0 R'])],
    ['brackets without end', () => pdfOf([`<</Pages 2 0 R /X ${'['.repeat(500_000)}`, pages])],
    ['dictionaries without end', () => pdfOf([`<</Pages 2 0 R ${'/X <<'.repeat(300_000)}`, pages])],
    ['a string without end', () => pdfOf([`<</Pages 2 0 R /X (${'('.repeat(3_000_000)}`, pages])],
    ['a subsection of 10^15 objects', () => of(text(leaflet).replace('0 10\n', '0 999999999999999\n'))],
    [
      'a stream of 10^15 bytes',
      () => of(text(leaflet).replace(/\/Length \d+>>\nstream\n<\?/, '/Length 999999999999999>>\nstream\n<?')),
    ],
    [
      'a packet that inflates without end',
      () =>
        pdfOf([
          '<</Pages 2 0 R /Metadata 3 0 R>>',
          pages,
          stream('/Filter /FlateDecode', deflateSync(Buffer.alloc(200_000_000)).toString('latin1')),
        ]),
    ],
  ]
  test.each(hostile)('%s: an answer in time', async (_, make) => {
    const value = make()
    await read(value)
    await splice(value, everything).catch((error: unknown) => expect(error).toBeInstanceOf(InputError))
  })

  test.each(['--object-streams=generate', '--object-streams=disable'])(
    'any mutation is read without an exception, and refused or labelled with exactly one label: %s',
    async (option) => {
      const whole = await splice(qpdf(leaflet, option, ''), everything)
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
          fc.nat(whole.length),
          fc.integer({ min: 0, max: 3 }),
          async (changes, length, cut) => {
            const mutant = Uint8Array.from(cut === 0 ? whole.subarray(0, length) : whole)
            for (const [at, value] of changes) if (at < mutant.length) mutant[at] = value
            await read(mutant)
            const labelled = await splice(mutant, everything).catch((error: unknown) => {
              expect(error).toBeInstanceOf(InputError)
            })
            if (labelled) expect((await read(labelled)).labels.map(({ value }) => value)).toEqual([aigc])
          },
        ),
        { numRuns: 1000 },
      )
    },
  )
})
