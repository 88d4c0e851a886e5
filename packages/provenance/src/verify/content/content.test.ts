/** What a reviewer is told about the content of signed files: intact, altered, or hidden from the hash. */
import { describe, expect, test } from 'vitest'
import { encodeBox } from '../../encoding/jumbf.ts'
import {
  check,
  created,
  type FileSpec,
  flipped,
  forged,
  forgeFile,
  forgeManifest,
  forgeStore,
  type Signed,
  sha256,
} from '../forge.test-kit.ts'
import { readStore } from '../store.ts'

describe('an honest file', () => {
  test('is trusted, and says who made it and how', async () => {
    const signed = forgeFile()
    const { verdict, codes, signer, active, history, results, assetSha256 } = await check(signed)
    expect(verdict).toBe('trusted')
    expect(codes).toEqual(['manifest.signer.trusted', 'manifest.content.intact'])
    expect(signer).toMatchObject({
      organization: 'Acme AI',
      subject: 'O=Acme AI',
      algorithm: 'ES256',
      trust: 'trusted',
    })
    expect(active).toMatchObject({ generator: 'Forge 1.0', digitalSourceTypes: [created.digitalSourceType] })
    expect(history).toMatchObject([{ action: 'c2pa.created', when: '2026-05-01T00:00:00Z', by: 'Painter 1' }])
    expect(results.failure).toEqual([])
    expect(results.success.map(({ code }) => code)).toContain('assertion.dataHash.match')
    expect(assetSha256).toBe(Buffer.from(sha256(signed.bytes)).toString('hex'))
  })

  const piece = 1024 * 1024 // is read at once
  test.each([
    ['at the front', 0, 10],
    ['in the first piece that is read', 1000, 2 * piece],
    ['between two pieces', piece, 10],
    ['in the second', piece + 1, piece],
    ['at the end', piece + 10, 0],
  ])('with its manifest %s has a SHA-256 of its own, altered or not', async (_, before, after) => {
    const signed = forgeFile({ before: new Uint8Array(before).fill(1), after: new Uint8Array(after).fill(2) })
    const altered = flipped(signed, before > 0 ? 0 : signed.bytes.length - 1)
    for (const [file, expected] of [
      [signed, 'trusted'],
      [altered, 'invalid'],
    ] as const) {
      const { verdict, assetSha256 } = await check(file)
      expect(verdict).toBe(expected)
      expect(assetSha256).toBe(Buffer.from(sha256(file.bytes)).toString('hex'))
    }
  })

  test('of an unknown signer is valid, not invalid', async () => {
    const { verdict, codes, signer } = await check(forgeFile(), { anchors: [] })
    expect(verdict).toBe('valid')
    expect(codes).toContain('manifest.signer.untrusted')
    expect(signer?.trust).toBe('untrusted')
  })

  test('whose manifest stands beside it is trusted', async () => {
    const content = new TextEncoder().encode('content')
    const { found } = forgeFile({ before: content, after: new Uint8Array(), exclusions: () => undefined })
    const sidecar = { bytes: content, found: { ...found, excluded: { start: 0, length: 0 } } }
    const { verdict, assetSha256 } = await check(sidecar)
    expect(verdict).toBe('trusted')
    expect(assetSha256).toBe(Buffer.from(sha256(content)).toString('hex'))
  })

  test('of text is trusted in whichever normal form it is stored', async () => {
    const text = new TextEncoder().encode('e\u0301 数据 ')
    const contentHash = () => sha256(new TextEncoder().encode('\u00e9 数据 '))
    const { verdict } = await forged({ before: text, after: new Uint8Array(), contentHash, binding: 'text' })
    expect(verdict).toBe('trusted')
  })
})

// The hash of a text is over its normal form, in which these are other characters (C2PA 15.12.1).
test.each([
  ['Run `<script>`.', 'Run \u1fef<script>\u1fef.', 'U+1FEF'],
  ['5 &gt; 3', '5 &gt\u037e 3', 'U+037E'],
  ['<b class=\u226f', '<b class=>\u0338', 'U+0338'],
])('%j that became %j is told', async (was, is, what) => {
  const signed = new TextEncoder().encode(was)
  const before = new TextEncoder().encode(is)
  const spec = { after: new Uint8Array(), contentHash: () => sha256(signed), binding: 'text' as const }
  const { verdict, findings } = await forged({ ...spec, before })
  const found = findings.find(({ code }) => code === 'manifest.binding.partial')
  expect([verdict, found?.data?.['what']]).toEqual(['unchecked', what])
  expect((await forged({ ...spec, before: signed })).verdict).toBe('trusted')
})

describe('a changed byte', () => {
  const signed = forgeFile()
  const { start, length } = signed.found.excluded

  test.each([
    ['before the manifest', 5],
    ['right before it', start - 1],
    ['right after it', start + length],
    ['at the end', signed.bytes.length - 1],
  ])('%s is called altered content', async (_, at) => {
    const { verdict, codes } = await check(flipped(signed, at))
    expect(verdict).toBe('invalid')
    expect(codes).toContain('manifest.content.altered')
    expect(codes).not.toContain('manifest.content.intact')
  })

  test('in the manifest is either caught or changes nothing that is said; it is never called altered content', async () => {
    const said = ({ active, signer, history }: Awaited<ReturnType<typeof check>>) => ({
      active: active && { ...active, label: '' }, // a manifest's own name is signed by nobody
      signer,
      history: history.map((entry) => ({ ...entry, manifest: '' })),
    })
    const original = said(await check(signed))
    const accepted: number[] = []
    for (let at = start; at < start + length; at++) {
      const changed = await check(flipped(signed, at))
      expect(changed.codes, `byte ${at - start}`).not.toContain('manifest.content.altered')
      if (changed.verdict !== 'trusted') continue
      accepted.push(at)
      expect(said(changed), `byte ${at - start}`).toEqual(original)
    }
    expect(accepted).toHaveLength(43) // the name of the manifest, which no claim repeats, but for what is in no name
  })

  test('appended or removed at the end is called altered content', async () => {
    const longer = { ...signed, bytes: new Uint8Array([...signed.bytes, 0]) }
    expect((await check(longer)).codes).toContain('manifest.content.altered')
    const shorter = { ...signed, bytes: signed.bytes.subarray(0, -1) }
    expect((await check(shorter)).codes).toContain('manifest.content.altered')
  })
})

describe('exclusions', () => {
  test.each<[string, FileSpec['exclusions']]>([
    ['wider than the manifest', (start, length) => [{ start: start - 8, length: length + 8 }]],
    ['narrower', (start, length) => [{ start, length: length - 1 }]],
    ['elsewhere', (start, length) => [{ start: start + length, length: 8 }]],
    ['over everything', (start, length) => [{ start: 0, length: start + length + 400 }]],
    [
      'beyond the end',
      (start, length) => [
        { start, length },
        { start: start + length, length: 1e9 },
      ],
    ],
    ['missing', () => undefined],
  ])('%s are an error', async (_, exclusions) => {
    const { verdict, codes } = await forged({ exclusions })
    expect(verdict).toBe('invalid')
    expect(codes).toContain('manifest.binding.exclusion')
  })

  test('that leave nothing to hash are an error', async () => {
    const { codes } = await forged({
      contentHash: () => sha256(new Uint8Array()),
      exclusions: (start, length) => [
        { start: 0, length: start },
        { start, length },
        { start: start + length, length: 400 },
      ],
    })
    expect(codes).toContain('manifest.binding.exclusion')
  })

  test('beside the manifest are reported, and the file is not called intact without a reservation', async () => {
    const { verdict, codes } = await forged({
      contentHash: (covered) => sha256(covered.subarray(4)),
      exclusions: (start, length) => [
        { start: 0, length: 4 },
        { start, length },
      ],
    })
    expect(codes).toContain('manifest.binding.partial')
    expect(verdict).toBe('unchecked')
  })

  test('that the format allows besides are no reservation; the same range alone excludes no manifest', async () => {
    const signed = forgeFile({
      contentHash: (covered) => sha256(covered.subarray(4)),
      exclusions: (start, length) => [
        { start: 0, length: 4 },
        { start, length },
      ],
    })
    const alsoExcluded = [{ start: 0, length: 4 }]
    const { verdict, codes } = await check({ ...signed, found: { ...signed.found, alsoExcluded } })
    expect(codes).toEqual(['manifest.signer.trusted', 'manifest.content.intact'])
    expect(verdict).toBe('trusted')
    const alone = forgeFile({ exclusions: () => alsoExcluded })
    const refused = await check({ ...alone, found: { ...alone.found, alsoExcluded } })
    expect(refused.codes).toContain('manifest.binding.exclusion')
  })

  test.each<[string, unknown]>([
    [
      'overlapping',
      [
        { start: 0, length: 900 },
        { start: 400, length: 10 },
      ],
    ],
    [
      'unsorted',
      [
        { start: 900, length: 10 },
        { start: 400, length: 10 },
      ],
    ],
    ['negative', [{ start: -1, length: 10 }]],
    ['huge', [{ start: 2n ** 63n, length: 10 }]],
    ['no list', 'all of it'],
  ])('%s are malformed', async (_, exclusions) => {
    const { verdict, codes } = await forged({ exclusions: () => exclusions })
    expect(verdict).toBe('invalid')
    expect(codes).toContain('manifest.binding.malformed')
  })

  /** The file of a signer, after somebody put an update into its store (C2PA 15.12.1). */
  function updated({ bytes, found }: Signed): Signed {
    const { start, length } = found.excluded
    const { label, node } = readStore(found.store).active
    const content = {
      relationship: 'parentOf',
      activeManifest: { url: `self#jumbf=/c2pa/${label}`, hash: sha256(node.body) },
      validationResults: { activeManifest: { success: [], informational: [], failure: [] } },
    }
    const update = forgeManifest({
      label: 'urn:c2pa:00000000-0000-4000-8000-0000000000ff',
      kind: 'updateManifest',
      assertions: [{ label: 'c2pa.ingredient.v3', content }],
    })
    const store = forgeStore([encodeBox('jumb', node.body), update])
    const file = Buffer.concat([bytes.subarray(0, start), store, bytes.subarray(start + length)])
    return { bytes: file, found: { ...found, store, excluded: { start, length: store.length } } }
  }

  test('behind a manifest that an update made longer have moved along', async () => {
    const signed = forgeFile({
      contentHash: (covered) => sha256(Buffer.concat([covered.subarray(0, 408), covered.subarray(412)])),
      exclusions: (start, length) => [
        { start, length },
        { start: start + length + 8, length: 4 },
      ],
    })
    const partial = ['manifest.signer.trusted', 'manifest.binding.partial', 'manifest.content.intact']
    expect((await check(signed)).codes).toEqual(partial)
    const after = updated(signed)
    expect((await check(after)).codes).toEqual(partial)
    const end = after.found.excluded.start + after.found.excluded.length
    expect((await check(flipped(after, end + 8))).codes).toEqual(partial)
    for (const at of [end + 7, end + 12])
      expect((await check(flipped(after, at))).codes).toContain('manifest.content.altered')
  })
})

describe('a binding', () => {
  const failures = async (spec: FileSpec) => (await forged(spec)).results.failure.map(({ code }) => code)

  test('without hash does not match (C2PA 15.12.1)', async () => {
    const none = { contentHash: () => undefined as unknown as Uint8Array }
    expect(await failures(none)).toEqual(['assertion.dataHash.mismatch'])
  })

  test('of text whose exclusion is no manifest is malformed (C2PA 15.12.1)', async () => {
    const exclusions = (start: number, length: number) => [{ start, length: length - 1 }]
    expect(await failures({ exclusions, binding: 'text' })).toEqual(['assertion.dataHash.malformed'])
    expect(await failures({ exclusions })).toEqual(['assertion.dataHash.mismatch'])
  })
})
