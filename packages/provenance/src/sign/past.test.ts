/** What a manifest says of the past: how the content came to be, and the manifests it had before. */
import { InputError } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { encodeBox, encodeSuperBox, hashedPart, uuids } from '../encoding/jumbf.ts'
import {
  activeOf,
  assertion,
  content,
  explicit,
  find,
  manifestsIn,
  record,
  results,
  seal,
  sha256,
} from './draft.test-kit.ts'
import type { ManifestContent, Parent } from './manifest.ts'

describe('how the content came to be', () => {
  const actions = async (change: Partial<ManifestContent>) => {
    const { store } = await seal(Buffer.from('x'), { kind: 'data' }, undefined, { ...content, ...change })
    const { actions, allActionsIncluded } = assertion(store, 'c2pa.actions.v2') as {
      actions: Record<string, unknown>[]
      allActionsIncluded: boolean
    }
    expect(allActionsIncluded).toBe(true)
    return { store, actions, names: actions.map(({ action }) => action) }
  }
  const base = 'http://cv.iptc.org/newscodes/digitalsourcetype/'
  const manipulated = { record: { ...record, involvement: 'manipulated' as const } }

  test('new content was created by the system', async () => {
    expect((await actions({})).actions).toEqual([
      {
        action: 'c2pa.created',
        digitalSourceType: `${base}trainedAlgorithmicMedia`,
        softwareAgent: { name: 'Acme Painter', version: '3.1' },
        when: { tag: 0, value: '2026-11-21T07:59:00Z' },
      },
    ])
  })

  test('changed content was opened and edited', async () => {
    for (const parent of [undefined, 'unsigned' as const]) {
      const { store, actions: list, names } = await actions({ ...manipulated, parent })
      expect(names).toEqual(['c2pa.opened', 'c2pa.edited'])
      expect(list[0]).not.toHaveProperty('digitalSourceType')
      expect(list[1]).toMatchObject({ digitalSourceType: `${base}compositeWithTrainedAlgorithmicMedia` })
      expect(assertion(store, 'c2pa.ingredient.v3')).toEqual({
        relationship: 'parentOf',
        'dc:title': 'photo.jpg',
        'dc:format': 'image/jpeg',
      })
    }
  })

  test('the explicit label is an action of its own when it was put in now', async () => {
    const { store } = await seal(Buffer.from('x'), { kind: 'data' })
    const parent: Parent = { store, results }
    expect((await actions({ explicit })).names).toEqual(['c2pa.created', 'c2pa.addedText'])
    expect((await actions({ explicit, mediaType: 'audio/wav' })).names).toEqual([
      'c2pa.created',
      'c2pa.edited',
    ])
    expect((await actions({ explicit, parent })).names).toEqual(['c2pa.opened', 'c2pa.edited'])
    expect((await actions({ explicit, parent, drawn: true })).names).toEqual([
      'c2pa.opened',
      'c2pa.edited',
      'c2pa.addedText',
    ])
  })
})

describe('an earlier manifest', () => {
  const relabel = (store: Uint8Array) =>
    seal(Buffer.from('x'), { kind: 'data' }, undefined, { ...content, parent: { store, results } })

  test('is kept byte for byte, before the new one, and referred to by its hash', async () => {
    const first = await seal(Buffer.from('x'), { kind: 'data' })
    const second = await relabel(first.store)
    const third = await relabel(second.store)
    expect(third.size).toBe(third.store.byteLength)
    const [one, two, ...rest] = manifestsIn(third.store)
    expect(rest).toHaveLength(1)
    expect(one?.bytes).toEqual(Uint8Array.from(activeOf(first.store).bytes))
    expect(two?.bytes).toEqual(Uint8Array.from(activeOf(second.store).bytes))
    const parent = activeOf(second.store)
    const url = `self#jumbf=/c2pa/${parent.label}`
    expect(assertion(third.store, 'c2pa.ingredient.v3')).toMatchObject({
      activeManifest: { url, hash: new Uint8Array(sha256(hashedPart(parent))) },
      claimSignature: {
        url: `${url}/c2pa.signature`,
        hash: new Uint8Array(sha256(hashedPart(find(parent, 'c2pa.signature')))),
      },
      validationResults: {
        activeManifest: { success: [{ code: 'claimSignature.validated' }], informational: [], failure: [] },
      },
    })
  })

  test('that stands twice is kept once, and what is no manifest is left behind', async () => {
    const { store } = await seal(Buffer.from('x'), { kind: 'data' })
    const { bytes } = activeOf(store)
    const other = encodeSuperBox({ uuid: uuids.json, label: 'x', children: [] })
    const untidy = encodeSuperBox({
      uuid: uuids.store,
      label: 'c2pa',
      children: [bytes, other, encodeBox('free'), bytes],
    })
    expect(manifestsIn((await relabel(untidy)).store)).toHaveLength(2)
  })

  test('is kept and referred to where it is of the early kind too', async () => {
    const { store } = await seal(Buffer.from('x'), { kind: 'data' })
    const early = Buffer.from(store)
    early.write(uuids.earlyManifest, early.indexOf(Buffer.from(uuids.manifest, 'hex')), 'hex')
    const [kept, ...rest] = manifestsIn((await relabel(early)).store)
    expect(rest).toHaveLength(1)
    expect(kept?.bytes).toEqual(Uint8Array.from(activeOf(early).bytes))
  })

  test('that is damaged is an error that names the file', async () => {
    const { store } = await seal(Buffer.from('x'), { kind: 'data' })
    const empty = encodeSuperBox({ uuid: uuids.store, label: 'c2pa', children: [] })
    for (const damaged of [store.subarray(0, 100), new Uint8Array(), empty]) {
      const error = await relabel(damaged).catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(InputError)
      expect(error).toMatchObject({ code: 'input.damaged', details: { name: 'photo.jpg' } })
    }
  })
})
