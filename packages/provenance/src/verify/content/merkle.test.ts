/** Media of a movie hashed piece by piece, with the leaves in the manifest or the rest of the tree behind the media (C2PA 18.6.2). */
import { describe, expect, test } from 'vitest'
import { judgeByC2pa } from '../../../../../test/oracles/c2pa.ts'
import { check, sha256 } from '../forge.test-kit.ts'
import { pem, root } from '../issue.test-kit.ts'
import { changed, media, movie, parts } from './bmff-movie.test-kit.ts'
import { merkleBox, exclusions as standard } from './fragments.test-kit.ts'

describe('media hashed piece by piece', () => {
  const exclusions = [...standard, { xpath: '/mdat', subset: [{ offset: 16, length: 0 }] }]
  const covered = (part: Uint8Array) => (part === media ? part.subarray(0, 16) : part)
  const pieces = [media.subarray(16, 26), media.subarray(26, 36), media.subarray(36)]
  const leaves = pieces.map(sha256)
  const [a = media, b = media, c = media] = leaves
  const tree = (change: object) => (_: Uint8Array) => ({
    merkle: [
      {
        uniqueId: 0,
        localId: 0,
        count: 3,
        hashes: leaves,
        variableBlockSizes: pieces.map(({ length }) => length),
        ...change,
      },
    ],
  })

  test.each<[string, object]>([
    ['leaf by leaf', {}],
    ['one row up', { hashes: [sha256(Buffer.concat([a, b])), c] }],
    ['by the root', { hashes: [sha256(Buffer.concat([sha256(Buffer.concat([a, b])), c]))] }],
  ])('%s are trusted, and altered when a byte changes', async (_, change) => {
    const signed = movie({ exclusions, covered, fields: tree(change) })
    expect((await check(signed)).verdict).toBe('trusted')
    const altered = changed(signed, (bytes) => bytes.fill('?', bytes.length - 1))
    expect((await check(altered)).codes).toContain('manifest.content.altered')
  })

  describe('with the rest of the tree in boxes behind them', () => {
    const up = { hashes: [sha256(Buffer.concat([a, b])), c] }
    const names = { uniqueId: 0, localId: 0 }
    const proofs = [
      { ...names, location: 0, hashes: [b] },
      { ...names, location: 1, hashes: [a] },
      { ...names, location: 2 },
    ]
    const boxes = proofs.map((proof) => merkleBox(proof))
    const followed = (...behind: readonly Uint8Array[]) =>
      movie({
        exclusions,
        covered: (part) => (behind.includes(part) ? undefined : covered(part)),
        fields: tree(up),
        rest: [parts.moov, media, ...behind],
      })

    test('are trusted, also by c2pa-rs, and altered when a byte changes', async () => {
      const signed = followed(...boxes)
      const { verdict, codes } = await check(signed)
      expect([verdict, codes.includes('manifest.binding.partial')]).toEqual(['trusted', false])
      const { successes } = await judgeByC2pa(signed.bytes, 'video/mp4', pem(root))
      expect(successes).toContain('assertion.bmffHash.match')
      const at = media.length - 1
      const altered = changed(signed, (bytes) => {
        const end = bytes.lastIndexOf('mdat') - 4 + at
        return bytes.fill('?', end, end + 1)
      })
      expect((await check(altered)).codes).toContain('manifest.content.altered')
    })

    test.each<[string, readonly Uint8Array[]]>([
      ['in another order', boxes.toReversed()],
      ['of which one is missing', boxes.slice(1)],
      ['of which one stands there twice', [...boxes, ...boxes]],
      ['that lead elsewhere', boxes.with(0, merkleBox({ ...names, location: 0, hashes: [c] }))],
      ['of another tree', boxes.map(() => merkleBox({ uniqueId: 0, localId: 1, location: 0 }))],
    ])('%s do not count as what was signed', async (_, behind) => {
      expect((await check(followed(...behind))).codes).toContain('manifest.content.altered')
    })

    test('that can’t be read, or stand before the media, are malformed', async () => {
      const unreadable = merkleBox({ location: 0 })
      expect((await check(followed(unreadable))).codes).toContain('manifest.binding.malformed')
      const before = movie({
        exclusions,
        covered: (part) => (boxes.includes(part as Buffer<ArrayBuffer>) ? undefined : covered(part)),
        fields: tree(up),
        rest: [parts.moov, ...boxes, media],
      })
      expect((await check(before)).codes).toContain('manifest.binding.malformed')
    })
  })

  test.each<[string, object]>([
    ['of the wrong number', { count: 2 }],
    ['that do not reach the end', { variableBlockSizes: [10, 10, 1] }],
    ['of two kinds of size', { fixedBlockSize: 10 }],
    ['of no media', { localId: 1 }],
  ])('in pieces %s are malformed', async (_, change) => {
    const { codes } = await check(movie({ exclusions, covered, fields: tree(change) }))
    expect(codes).toContain('manifest.binding.malformed')
  })
})
