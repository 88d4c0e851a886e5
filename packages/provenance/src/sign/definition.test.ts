/** Whatever comes as a manifest definition is put into statements or refused with words, and nothing in it is lost. */
import { UsageError } from '@yinji/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { statementsFromJson } from './from-json.ts'

const label = fc.constantFrom('c2pa.actions', 'c2pa.actions.v2', 'c2pa.metadata', 'com.example.a')
const some = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant({ actions: [{ action: 'c2pa.cropped' }] }))
const assertion = fc.record(
  { label, data: some, kind: fc.constantFrom('Json', 'Cbor'), created: fc.boolean() },
  { requiredKeys: ['data'] },
)

test('what comes out has the assertions and actions that went in, or there is a coded error', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(assertion, some), { minLength: 1 }), (assertions) => {
      const definition = { claim_version: 2, assertions }
      try {
        const stated = statementsFromJson(definition) as { actions?: unknown[]; assertions: unknown[] }
        const lists = assertions.filter((one) =>
          /^c2pa\.actions/.test((one as { label?: string }).label ?? ''),
        )
        expect(stated.assertions.length + lists.length).toBe(assertions.length)
        const actions = lists.flatMap((one) => (one as { data: { actions: unknown[] } }).data.actions)
        expect(stated.actions ?? []).toHaveLength(actions.length)
      } catch (error) {
        if (!(error instanceof UsageError)) throw error
      }
    }),
  )
})
