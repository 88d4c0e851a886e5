/** Signed MP4s and their like: what is covered, what may be left out, and that nothing can change places. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { check } from '../forge.test-kit.ts'
import { box, changed, manifestBox, media, movie, parts, type Spec } from './bmff-movie.test-kit.ts'
import { exclusions as standard } from './fragments.test-kit.ts'

const encoder = new TextEncoder()

describe('a signed movie', () => {
  test.each(['c2pa.hash.bmff.v2', 'c2pa.hash.bmff.v3'])('bound by %s is trusted', async (label) => {
    expect((await check(movie({ label }))).verdict).toBe('trusted')
  })

  test('is altered when a byte changes, a box moves, or something is added or cut off', async () => {
    const signed = movie()
    const last = (bytes: Buffer) => bytes.fill('?', bytes.length - 1)
    const swapped = (bytes: Buffer) => {
      const at = bytes.length - parts.moov.length - media.length
      return Buffer.concat([bytes.subarray(0, at), media, parts.moov])
    }
    for (const change of [
      last,
      swapped,
      (bytes: Buffer) => Buffer.concat([bytes, box('free')]),
      (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(3)]),
      (bytes: Buffer) => bytes.subarray(0, -5),
    ]) {
      const { verdict, codes } = await check(changed(signed, change))
      expect(verdict).toBe('invalid')
      expect(codes).toContain('manifest.content.altered')
    }
  })

  test('may have an update of its manifest behind it, and nothing else in a box of that kind', async () => {
    const more = async (...purposes: readonly string[]) => {
      const boxes = purposes.map((purpose) =>
        box('uuid', manifestBox, new Uint8Array(4), encoder.encode(`${purpose}\0hidden`)),
      )
      const { verdict, codes } = await check(changed(movie(), (bytes) => Buffer.concat([bytes, ...boxes])))
      return [verdict, codes.includes('manifest.binding.partial')]
    }
    expect(await more('update')).toEqual(['trusted', false])
    for (const purpose of ['update,update', 'manifest', 'original', 'merkle', 'anything', ''])
      expect(await more(...purpose.split(','))).toEqual(['unchecked', true])
  })

  test('has one ftyp, and a table of fragments where it has fragments: others could hold anything', async () => {
    const [moof, mfra] = [box('moof', new Uint8Array(4)), box('mfra')]
    const more = async (spec: Spec, ...boxes: readonly Uint8Array[]) => {
      const { verdict, codes } = await check(
        changed(movie(spec), (bytes) => Buffer.concat([bytes, ...boxes])),
      )
      return [verdict, codes.includes('manifest.binding.partial')]
    }
    const fragmented = { rest: [parts.moov, moof, media] }
    expect(await more(fragmented, mfra)).toEqual(['trusted', false])
    expect(await more(fragmented, mfra, mfra)).toEqual(['unchecked', true])
    expect(await more({}, mfra)).toEqual(['unchecked', true])
    expect(await more({}, parts.ftyp)).toEqual(['unchecked', true])
  })

  test.each([0, 1])(
    'has a table of fragments (version %i) that leads to what is hashed, or that is told',
    async (version) => {
      const moof = box('moof', new Uint8Array(4))
      const signed = movie({ rest: [parts.moov, moof, media], exclusions: [...standard, { xpath: '/free' }] })
      const at = Buffer.from(signed.bytes).lastIndexOf('moof') - 4
      const end = signed.bytes.length
      const table = (...places: readonly number[]) => {
        const head = Buffer.from([version, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0x15, 0, 0, 0, places.length])
        const entries = places.map((place) => {
          const entry = Buffer.alloc(version === 1 ? 22 : 14) // each number has two bytes
          entry.writeUInt32BE(place, version === 1 ? 12 : 4)
          return entry
        })
        return box('tfra', head, ...entries)
      }
      const mfro = box('mfro', new Uint8Array(8))
      const found = async (...boxes: readonly Uint8Array[]) => {
        const { verdict, codes } = await check(changed(signed, (bytes) => Buffer.concat([bytes, ...boxes])))
        return [verdict, codes.includes('manifest.binding.partial')]
      }
      const own = box('free', moof, media)
      for (const place of [0, 9, parts.ftyp.length, parts.ftyp.length + 30, end, 0xfffffff0])
        expect(await found(box('mfra', table(at, at), table(place), mfro))).toEqual(['trusted', false])
      for (const [why, ...boxes] of [
        ['into unused space within', box('free', own), box('mfra', table(at, end + 16), mfro)],
        ['into unused space', own, box('mfra', table(end + 8), mfro)],
        ['besides fragments of its own', box('mfra', moof, media, table(at), mfro)],
        ['nowhere, cut off', box('mfra', box('tfra', new Uint8Array(16).fill(1)), mfro)],
        ['nowhere, no boxes', box('mfra', new Uint8Array(5))],
      ] as const)
        expect([why, ...(await found(...boxes))]).toEqual([why, 'unchecked', true])
    },
  )

  test('may have its ftyp changed, where the signer left it out', async () => {
    const brand = (bytes: Buffer) => bytes.fill('mp42', 8, 12)
    expect((await check(changed(movie(), brand))).verdict).toBe('trusted')
  })

  test('whose media are left out is not called intact without a reservation', async () => {
    const spec = {
      exclusions: [...standard, { xpath: '/mdat' }],
      covered: (part: Uint8Array) => (part === media ? undefined : part),
    }
    const { verdict, codes } = await check(movie(spec))
    expect(codes).toContain('manifest.binding.partial')
    expect(verdict).toBe('unchecked')
  })

  test('may leave out a box within a box, by path, length and flags', async () => {
    const { moov } = parts
    const name = box('name', encoder.encode('x'))
    const cut = {
      xpath: '/moov/udta[1]/name',
      length: name.length,
      data: [{ offset: 4, value: encoder.encode('name') }],
    }
    const covered = (part: Uint8Array) => (part === moov ? part.subarray(0, part.length - name.length) : part)
    const { codes } = await check(movie({ exclusions: [...standard, cut], covered }))
    expect(codes).not.toContain('manifest.content.altered')
    expect(codes).toContain('manifest.binding.partial')
    const other = { ...cut, length: name.length + 1 } // matches nothing, so all is hashed
    expect((await check(movie({ exclusions: [...standard, other] }))).verdict).toBe('trusted')
  })

  test.each<[string, object[]]>([
    ['no exclusions', []],
    ['a path that searches', [{ xpath: '//mdat' }]],
    [
      'overlapping subsets',
      [
        {
          xpath: '/mdat',
          subset: [
            { offset: 0, length: 9 },
            { offset: 8, length: 1 },
          ],
        },
      ],
    ],
    ['flags of two bytes', [{ xpath: '/mdat', flags: new Uint8Array(2) }]],
  ])('with %s is malformed', async (_, exclusions) => {
    expect((await check(movie({ exclusions }))).codes).toContain('manifest.binding.malformed')
  })
})

test('a movie damaged anywhere behind its manifest is never accepted', async () => {
  const signed = movie()
  const { start, length } = signed.found.excluded
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: start + length, max: signed.bytes.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      async (at, mask) => {
        const { verdict } = await check(
          changed(signed, (bytes) => bytes.fill((bytes[at] ?? 0) ^ mask, at, at + 1)),
        )
        expect(verdict).toBe('invalid')
      },
    ),
    { numRuns: 300 },
  )
})

describe('more of everything than anybody needs', () => {
  const small = box('free')
  const many = (count: number) => Buffer.concat(Array.from({ length: count }, () => small))
  const findings = async (spec: Spec) => {
    const { verdict, codes } = await check(movie(spec))
    return [verdict, ...codes.filter((code) => code.startsWith('manifest.binding'))]
  }

  test('hundreds of thousands of boxes inside two others are left out one by one', async () => {
    const exclusions = [...standard, { xpath: '/moov/trak/free' }]
    const rest = [box('moov', box('trak', many(200_000))), media]
    const covered = (part: Uint8Array) => (part === media ? part : part.subarray(0, 16))
    expect(await findings({ exclusions, rest, covered })).toEqual(['unchecked', 'manifest.binding.partial'])
  })

  test('boxes times exclusions times conditions are more than is looked at', async () => {
    const data = Array.from({ length: 90 }, () => ({ offset: 4, value: encoder.encode('free') }))
    const never = { offset: 4, value: encoder.encode('none') }
    const list = Array.from({ length: 90 }, () => ({ xpath: '/free', data: [...data, never] }))
    const rest = [many(200_000), media]
    expect(await findings({ exclusions: [...standard, ...list], rest })).toEqual([
      'unchecked',
      'manifest.binding.unsupported',
    ])
  })

  test('pieces of a single byte in one mdat after the other are too many', async () => {
    const count = 400_000
    const one = box('mdat', new Uint8Array(8 + count))
    const tree = { uniqueId: 0, count, fixedBlockSize: 1, hashes: [new Uint8Array(32)] }
    const fields = () => ({ merkle: [0, 1, 2, 3].map((localId) => ({ ...tree, localId })) })
    const exclusions = [...standard, { xpath: '/mdat', subset: [{ offset: 16, length: 0 }] }]
    const covered = (part: Uint8Array) => part.subarray(0, 16)
    const found = await findings({ exclusions, fields, rest: [one, one, one, one], covered })
    expect(found).toEqual(['invalid', 'manifest.binding.malformed'])
  })
})

/** Whoever makes a film can let it lead into what will be left out, have it signed, and then replace what is shown. */
describe('media that stand where no hash covers them', () => {
  const inside = 60_000
  const unused = box('free', new Uint8Array(100_000))
  const u32 = (...values: readonly number[]) => {
    const out = Buffer.alloc(values.length * 4)
    for (const [index, value] of values.entries()) out.writeUInt32BE(value, index * 4)
    return out
  }
  const table = (type: string, content: Uint8Array) =>
    box('moov', box('trak', box('mdia', box('minf', box('stbl', box(type, content))))))
  const items = (offset: number) =>
    box('meta', u32(0), box('iloc', u32(0), Buffer.from('44000001000100000001', 'hex'), u32(offset, 5)))
  const fragment = (header: Uint8Array, run: Uint8Array) =>
    box('moof', box('traf', box('tfhd', header), box('trun', run)))
  const judged = (first: Uint8Array) => {
    const exclusions = [...standard, { xpath: '/free' }]
    const rest = [first, media, unused]
    return check(movie({ exclusions, rest, covered: (part) => (part === unused ? undefined : part) }))
  }

  test.each([
    ['a chunk', table('stco', u32(0, 1, inside))],
    ['a chunk, in 64 bits', table('co64', u32(0, 1, 0, inside))],
    ['a picture', items(inside)],
    ['samples of a fragment', fragment(u32(1, 1, 0, inside), u32(1, 1, 0))],
    ['samples of a fragment, counted from where it begins', fragment(u32(0, 1), u32(1, 1, inside))],
  ])('%s is told', async (_, first) => {
    const { verdict, findings } = await judged(first)
    const found = findings.find(({ code }) => code === 'manifest.binding.partial')
    expect([verdict, found?.data?.['what']]).toEqual(['unchecked', expect.stringMatching(/^\/free \d+–\d+$/)])
  })

  test.each([
    ['a chunk', table('stco', u32(0, 1, 12))],
    ['a picture', items(12)],
  ])('%s in the brand of the file too', async (_, first) => {
    expect((await judged(first)).codes).toContain('manifest.binding.partial')
  })

  test.each([
    ['beyond the end', table('stco', u32(0, 1, 900_000))],
    ['in a table that breaks off', items(inside).subarray(0, 40)],
  ])('what leads %s is no reservation', async (_, first) => {
    const whole = Buffer.from(first)
    whole.writeUInt32BE(whole.length)
    expect((await judged(whole)).codes).not.toContain('manifest.binding.partial')
  })
})
