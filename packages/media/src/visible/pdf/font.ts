/**
 * The font of the label inside a PDF: a composite font (ISO 32000-2 9.7) with the few glyphs that the label needs and a
 * map back to Unicode, so that the words show everywhere, and can be found and copied as text.
 */
import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { binaryBytes } from '../../carriers/binary.ts'
import type { PdfUpdate } from '../../carriers/pdf-update.ts'
import {
  array,
  dictionary,
  literal,
  name,
  number,
  type PdfReference,
  type PdfValue,
  reference,
} from '../../carriers/pdf-values.ts'
import { fontFile, type TextShape } from '../glyphs.ts'
import { subsetFont } from './font-subset.ts'

/** Of the font in `assets`, in thousandths of an em. */
const metrics = { box: [-1007, -1047, 2927, 1807], ascent: 1160, descent: -288, capitals: 733, stem: 100 }

/** Puts the font into the update. @param letters all in one em of 1000 units */
export function putFont(update: PdfUpdate, { glyphs }: TextShape): PdfReference {
  const used = new Map(glyphs.map((letter) => [letter.glyph.index, letter]))
  const file = subsetFont(fontFile(), used.keys())
  const fontName = name(`${tagOf(file)}+NotoSansSC-Medium`)
  const embedded = putPacked(update, file, [['Length1', number(file.byteLength)]])
  const descriptor = put(update, [
    ['Type', name('FontDescriptor')],
    ['FontName', fontName],
    ['Flags', number(4)], // symbolic: the glyphs are numbered, not named
    ['FontBBox', array(...metrics.box.map(number))],
    ['ItalicAngle', number(0)],
    ['Ascent', number(metrics.ascent)],
    ['Descent', number(metrics.descent)],
    ['CapHeight', number(metrics.capitals)],
    ['StemV', number(metrics.stem)],
    ['FontFile2', embedded],
  ])
  const sorted = [...used].sort(([a], [b]) => a - b)
  const widths = sorted.flatMap(([index, { glyph }]) => [number(index), array(number(glyph.advanceWidth))])
  const descendant = put(update, [
    ['Type', name('Font')],
    ['Subtype', name('CIDFontType2')],
    ['BaseFont', fontName],
    [
      'CIDSystemInfo',
      dictionary([
        ['Registry', literal('Adobe')],
        ['Ordering', literal('Identity')],
        ['Supplement', number(0)],
      ]),
    ],
    ['FontDescriptor', descriptor],
    ['DW', number(1000)],
    ['W', array(...widths)],
    ['CIDToGIDMap', name('Identity')],
  ])
  const map = unicodeMap(sorted.map(([index, { character }]) => [index, character]))
  return put(update, [
    ['Type', name('Font')],
    ['Subtype', name('Type0')],
    ['BaseFont', fontName],
    ['Encoding', name('Identity-H')],
    ['DescendantFonts', array(descendant)],
    ['ToUnicode', putPacked(update, binaryBytes(map), [])],
  ])
}

type Entries = readonly (readonly [string, PdfValue])[]

function put(update: PdfUpdate, entries: Entries): PdfReference {
  const object = update.allocate()
  update.put(object, dictionary(entries))
  return reference(object)
}

function putPacked(update: PdfUpdate, content: Uint8Array, entries: Entries): PdfReference {
  const object = update.allocate()
  const head = dictionary([...entries, ['Filter', name('FlateDecode')]])
  update.putStream(object, head, new Uint8Array(deflateSync(content)))
  return reference(object)
}

/** Six letters that tell one subset from another (9.9.2). */
function tagOf(file: Uint8Array): string {
  const hash = createHash('sha256').update(file).digest()
  return [...hash.subarray(0, 6)].map((byte) => String.fromCharCode(65 + (byte % 26))).join('')
}

/** A CMap from glyph numbers to UTF-16 (9.10.3). */
function unicodeMap(rows: readonly (readonly [number, string])[]): string {
  const hex = (index: number) => index.toString(16).padStart(4, '0')
  const utf16 = (character: string) => Buffer.from(character, 'utf16le').swap16().toString('hex')
  const blocks: string[] = []
  for (let at = 0; at < rows.length; at += 100) {
    const block = rows.slice(at, at + 100)
    const lines = block.map(([index, character]) => `<${hex(index)}> <${utf16(character)}>\n`)
    blocks.push(`${block.length} beginbfchar\n${lines.join('')}endbfchar\n`)
  }
  return `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
${blocks.join('')}endcmap
CMapName currentdict /CMap defineresource pop
end
end
`
}
