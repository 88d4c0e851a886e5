import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blankAigc, findAigc, isBlank } from './aigc-text.ts'

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'utf8'))
const text = (value: Uint8Array) => Buffer.from(value).toString('utf8')
const values = (value: string) => findAigc(bytes(value)).map((field) => field.value)
const blanked = (value: string) => text(blankAigc(bytes(value), findAigc(bytes(value))))
const field = '{"Label":"1","ContentProducer":"001191440300708461136T1WFUO"}'

describe('what services write is found', () => {
  test.each([
    ['the form of Tencent, with a short character code', `ASCII\0{"AIGC": ${field}}`],
    ['the wrapped form', `{"AIGC":${field}}`],
    ['the bare form', field],
    ['a name before the object', `AIGC\0${field}`],
    ['one member among others', `{"prompt":"a } b","AIGC":${field},"seed":1}`],
    ['text around it', `Made by us {"AIGC":${field}} enjoy`],
    ['padding behind it', `${field}\0\0\0\0`],
  ])('%s', (_, value) => expect(values(value)).toEqual([field]))

  test('a field that is a string of JSON', () => {
    expect(values(`{"AIGC":${JSON.stringify(field)}}`)).toEqual([field])
  })

  test('UTF-16 of either order, as Exif and Windows write it', () => {
    const wide = Buffer.from(`{"AIGC":{"ContentProducer":"腾讯"}}`, 'utf16le')
    for (const value of [wide, Buffer.from(wide).swap16()]) {
      const found = findAigc(new Uint8Array(value))
      expect(found.map((one) => one.value)).toEqual(['{"ContentProducer":"腾讯"}'])
      expect(findAigc(blankAigc(new Uint8Array(value), found))).toEqual([])
    }
  })

  test('a name in another script is read as UTF-8', () => {
    expect(values('{"AIGC":{"ContentProducer":"豆包"}}')).toEqual(['{"ContentProducer":"豆包"}'])
  })
})

test.each([
  ['a vendor’s trace of the same name', '{"data":{"product":"aweme","aigc_info":"{\\"aigc_type\\":1}"}}'],
  ['a label of something else', '{"Label":"cat","score":0.9}'],
  ['the word alone', 'AIGC is not a label'],
  ['a JSON text inside a JSON text', JSON.stringify({ note: `{"AIGC":${field}}` })],
])('%s is no field', (_, value) => expect(values(value)).toEqual([]))

test('blanking takes the field and leaves the rest in order', () => {
  expect(JSON.parse(blanked(`{"prompt":"a","AIGC":${field},"seed":1}`))).toEqual({ prompt: 'a', seed: 1 })
  expect(JSON.parse(blanked(`{"prompt":"a","AIGC":${field}}`))).toEqual({ prompt: 'a' })
  expect(JSON.parse(blanked(`{"AIGC":${field},"seed":1}`))).toEqual({ seed: 1 })
  expect(isBlank(bytes(blanked(`{"AIGC":${field}}`)))).toBe(true)
  expect(isBlank(bytes(blanked(`AIGC\0${field}\0`)))).toBe(true)
  expect(isBlank(bytes(blanked(`Made by us ${field}`)))).toBe(false)
})

test('any text is searched without an exception, and blanking leaves no field behind', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      field,
      '{"AIGC":',
      'AIGC{',
      '"AIGC":"',
      '{"Label":',
      '}',
      '"',
      '\\',
      '\0',
      ',',
      '{"ProduceID":',
    ),
    fc.string({ maxLength: 5 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const value = bytes(pieces.join(''))
      const out = blankAigc(value, findAigc(value))
      expect(out.byteLength).toBe(value.byteLength)
      expect(text(out)).not.toContain(field.slice(1, 40))
    }),
    { numRuns: 1000 },
  )
})

test.each(['{"Label":', 'AIGC{', '"AIGC":"', 'AIGC '])(
  'a segment full of %s is searched in time',
  (piece) => {
    findAigc(bytes(`ProduceID${piece.repeat(65_000 / piece.length)}`))
  },
)
