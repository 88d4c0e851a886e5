/** A picture with a film behind it that may be taken out (C2PA 15.12.4): what is left is what was signed, or it is not. */
import { expect, test } from 'vitest'
import { checkMotionPhoto, motionPhoto, parts, seam } from './multi-asset.test-kit.ts'

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

test('boxes as parts are not read, which is said', async () => {
  const { verdict, codes } = await checkMotionPhoto(alone, [{ ...picture, location: { bmffBox: '/mpvd' } }])
  expect([verdict, codes]).toEqual(['unchecked', expect.arrayContaining(['manifest.binding.unsupported'])])
})
