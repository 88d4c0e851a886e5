/** Signed MP4s and their like: what is covered, what may be left out, and that nothing can change places. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeByC2pa } from '../../../../../test/oracles/c2pa.ts'
import {
  actions,
  check,
  forgeManifest,
  forgeStore,
  pem,
  root,
  type Signed,
  sha256,
} from '../forge.test-kit.ts'
import { merkleBox } from './fragments.test-kit.ts'

const encoder = new TextEncoder()
const manifestBox = Buffer.from('d8fec3d61b0e483c92975828877ec481', 'hex')

function box(type: string, ...contents: readonly Uint8Array[]): Uint8Array {
  const out = Buffer.concat([Buffer.alloc(8), ...contents])
  out.writeUInt32BE(out.length)
  out.write(type, 4, 'latin1')
  return new Uint8Array(out)
}

const media = box('mdat', encoder.encode('moving pictures, and a good number of them'))
const parts = {
  ftyp: box('ftyp', encoder.encode('isom\0\0\0\0isom')),
  moov: box('moov', box('mvhd', new Uint8Array(20)), box('udta', box('name', encoder.encode('x')))),
}
const standard = [
  { xpath: '/uuid', data: [{ offset: 8, value: manifestBox }] },
  { xpath: '/ftyp' },
  { xpath: '/mfra' },
]

interface Spec {
  readonly exclusions?: readonly object[]
  readonly fields?: (media: Uint8Array) => object
  /** Boxes behind the manifest; `covered` says what of them is hashed, where it differs. */
  readonly rest?: readonly Uint8Array[]
  readonly covered?: (box: Uint8Array) => Uint8Array | undefined
  readonly label?: string
}

/** ftyp, manifest, then the rest; hashed as C2PA 18.6.2 says, by hand. */
function movie({
  exclusions = standard,
  fields,
  rest = [parts.moov, media],
  covered,
  label,
}: Spec = {}): Signed {
  let store: Uint8Array = new Uint8Array(0)
  for (let pass = 0; pass < 4; pass++) {
    const uuid = box(
      'uuid',
      manifestBox,
      new Uint8Array(4),
      encoder.encode('manifest\0'),
      new Uint8Array(8),
      store,
    )
    let at = parts.ftyp.length + uuid.length
    const hashed = rest.flatMap((part) => {
      const offset = Buffer.alloc(8)
      offset.writeBigUInt64BE(BigInt(at))
      at += part.length
      const kept = covered ? covered(part) : part
      return kept ? [offset, kept] : []
    })
    const content = { exclusions, alg: 'sha256', hash: sha256(Buffer.concat(hashed)), ...fields?.(media) }
    const bound = { label: label ?? 'c2pa.hash.bmff.v3', content }
    store = forgeStore([forgeManifest({ assertions: [bound, actions] })])
  }
  const uuid = box(
    'uuid',
    manifestBox,
    new Uint8Array(4),
    encoder.encode('manifest\0'),
    new Uint8Array(8),
    store,
  )
  return {
    bytes: new Uint8Array(Buffer.concat([parts.ftyp, uuid, ...rest])),
    found: {
      site: 'uuid',
      store,
      excluded: { start: parts.ftyp.length, length: uuid.length },
      binding: 'bmff',
    },
  }
}

const changed = (signed: Signed, change: (bytes: Buffer) => Uint8Array): Signed => ({
  ...signed,
  bytes: change(Buffer.from(signed.bytes)),
})

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
