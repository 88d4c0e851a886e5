/** The explicit label in AVIF: coded again as finely, in the old file, turned as the file turns it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource } from '@yinji/core'
import sharp, { type AvifOptions, type Metadata } from 'sharp'
import { describe, expect, test } from 'vitest'
import { findBox, makeBox, walkBoxes } from '../carriers/bmff.ts'
import { loadHeif } from '../carriers/heif-meta.ts'
import { exchanged, parseProperties, propertiesOf, writeProperties } from '../carriers/heif-properties.ts'
import { nothingElse } from '../handler.test-kit.ts'
import { avif } from '../image/heif.ts'
import { avifParts } from './avif-graft.ts'
import { estimateAv1Quality } from './avif-quality.ts'
import { fixture, photo } from './pictures.test-kit.ts'

async function labelled(bytes: Buffer) {
  const label = { text: 'AI生成', position: 'bottom-right' } as const
  const drawn = await avif.visible?.apply(bytesSource(bytes, 'picture.avif'), label, nothingElse)
  const { source, path, findings = [] } = drawn ?? expect.fail('no label')
  expect(path).toBe('encoded')
  expect(findings.map(({ code }) => code)).toEqual(['visible.encoded.whole'])
  return Buffer.from(await source.read(0, source.size))
}

const pixelsOf = async (bytes: Buffer) =>
  sharp(bytes, { ignoreIcc: true }).raw({ depth: 'ushort' }).toBuffer({ resolveWithObject: true })

/** Mean difference of samples in the upper half, where no label is, in 1/255. */
async function drift(before: Buffer, after: Buffer): Promise<number> {
  const [a, b] = [await pixelsOf(before), await pixelsOf(after)]
  expect(b.info).toEqual(a.info)
  const [was, is] = [a, b].map(({ data }) => new Uint16Array(data.buffer, data.byteOffset, data.length / 2))
  const half = (was?.length ?? 0) / 2
  let sum = 0
  for (let at = 0; at < half; at++) sum += Math.abs((was?.[at] ?? 0) - (is?.[at] ?? 0))
  return sum / half / ((await sharp(before).metadata()).depth === 'ushort' ? 257 : 1)
}

const seen = async (bytes: Buffer) => {
  const { state, findings } =
    (await avif.visible?.look?.(bytesSource(bytes), nothingElse)) ?? expect.fail('no look')
  return { state, position: findings[0]?.data?.['position'] }
}

const form = ({ width, height, depth, bitsPerSample, hasAlpha, compression }: Metadata) => ({
  width,
  height,
  depth,
  bitsPerSample,
  hasAlpha,
  compression,
})

const made = (options: AvifOptions) =>
  photo()
    .avif({ effort: 1, ...options })
    .toBuffer()
const kinds: readonly (readonly [string, () => Promise<Buffer>])[] = [
  ['4:4:4', () => made({ quality: 80 })],
  ['4:2:0', () => made({ quality: 70, chromaSubsampling: '4:2:0' })],
  ['coarse', () => made({ quality: 30 })],
  ['10 bits', () => made({ quality: 80, bitdepth: 10 })],
  ['12 bits', () => made({ quality: 80, bitdepth: 12 })],
  [
    'transparent',
    () => photo().resize(200, 150).ensureAlpha(0.5).avif({ quality: 80, effort: 1 }).toBuffer(),
  ],
]

describe.each(kinds)('%s', (_, make) => {
  test('the label is there; form, metadata and fineness stay', async () => {
    const before = await make()
    const after = await labelled(before)
    const [was, is] = [await sharp(before).metadata(), await sharp(after).metadata()]
    expect(form(is)).toEqual(form(was))
    for (const key of ['exif', 'icc', 'xmp'] as const) expect(is[key], key).toEqual(was[key])
    expect(await seen(after)).toEqual({ state: 'present', position: 'bottom-right' })
    expect(await drift(before, after)).toBeLessThan(2)
    expect(after.length).toBeLessThan(before.length * 1.4 + 2000)
    const [old, fresh] = [await avifParts(bytesSource(before)), await avifParts(bytesSource(after))]
    expect(fresh.facts.quantiser).toBe(old.facts.quantiser)
    expect(fresh.halvedColour).toBe(old.halvedColour)
  })
})

test('lossless stays lossless', async () => {
  const before = await made({ lossless: true })
  const after = await labelled(before)
  expect(await drift(before, after)).toBe(0)
  expect(await seen(after)).toMatchObject({ state: 'present' })
})

/** A picture and nothing else. */
const bare = (options: AvifOptions) =>
  sharp(fixture('photo.jpg'))
    .resize(200, 150)
    .avif({ effort: 1, ...options })
    .toBuffer()

/** The file with other properties of its picture. */
async function withProperties(bytes: Buffer, boxes: readonly Uint8Array[]): Promise<Buffer> {
  const source = bytesSource(bytes)
  const top = await walkBoxes(source)
  const meta = await loadHeif(source, top.boxes)
  if (typeof meta === 'string') throw new Error(meta)
  const iprp = findBox(meta.children, 'iprp') ?? expect.fail('no iprp')
  const properties = parseProperties(meta.bytes, iprp)
  if (typeof properties === 'string') throw new Error(properties)
  const fresh = boxes.map((box) => ({
    type: Buffer.from(box).toString('latin1', 4, 8),
    box,
    essential: true,
  }))
  const changed = exchanged(properties, meta.primary, () => false, fresh)
  // Turning comes last.
  const list = changed.items.get(meta.primary) ?? []
  const turned = [...list.slice(boxes.length), ...list.slice(0, boxes.length)]
  const written = writeProperties({ ...changed, items: new Map([...changed.items, [meta.primary, turned]]) })
  const children = meta.children.map((child) =>
    child === iprp ? written : Uint8Array.from(meta.bytes.subarray(child.start, child.end)),
  )
  const grown = written.length - (iprp.end - iprp.start)
  const iloc = children[meta.children.findIndex(({ type }) => type === 'iloc')] as Uint8Array
  // One item, one extent, four bytes each: its offset stands eight bytes before the end.
  const view = Buffer.from(iloc.buffer, iloc.byteOffset, iloc.length)
  view.writeUInt32BE(view.readUInt32BE(view.length - 8) + grown, view.length - 8)
  const fixed = makeBox('meta', new Uint8Array(4), ...children)
  return Buffer.concat([bytes.subarray(0, meta.place.start), fixed, bytes.subarray(meta.place.end)])
}

test.each([2, 3, 4, 5, 6, 7, 8])(
  'turned or mirrored as orientation %i says, it is labelled as it is shown',
  async (orientation) => {
    const picture = sharp(fixture('photo.jpg')).resize(200, 150).withMetadata({ orientation })
    const before = await picture.avif({ effort: 1, quality: 60 }).toBuffer()
    const [was, is] = [before, await labelled(before)]
    expect(await drift(was, is)).toBeLessThan(3)
    expect(await seen(is)).toEqual({ state: 'present', position: 'bottom-right' })
    const parts = await avifParts(bytesSource(is))
    expect(parts.orientation).toBe(orientation)
  },
)

test('colours of another kind keep their meaning', async () => {
  const hdr = makeBox('colr', Buffer.from('nclx'), Uint8Array.of(0, 9, 0, 16, 0, 9, 0x80))
  const before = await withProperties(await bare({ quality: 70, bitdepth: 10 }), [hdr])
  const after = await labelled(before)
  const { properties, meta, facts } = await avifParts(bytesSource(after))
  const colours = propertiesOf(properties, meta.primary).filter(({ type }) => type === 'colr')
  expect(colours.map(({ content }) => Buffer.from(content).toString('hex', 4))).toEqual([
    `00090010${facts.matrix.toString(16).padStart(4, '0')}80`,
  ])
  expect(await drift(before, after)).toBeLessThan(2)
})

test.each([20, 35, 50, 65, 80, 92, 99])('a quality of %i is recognised', async (quality) => {
  const { facts } = await avifParts(bytesSource(await photo().avif({ quality, effort: 0 }).toBuffer()))
  expect(Math.abs(estimateAv1Quality(facts.quantiser) - quality)).toBeLessThanOrEqual(1)
})

test('sequences and pictures made of others are refused', async () => {
  const refused = { code: 'visible.content.unsupported' }
  await expect(labelled(fixture('waves.avif'))).rejects.toMatchObject(refused)
  const grid = Buffer.from(await bare({}))
  grid.write('grid', grid.indexOf('av01', grid.indexOf('infe')), 'latin1')
  await expect(labelled(grid)).rejects.toMatchObject(refused)
  const cropped = await withProperties(await bare({}), [makeBox('clap', new Uint8Array(32))])
  await expect(labelled(cropped)).rejects.toMatchObject(refused)
})

test('damage ends in a clear error or a picture', async () => {
  const before = readFileSync(join(import.meta.dirname, '../../../../fixtures/boat.avif'))
  const results = new Set<string>()
  const attempt = (bytes: Buffer) =>
    labelled(bytes).then(
      () => 'labelled',
      (error: unknown) => (error as Error).name,
    )
  for (let at = 0; at < before.length; at += at < 300 ? 3 : 61) {
    const damaged = Buffer.from(before)
    damaged[at] = (damaged[at] ?? 0) ^ 0x55
    results.add(await attempt(damaged))
    results.add(await attempt(before.subarray(0, at)))
  }
  expect([...results].filter((name) => !['labelled', 'InputError'].includes(name))).toEqual([])
})
