/** The reader of the one font, judged by what the font says of itself. */
import { expect, test } from 'vitest'
import { fontFile } from './glyphs.ts'
import { TrueTypeFont } from './true-type.ts'

const font = new TrueTypeFont(fontFile())
const known = Array.from({ length: 0xffff - 32 }, (_, n) => String.fromCharCode(n + 32)).filter(
  (character) => font.glyphOf(character).index !== 0,
)

test('every glyph but the one for missing characters is found by a character', () => {
  const count = font.tables.get('maxp')?.readUInt16BE(4) ?? 0
  expect(known).toEqual(expect.arrayContaining([...'AIGC生成合成']))
  const found = known.map((character) => font.glyphOf(character).index)
  expect(new Set(found).size).toBeGreaterThan(0.98 * (count - 1))
  expect(Math.max(...found)).toBeLessThan(count)
  expect(font.glyphOf('龘').index).toBe(0)
  expect(font.glyphOf('🙂').index).toBe(0)
})

test('outlines fill the boxes that the font has for them', () => {
  for (const character of known) {
    const { index, box, path } = font.glyphOf(character)
    const outline = font.outline(index)
    if (outline.byteLength === 0) {
      expect(path, character).toEqual([])
      continue
    }
    // Not put together from others, which is not read here.
    expect(outline.readInt16BE(0), character).toBeGreaterThan(0)
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = [2, 4, 6, 8].map((at) => outline.readInt16BE(at))
    // Boxes may be around the points that bend the outline: a unit more.
    const [apart] = [box.x1 - x1, box.y1 - y1, x2 - box.x2, y2 - box.y2].sort((a, b) => b - a)
    expect(apart, character).toBeLessThan(1)
    expect(Math.min(box.x1 - x1, box.y1 - y1, x2 - box.x2, y2 - box.y2), character).toBeGreaterThanOrEqual(0)
  }
})

test('letters are as wide as the font says', () => {
  expect(font.unitsPerEm).toBe(1000)
  expect([...'生成'].map((character) => font.glyphOf(character).advanceWidth)).toEqual([1000, 1000])
  expect(font.glyphOf('I').advanceWidth).toBeLessThan(font.glyphOf('A').advanceWidth)
})
