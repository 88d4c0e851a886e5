/** Ingredients: the past of a file, checked as far down as it goes. */
import { brotliCompressSync, constants } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { encodeBox, encodeSuperBox, isSuperBox, parseJumbf, uuids } from '../../encoding/jumbf.ts'
import {
  type AssertionSpec,
  actions,
  check,
  created,
  flipped,
  forged,
  forgeFile,
  forgeManifest,
  forgeStore,
  refer,
  sha256,
} from '../forge.test-kit.ts'

describe('ingredients', () => {
  const parentLabel = 'urn:c2pa:00000000-0000-4000-8000-00000000000a'
  const bound = {
    label: 'c2pa.hash.data',
    content: { alg: 'sha256', hash: new Uint8Array(32), pad: new Uint8Array() },
  }
  const parent = forgeManifest({ label: parentLabel, assertions: [bound, actions] })
  const ingredient = (manifest: Uint8Array, change: object = {}) => ({
    label: 'c2pa.ingredient.v3',
    content: {
      relationship: 'parentOf',
      'dc:title': 'before.jpg',
      activeManifest: { url: `self#jumbf=/c2pa/${parentLabel}`, hash: sha256(manifest.subarray(8)) },
      validationResults: { activeManifest: { success: [], informational: [], failure: [] } },
      ...change,
    },
  })
  const opening = {
    label: 'c2pa.actions.v2',
    content: {
      actions: [
        {
          action: 'c2pa.opened',
          parameters: {
            ingredients: [refer('c2pa.ingredient.v3')],
          },
        },
      ],
      allActionsIncluded: true,
    },
  }
  const edited = (manifest: Uint8Array, change?: object, earlier = [manifest]) =>
    forged({ earlier, assertions: [opening, ingredient(manifest, change)] })

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

  describe('withheld in part', () => {
    const secret = { label: 'org.example.secret', content: { name: 'x' } }
    const url = `self#jumbf=/c2pa/${parentLabel}/c2pa.assertions/${secret.label}`
    const full = forgeManifest({ label: parentLabel, assertions: [bound, actions, secret] })
    /** The same manifest, with the content of the statement blanked. */
    const blanked = Uint8Array.from(full)
    const at = Buffer.from(full).indexOf('a1646e616d656178', 'hex')
    blanked.fill(0, at, at + 8)
    const signature = Buffer.from(full).lastIndexOf('c2pa.signature') - 33
    const claimSignature = {
      url: `self#jumbf=/c2pa/${parentLabel}/c2pa.signature`,
      hash: sha256(full.subarray(signature + 8)),
    }
    const withholding = { redacted_assertions: [url] }

    test.each<[string, object, string | undefined]>([
      ['is the one of the manifest', {}, undefined],
      ['is another', { hash: new Uint8Array(32) }, 'hashedURI.mismatch'],
      ['is not there', { url: `${claimSignature.url}s` }, 'hashedURI.missing'],
    ])('or not: the signature that is named %s (C2PA 15.10.3.3)', async (_, change, status) => {
      const { verdict, results } = await edited(full, { claimSignature: { ...claimSignature, ...change } })
      expect(verdict).toBe(status ? 'invalid' : 'trusted')
      expect(results.failure.map(({ code }) => code)).toEqual(status ? [status] : [])
    })

    test('by the manifest that was made from them are fine', async () => {
      const assertions = [opening, ingredient(full, { claimSignature })]
      const { verdict, codes } = await forged({ earlier: [blanked], assertions, claim: withholding })
      expect(verdict).toBe('trusted')
      expect(codes).not.toContain('manifest.ingredient.failed')
    })

    test.each<[string, string, number, boolean]>([
      ['the sign for it and nothing else', 'caa98eee9d4df80e86ad4dffca263973', 0, true],
      ['the sign for it and zeros', 'caa98eee9d4df80e86ad4dffca263973', 8, true],
      ['another sign', 'caa98eee9d4df80e86ad4dffca263974', 0, false],
      ['half a sign', 'caa98eee9d4df80e', 0, false],
    ])('may leave a box with %s: %s', async (_, sign, zeros, fine) => {
      const box = { uuid: uuids.uuid, label: secret.label }
      const left = encodeBox('uuid', Buffer.concat([Buffer.from(sign, 'hex'), Buffer.alloc(zeros)]))
      const earlier = withAssertion(full, encodeSuperBox({ ...box, children: [left] }))
      const assertions = [opening, ingredient(full, { claimSignature })]
      const { codes } = await forged({ earlier: [earlier], assertions, claim: withholding })
      expect(codes.includes('manifest.ingredient.failed')).toBe(!fine)
    })

    const told = Buffer.from('a secret')
    const inside = encodeSuperBox({ uuid: uuids.uuid, label: 'x', children: [encodeBox('bidb', told)] })
    test.each<[string, Uint8Array, boolean]>([
      ['padding of zeros', encodeBox('free', Buffer.alloc(8)), true],
      ['padding that still tells it', encodeBox('free', told), false],
      ['a box within that still tells it', inside, false],
    ])('may leave %s, or not', async (_, left, fine) => {
      const children = [encodeBox('cbor', Buffer.alloc(8)), left]
      const earlier = withAssertion(full, encodeSuperBox({ uuid: uuids.cbor, label: secret.label, children }))
      const assertions = [opening, ingredient(full, { claimSignature })]
      const { findings } = await forged({ earlier: [earlier], assertions, claim: withholding })
      const failed = findings.find(({ code }) => code === 'manifest.ingredient.failed')
      expect(failed?.data?.['failures']).toBe(fine ? undefined : 'assertion.notRedacted')
    })

    /** The manifest with this box in place of its last assertion. */
    function withAssertion(manifest: Uint8Array, box: Uint8Array): Uint8Array {
      const { uuid, label, children } = parseJumbf(manifest)
      const [store, ...others] = children.filter(isSuperBox)
      const kept = store?.children.filter(isSuperBox).slice(0, -1) ?? []
      const assertions = encodeSuperBox({
        uuid: uuids.assertionStore,
        label: 'c2pa.assertions',
        children: [...kept.map(({ bytes }) => bytes), box],
      })
      return encodeSuperBox({ uuid, label, children: [assertions, ...others.map(({ bytes }) => bytes)] })
    }

    test('are reported when the statement is still there', async () => {
      const { findings } = await forged({
        earlier: [full],
        assertions: [opening, ingredient(full)],
        claim: withholding,
      })
      const failed = findings.find(({ code }) => code === 'manifest.ingredient.failed')
      expect(failed?.data?.['failures']).toContain('assertion.notRedacted')
    })

    test('by a manifest that nothing leads to are reported', async () => {
      const bystander = forgeManifest({
        label: 'urn:c2pa:x',
        assertions: [bound, actions],
        claim: withholding,
      })
      const { codes } = await edited(full, { claimSignature }, [blanked, bystander])
      expect(codes).toContain('manifest.ingredient.failed')
    })

    test('by another ingredient, a neighbour, are reported', async () => {
      const label = 'urn:c2pa:x'
      const neighbour = forgeManifest({ label, assertions: [bound, actions], claim: withholding })
      const activeManifest = { url: `self#jumbf=/c2pa/${label}`, hash: sha256(neighbour.subarray(8)) }
      const beside = {
        ...ingredient(neighbour, { activeManifest, relationship: 'componentOf' }),
        label: 'c2pa.ingredient.v3__1',
      }
      const assertions = [opening, ingredient(full, { claimSignature }), beside]
      const { codes, verdict } = await forged({ earlier: [blanked, neighbour], assertions })
      expect(codes).toContain('manifest.ingredient.failed')
      expect(verdict).toBe('invalid')
    })

    test('of what may not be withheld are reported', async () => {
      const claim = {
        redacted_assertions: [`self#jumbf=/c2pa/${parentLabel}/c2pa.assertions/c2pa.actions.v2`],
      }
      const { findings } = await forged({ earlier: [full], assertions: [opening, ingredient(full)], claim })
      const failed = findings.find(({ code }) => code === 'manifest.ingredient.failed')
      expect(failed?.data?.['failures']).toContain('assertion.action.redacted')
    })
  })
})

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
