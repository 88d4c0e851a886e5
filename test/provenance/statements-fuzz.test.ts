/** Whatever may be stated makes a manifest that we trust and c2pa-rs trusts; all else is refused before anything is written. */
import { digitalSourceTypes } from '@yinji/core'
import { checkStatements, createToolkit, type LabelOptions, UsageError } from '@yinji/toolkit'
import fc, { type Arbitrary } from 'fast-check'
import { expect, test } from 'vitest'
import { fixtureBytes } from '../helpers/fixtures.ts'
import { testIdentity } from '../helpers/identity.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

const identity = await testIdentity()

/** `refused`, or how both judge it. */
async function fate(statements: unknown): Promise<string> {
  try {
    const value: unknown = JSON.parse(JSON.stringify(statements))
    checkStatements(value)
    const toolkit = createToolkit({ identity })
    const options: LabelOptions = { visible: false, ...value }
    const { content } = await toolkit.label(fixtureBytes('picture.png'), {}, options)
    const { verdict } = await toolkit.verify(content)
    const { state, failures, error } = await judgeByC2pa(content, 'image/png', identity.anchor)
    return [verdict, state, ...failures, error ?? ''].join(' ').trim()
  } catch (error) {
    if (error instanceof UsageError) return 'refused'
    throw error
  }
}

const some = <T>(model: { [K in keyof T]: Arbitrary<T[K]> }) => fc.record(model, { requiredKeys: [] })
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('en', '\ud800', 'x'.repeat(5000)),
)
const any = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom<unknown>(null, 5, true, '', [], {}))
const count = fc.oneof(fc.nat(100), fc.nat(2 ** 33), fc.maxSafeNat())
const number = fc.oneof(count, fc.double({ noNaN: true, noDefaultInfinity: true }))
const ends = <T>(each: Arbitrary<T>) => some({ start: each, end: each })
const point = fc.record({ x: number, y: number })
const shape = fc.record({
  type: fc.constantFrom('rectangle', 'polygon'),
  unit: fc.constantFrom('pixel', 'percent'),
  origin: point,
  width: number,
  height: number,
})
const circle = fc.record({
  type: fc.constant('circle'),
  unit: fc.constant('pixel'),
  origin: point,
  width: number,
})
const range = fc.oneof(
  fc.record({ type: fc.constant('spatial'), shape: fc.oneof(shape, circle) }),
  fc.record({ type: fc.constant('temporal'), time: ends(fc.constantFrom('0', '1:2.5', '23:59:59', '60')) }),
  fc.record({ type: fc.constant('frame'), frame: ends(count) }),
  fc.record({
    type: fc.constant('textual'),
    text: ends(count).map((given) => ({ selectors: [{ selector: { fragment: 'p', ...given } }] })),
  }),
)
const region = range.map((one) => ({ region: [one] }))
const when = fc
  .date({ noInvalidDate: true })
  .map((date) => date.toISOString())
  .map((time) => time.replace('Z', '+14:00'))
const actions = ['created', 'edited', 'translated', 'watermarked.bound', 'removed', 'converted', 'redacted']
const action = fc
  .tuple(
    fc.oneof(fc.constantFrom(...actions.map((name) => `c2pa.${name}`), 'com.example.x', 'font.edited'), text),
    some<object>({
      description: text,
      when,
      reason: fc.constantFrom('c2pa.PII.present', 'com.example.x', 'c2pa.x'),
      digitalSourceType: fc.constantFrom(...digitalSourceTypes),
      softwareAgent: fc.record({ name: text, version: text }),
      changes: fc.array(region, { maxLength: 2 }),
      relatedAssertions: fc.constantFrom(['com.example.x'], []),
      parameters: some({
        description: any,
        sourceLanguage: fc.oneof(text, any),
        targetLanguage: fc.oneof(text, any),
        multipleInstances: any,
        ingredientIds: any,
        name: any,
        instanceId: any,
      }),
    }),
  )
  .map(([name, given]) => ({ action: name, ...given }))
const standard = [
  'time-stamp',
  'certificate-status',
  'cloud-data',
  'external-reference',
  'soft-binding',
  'depthmap.GDepth',
  'environmental-sustainability',
]
const others = ['metadata', 'assertion.metadata', 'asset-ref', 'asset-type', 'session-keys', 'claim', 'x']
const labels = [...standard, ...others].map((name) => `c2pa.${name}`)
const content = fc.oneof(
  any,
  some({ '@context': fc.oneof(fc.constant({ x: 'http://x/' }), any), 'x:y': any }),
  some({
    location: fc.oneof(any, some({ url: text, hash: any, alg: any })),
    label: fc.constantFrom('com.example.x', 'c2pa.hash.data', ''),
    size: any,
  }),
  some({ alg: text, blocks: fc.constantFrom<unknown>([{ value: 'x' }], [{ scope: {}, value: 'x' }], [{}]) }),
)
const assertion = fc.record({
  label: fc.oneof(
    fc.constantFrom('com.example.x', 'com.example.metadata', 'cawg.metadata', 'cawg.identity', 'stds.exif'),
    fc.constantFrom(...labels),
    text,
  ),
  content,
})

test('is refused, or trusted by everybody', async () => {
  const statements = some({
    actions: fc.array(action, { maxLength: 2 }),
    assertions: fc.array(assertion, { maxLength: 2 }),
    softBindings: fc.constantFrom([], [{ alg: 'x', blocks: [{ value: 'x' }] }]),
    training: fc.constantFrom<unknown>('allowed', {}, { 'cawg.data_mining': { use: 'constrained' } }),
    disclosure: some({ metadata: any, modelType: text, modelName: text }),
  })
  const fates = new Set<string>()
  await fc.assert(
    fc.asyncProperty(statements, async (given) => {
      const one = await fate(given)
      fates.add(one)
      expect(['refused', 'trusted Trusted']).toContain(one)
    }),
    { numRuns: Number(process.env['RUNS'] ?? 200) },
  )
  expect(fates.size).toBe(2)
})
