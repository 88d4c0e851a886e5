/** Updates of a manifest (C2PA 11.2.3): the content stays bound, and they say no more than updates may. */
import { describe, expect, test } from 'vitest'
import { isSuperBox, parseJumbf } from '../../encoding/jumbf.ts'
import {
  type AssertionSpec,
  check,
  flipped,
  forgeFile,
  forgeManifest,
  forgeStore,
  sha256,
} from '../forge.test-kit.ts'

describe('an update of the manifest', () => {
  const edits = (action: string) => ({
    label: 'c2pa.actions.v2',
    content: { actions: [{ action }], allActionsIncluded: true },
  })

  /** The content signed first, then updated in place: the store grew, its start did not move. */
  function updated(action: string, change: object = {}, more: readonly AssertionSpec[] = []) {
    const first = forgeFile()
    const { children } = parseJumbf(first.found.store)
    const original = children.filter(isSuperBox)[0]
    if (!original) throw new Error('no manifest')
    const reference = {
      label: 'c2pa.ingredient.v3',
      content: {
        relationship: 'parentOf',
        activeManifest: {
          url: `self#jumbf=/c2pa/${original.label}`,
          hash: sha256(original.bytes.subarray(8)),
        },
        validationResults: {},
        ...change,
      },
    }
    const update = forgeManifest({
      label: 'urn:c2pa:update',
      kind: 'updateManifest',
      assertions: [edits(action), reference, ...more],
    })
    const store = forgeStore([original.bytes, update])
    const { start, length } = first.found.excluded
    const bytes = Buffer.concat([first.bytes.subarray(0, start), store, first.bytes.subarray(start + length)])
    return {
      bytes: new Uint8Array(bytes),
      found: { ...first.found, store, excluded: { start, length: store.length } },
    }
  }

  test('has one parent, and no ingredient beside it', async () => {
    const beside = { label: 'c2pa.ingredient.v3__1', content: { relationship: 'componentOf' } }
    const { codes, results, verdict } = await check(updated('c2pa.published', {}, [beside]))
    expect(codes).toContain('manifest.update.invalid')
    expect(results.failure.map(({ code }) => code)).toContain('manifest.update.wrongParents')
    expect(verdict).toBe('invalid')
  })

  test.each<[string, Partial<AssertionSpec>]>([
    ['a number', {}],
    ['JSON', { raw: Buffer.from('{"relationship":"componentOf"}'), type: 'json' }],
  ])('has none beside it that is no map but %s', async (_, more) => {
    const beside = { label: 'c2pa.ingredient.v3__1', content: 7, ...more }
    const { codes, results } = await check(updated('c2pa.published', {}, [beside]))
    expect(codes).toContain('manifest.ingredient.malformed')
    const failures = results.failure.map(({ code }) => code)
    expect(failures).toEqual(['manifest.update.wrongParents', 'assertion.ingredient.malformed'])
  })

  test('keeps the content bound', async () => {
    const signed = updated('c2pa.published')
    const { verdict, history } = await check(signed)
    expect(verdict).toBe('trusted')
    expect(history.map(({ action }) => action)).toEqual(['c2pa.created', 'c2pa.published'])
    expect((await check(flipped(signed, 3))).codes).toContain('manifest.content.altered')
  })

  test('may not claim that the content changed', async () => {
    expect((await check(updated('c2pa.cropped'))).codes).toContain('manifest.update.invalid')
  })

  test.each(['c2pa.hash.data', 'c2pa.hash.boxes', 'c2pa.hash.multi-asset', 'c2pa.thumbnail.claim'])(
    'may not bring its own %s',
    async (label) => {
      const { codes, verdict } = await check(updated('c2pa.published', {}, [{ label, content: {} }]))
      expect(codes).toContain('manifest.update.invalid')
      expect(verdict).toBe('invalid')
    },
  )

  test('must lead to what it updates', async () => {
    const { verdict, codes } = await check(updated('c2pa.published', { relationship: 'componentOf' }))
    expect(codes).toContain('manifest.update.invalid')
    expect(verdict).toBe('invalid')
    const lost = updated('c2pa.published', {
      activeManifest: { url: 'self#jumbf=/c2pa/urn:x', hash: sha256(new Uint8Array()) },
    })
    expect((await check(lost)).verdict).toBe('invalid')
  })
})
