import { describe, expect, test } from 'vitest'
import { judgeByC2pa } from '../../../../../test/oracles/c2pa.ts'
import { check, flipped, type Signed, sha256 } from '../forge.test-kit.ts'
import { pem, root } from '../issue.test-kit.ts'
import { boundBy, manifest, outcome, pad } from './boxes.test-kit.ts'

const box = (type: string, content: string | Uint8Array) => {
  const out = Buffer.concat([Buffer.alloc(8), Buffer.from(content as Uint8Array)])
  out.writeUInt32BE(out.length)
  out.write(type, 4, 'latin1')
  return out
}
const head = [box('JXL ', Buffer.from([0x0d, 0x0a, 0x87, 0x0a])), box('ftyp', 'jxl \0\0\0\0jxl ')]
const tail = [box('xml ', '<x/>'), box('jxlc', Buffer.from([0xff, 0x0a, 0x00, 0x01]))]
const before = { names: ['JXL ', 'ftyp'], hash: sha256(Buffer.concat(head)), pad }
const after = { names: ['xml ', 'jxlc'], hash: sha256(Buffer.concat(tail)), pad }

/** A JPEG XL file whose manifest is bound to it by these runs of boxes. */
function signed(boxes: unknown, parts: readonly Uint8Array[] = tail, start = head): Signed {
  const store = boundBy(boxes)
  const excluded = { start: Buffer.concat(start).length, length: store.length }
  const bytes = Uint8Array.from(Buffer.concat([...start, store, ...parts]))
  return { bytes, found: { site: 'jumb', store, excluded, binding: 'data' } }
}

const right = signed([before, manifest, after])
describe('boxes that are hashed by name', () => {
  test('as they stand match, here and to c2pa-rs', async () => {
    expect(await outcome(right)).toEqual(['trusted', 'manifest.content.intact'])
    const { successes } = await judgeByC2pa(right.bytes, 'image/jxl', pem(root))
    expect(successes).toContain('assertion.boxesHash.match')
  })

  test('without hash do not match (C2PA 15.12.3)', async () => {
    const { results } = await check(signed([before, manifest, { ...after, hash: undefined }]))
    expect(results.failure.map(({ code }) => code)).toEqual(['assertion.boxesHash.mismatch'])
  })

  test('and changed are altered content, before and behind the manifest', async () => {
    for (const at of [25, 30, right.bytes.length - 1])
      expect(await outcome(flipped(right, at))).toContain('manifest.content.altered')
  })

  test('must all be named, in their order', async () => {
    const [xml = head[0], codestream = head[0]] = tail
    const others = [
      signed([before, manifest, after], [...tail, box('free', '')]),
      signed([before, manifest, after], tail.slice(0, 1)),
      signed([before, manifest, after], [codestream ?? pad, xml ?? pad]),
      signed([before, manifest]),
      signed([before, after]),
    ]
    for (const file of others) expect(await outcome(file)).toContain('manifest.content.altered')
  })

  test('only the place of the manifest itself goes without a hash', async () => {
    for (const other of [box('jumb', 'not a manifest'), box('C2PA', 'a name that is taken')])
      expect(await outcome(signed([before, manifest, manifest, after], [other, ...tail]))).toContain(
        'manifest.content.altered',
      )
  })

  test('that nobody need compare are reported', async () => {
    const ignored = signed([before, manifest, { ...after, hash: Uint8Array.of(0), excluded: true }])
    expect(await outcome(ignored)).toContain('manifest.binding.partial')
  })
})

test.each<[string, unknown]>([
  ['no list', 7],
  ['nothing in it', []],
  ['no names', [{ hash: pad, pad }]],
  ['no hash', [before, manifest, { names: ['xml ', 'jxlc'], pad }]],
  ['the manifest among others', [{ ...before, names: ['JXL ', 'ftyp', 'C2PA', 'xml ', 'jxlc'] }]],
])('malformed: %s', async (_, boxes) => {
  expect(await outcome(signed(boxes))).toEqual(['invalid', 'manifest.binding.malformed'])
})

test('of formats that are not known yet, nothing is said', async () => {
  expect(await outcome(signed([before, manifest, after], tail, [box('moov', '')]))).toContain(
    'manifest.binding.unsupported',
  )
})

describe('ranges that a hash over boxes leaves out', () => {
  /** `xml ` has 12 bytes, 4 of them metadata, and so has `jxlc`. */
  const without = (exclusions: unknown, ...holes: [number, number][]) => {
    const bytes = Buffer.concat(tail)
    const kept = bytes.filter((_, at) => !holes.some(([start, end]) => at >= start && at < end))
    return signed([before, manifest, { ...after, hash: sha256(kept), exclusions }])
  }
  const metadata = { start: 8, length: 4, boxIndex: 0 }

  test('may be metadata, which can be changed later and nothing else can', async () => {
    const file = without([metadata], [8, 12])
    expect(await outcome(file)).toEqual(['unchecked', 'manifest.binding.partial', 'manifest.content.intact'])
    const xml = file.found.excluded.start + file.found.excluded.length
    for (const at of [8, 11]) expect((await outcome(flipped(file, xml + at)))[0]).toBe('unchecked')
    for (const at of [7, 16, 20, 23])
      expect([at, (await outcome(flipped(file, xml + at)))[0]]).toEqual([at, 'invalid'])
  })

  test('may come in pieces', async () => {
    const pieces = [
      { start: 8, length: 1, boxIndex: 0 },
      { start: 10, length: 0, boxIndex: 0 },
      { start: 11, length: 1, boxIndex: 0 },
    ]
    expect((await outcome(without(pieces, [8, 9], [11, 12])))[0]).toBe('unchecked')
  })

  test.each<[string, unknown[], [number, number][]]>([
    ['the picture', [{ start: 8, length: 4, boxIndex: 1 }], [[20, 24]]],
    [
      'the picture besides metadata',
      [metadata, { start: 10, length: 1, boxIndex: 1 }],
      [
        [8, 12],
        [22, 23],
      ],
    ],
    ['bytes of the next box', [{ start: 8, length: 8, boxIndex: 0 }], [[8, 16]]],
    ['bytes behind the file', [{ start: 8, length: 9e15, boxIndex: 0 }], [[8, 24]]],
    ['the frame of the box', [{ start: 4, length: 8, boxIndex: 0 }], [[4, 12]]],
    ['all of the box', [{ start: 0, length: 12, boxIndex: 0 }], [[0, 12]]],
  ])('may not be %s', async (_, exclusions, holes) => {
    expect(await outcome(without(exclusions, ...holes))).toEqual(['invalid', 'manifest.binding.exclusion'])
  })

  test.each<[string, unknown]>([
    ['no list', 7],
    ['an empty list', []],
    ['no map', [7]],
    ['no start', [{ length: 4, boxIndex: 0 }]],
    ['no length', [{ start: 8, boxIndex: 0 }]],
    ['a negative start', [{ start: -1, length: 4, boxIndex: 0 }]],
    ['no box, where there are several', [{ start: 8, length: 4 }]],
    ['a box that is not there', [{ start: 8, length: 4, boxIndex: 2 }]],
    ['a box before the first', [{ start: 8, length: 4, boxIndex: -1 }]],
    [
      'overlapping ranges',
      [
        { start: 8, length: 2, boxIndex: 0 },
        { start: 9, length: 3, boxIndex: 0 },
      ],
    ],
    ['the same range twice', [metadata, metadata]],
    [
      'ranges in disorder',
      [
        { start: 10, length: 2, boxIndex: 0 },
        { start: 8, length: 2, boxIndex: 0 },
      ],
    ],
    ['boxes in disorder', [{ start: 8, length: 4, boxIndex: 1 }, metadata]],
    ['an end beyond all numbers', [{ start: Number.MAX_SAFE_INTEGER, length: 4, boxIndex: 0 }]],
  ])('are malformed with %s', async (_, exclusions) => {
    expect(await outcome(without(exclusions, [8, 12]))).toEqual(['invalid', 'manifest.binding.malformed'])
  })

  test('are read though the signer says that nobody need compare the hash', async () => {
    const ignored = { ...after, excluded: true, exclusions: [] }
    expect(await outcome(signed([before, manifest, ignored]))).toContain('manifest.binding.malformed')
  })
})
