/** The signer alone, for whoever adopts it without the rest: pictures of cameras, edited photos, models that tell more. */
import {
  createAuthority,
  createSigner,
  createTrust,
  draftManifest,
  type ManifestContent,
  type NewAction,
  type Signer,
  type Trust,
} from '@yinji/provenance'
import { createToolkit } from '@yinji/toolkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { signPng, validatePng } from '../helpers/signed-png.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

const iptc = 'http://cv.iptc.org/newscodes/digitalsourcetype/'
const about = { mediaType: 'image/png', generator: { name: 'Acme Camera', version: '7.1' } }
const created = { action: 'c2pa.created', digitalSourceType: `${iptc}digitalCapture` }
const camera: ManifestContent = { ...about, actions: [created] }

let signer: Signer
let trust: Trust
let anchor: string
beforeAll(async () => {
  const own = await createAuthority({ organization: 'Acme Cameras', now: new Date() })
  signer = createSigner({ key: own.signerKey, chain: own.signerCertificate + own.issuingCertificate })
  anchor = own.rootCertificate
  trust = createTrust({ anchors: [anchor] })
})

async function signed(content: ManifestContent) {
  const png = await signPng(signer, content)
  const validation = await validatePng(png, trust)
  const { state, failures, store } = await judgeByC2pa(png.bytes, 'image/png', anchor)
  const assertions = store?.manifests[store.active_manifest]?.assertions ?? []
  const dataOf = (name: string) => assertions.find(({ label }) => label === name)?.data
  const troubles = validation.findings.filter(({ level }) => level !== 'pass').map(({ code }) => code)
  return { png, validation, troubles, verdict: { state, failures }, dataOf, assertions }
}
const trusted = { state: 'Trusted', failures: [] }

test('a camera says what it took, and nothing of AI', async () => {
  const { validation, troubles, verdict, assertions } = await signed(camera)
  expect(verdict).toEqual(trusted)
  expect(troubles).toEqual([])
  expect(validation.active?.digitalSourceTypes).toEqual([`${iptc}digitalCapture`])
  const labels = assertions.map(({ label }) => label)
  expect(labels.filter((label) => /disclosure|yinji/.test(label))).toEqual([])
})

test('an editor takes the camera’s manifest along, and says what was cropped', async () => {
  const { png, validation } = await signed(camera)
  const { results } = validation
  const cropped = { action: 'c2pa.cropped', when: '2026-11-02T10:00:00+08:00' }
  const parent = { store: png.store, results }
  const later = await signed({ ...about, parent, actions: [cropped], allActionsIncluded: false })
  expect(later.verdict).toEqual(trusted)
  expect(later.troubles).toEqual([])
  expect(later.validation.manifests.map(({ actions }) => actions)).toEqual([
    ['c2pa.created'],
    ['c2pa.opened', 'c2pa.cropped'],
  ])
  expect(later.dataOf('c2pa.actions.v2')).toMatchObject({
    allActionsIncluded: false,
    actions: [{ action: 'c2pa.opened' }, { action: 'c2pa.cropped', when: '2026-11-02T02:00:00Z' }],
  })
})

test('what AI made stays that when an editor crops it, and a capture is for its own signer to vouch for', async () => {
  const cropped = { action: 'c2pa.cropped' }
  const cameras = { action: 'c2pa.edited', digitalSourceType: `${iptc}digitalCapture` }
  const origin = async (code: string, ...more: NewAction[]) => {
    const made = await signed({ ...about, actions: [{ ...created, digitalSourceType: `${iptc}${code}` }] })
    const parent = { store: made.png.store, results: made.validation.results }
    const once = await signed({ ...about, parent, actions: [cropped] })
    const again = { store: once.png.store, results: once.validation.results }
    const { png } = await signed({ ...about, parent: again, actions: [cropped, ...more] })
    const { verdict, origin, evidence } = await createToolkit({ trust: [anchor] }).verify(png.bytes)
    return [verdict, origin?.involvement, evidence.map(({ id }) => id)]
  }
  const ai = ['trusted', 'generated', ['c2pa.signed']]
  expect(await origin('trainedAlgorithmicMedia')).toEqual(ai)
  expect(await origin('trainedAlgorithmicMedia', cameras)).toEqual(ai)
  expect(await origin('digitalCapture')).toEqual(['trusted', undefined, []])
})

test('a scan of a print that was never signed is opened and said to be what it is', async () => {
  const { verdict, troubles } = await signed({
    ...about,
    parent: 'unsigned',
    actions: [{ action: 'c2pa.orientation' }],
  })
  expect({ verdict, troubles }).toEqual({ verdict: trusted, troubles: [] })
})

test('a model is disclosed in the fields of the standard', async () => {
  const disclosure = {
    modelType: 'c2pa.types.model.pytorch',
    modelName: 'Acme Diffusion',
    modelIdentifier: 'https://models.example.com/diffusion/3',
    contentProfile: { humanOversightLevel: 'human_validated' as const },
    scientificDomain: ['astro-ph.CO'],
  }
  const made = { ...created, digitalSourceType: `${iptc}trainedAlgorithmicMedia` }
  const { verdict, troubles, dataOf } = await signed({ ...about, actions: [made], disclosure })
  expect({ verdict, troubles }).toEqual({ verdict: trusted, troubles: [] })
  expect(dataOf('c2pa.ai-disclosure')).toEqual(disclosure)
})

describe('what makes no valid manifest is refused', () => {
  const drawn = { ...created, digitalSourceType: `${iptc}digitalCreation` }
  const wrong: [string, Partial<ManifestContent>, string, object][] = [
    ['content out of nowhere', { actions: [] }, 'usage.origin.missing', {}],
    ['created later', { actions: [{ action: 'c2pa.cropped' }, created] }, 'usage.action.misplaced', {}],
    ['created twice', { actions: [created, created] }, 'usage.action.misplaced', {}],
    ['created and opened', { parent: 'unsigned' }, 'usage.action.misplaced', {}],
    [
      'a part of no media type',
      { ingredients: [{ relationship: 'componentOf', mediaType: 'picture' }] },
      'usage.field.invalid',
      { at: 'ingredients[0].mediaType', found: '"picture"' },
    ],
    [
      'created of nothing known',
      { actions: [{ action: 'c2pa.created' }] },
      'usage.action.incomplete',
      { missing: 'digitalSourceType' },
    ],
    [
      'a source of one’s own',
      { actions: [{ ...created, digitalSourceType: 'camera' }] },
      'usage.source.unknown',
      { allowed: expect.stringContaining('digitalCapture') },
    ],
    [
      'a model that drew nothing',
      { actions: [drawn], disclosure: {} },
      'usage.field.invalid',
      { at: 'disclosure' },
    ],
    [
      'an oversight nobody defined',
      { disclosure: { contentProfile: { humanOversightLevel: 'some' as never } } },
      'usage.field.invalid',
      {
        at: 'disclosure.contentProfile.humanOversightLevel',
        found: '"some"',
        allowed: 'fully_autonomous, prompt_guided, human_validated',
      },
    ],
    [
      'a field of no standard',
      { disclosure: { model: 'x' } as never },
      'usage.field.unknown',
      { at: 'disclosure.model' },
    ],
    ['no generator', { generator: undefined as never }, 'usage.field.missing', { at: 'generator' }],
    [
      'a use of an ingredient',
      { ingredients: [{ relationship: 'parentOf' as never }] },
      'usage.field.invalid',
      { at: 'ingredients[0].relationship', allowed: 'componentOf, inputTo' },
    ],
  ]
  test.each(wrong)('%s', (_, content, code, details) => {
    const draft = () => draftManifest({ ...camera, ...content }, 'data', signer)
    expect(draft).toThrow(expect.objectContaining({ code, details: expect.objectContaining(details) }))
  })
})
