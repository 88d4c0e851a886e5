/** Bytes in JSON, as crJSON spells them: what is shown can be stated again. */
import { UsageError } from '@yinji/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { toJson } from '../report/json.ts'
import { statementsFromJson } from './from-json.ts'

const plain = fc.string({ unit: 'grapheme', maxLength: 8 }).filter((text) => !text.startsWith("b64'"))
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    plain,
    fc.boolean(),
    fc.constant(null),
    fc.integer(),
    fc.uint8Array({ maxLength: 9 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(plain, tie('value'), { maxKeys: 3 }),
  ),
}))

test('what a manifest holds is shown in JSON, and stated again the same', () => {
  fc.assert(
    fc.property(value, (content) => {
      const given = { assertions: [{ label: 'com.example.x', content }] }
      const shown: unknown = JSON.parse(JSON.stringify(toJson(decodeCbor(encodeCbor(given)))))
      expect(encodeCbor(statementsFromJson(shown))).toEqual(encodeCbor(given))
    }),
    { seed: 7, numRuns: 300 },
  )
})

test('any JSON is taken as it is, or refused with its place', () => {
  const text = fc.oneof(
    plain,
    fc.string({ maxLength: 6 }).map((some) => `b64'${some}`),
  )
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(text, text)), (json) => {
      try {
        statementsFromJson(json, 'said.json: ')
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError)
        expect((error as UsageError).details['at']).toMatch(/^said\.json/)
      }
    }),
    { seed: 7, numRuns: 300 },
  )
})

test('names that mean something to JavaScript are names', () => {
  const json: unknown = JSON.parse(
    `{"assertions": [{"label": "x.y", "content": {"__proto__": {"x": "b64'AQ=='"}}}]}`,
  )
  const { assertions } = statementsFromJson(json) as { assertions: { content: object }[] }
  expect(Object.entries(assertions[0]?.content ?? {})).toEqual([['__proto__', { x: Uint8Array.of(1) }]])
})
