/** Manifests of one name in one store (C2PA 8.2, 18.16.12.1). */
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib'
import { InputError } from '@yinji/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type ContentBox,
  encodeBox,
  encodeSuperBox,
  isSuperBox,
  parseJumbf,
  type SuperBox,
  uuids,
  writeBox,
} from '../encoding/jumbf.ts'
import { storeBox } from './boxes.ts'
import { manifestsIn, now, signer } from './draft.test-kit.ts'
import { draftManifest } from './draft.ts'
import { gathered } from './gathered.ts'
import { nextLabel } from './relabel.ts'

const results = { success: [], informational: [], failure: [] }
const digitalSourceType = 'http://cv.iptc.org/newscodes/digitalsourcetype/digitalCreation'
const content = {
  mediaType: 'image/jpeg',
  generator: { name: 'Yinji', version: '0.1.0' },
  actions: [{ action: 'c2pa.created', digitalSourceType }],
} as const

const store = await draftManifest(content, 'data', signer, { now })
  .seal({ binding: { kind: 'data' } })
  .finish()

test.each([
  ['urn:c2pa:F9168C5E', 'urn:c2pa:F9168C5E::1_1'],
  ['urn:c2pa:F9168C5E:acme', 'urn:c2pa:F9168C5E:acme:1_1'],
  ['urn:c2pa:F9168C5E::1_1', 'urn:c2pa:F9168C5E::2_1'],
  ['urn:c2pa:F9168C5E:acme:9_1', 'urn:c2pa:F9168C5E:acme:10_1'],
  ['urn:uuid:F9168C5E', 'urn:uuid:F9168C5E::1_1'],
  ['acme:urn:uuid:F9168C5E', 'acme:urn:uuid:F9168C5E:1_1'],
  ['anything', 'anything::1_1'],
])('%s becomes %s, and the number after it where that is taken', (label, next) => {
  expect(nextLabel(label, new Set([label]))).toBe(next)
  const after = nextLabel(next, new Set([label, next]))
  expect(nextLabel(label, new Set([label, next]))).toBe(after)
})

test('a changed copy differs from the original in what was changed and in its label', () => {
  const [original] = manifestsIn(store) as [SuperBox]
  const copy = Uint8Array.from(original.bytes)
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1
  const { manifests, copy: of } = gathered([[original], [parseJumbf(copy)]])
  const [kept, renamed] = manifests.map(parseJumbf)
  expect(kept?.bytes).toEqual(original.bytes)
  expect(renamed?.label).toBe(`${original.label}::1_1`)
  expect(renamed?.bytes.at(-1)).toBe(copy.at(-1))
  const bytesOf = (box: SuperBox | ContentBox) => Buffer.from(isSuperBox(box) ? box.bytes : box.payload)
  expect(renamed?.children.slice(0, -1).map(bytesOf)).toEqual(original.children.slice(0, -1).map(bytesOf))
  expect([of(0).labelOf(original.label), of(1).labelOf(original.label)]).toEqual([
    original.label,
    renamed?.label,
  ])
})

test('a compressed one has the new label inside as well (C2PA 8.4.1)', () => {
  const [original] = manifestsIn(store) as [SuperBox]
  const changed = Uint8Array.from(original.bytes)
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
  const children = [encodeBox('brob', brotliCompressSync(changed))]
  const packed = parseJumbf(
    encodeSuperBox({ uuid: uuids.compressedManifest, label: original.label, children }),
  )
  const renamed = parseJumbf(gathered([[original], [packed]]).manifests[1] ?? new Uint8Array())
  expect([renamed.uuid, renamed.label]).toEqual([uuids.compressedManifest, `${original.label}::1_1`])
  const [{ payload }] = renamed.children as [ContentBox]
  expect(parseJumbf(brotliDecompressSync(payload)).label).toBe(renamed.label)
})

test('one that came compressed as well is the same, and stays compressed', () => {
  const [original] = manifestsIn(store) as [SuperBox]
  const children = [encodeBox('brob', brotliCompressSync(original.bytes))]
  const packed = parseJumbf(
    encodeSuperBox({ uuid: uuids.compressedManifest, label: original.label, children }),
  )
  for (const stores of [
    [[original], [packed]],
    [[packed], [original]],
  ]) {
    const { manifests, copy } = gathered(stores)
    expect(manifests).toEqual([packed.bytes])
    expect([copy(0).astray, copy(1).astray, copy(1).labelOf(original.label)]).toEqual([
      [],
      [],
      original.label,
    ])
  }
})

test('whatever copies hold, all stand under different names, or the draft says that they are damaged', () => {
  const bytes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(fc.array(bytes, { minLength: 1, maxLength: 3 }), (copies) => {
      const stores = copies.map((changes) => {
        const copy = Uint8Array.from(store)
        for (const [at, by] of changes) copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ by
        return copy
      })
      const ingredients = [store, ...stores].map((one) => ({
        relationship: 'componentOf' as const,
        manifest: { store: one, results },
      }))
      try {
        draftManifest({ ...content, ingredients }, 'data', signer, { now })
      } catch (error) {
        expect(error).toBeInstanceOf(InputError)
        return
      }
      const boxes = stores.map((one) => manifestsIn(one))
      const labels = manifestsIn(writeBox(storeBox(gathered(boxes).manifests))).map(({ label }) => label)
      expect(new Set(labels).size).toBe(labels.length)
    }),
    { numRuns: 200 },
  )
})
