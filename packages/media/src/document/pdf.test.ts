import { deflateSync } from 'node:zlib'
import { InputError } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { binaryBytes, binaryText } from '../carriers/binary.ts'
import { aigc, fixture, foreignPacket, handling, xmp } from '../handler.test-kit.ts'
import { run } from '../programs.test-kit.ts'
import { pdfOf, pdfTools, stream } from './pdf.test-kit.ts'
import { pdf } from './pdf.ts'

const { store, everything, read, codes, splice, survives } = handling(pdf)
const { saved, qpdf } = pdfTools()
const leaflet = fixture('leaflet.pdf')

const pages = '<</Type /Pages /Kids [] /Count 0>>'

describe('a labelled document', () => {
  const variants: readonly (readonly [string, () => Uint8Array])[] = [
    ['with a table', () => leaflet],
    ['with object streams', () => qpdf(leaflet, '--object-streams=generate')],
    ['linearised', () => qpdf(leaflet, '--linearize')],
    ['linearised, with object streams', () => qpdf(leaflet, '--linearize', '--object-streams=generate')],
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
    const once = await splice(value)
    const twice = await splice(once)
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
      expect(binaryText(after)).toMatch(
        /\/Type \/Filespec\s*\/Subtype \/application#2Fc2pa\s*\/AFRelationship/,
      ) // C2PA A.4.1
      expect(properties).toContainEqual({
        site: 'Catalog Metadata',
        name: 'DigitalSourceType',
        value: xmp.digitalSourceType,
      })
      const path = saved(after)
      run('qpdf', '--check', path)
      expect(run('pdfinfo', '-custom', path)).toContain(`${aigc}\n`)
      expect(run('pdfdetach', '-list', path).match(/content_credential\.c2pa/g)).toHaveLength(1)
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
    add(stream('5 0 6 3 [] <</AIGC ({"Label":"2","ProduceID":"1"})>>', '/Type /ObjStm /N 2 /First 8'))
    const rows = '\x02\0\x04\0\x02\0\x04\x01'
    const hidden = out.length
    out += `7 0 obj\n${stream(rows, '/Type /XRef /W [1 2 1] /Index [5 2] /Size 8 /Root 1 0 R')}\nendobj\n`
    const row = (offset: number) => `${String(offset).padStart(10, '0')} 00000 n \n`
    const free = '0000000000 65535 f \n'
    const table = `xref\n0 8\n${free}${at.map(row).join('')}${free}${free}${row(hidden)}`
    const end = `trailer\n<</Size 8 /Root 1 0 R /Info 6 0 R /XRefStm ${hidden}>>\nstartxref\n${out.length}\n%%EOF\n`
    const value = binaryBytes(out + table + end)
    expect((await read(value)).labels).toMatchObject([{ value: '{"Label":"2","ProduceID":"1"}' }])
    const labelled = await splice(value)
    run('qpdf', '--check', saved(labelled))
    expect(run('pdfinfo', '-custom', saved(labelled))).toContain(`${aigc}\n`)
    expect((await read(labelled)).labels).toEqual([{ site: 'Info AIGC', standard: true, value: aigc }])
  })

  test('without the manifest, it is on no list any more', async () => {
    const dropped = await splice(await splice(leaflet), { room: 0 })
    expect(await read(dropped)).toMatchObject({ labels: [{ value: aigc }], findings: [] })
    expect((await read(dropped)).manifest).toBeUndefined()
    expect(run('pdfdetach', '-list', saved(dropped))).toMatch(/^1 embedded files\n1: notes.txt\n$/)
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
      stream('x', '/Type /EmbeddedFile'),
    ])
    const labelled = await splice(value)
    const path = saved(labelled)
    run('qpdf', '--check', path)
    const listed = run('qpdf', '--list-attachments', path).match(/^\S.*(?= -> )/gm)
    expect(listed).toEqual(['a', 'b', 'y', 'z', 'z content_credential.c2pa'])
    const dropped = saved(await splice(labelled, { room: 0 }))
    expect(run('qpdf', '--list-attachments', dropped).match(/^\S.*(?= -> )/gm)).toEqual(['a', 'b', 'y', 'z'])
  })
})

describe('an XMP packet that is packed in a way we do not read', () => {
  test('stays as it is, and the label stands in the Info dictionary all the same', async () => {
    const head = '/Type /Metadata /Subtype /XML /Filter /ASCIIHexDecode'
    const value = pdfOf(['<</Type /Catalog /Pages 2 0 R /Metadata 3 0 R>>', pages, stream('3C782F3E>', head)])
    const labelled = await splice(value)
    expect(Buffer.from(labelled).subarray(0, value.length).equals(Buffer.from(value))).toBe(true)
    expect(Buffer.from(labelled.subarray(value.length)).toString('latin1')).not.toContain('/Type /Metadata')
    expect((await read(labelled)).labels).toEqual([{ site: 'Info AIGC', standard: true, value: aigc }])
  })
})

describe('labels elsewhere', () => {
  const field = '{"Label":"2","ProduceID":"1"}'
  const packet = foreignPacket(field)
  const deflated = deflateSync(packet).toString('latin1')
  const value = pdfOf(
    [
      '<</Type /Catalog /Pages 2 0 R /Metadata 3 0 R>>',
      pages,
      stream(deflated, '/Type /Metadata /Subtype /XML /Filter /FlateDecode'),
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
      expect(binaryText(labelled)).toContain('k:eep="1"')
      run('qpdf', '--check', saved(labelled))
    }
  })
})

describe('what is refused', () => {
  test.each([
    ['--encrypt', 'u', 'o', '256', '--'],
    ['--encrypt', '', 'o', '256', '--modify=none', '--'],
  ])('encrypted documents, by name: %s %s', async (...options) => {
    const value = qpdf(leaflet, ...options)
    expect(await codes(value)).toEqual(['asset.encrypted'])
    await expect(splice(value)).rejects.toMatchObject({ code: 'input.encrypted' })
  })

  test('certified documents, by name', async () => {
    const value = pdfOf(['<</Type /Catalog /Pages 2 0 R /Perms <</DocMDP 3 0 R>>>>', pages, '<</Type /Sig>>'])
    await expect(splice(value)).rejects.toMatchObject({ code: 'input.signed' })
  })

  test('documents cut off anywhere but where an earlier version ended', async () => {
    const labelled = await splice(leaflet)
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
      () =>
        binaryBytes(
          binaryText(leaflet).replace('/Size', `/Prev ${binaryText(leaflet).lastIndexOf('xref\n0')} /Size`),
        ),
    ],
    ['references in a circle', () => pdfOf(['<</Type /Catalog /Pages 2 0 R>>', '3 0 R', '2 0 R'])],
    ['brackets without end', () => pdfOf([`<</Pages 2 0 R /X ${'['.repeat(500_000)}`, pages])],
    ['dictionaries without end', () => pdfOf([`<</Pages 2 0 R ${'/X <<'.repeat(300_000)}`, pages])],
    ['a string without end', () => pdfOf([`<</Pages 2 0 R /X (${'('.repeat(3_000_000)}`, pages])],
    [
      'a subsection of 10^15 objects',
      () => binaryBytes(binaryText(leaflet).replace('0 10\n', '0 999999999999999\n')),
    ],
    [
      'a stream of 10^15 bytes',
      () =>
        binaryBytes(
          binaryText(leaflet).replace(/\/Length \d+>>\nstream\n<\?/, '/Length 999999999999999>>\nstream\n<?'),
        ),
    ],
    [
      'a packet that inflates without end',
      () =>
        pdfOf([
          '<</Pages 2 0 R /Metadata 3 0 R>>',
          pages,
          stream(deflateSync(Buffer.alloc(200_000_000)).toString('latin1'), '/Filter /FlateDecode'),
        ]),
    ],
  ]
  test.each(hostile)('%s: an answer in time', async (_, make) => {
    const value = make()
    await read(value)
    await splice(value).catch((error: unknown) => expect(error).toBeInstanceOf(InputError))
  })

  test.each(['--object-streams=generate', '--object-streams=disable'])(
    'any mutation is read without an exception, and refused or labelled with exactly one label: %s',
    async (option) => {
      const whole = await splice(qpdf(leaflet, option))
      await survives(whole, { runs: 1000 })
    },
  )
})

/** The manifest is the one place that no hash covers: what it holds could be replaced by anything after the signature. */
describe('a table that leads into the manifest is told', () => {
  const document = pdfOf([
    '<</Type /Catalog /Pages 2 0 R>>',
    '<</Type /Pages /Kids [3 0 R] /Count 1>>',
    '<</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9]>>',
    `(${'long enough for offsets of as many digits '.repeat(40)})`,
  ])
  const led = async (change: (file: Buffer, into: number) => void) => {
    const file = Buffer.from(await splice(document))
    const { start = 0 } = (await read(file)).manifest?.excluded ?? {}
    change(file, start + 20)
    return (await read(file)).findings
  }

  test('when it says that a page stands there', async () => {
    const found = await led((file, into) => {
      const row = file.indexOf('f \n', document.length - 200) // that of object 0; three rows on is object 3
      file.write(String(into).padStart(10, '0'), file.indexOf('n \n', row) + 3 + 20, 'latin1')
    })
    expect(found).toMatchObject([{ code: 'manifest.binding.partial', data: { what: '3 0 obj' } }])
  })

  test('when the table before it is said to stand there', async () => {
    const found = await led((file, into) => {
      const before = /\/Prev (\d+)/.exec(file.toString('latin1', document.length))
      const digits = before?.[1] ?? ''
      file.write(`xref\n0 0\ntrailer\n<</Prev ${digits}>>\n`, into, 'latin1')
      const at = file.lastIndexOf(`/Prev ${digits}`) + 6
      file.write(String(into).padStart(digits.length, '0'), at, 'latin1')
    })
    expect(found).toMatchObject([{ code: 'manifest.binding.partial' }])
  })

  // Where an entry of the table is wrong, readers go through the file for `3 0 obj`; where a length is, for `endstream`.
  test.each(['3 0 obj', '7\n00 obj', 'endobj', '\nendstream', 'trailer<<', 'startxref'])(
    'when readers that repair a document would find %j there',
    async (words) => {
      const found = await led((file, into) => file.write(words, into, 'latin1'))
      const what = words.replace(/\s+/g, ' ').trim()
      expect(found).toMatchObject([{ code: 'manifest.binding.partial', data: { what } }])
    },
  )
})
