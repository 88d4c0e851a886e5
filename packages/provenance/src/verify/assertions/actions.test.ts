/** What an action says it is about, besides content (C2PA 15.10.3.2.3): other assertions of the same manifest. */
import { expect, test } from 'vitest'
import { type AssertionSpec, actions, created, forged, forgeManifest, refer } from '../forge.test-kit.ts'

const zero = new Uint8Array(32)
const other = 'urn:c2pa:00000000-0000-4000-8000-0000000000aa'
const note: AssertionSpec = { label: 'org.example.note', content: { name: 'x' } }
const hash: AssertionSpec = { label: 'c2pa.hash.data', content: { alg: 'sha256', hash: zero, pad: zero } }
const second: AssertionSpec = {
  label: 'c2pa.actions.v2__1',
  content: { actions: [{ action: 'c2pa.edited' }], allActionsIncluded: true },
}
const relating = (relatedAssertions: unknown): AssertionSpec => ({
  label: 'c2pa.actions.v2',
  content: { actions: [{ ...created, parameters: { relatedAssertions } }], allActionsIncluded: true },
})
const check = (related: unknown) =>
  forged({
    earlier: [forgeManifest({ label: other, assertions: [hash, actions, note] })],
    assertions: [relating(related), note, second],
  })

test('an action may be about an assertion beside it', async () => {
  const { verdict, codes } = await check([refer(note.label)])
  expect([verdict, codes]).toEqual(['trusted', expect.not.arrayContaining(['manifest.action.malformed'])])
})

test.each<[string, unknown]>([
  ['nothing', []],
  ['no list', 7],
  ['no reference', [7]],
  ['what is not there', [{ url: 'self#jumbf=c2pa.assertions/org.example.else', hash: zero }]],
  ['another action', [refer(second.label)]],
  ['one that is and one that is not', [refer(note.label), {}]],
  ['another manifest', [{ url: `self#jumbf=/c2pa/${other}/c2pa.assertions/${note.label}`, hash: zero }]],
])('but not about %s', async (_, related) => {
  const { verdict, findings } = await check(related)
  const malformed = findings.find(({ code }) => code === 'manifest.action.malformed')
  expect([verdict, malformed?.data?.['status']]).toEqual(['invalid', 'assertion.action.malformed'])
})
