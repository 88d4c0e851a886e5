import type { XmpEdit } from '@yinji/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { extendedXmpOf, readXmp } from './xmp.ts'
import { clearXmp, mergeXmp } from './xmp-merge.ts'

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'utf8'))
const text = (packet: Uint8Array) => Buffer.from(packet).toString('utf8')
const aigc =
  '{"Label":"1","ContentProducer":"Acme","ProduceID":"a<b&c]]>\\"d","ReservedCode1":"","ContentPropagator":"Acme","PropagateID":"x","ReservedCode2":""}'
const source = 'http://cv.iptc.org/newscodes/digitalsourcetype/'
const generated: XmpEdit = {
  digitalSourceType: `${source}trainedAlgorithmicMedia`,
  systemUsed: 'Painter <3',
  systemVersionUsed: '2.1',
  createDate: '2026-11-20T08:00:00Z',
  publisher: '印记 & Söhne',
  documentId: 'doc-1',
}
const manipulated: XmpEdit = {
  ...generated,
  digitalSourceType: `${source}compositeWithTrainedAlgorithmicMedia`,
}
const rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
const packet = (body: string, padding = '') =>
  bytes(
    `<?xpacket begin="\u{feff}" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n <rdf:RDF ${rdf}>\n${body}\n </rdf:RDF>\n</x:xmpmeta>${padding}<?xpacket end="w"?>`,
  )
const description = (attributes: string, content = '') =>
  packet(`  <rdf:Description rdf:about="" ${attributes}>${content}</rdf:Description>`)
const tc260 = 'xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"'
const label = '{"Label":"1","ContentProducer":"doubao","ProduceID":"f123b54e"}'
const escaped = label.replaceAll('"', '&quot;')
const labels = (xmp: Uint8Array) => readXmp(xmp, 'XMP', true).labels.map(({ value }) => value)
const properties = (xmp: Uint8Array) =>
  Object.fromEntries(readXmp(xmp, 'XMP', true).properties.map(({ name, value }) => [name, value]))

describe('reading', () => {
  const camera = description(
    `${tc260} xmlns:e="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" e:DigitalSourceType="${source}digitalCapture"`,
    '<e:AISystemUsed>Sys &#20013;&#x6587;</e:AISystemUsed><e:AISystemVersionUsed><![CDATA[<9>]]></e:AISystemVersionUsed>',
  )

  test('the label real services write is found, element or attribute, escaped or CDATA', () => {
    expect(labels(description(tc260, `<TC260:AIGC>${escaped}</TC260:AIGC>`))).toEqual([label])
    expect(labels(description(`${tc260} TC260:AIGC='${label}'`))).toEqual([label])
    expect(labels(description(tc260, `<TC260:AIGC><!-- x --><![CDATA[${label}]]></TC260:AIGC>`))).toEqual([
      label,
    ])
  })

  test('a wrong or undeclared prefix is read, and named as out of place', () => {
    const foreign = description(
      'xmlns:a="http://www.tc260.org.cn/ns/AIGC/1.0"',
      `<a:AIGC>${escaped}</a:AIGC>`,
    )
    const undeclared = description('', `<TC260:AIGC>${escaped}</TC260:AIGC>`)
    const proper = description(
      'xmlns:a="http://www.tc260.org.cn/ns/AIGC/1.0/"',
      `<a:AIGC>${escaped}</a:AIGC>`,
    )
    expect(readXmp(foreign, 'XMP', true).labels).toEqual([
      { site: 'XMP a:AIGC', standard: false, value: label },
    ])
    expect(readXmp(undeclared, 'XMP', true).labels[0]).toMatchObject({
      site: 'XMP TC260:AIGC',
      standard: false,
    })
    expect(readXmp(proper, 'XMP', true).labels).toEqual([{ site: 'XMP', standard: true, value: label }])
    expect(labels(description('xmlns:o="urn:other"', `<o:AIGC>${escaped}</o:AIGC>`))).toEqual([])
  })

  test('a label spread over RDF fields is read as the mapping it is', () => {
    const fields =
      '<TC260:AIGC rdf:parseType="Resource"><TC260:Label>1</TC260:Label><TC260:ProduceID>a&amp;b</TC260:ProduceID></TC260:AIGC>'
    expect(labels(description(tc260, fields))).toEqual([{ Label: '1', ProduceID: 'a&b' }])
  })

  test('IPTC properties are read under any prefix, other people’s of the same name are not', () => {
    expect(properties(camera)).toEqual({
      DigitalSourceType: `${source}digitalCapture`,
      AISystemUsed: 'Sys 中文',
      AISystemVersionUsed: '<9>',
    })
    const nested = '<o:Parent rdf:parseType="Resource"><xmp:CreateDate>2001</xmp:CreateDate></o:Parent>'
    expect(
      properties(description('xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:o="urn:o"', nested)),
    ).toEqual({})
    expect(properties(description('xmlns:xmp="urn:other"', '<xmp:CreateDate>2001</xmp:CreateDate>'))).toEqual(
      {},
    )
  })

  test('UTF-16 packets say the same as their UTF-8 twins', () => {
    const wide = Buffer.from(text(description(tc260, `<TC260:AIGC>${escaped}</TC260:AIGC>`)), 'utf16le')
    expect(labels(new Uint8Array(wide))).toEqual([label])
    expect(labels(new Uint8Array(Buffer.from(wide).swap16()))).toEqual([label])
  })

  test('a label behind damage is still found, and the damage is reported', () => {
    const broken = bytes(
      `<rdf:RDF ${rdf}><a><b></a><rdf:Description ${tc260}><TC260:AIGC>${escaped}</TC260:AIGC>`,
    )
    const { labels: found, findings } = readXmp(broken, 'XMP', true)
    expect(found.map(({ value }) => value)).toEqual([label])
    expect(findings.map(({ code }) => code)).toEqual(['metadata.xmp.malformed'])
  })

  test('entities of one’s own making are not expanded', () => {
    const bomb = bytes(
      `<!DOCTYPE x [<!ENTITY a "${label}">]>${text(description(tc260, '<TC260:AIGC>{&a;}</TC260:AIGC>'))}`,
    )
    expect(labels(bomb)).toEqual(['{&a;}'])
  })

  test('the name of an extension is found', () => {
    const note = description('xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="0123"')
    expect(extendedXmpOf(note)).toBe('0123')
    expect(extendedXmpOf(camera)).toBeUndefined()
  })
})

describe('merging', () => {
  const earlier = description(
    'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmp:CreateDate="1999-12-31" xmpMM:DocumentID="old" xmp:Rating="5"',
    '\n   <dc:publisher><rdf:Bag><rdf:li>Old House</rdf:li></rdf:Bag></dc:publisher>\n   <dc:title>Ä\u{fffd}</dc:title>\n  ',
  )

  test('a file without XMP gets a whole packet that says exactly the label', () => {
    const made = mergeXmp(undefined, { aigc, xmp: generated })
    expect(labels(made)).toEqual([aigc])
    expect(properties(made)).toEqual({
      DigitalSourceType: generated.digitalSourceType,
      AISystemUsed: 'Painter <3',
      AISystemVersionUsed: '2.1',
      CreateDate: generated.createDate,
      publisher: '印记 & Söhne',
      DocumentID: 'doc-1',
    })
    expect(text(made)).toMatch(/^<\?xpacket begin="\ufeff".*<dc:publisher><rdf:Bag>.*<\?xpacket end="w"\?>$/s)
  })

  test('generated content takes nothing over from the file’s earlier life', () => {
    const made = mergeXmp(earlier, { aigc, xmp: generated })
    expect(properties(made)).toMatchObject({
      CreateDate: generated.createDate,
      publisher: '印记 & Söhne',
      DocumentID: 'doc-1',
    })
    expect(text(made)).not.toMatch(/1999-12-31|Old House|"old"/)
    expect(text(made)).toContain('xmp:Rating="5"')
    expect(text(made)).toContain('<dc:title>Ä\u{fffd}</dc:title>')
  })

  test('manipulated content keeps its moment of capture, its publisher and the id it came from', () => {
    const { properties: found } = readXmp(mergeXmp(earlier, { aigc, xmp: manipulated }), 'XMP', true)
    const of = (name: string) => found.filter((property) => property.name === name).map(({ value }) => value)
    expect(of('CreateDate')).toEqual(['1999-12-31'])
    expect(of('publisher')).toEqual(['Old House', '印记 & Söhne'])
    expect(of('OriginalDocumentID')).toEqual(['old'])
    expect(of('DocumentID')).toEqual(['doc-1'])
  })

  test('exactly one label is left, wherever and however often it stood', () => {
    const many = packet(
      `<rdf:Description rdf:about="" ${tc260} TC260:AIGC="{}"><TC260:AIGC>${escaped}</TC260:AIGC></rdf:Description>\n<rdf:Description rdf:about=""><TC260:AIGC>1</TC260:AIGC><x:keep xmlns:x="urn:x">me</x:keep></rdf:Description>`,
    )
    const made = mergeXmp(many, { aigc })
    expect(labels(made)).toEqual([aigc])
    expect(text(made)).toContain('<x:keep xmlns:x="urn:x">me</x:keep>')
    expect(text(made).match(/<rdf:Description/g)).toHaveLength(2)
  })

  test('everything else survives byte for byte, even what is no UTF-8', () => {
    const odd = Buffer.from(text(earlier).replace('Ä', '\u{1}'), 'utf8')
    odd[odd.indexOf(1)] = 0xff
    const made = Buffer.from(mergeXmp(new Uint8Array(odd), { aigc }))
    const at = made.indexOf('\n  <rdf:Description rdf:about=""\n    xmlns:TC260')
    const end = made.indexOf('</rdf:Description>', at) + 18
    expect(Buffer.concat([made.subarray(0, at), made.subarray(end)]).equals(odd)).toBe(true)
  })

  test('padding gives way to the label and comes back with a shorter one', () => {
    const padded = packet('  <rdf:Description rdf:about=""/>', `\n${`${' '.repeat(99)}\n`.repeat(20)}`)
    const long = mergeXmp(padded, { aigc, xmp: generated })
    expect(long.byteLength).toBe(padded.byteLength)
    expect(mergeXmp(long, { aigc: '{"Label":"1"}' }).byteLength).toBe(padded.byteLength)
    const tight = packet('  <rdf:Description rdf:about=""/>', '\n\n')
    expect(text(mergeXmp(tight, { aigc, xmp: generated }))).toMatch(/<\/x:xmpmeta>\n<\?xpacket end/)
  })

  test('an empty rdf:RDF under another prefix is opened, and the label is about the same resource', () => {
    const uri = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'
    const made = mergeXmp(bytes(`<r:RDF xmlns:r='${uri}'/>`), { aigc })
    expect(labels(made)).toEqual([aigc])
    expect(text(made)).toMatch(new RegExp(`^<r:RDF xmlns:r='${uri}'>.*xmlns:rdf="${uri}".*</r:RDF>$`, 's'))
    const about = mergeXmp(packet('<rdf:Description rdf:about="uuid:1&amp;2"/>'), { aigc })
    expect(text(about).match(/rdf:about="uuid:1&amp;2"/g)).toHaveLength(2)
  })

  test('a packet nobody can read is replaced by one that everybody can', () => {
    for (const broken of [
      '',
      'no XML',
      `<rdf:RDF ${rdf}><a></b></rdf:RDF>`,
      '<x:xmpmeta xmlns:x="adobe:ns:meta/"/>',
    ]) {
      const made = mergeXmp(bytes(broken), { aigc })
      expect(readXmp(made, 'XMP', true)).toMatchObject({ labels: [{ value: aigc }], findings: [] })
    }
  })

  test('a UTF-16 packet becomes UTF-8 and loses nothing', () => {
    const wide = new Uint8Array(
      Buffer.from(`\u{feff}<?xml version="1.0" encoding="UTF-16"?>${text(earlier)}`, 'utf16le'),
    )
    const made = mergeXmp(wide, { aigc })
    expect(text(made)).toContain('<dc:title>Ä\u{fffd}</dc:title>')
    expect(text(made)).not.toContain('UTF-16')
  })

  test('clearing a second packet blanks the label in place and nothing else', () => {
    const second = description(
      tc260,
      `<TC260:AIGC>${escaped}</TC260:AIGC><x:keep xmlns:x="urn:x">me</x:keep>`,
    )
    const cleared = clearXmp(second, { aigc }) ?? new Uint8Array(0)
    expect(cleared.byteLength).toBe(second.byteLength)
    expect(labels(cleared)).toEqual([])
    expect(text(cleared)).toContain('<x:keep xmlns:x="urn:x">me</x:keep>')
    expect(clearXmp(earlier, { aigc })).toBeUndefined()
  })

  test('labelling twice is labelling once, whatever the packet', () => {
    const value = fc.string({ unit: 'grapheme', maxLength: 20 })
    const edits = fc.record({ publisher: value, documentId: value, systemUsed: value })
    fc.assert(
      fc.property(
        edits,
        fc.constantFrom(generated, manipulated),
        fc.constantFrom(earlier, undefined),
        (own, base, start) => {
          const edit = { aigc, xmp: { ...base, ...own } }
          const once = mergeXmp(start, edit)
          expect(labels(once)).toEqual([aigc])
          expect(text(mergeXmp(once, edit))).toBe(text(once))
          expect(readXmp(once, 'XMP', true).findings).toEqual([])
        },
      ),
      { numRuns: 200 },
    )
  })

  test('mutilated packets are read without an exception and always end up with exactly one label', () => {
    const whole = mergeXmp(earlier, { aigc, xmp: manipulated })
    const pieces = fc.constantFrom(
      '<',
      '>',
      '"',
      '/',
      '&',
      ']]>',
      '<!--',
      '<![CDATA[',
      'TC260:',
      '\0',
      '<rdf:RDF>',
      ' ',
    )
    fc.assert(
      fc.property(fc.nat(whole.byteLength), fc.nat(40), pieces, fc.boolean(), (at, drop, piece, cut) => {
        const rest = cut ? new Uint8Array(0) : whole.subarray(at + drop)
        const mutant = new Uint8Array(Buffer.concat([whole.subarray(0, at), bytes(piece), rest]))
        readXmp(mutant, 'XMP', true)
        expect(labels(mergeXmp(mutant, { aigc, xmp: generated }))).toEqual([aigc])
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    ['tags that never end', '<a b="'.repeat(200_000)],
    ['deep nesting', '<a>'.repeat(500_000)],
    ['labels without end', `<TC260:AIGC>`.repeat(100_000)],
    ['one endless attribute', `<a b="${'x'.repeat(3_000_000)}"/>`],
    ['endless space', `<a${' '.repeat(3_000_000)}/>`],
    ['comments that never end', '<!--'.repeat(500_000)],
  ])('%s are read in time', (_, hostile) => {
    expect(readXmp(bytes(hostile), 'XMP', true).findings).toHaveLength(1)
  })
})
