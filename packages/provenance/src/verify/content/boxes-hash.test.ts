import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { bytesSource } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { judgeByC2pa } from '../../../../../test/oracles/c2pa.ts'
import { namedBoxes } from '../../named-boxes/named-boxes.ts'
import {
  actions,
  check,
  flipped,
  forgeManifest,
  forgeStore,
  pem,
  root,
  type Signed,
  sha256,
} from '../forge.test-kit.ts'

const box = (type: string, content: string | Uint8Array) => {
  const body = Buffer.from(content as Uint8Array)
  const out = Buffer.alloc(8 + body.length)
  out.writeUInt32BE(out.length)
  out.write(type, 4, 'latin1')
  body.copy(out, 8)
  return out
}
const head = [box('JXL ', Buffer.from([0x0d, 0x0a, 0x87, 0x0a])), box('ftyp', 'jxl \0\0\0\0jxl ')]
const tail = [box('xml ', '<x/>'), box('jxlc', Buffer.from([0xff, 0x0a, 0x00, 0x01]))]
const pad = new Uint8Array()
const before = { names: ['JXL ', 'ftyp'], hash: sha256(Buffer.concat(head)), pad }
const manifest = { names: ['C2PA'], hash: Uint8Array.of(0), pad }
const after = { names: ['xml ', 'jxlc'], hash: sha256(Buffer.concat(tail)), pad }

/** A JPEG XL file whose manifest is bound to it by these runs of boxes. */
function signed(boxes: unknown, parts: readonly Uint8Array[] = tail, start = head): Signed {
  const bound = { label: 'c2pa.hash.boxes', content: { alg: 'sha256', boxes } }
  const store = forgeStore([forgeManifest({ assertions: [bound, actions] })])
  const excluded = { start: Buffer.concat(start).length, length: store.length }
  const bytes = Uint8Array.from(Buffer.concat([...start, store, ...parts]))
  return { bytes, found: { site: 'jumb', store, excluded, binding: 'data' } }
}

const right = signed([before, manifest, after])
const outcome = async (file: Signed) => {
  const { verdict, codes } = await check(file)
  return [verdict, ...codes.filter((code) => !code.startsWith('manifest.signer'))]
}

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

describe.each([
  ['photo.jpg', 'image/jpeg', 2],
  ['picture.png', 'image/png', 33],
])('the boxes of %s', (name, mediaType, at) => {
  const file = readFileSync(join(import.meta.dirname, '../../../../../fixtures', name))
  const embed = (store: Uint8Array) => (name.endsWith('jpg') ? app11(store) : chunk(store))

  /** Signed with a hash for each box; the second time, the boxes of the signed file are known. */
  async function signedBoxes(
    change: (boxes: Listed[]) => object[] = (boxes) => boxes,
    more: Uint8Array = new Uint8Array(),
  ): Promise<Signed> {
    let boxes: Listed[] = []
    let bytes: Uint8Array = file
    let found: Signed['found'] = {
      site: 'test',
      store: new Uint8Array(),
      excluded: { start: at, length: 0 },
      binding: 'data',
    }
    for (let pass = 0; pass < 3; pass++) {
      const bound = { label: 'c2pa.hash.boxes', content: { alg: 'sha256', boxes: change(boxes) } }
      const store = forgeStore([forgeManifest({ assertions: [bound, actions] })])
      const embedded = embed(store)
      bytes = Uint8Array.from(Buffer.concat([file.subarray(0, at), embedded, more, file.subarray(at)]))
      found = { ...found, store, excluded: { start: at, length: embedded.length } }
      const named = (await namedBoxes(bytesSource(bytes), found.excluded)) ?? []
      boxes = named.map((box) =>
        box.name === 'C2PA'
          ? manifest
          : { names: [box.name], hash: sha256(bytes.subarray(box.start, box.end)), pad },
      )
    }
    return { bytes, found }
  }

  /** One bit outside the manifest is another; the store is as it was. */
  const touched = (file: Signed, at: number): Signed => ({ ...file, bytes: flipped(file, at).bytes })

  test('are named as c2pa-rs names them, and cover every byte', async () => {
    const file = await signedBoxes()
    expect(await outcome(file)).toEqual(['trusted', 'manifest.content.intact'])
    // The certificates of the kit are of another day, so c2pa-rs is asked about the boxes only.
    const judgement = await judgeByC2pa(file.bytes, mediaType, pem(root))
    expect(judgement.successes).toContain('assertion.boxesHash.match')
    expect(judgement.failures.filter((code) => !code.startsWith('signingCredential'))).toEqual([])
    const { start, length } = file.found.excluded
    for (const place of [start - 1, start + length + 5, file.bytes.length - 200, file.bytes.length - 1])
      expect((await check(touched(file, place))).verdict).not.toBe('trusted')
    const longer = { ...file, bytes: Uint8Array.from([...file.bytes, 1]) }
    expect((await outcome(longer))[0]).toBe('invalid')
  })

  test('may leave metadata out, of the box that holds some', async () => {
    const kept = name.endsWith('jpg') ? 'APP1' : 'tEXt'
    const text = Buffer.from('Software\0a camera')
    const exif = Buffer.concat([Buffer.from('Exif\0\0'), text])
    const part = name.endsWith('jpg') ? segment(0xe1, exif) : chunk(text, 'tEXt')
    const other = name.endsWith('jpg') ? segment(0xe1, Buffer.from('Exit\0\0')) : chunk(text, 'teXt')
    const hole = (box: Uint8Array, start: number) => {
      const exclusions = [{ start, length: box.length - start }]
      return { exclusions, hash: sha256(box.subarray(0, start)), pad }
    }
    const start = name.endsWith('jpg') ? 4 : 8
    const good = await signedBoxes(change(kept, hole(part, start)), part)
    expect(await outcome(good)).toEqual(['unchecked', 'manifest.binding.partial', 'manifest.content.intact'])
    const { found } = good
    const end = found.excluded.start + found.excluded.length
    expect((await check(touched(good, end + part.length - 1))).verdict).toBe('unchecked')
    expect((await check(touched(good, end + (start === 4 ? 1 : 7)))).verdict).toBe('invalid')
    const foreign = name.endsWith('jpg') ? 'APP1' : 'teXt'
    const bad = await signedBoxes(change(foreign, hole(other, start)), other)
    expect(await outcome(bad)).toEqual(['invalid', 'manifest.binding.exclusion'])
  })

  test('may not be left out or change places', async () => {
    expect((await outcome(await signedBoxes((boxes) => boxes.slice(0, -1))))[0]).toBe('invalid')
    expect((await outcome(await signedBoxes((boxes) => boxes.toReversed())))[0]).toBe('invalid')
  })
})

describe('the chunks of a WAV', () => {
  const letters = (text: string) => Buffer.from(text, 'latin1')
  const part = (id: string, content: Uint8Array) => {
    const size = Buffer.alloc(4)
    size.writeUInt32LE(content.length)
    return Buffer.concat([letters(id), size, content, Buffer.alloc(content.length % 2)])
  }
  const chunks = [
    part('fmt ', Buffer.alloc(16)),
    part('LIST', letters('INFOISFT\x03\0\0\0abc')),
    part('data', Buffer.alloc(7, 1)),
  ]

  /** Signed after 18.7.3.5; the size in the first box is the same whatever the hashes are. */
  function wav(): Signed {
    let bytes = Buffer.alloc(0)
    let found: Signed['found'] | undefined
    for (let pass = 0; pass < 2 || found === undefined; pass++) {
      const first = bytes.subarray(0, 12)
      const [fmt, list, data] = chunks.map((chunk) => ({ hash: sha256(chunk), pad }))
      const boxes = [
        { names: ['WAVE'], hash: sha256(first), pad },
        { names: ['fmt '], ...fmt },
        { names: ['INFO'], ...list },
        { names: ['data'], ...data },
        manifest,
      ]
      const bound = { label: 'c2pa.hash.boxes', content: { alg: 'sha256', boxes } }
      const store = forgeStore([forgeManifest({ assertions: [bound, actions] })])
      bytes = part('RIFF', Buffer.concat([letters('WAVE'), ...chunks, part('C2PA', store)]))
      const start = 12 + Buffer.concat(chunks).length
      found = { site: 'RIFF C2PA', store, excluded: { start, length: store.length + 8 }, binding: 'data' }
    }
    return { bytes: Uint8Array.from(bytes), found }
  }

  test('are named by the standard, and cover every byte but the manifest', async () => {
    const file = wav()
    expect(await outcome(file)).toEqual(['trusted', 'manifest.content.intact'])
    for (let at = 0; at < file.found.excluded.start; at++)
      expect([at, (await check(flipped(file, at))).verdict]).not.toEqual([at, 'trusted'])
    const longer = { ...file, bytes: Uint8Array.from([...file.bytes, 1]) }
    expect((await outcome(longer))[0]).toBe('invalid')
  })
})

interface Listed {
  readonly names: readonly string[]
}

/** The first box of that name, with another hash. */
const change = (name: string, other: object) => (boxes: Listed[]) => {
  const first = boxes.findIndex(({ names }) => names[0] === name)
  return boxes.map((box, index) => (index === first ? { ...box, ...other } : box))
}

function segment(marker: number, content: Uint8Array): Buffer {
  const header = Buffer.from([0xff, marker, 0, content.length + 2])
  return Buffer.concat([header, content])
}

/** C2PA A.3.1, for a store that fits into one segment. */
function app11(store: Uint8Array): Uint8Array {
  const header = Buffer.from('ffeb00004a50000100000001', 'hex')
  header.writeUInt16BE(store.length + 10, 2)
  return Buffer.concat([header, store])
}

function chunk(content: Uint8Array, type = 'caBX'): Buffer {
  const body = Buffer.concat([Buffer.from(type), content])
  const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  size.writeUInt32BE(content.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([size, body, sum])
}
