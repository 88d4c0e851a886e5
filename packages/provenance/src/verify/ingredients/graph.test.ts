/** Ingredients: the past of a file, checked as far down as it goes. */
import { brotliCompressSync, constants } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { encodeBox, encodeSuperBox, uuids } from '../../encoding/jumbf.ts'
import { actions, created, forged, forgeManifest, sha256 } from '../forge.test-kit.ts'
import { bound, edited, ingredient, opening, parent, parentLabel } from './edited.test-kit.ts'

describe('ingredients', () => {
  test('tell the history, oldest first', async () => {
    const { verdict, history } = await edited(parent)
    expect(verdict).toBe('trusted')
    expect(history.map(({ action }) => action)).toEqual(['c2pa.created', 'c2pa.opened'])
    expect(history[0]?.manifest).toBe(parentLabel)
  })

  test.each<[string, object]>([
    ['another relationship', { relationship: 'cousinOf' }],
    ['no relationship', { relationship: undefined }],
    ['nothing said of its manifest', { validationResults: undefined }],
    ['a source type beside its manifest', { digitalSourceType: created.digitalSourceType }],
  ])(
    'with %s make the manifest invalid (C2PA 15.11.3.3), and the next one only doubtful',
    async (_, change) => {
      const { verdict, codes, results } = await edited(parent, change)
      expect([verdict, codes]).toEqual(['invalid', expect.arrayContaining(['manifest.ingredient.malformed'])])
      expect(results.failure.map(({ code }) => code)).toContain('assertion.ingredient.malformed')
      const between = forgeManifest({
        label: 'urn:c2pa:between',
        assertions: [bound, opening, ingredient(parent, change)],
      })
      const activeManifest = { url: 'self#jumbf=/c2pa/urn:c2pa:between', hash: sha256(between.subarray(8)) }
      const next = await edited(between, { activeManifest }, [parent, between])
      expect([next.verdict, next.codes]).toEqual([
        'trusted',
        expect.arrayContaining(['manifest.ingredient.failed']),
      ])
    },
  )

  describe('under Brotli', () => {
    const under = (bytes: Uint8Array) =>
      encodeSuperBox({
        uuid: uuids.compressedManifest,
        label: parentLabel,
        children: [encodeBox('brob', bytes)],
      })
    const packed = under(brotliCompressSync(parent))
    const hashOf = (bytes: Uint8Array) => ({
      activeManifest: { url: `self#jumbf=/c2pa/${parentLabel}`, hash: sha256(bytes) },
    })
    const statuses = async (change: object, earlier = packed) => {
      const { verdict, deltas, history } = await edited(parent, change, [earlier])
      return [verdict, history.length, deltas[0]?.results.success.map(({ code }) => code)]
    }

    test('are found by the hash of the box, and by that of what is in it', async () => {
      const found = ['trusted', 2, expect.arrayContaining(['ingredient.manifest.validated'])]
      expect(await statuses(hashOf(packed.subarray(8)))).toEqual(found)
      expect(await statuses(hashOf(parent.subarray(8)))).toEqual(found)
    })

    test('packed otherwise are another box with the same content', async () => {
      const level = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }
      const again = under(brotliCompressSync(parent, level))
      expect((await statuses(hashOf(packed.subarray(8)), again))[0]).toBe('invalid')
      expect((await statuses(hashOf(parent.subarray(8)), again))[0]).toBe('trusted')
    })

    test('with a changed byte inside are found by neither', async () => {
      const changed = Uint8Array.from(parent)
      changed[changed.length - 10] = (changed[changed.length - 10] ?? 0) ^ 1
      const other = under(brotliCompressSync(changed))
      for (const hash of [packed, parent])
        expect((await statuses(hashOf(hash.subarray(8)), other))[0]).toBe('invalid')
    })
  })

  test('that were changed after the signing make the file invalid, though its own content is intact', async () => {
    const changed = Uint8Array.from(parent)
    changed[changed.length - 10] = (changed[changed.length - 10] ?? 0) ^ 1
    const { verdict, codes, findings } = await edited(parent, undefined, [changed])
    expect(verdict).toBe('invalid')
    expect(codes).toContain('manifest.ingredient.mismatch')
    expect(codes).toContain('manifest.ingredient.failed')
    const failed = findings.find(({ code }) => code === 'manifest.ingredient.failed')
    expect(failed?.data).toMatchObject({ title: 'before.jpg' })
    expect(failed?.data?.['failures']).toContain('ingredient.manifest.mismatch')
  })

  test('that had failed when they were taken in are reported', async () => {
    const failure = [{ code: 'assertion.dataHash.mismatch' }]
    const { findings } = await edited(parent, { validationResults: { activeManifest: { failure } } })
    const failed = findings.find(({ code }) => code === 'manifest.ingredient.failed')
    expect(failed?.data?.['failures']).toBe('assertion.dataHash.mismatch')
  })

  test('that are missing are reported', async () => {
    expect((await edited(parent, undefined, [])).codes).toContain('manifest.ingredient.failed')
  })

  test('that lead in circles end', async () => {
    const self = ingredient(parent)
    const circular = forgeManifest({ label: parentLabel, assertions: [bound, opening, self] })
    const { codes } = await edited(circular)
    expect(codes).toContain('manifest.ingredient.failed')
  })

  test('by the thousand, all with one past of thousands of statements, are too many', async () => {
    const many = <T>(count: number, item: (index: number) => T) =>
      Array.from({ length: count }, (_, at) => item(at))
    const reviews = many(2000, (at) => ({ label: `org.x__${at}`, content: {} }))
    const wide = forgeManifest({ label: parentLabel, assertions: [bound, actions, ...reviews] })
    const with_ = (count: number) => {
      const parts = many(count, (at) => ({
        ...ingredient(wide, { relationship: 'componentOf' }),
        label: `c2pa.ingredient.v3__${at}`,
      }))
      return forged({ earlier: [wide], assertions: [actions, ...parts] })
    }
    expect((await with_(100)).verdict).toBe('trusted')
    const { verdict, codes, manifests } = await with_(2000)
    expect(verdict).toBe('invalid')
    expect(codes).toContain('manifest.store.malformed')
    expect(manifests).toHaveLength(2)
  })

  test('in a chain of two hundred are all followed', async () => {
    let last: { box: Uint8Array; label: string } | undefined
    const boxes: Uint8Array[] = []
    for (let index = 0; index < 200; index++) {
      const label = `urn:c2pa:${index}`
      const url = `self#jumbf=/c2pa/${last?.label}`
      const past = last && [
        {
          ...ingredient(last.box),
          content: {
            ...ingredient(last.box).content,
            activeManifest: { url, hash: sha256(last.box.subarray(8)) },
          },
        },
      ]
      last = {
        label,
        box: forgeManifest({ label, assertions: [bound, past ? opening : actions, ...(past ?? [])] }),
      }
      boxes.push(last.box)
    }
    const activeManifest = {
      url: `self#jumbf=/c2pa/${last?.label}`,
      hash: sha256(last?.box.subarray(8) ?? new Uint8Array()),
    }
    const { history, verdict } = await edited(parent, { activeManifest }, boxes)
    expect(verdict).toBe('trusted')
    expect(history).toHaveLength(201)
  })
})
