/** Assertions of the standard that are not as it says (C2PA 15.10.3.2), each told by the status of its clause. */
import { describe, expect, test } from 'vitest'
import { actions, created, forged, refer } from '../forge.test-kit.ts'

const hash = new Uint8Array(32)
const url = 'https://example.com/log'
const statusOf = async (label: string, content: unknown) => {
  const { verdict, findings } = await forged({ assertions: [actions, { label, content }] })
  const told = findings.find(({ code }) => code === 'manifest.assertion.malformed')
  return [verdict, told?.data?.['status']]
}

describe('a reference to what lies elsewhere', () => {
  const external = (content: unknown) => statusOf('c2pa.external-reference', content)

  test.each([
    { location: { url } },
    { location: { url, hash, alg: 'sha256' }, description: 'log' },
    { location: { url }, label: 'c2pa.metadata' },
    { location: { url: 'eip155:1:0xab' }, label: 'org.example.x' },
  ])('is fine with an address, or with hash and algorithm too: %j', async (content) => {
    expect(await external(content)).toEqual(['trusted', undefined])
  })

  test.each<unknown>([
    {},
    7,
    { location: url },
    { location: { hash, alg: 'sha256' } },
    { location: { url: '' } },
    { location: { url: 7 } },
    { location: { url, hash } },
    { location: { url, alg: 'sha256' } },
    { location: { url, hash: 'no bytes', alg: 'sha256' } },
    { location: { url, hash, alg: null } },
    { location: { url }, label: 7 },
    ...['actions', 'actions.v2', 'cloud-data', 'external-reference', 'ingredient', 'ingredient.v2'].map(
      (name) => ({
        location: { url },
        label: `c2pa.${name}`,
      }),
    ),
    ...['bmff.v2', 'bmff.v3', 'boxes', 'collection.data', 'data', 'multi-asset', 'data__1'].map((name) => ({
      location: { url },
      label: `c2pa.hash.${name}`,
    })),
  ])('is malformed as %j', async (content) => {
    expect(await external(content)).toEqual(['invalid', 'assertion.external-reference.malformed'])
  })
})

test('an ingredient has a manifest or a source type of its own, not both', async () => {
  const activeManifest = { url: 'self#jumbf=/c2pa/urn:x', hash }
  const malformed = async (content: object) => {
    const opened = { action: 'c2pa.placed', parameters: { ingredients: [refer('c2pa.ingredient.v3')] } }
    const { findings } = await forged({
      assertions: [
        { label: 'c2pa.actions.v2', content: { actions: [created, opened], allActionsIncluded: true } },
        { label: 'c2pa.ingredient.v3', content: { relationship: 'componentOf', ...content } },
      ],
    })
    return findings.find(({ code }) => code === 'manifest.ingredient.malformed')?.data
  }
  const { digitalSourceType } = created
  expect(await malformed({ digitalSourceType })).toBe(undefined)
  expect(await malformed({ activeManifest, validationResults: {} })).toBe(undefined)
  expect(await malformed({ activeManifest, validationResults: {}, digitalSourceType })).toEqual({
    status: 'assertion.ingredient.malformed',
    what: 'digitalSourceType',
  })
})

describe('the picture as the camera took it', () => {
  const label = 'c2pa.alternative-content-representation'
  const type = 'exif.originalPreservationImage'
  const original = { label: 'c2pa.embedded-data', content: { name: 'picture' } }
  const embedded = 'embeddedOriginalPreservationImage'
  const check = async (parameters: unknown, copies = 1) => {
    const parts = { label: 'c2pa.hash.multi-asset', content: { parts: [{}, {}] } }
    const named = Array.from({ length: copies }, (_, index) => ({
      label: index === 0 ? label : `${label}__${index}`,
      content: { type, parameters },
    }))
    const { verdict, findings, results } = await forged({ assertions: [actions, original, parts, ...named] })
    const statuses = [...results.success, ...results.failure].map(({ code }) =>
      code.split('.').slice(1).join(' '),
    )
    const [code] = findings.map(({ data }) => data?.['status']).filter(Boolean)
    return [verdict, code ?? statuses.find((status) => status.startsWith('alternative'))]
  }

  test.each<[string, unknown]>([
    ['is a part of the file', { multiAssetPartIndex: 1 }],
    ['stands in the manifest', { [embedded]: refer(original.label) }],
    ['stands there under the algorithm around it', { [embedded]: refer(original.label), alg: 'sha256' }],
  ])('%s', async (_, parameters) => {
    expect(await check(parameters)).toEqual(['trusted', 'alternativeContentRepresentation match'])
  })

  const there = 'self#jumbf=c2pa.assertions/c2pa.embedded-data'
  test.each<[string, unknown, string, number?]>([
    ['nothing', {}, 'malformed'],
    ['no map', 7, 'malformed'],
    ['both', { multiAssetPartIndex: 0, [embedded]: refer(original.label) }, 'malformed'],
    ['a part beyond the last', { multiAssetPartIndex: 2 }, 'malformed'],
    ['no number of a part', { multiAssetPartIndex: '0' }, 'malformed'],
    ['no hash', { [embedded]: { url: there } }, 'malformed'],
    ['no reference', { [embedded]: there }, 'malformed'],
    ['told twice', { multiAssetPartIndex: 1 }, 'malformed', 2],
    ['another', { [embedded]: { url: there, hash } }, 'hashMismatch'],
    ['not there', { [embedded]: { url: `${there}__1`, hash } }, 'missing'],
    ['without address', { [embedded]: { hash } }, 'missing'],
  ])('is told where it is %s', async (_, parameters, kind, copies) => {
    const status = `assertion.alternativeContentRepresentation.${kind}`
    expect(await check(parameters, copies)).toEqual(['invalid', status])
  })

  test('is not said to be another where its hash can’t be used', async () => {
    const reference = { ...refer(original.label), alg: 'md5' }
    expect(await check({ [embedded]: reference })).toEqual(['unchecked', 'algorithm.unsupported'])
  })

  test('is nobody’s business under another type', async () => {
    const content = { type: 'org.example.raw', parameters: {} }
    expect(await statusOf(label, content)).toEqual(['trusted', undefined])
  })
})
