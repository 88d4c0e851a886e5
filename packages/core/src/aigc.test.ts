import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AigcField, aigcKeys, readAigc, writeAigc } from './aigc.ts'

const field: AigcField = {
  Label: '1',
  ContentProducer: '001191110102MACQD9K64010000',
  ProduceID: 'a-1',
  ReservedCode1: '',
  ContentPropagator: '001191110102MACQD9K64010000',
  PropagateID: 'a-1',
  ReservedCode2: '',
}
const codes = (value: Parameters<typeof readAigc>[0]) =>
  readAigc(value, 'here').findings.map(({ code }) => code)

describe('writing', () => {
  test('seven strings in the order of Annex E, compact', () => {
    expect(writeAigc(field)).toBe(
      '{"Label":"1","ContentProducer":"001191110102MACQD9K64010000","ProduceID":"a-1","ReservedCode1":"","ContentPropagator":"001191110102MACQD9K64010000","PropagateID":"a-1","ReservedCode2":""}',
    )
  })

  test('quotes are escaped, nothing else is', () => {
    expect(writeAigc({ ...field, ReservedCode1: '{"a":"b"}' })).toContain(
      '"ReservedCode1":"{\\"a\\":\\"b\\"}"',
    )
  })

  test.each([
    ['a space', { ProduceID: 'a b' }, 'usage.aigc.character'],
    ['a backslash', { ProduceID: 'a\\b' }, 'usage.aigc.character'],
    ['a Chinese name', { ContentProducer: '印记' }, 'usage.aigc.character'],
    ['no producer', { ContentProducer: '' }, 'usage.aigc.empty'],
    ['no id', { ProduceID: '' }, 'usage.aigc.empty'],
    ['a wrong check digit', { ContentProducer: '001191110102MACQD9K64110000' }, 'usage.code.invalid'],
  ])('%s is refused', (_, change, code) => {
    expect(() => writeAigc({ ...field, ...change })).toThrow(expect.objectContaining({ code }))
  })

  test('whatever is written is read back without a finding', () => {
    const character = fc
      .integer({ min: 0x21, max: 0x7e })
      .filter((c) => c !== 0x5c)
      .map((c) => String.fromCharCode(c))
    const value = fc.string({ unit: character, minLength: 1, maxLength: 40 })
    const fields = fc.record({
      Label: fc.constantFrom<'1' | '2' | '3'>('1', '2', '3'),
      ContentProducer: value.map((text) => `p${text}`),
      ProduceID: value,
      ReservedCode1: value,
      ContentPropagator: value.map((text) => `p${text}`),
      PropagateID: value,
      ReservedCode2: value,
    })
    fc.assert(
      fc.property(fields, (written) => {
        expect(readAigc(writeAigc(written), 'here')).toEqual({ field: written, findings: [] })
      }),
    )
  })
})

describe('reading', () => {
  test.each([
    ['bare', writeAigc(field)],
    ['wrapped', `{"AIGC":${writeAigc(field)}}`],
    ['wrapped as a string', JSON.stringify({ AIGC: writeAigc(field) })],
    ['with an EXIF character code', `ASCII\0\0\0{"AIGC": ${writeAigc(field)}}`],
    ['with a byte order mark and a trailing NUL', `\ufeff${writeAigc(field)}\0`],
    ['as a mapping', { AIGC: { ...field } }],
  ])('%s', (_, value) => {
    expect(readAigc(value, 'here')).toEqual({ field, findings: [] })
  })

  test('departures are findings, never errors', () => {
    expect(codes('{"Label":1,"ContentProducer":"doubao"}')).toEqual([
      'metadata.aigc.value.type',
      'metadata.aigc.key.missing',
    ])
    expect(codes(JSON.stringify({ ...field, Label: 'AIGC' }))).toEqual(['metadata.aigc.label.unknown'])
    expect(codes(JSON.stringify({ ...field, Extra: 'x' }))).toEqual(['metadata.aigc.key.unknown'])
    expect(codes(JSON.stringify({ ...field, ProduceID: '对话' }))).toEqual(['metadata.aigc.value.character'])
    expect(codes(JSON.stringify({ ...field, ReservedCode1: null }))).toEqual(['metadata.aigc.value.type'])
    expect(codes(JSON.stringify({ ...field, ContentProducer: '01191110102MACQD9K64010000' }))).toEqual([
      'metadata.code.invalid',
    ])
    expect(codes('{"__proto__":{"Label":"1"}}')).toEqual(['metadata.aigc.malformed'])
  })

  test('misspelt keys are understood', () => {
    const read = readAigc('{"Label":"1","ReserveCode1":"x","Propagator":"p","PropatorID":"i"}', 'here')
    expect(read.field).toEqual({ Label: '1', ReservedCode1: 'x', ContentPropagator: 'p', PropagateID: 'i' })
    expect(read.findings.filter(({ code }) => code === 'metadata.aigc.key.alias')).toHaveLength(3)
  })

  test('a correctly spelt key wins over a misspelt one', () => {
    expect(readAigc('{"ReservedCode1":"right","ReserveCode1":"wrong"}', 'here').field?.ReservedCode1).toBe(
      'right',
    )
    expect(readAigc('{"ReserveCode1":"wrong","ReservedCode1":"right"}', 'here').field?.ReservedCode1).toBe(
      'right',
    )
  })

  test('a vendor trace is not a label', () => {
    const douyin = '{"data":{"product":"aweme","aigc_info":"{\\"aigc_type\\":1,\\"is_sticker_aigc\\":0}"}}'
    expect(readAigc(douyin, 'here').field).toBeUndefined()
  })

  test('anything at all is survived', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.dictionary(fc.string(), fc.anything())), (value) => {
        const { field, findings } = readAigc(value, 'here')
        expect(field !== undefined || findings.length > 0).toBe(true)
        for (const key of Object.keys(field ?? {})) expect(aigcKeys).toContain(key)
      }),
    )
  })
})
