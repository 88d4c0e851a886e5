/** A picture with a film behind it that may be taken out (C2PA 15.12.4): what is left is what was signed, or it is not. */
import { describe, expect, test } from 'vitest'
import {
  boxed,
  boxedParts,
  boxHeader,
  boxSeam,
  checkBoxed,
  checkMotionPhoto,
  motionPhoto,
  parts,
  seam,
} from './multi-asset.test-kit.ts'

const alone = motionPhoto.slice(0, seam)
const flipped = (at: number, bytes = motionPhoto) =>
  bytes.map((byte, index) => (index === at ? byte ^ 1 : byte))
const [picture, film] = parts

test('whole, it is intact; without what may go it is too, and says so', async () => {
  const whole = await checkMotionPhoto(motionPhoto)
  expect([whole.verdict, whole.codes]).toEqual([
    'trusted',
    expect.not.arrayContaining(['manifest.parts.removed']),
  ])
  const left = await checkMotionPhoto(alone)
  expect(left.verdict).toBe('trusted')
  expect(left.codes).toEqual(expect.arrayContaining(['manifest.content.intact', 'manifest.parts.removed']))
})

test.each<[string, Uint8Array, unknown, string]>([
  ['in the picture', flipped(5000), parts, 'mismatch'],
  ['in the film', flipped(seam + 5000), parts, 'mismatch'],
  ['in the picture that is left', flipped(5000, alone), parts, 'mismatch'],
  ['by a film that is cut', motionPhoto.slice(0, -9), parts, 'mismatch'],
  ['by a picture that is cut', alone.slice(0, -9), parts, 'mismatch'],
  ['by what may not go', alone, [picture, { ...film, optional: false }], 'missingPart'],
])('a change %s is told', async (_, bytes, list, kind) => {
  const { verdict, findings } = await checkMotionPhoto(bytes, list)
  const altered = findings.find(({ code }) => code === 'manifest.content.altered')
  expect([verdict, altered?.data?.['status']]).toEqual(['invalid', `assertion.multiAssetHash.${kind}`])
})

test.each<[string, Uint8Array, unknown, number?]>([
  ['no parts', alone, []],
  ['no list', alone, 7],
  ['two lists', alone, parts, 2],
  ['a byte more', Uint8Array.from([...motionPhoto, 1]), parts],
  ['a byte of nobody’s', alone, [{ ...picture, location: { byteOffset: 0, length: seam - 1 } }, film]],
  ['parts in another order', flipped(9), [film, picture]],
  ['a part twice', alone, [picture, picture]],
  ['a part without place', alone, [{ ...picture, location: {} }]],
  ['a negative length', alone, [{ ...picture, location: { byteOffset: 0, length: -1 } }]],
  [
    'a hash of the whole for a part',
    alone,
    [{ ...picture, hashAssertion: 'self#jumbf=c2pa.assertions/c2pa.hash.data' }],
  ],
  [
    'a hash that is nowhere',
    alone,
    [{ ...picture, hashAssertion: 'self#jumbf=c2pa.assertions/c2pa.hash.data.part__9' }],
  ],
])('with %s nothing can be said, and never that it is intact', async (_, bytes, list, copies) => {
  const { verdict, codes } = await checkMotionPhoto(bytes, list, copies)
  expect(codes).toContain('manifest.binding.malformed')
  expect([verdict, codes]).toEqual([
    expect.stringMatching(/^(?:unchecked|invalid)$/),
    expect.not.arrayContaining(['manifest.content.intact']),
  ])
})

describe('a film in a box', () => {
  /** With a header of another size, the file is another, and what is in it is the same. */
  const length = boxed().byteLength - boxSeam - 8
  const long = Buffer.concat([boxHeader(0), Buffer.alloc(8)])
  long.writeUInt32BE(1)
  long.writeBigUInt64BE(BigInt(16 + length), 8)
  const moved = boxed(long)
  const [boat, inBox] = boxedParts
  const at = (bmffBox: unknown, more: object = {}) => [boat, { ...inBox, location: { bmffBox, ...more } }]

  test('is what was signed, whole', async () => {
    expect((await checkBoxed(boxed())).verdict).toBe('trusted')
  })

  test.each([
    ['by its path', at('/mpvd')],
    ['by its type', at('mpvd')],
    ['by its path and number', at('/mpvd[1]')],
  ])('is found %s where the whole is another', async (_, list) => {
    const { verdict, results } = await checkBoxed(moved, list)
    const told = results.success.map(({ code }) => code)
    expect([verdict, told]).toEqual(['trusted', expect.arrayContaining(['assertion.multiAssetHash.match'])])
  })

  test('may have its header in the part before it', async () => {
    const front = moved.slice(0, boxSeam + 16)
    const list = [{ ...boat, location: { byteOffset: 0, length: front.byteLength } }, inBox]
    expect((await checkBoxed(moved, list, {}, front)).verdict).toBe('trusted')
  })

  test.each<[string, Uint8Array, string]>([
    ['altered', flipped(boxSeam + 5000, moved), 'mismatch'],
    ['altered in the picture', flipped(5000, moved), 'mismatch'],
    ['cut', moved.slice(0, -9), 'mismatch'],
    ['taken out', moved.slice(0, boxSeam), 'malformed'],
    ['behind another one', Uint8Array.from([...moved, ...boxHeader(3), 1, 2, 3]), 'malformed'],
    ['before something else', Uint8Array.from([...moved, ...boxHeader(3, 'free'), 1, 2, 3]), 'malformed'],
    ['under another name', boxed(boxHeader(length, 'skip')), 'malformed'],
  ])('is told where it is %s', async (_, bytes, kind) => {
    const { verdict, findings } = await checkBoxed(bytes)
    const statuses = findings.map(({ data }) => data?.['status'])
    expect([verdict, statuses]).toEqual([
      'invalid',
      expect.arrayContaining([`assertion.multiAssetHash.${kind}`]),
    ])
  })

  test.each<[string, unknown]>([
    ['a number', at(7)],
    ['nothing', at('')],
    ['a box of no box', at('/mpvd/mpvd/mpvd')],
    ['a box that is not there', at('/mpvd[2]')],
    ['a box and a place', at('/mpvd', { byteOffset: boxSeam })],
    ['the same box twice', [...at('/mpvd'), inBox]],
    ['a box within', at('/meta/hdlr')],
  ])('is not found at %s', async (_, list) => {
    const { verdict, findings } = await checkBoxed(moved, list)
    const malformed = findings.find(({ code }) => code === 'manifest.binding.malformed')
    expect([verdict, malformed?.data]).toMatchObject([
      'invalid',
      { status: 'assertion.multiAssetHash.malformed' },
    ])
  })

  test('whose hash nobody can use is told as that, not as altered', async () => {
    const { verdict, codes } = await checkBoxed(moved, boxedParts, { alg: 'md5' })
    expect([verdict, codes]).toEqual(['unchecked', expect.arrayContaining(['manifest.hash.algorithm'])])
  })

  test('among a hundred thousand boxes, named ten thousand times, is looked for once', async () => {
    const many = Buffer.concat(Array.from({ length: 100_000 }, () => boxHeader(0, 'free')))
    const list = Array.from({ length: 10_000 }, () => inBox)
    const { verdict } = await checkBoxed(Uint8Array.from(Buffer.concat([many, moved])), list)
    expect(verdict).toBe('invalid')
  })
})
