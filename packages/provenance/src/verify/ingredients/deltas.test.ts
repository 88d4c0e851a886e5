/** What is told of manifests further down, beside what their ingredient assertions recorded (C2PA 18.16.12.4.3). */
import { expect, test } from 'vitest'
import { type AssertionSpec, actions, forged, forgeManifest, refer, sha256 } from '../forge.test-kit.ts'

const hash = new Uint8Array(32)
const bound = { label: 'c2pa.hash.data', content: { alg: 'sha256', hash, pad: new Uint8Array() } }
const opening = (label: string) => ({
  label: 'c2pa.actions.v2',
  content: {
    actions: [{ action: 'c2pa.opened', parameters: { ingredients: [refer(label)] } }],
    allActionsIncluded: true,
  },
})
const labels = { first: 'urn:c2pa:first', second: 'urn:c2pa:second' }
const nothing = { success: [], informational: [], failure: [] }
const from = (name: keyof typeof labels, manifest: Uint8Array, success: readonly object[] = []) => ({
  label: 'c2pa.ingredient.v3',
  content: {
    relationship: 'parentOf',
    activeManifest: { url: `self#jumbf=/c2pa/${labels[name]}`, hash: sha256(manifest.subarray(8)) },
    validationResults: { activeManifest: { ...nothing, success } },
  },
})
const first = forgeManifest({ label: labels.first, assertions: [bound, actions] })
const made = (...assertions: AssertionSpec[]) =>
  forgeManifest({ label: labels.second, assertions: [bound, ...assertions] })
const told = async (second: Uint8Array) => {
  const parent = from('second', second)
  const { verdict, deltas } = await forged({
    earlier: [first, second],
    assertions: [opening(parent.label), parent],
  })
  return { verdict, deltas }
}
const codes = (all: readonly { readonly code: string }[] = []) => all.map(({ code }) => code)

test('each ingredient assertion has one, however far down', async () => {
  const parent = from('first', first)
  const { verdict, deltas } = await told(made(opening(parent.label), parent))
  expect(verdict).toBe('trusted')
  expect(deltas.map(({ assertion }) => assertion.split('/c2pa/')[1])).toEqual([
    expect.stringMatching(/c2pa\.assertions\/c2pa\.ingredient\.v3$/),
    `${labels.second}/c2pa.assertions/c2pa.ingredient.v3`,
  ])
  for (const { results } of deltas)
    expect(codes(results.success)).toEqual(
      expect.arrayContaining(['claimSignature.validated', 'ingredient.manifest.validated']),
    )
})

test('what a manifest is told of its own ingredients is among its results', async () => {
  const parent = from('first', first)
  const unknown = { label: 'c2pa.ingredient.v3__1', content: { relationship: 'componentOf' } }
  const wrong = { url: `self#jumbf=/c2pa/${labels.first}/c2pa.signature`, hash }
  const signed = { ...parent, content: { ...parent.content, claimSignature: wrong } }
  const { deltas } = await told(made(opening(parent.label), signed, unknown))
  expect(codes(deltas[0]?.results.informational)).toContain('ingredient.unknownProvenance')
  expect(codes(deltas[0]?.results.failure)).toContain('hashedURI.mismatch')
  expect(codes(deltas[1]?.results.failure)).toEqual([])
})

test('what was recorded is left out, where code, outcome and place are the same', async () => {
  const url = `self#jumbf=/c2pa/${labels.first}/c2pa.signature`
  const recorded = [{ code: 'claimSignature.validated', url, explanation: 'so it was' }]
  const parent = from('first', first, recorded)
  const { deltas } = await told(made(opening(parent.label), parent))
  expect(codes(deltas[1]?.results.success)).not.toContain('claimSignature.validated')
  const elsewhere = from('first', first, [{ code: 'claimSignature.validated', url: 'self#jumbf=x' }])
  const other = await told(made(opening(elsewhere.label), elsewhere))
  expect(codes(other.deltas[1]?.results.success)).toContain('claimSignature.validated')
})

test.each(['c2pa.ingredient', 'c2pa.ingredient.v2'])('%s recorded it in a flat list', async (label) => {
  const { relationship, activeManifest } = from('first', first).content
  const url = `self#jumbf=/c2pa/${labels.first}/c2pa.signature`
  const validationStatus = [
    { code: 'claimSignature.validated', url, success: true },
    { code: 'signingCredential.untrusted', url },
  ]
  const content = {
    'dc:title': 'x',
    'dc:format': 'image/jpeg',
    instanceID: 'xmp:iid:1',
    relationship,
    c2pa_manifest: activeManifest,
    validationStatus,
  }
  const { deltas } = await told(made(opening(label), { label, content }))
  expect(codes(deltas[1]?.results.success)).not.toContain('claimSignature.validated')
  expect(codes(deltas[1]?.results.success)).toContain('signingCredential.trusted')
})
