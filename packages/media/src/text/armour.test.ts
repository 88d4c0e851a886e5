import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { begin, dataUri, end, findArmour } from './armour.ts'

const reference = `${dataUri}${Buffer.from('store').toString('base64')}`
const found = (text: string) =>
  findArmour(Buffer.from(text)).map((block) => ({
    ...block,
    store: block.store && Buffer.from(block.store).toString(),
  }))

/** Forms and exclusions of C2PA A.9.3 and A.9.4. */
describe('a block is found, and its range is whole lines', () => {
  test.each([
    [
      'comment at the start',
      `<!-- ${begin} ${reference} ${end} -->\n# Title\n`,
      0,
      `<!-- ${begin} ${reference} ${end} -->\n`.length,
    ],
    [
      'front matter',
      `---\n${begin}\n${reference}\n${end}\ntitle: x\n---\n`,
      4,
      `${begin}\n${reference}\n${end}\n`.length,
    ],
    [
      'front matter with CRLF',
      `---\r\n${begin}\r\n${reference}\r\n${end}\r\n---\r\n`,
      5,
      `${begin}\r\n${reference}\r\n${end}\r\n`.length,
    ],
    [
      'indented',
      `---\nc2pa: |\n  ${begin}\n  ${reference}\n  ${end}\n---\n`,
      12,
      `  ${begin}\n  ${reference}\n  ${end}\n`.length,
    ],
    [
      'end of the file without a line break',
      `text\n# ${begin} ${reference} ${end}`,
      4,
      `\n# ${begin} ${reference} ${end}`.length,
    ],
    [
      'nothing else in the file',
      `# ${begin} ${reference} ${end}`,
      0,
      `# ${begin} ${reference} ${end}`.length,
    ],
  ])('%s', (_, text, start, length) => {
    expect(found(text)).toMatchObject([
      { start, end: start + length, store: 'store', url: undefined, empty: false },
    ])
  })
})

test('an address is told apart from a store', () => {
  expect(found(`# ${begin} https://example.com/a.c2pa ${end}\n`)).toMatchObject([
    { url: 'https://example.com/a.c2pa', store: undefined },
  ])
})

test.each([
  ['prose', `The line \`${begin} x ${end}\` begins a block.`],
  ['content on the same line', `Pay 100 <!-- ${begin} ${reference} ${end} -->\n`],
  ['content behind it', `<!-- ${begin} ${reference} ${end} --> or 200\n`],
  ['delimiters in reverse', `${end}\n${reference}\n${begin}\n`],
  ['no end', `${begin}\n${reference}\n`],
])('%s is no block', (_, text) => {
  expect(found(text)).toEqual([])
})

test('base64 that could be written otherwise is not taken for the store', () => {
  expect(found(`# ${begin} ${dataUri}c3RvcmV= ${end}\n`)).toMatchObject([
    { store: undefined, url: undefined },
  ])
})

test('any bytes between delimiters are survived, in linear time', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(begin, end, ' ', '\n', '  ', '# ', reference, 'x', 'https://a'), {
        maxLength: 40,
      }),
      (pieces) => {
        const text = Buffer.from(pieces.join(''))
        for (const { start, end: stop } of findArmour(text))
          expect(start < stop && stop <= text.byteLength).toBe(true)
      },
    ),
  )
  findArmour(Buffer.from(`${begin}\n`.repeat(100_000)))
  findArmour(Buffer.from(`${begin} ${end}x`.repeat(100_000)))
})
