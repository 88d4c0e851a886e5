import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  bytes as bytesPart,
  bytesSource,
  concat,
  type Edit,
  InputError,
  splicedSource,
  type XmpEdit,
} from '@yinji/core'
import fc from 'fast-check'
import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { cutSubBlocks } from '../carriers/gif-blocks.ts'
import { gif } from './gif.ts'

const aigc =
  '{"Label":"1","ContentProducer":"001191440101MA9Y9T4H7A00000","ProduceID":"a<b&\\"c","ReservedCode1":"","ContentPropagator":"001191440101MA9Y9T4H7A00000","PropagateID":"x","ReservedCode2":""}'
const xmp: XmpEdit = {
  digitalSourceType: 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia',
  createDate: '2026-11-20T08:00:00Z',
  publisher: '印记',
  documentId: 'doc-1',
}
const store = Uint8Array.from({ length: 5001 }, (_, index) => index % 251)
const everything: Edit = { aigc, xmp, room: store.byteLength }
const latin1 = (value: string) => new Uint8Array(Buffer.from(value, 'latin1'))
const foreign =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/" xmlns:k="urn:k" k:eep="1"><TC260:AIGC>{"Label":"1","ProduceID":"old"}</TC260:AIGC></rdf:Description></rdf:RDF></x:xmpmeta>'

async function splice(value: Uint8Array, edit: Edit = everything): Promise<Uint8Array> {
  const { parts } = await gif.splice(bytesSource(value), edit)
  const filled = parts.map((part) => (part.kind === 'room' ? bytesPart(part.embed(store)) : part))
  const source = splicedSource(bytesSource(value), filled)
  return Uint8Array.from(await source.read(0, source.size))
}
const read = (value: Uint8Array) => gif.read(bytesSource(value))
const pixels = async (value: Uint8Array) =>
  createHash('md5')
    .update(await sharp(value, { pages: -1 }).raw().toBuffer())
    .digest('hex')
let still: Uint8Array
let animated: Uint8Array
let whole: Uint8Array
beforeAll(async () => {
  const frames = await Promise.all(
    ['#f00', '#0f0'].map((background) =>
      sharp({ create: { width: 24, height: 12, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  )
  animated = new Uint8Array(
    await sharp(frames, { join: { animated: true } })
      .gif({ loop: 0 })
      .toBuffer(),
  )
  const made = spawnSync('convert', ['-size', '30x20', 'gradient:red-blue', 'GIF87:-'])
  still = new Uint8Array(made.stdout)
  whole = beforeEnd(await splice(animated), comment, properPacket, packetInBlocks)
})

const beforeEnd = (file: Uint8Array, ...blocks: Uint8Array[]) =>
  concat([file.subarray(0, -1), ...blocks, latin1(';')])
const field = '{"AIGC":{"Label":"1","ProduceID":"old"}}'
const comment = concat([latin1('!\xfe'), cutSubBlocks(latin1(`before ${field} after`))])
const trailer = Uint8Array.from({ length: 257 }, (_, index) => (index === 0 ? 1 : 256 - index))
const xmpHeader = latin1('!\xff\x0bXMP DataXMP')
const properPacket = concat([xmpHeader, latin1(foreign), trailer, latin1('\0')])
/** As c2pa-rs writes it. */
const packetInBlocks = concat([xmpHeader, cutSubBlocks(concat([latin1(foreign), trailer]))])

test('label and manifest come back; labelled again, the bytes are the same', async () => {
  for (const file of [still, animated]) {
    const labelled = await splice(file)
    const { labels, manifest, findings } = await read(labelled)
    expect(labels).toEqual([{ site: 'Application Extension XMP', standard: true, value: aigc }])
    expect(findings).toEqual([])
    expect(manifest?.store).toEqual(store)
    expect(await pixels(labelled)).toBe(await pixels(file))
    expect(await splice(labelled)).toEqual(labelled)
  }
})

test('the manifest stands right behind the colour table, in blocks of 255, and the version is 89a', async () => {
  expect(Buffer.from(still.subarray(0, 6)).toString()).toBe('GIF87a')
  const labelled = await splice(still)
  const table = 13 + 3 * 2 ** (((still[10] ?? 0) & 7) + 1)
  expect(Buffer.from(labelled.subarray(0, 6)).toString()).toBe('GIF89a')
  const block = concat([latin1('!\xff\x0bC2PA_GIF\x01\0\0'), cutSubBlocks(store)])
  expect(labelled.subarray(table, table + block.byteLength)).toEqual(block)
  expect((await read(labelled)).manifest?.excluded).toEqual({ start: table, length: block.byteLength })
})

test('how often an animation repeats is still said first', async () => {
  const labelled = Buffer.from(await splice(animated, { aigc, room: 0 }))
  expect(labelled.indexOf('NETSCAPE2.0')).toBeLessThan(labelled.indexOf('XMP DataXMP'))
  expect((await sharp(labelled).metadata()).loop).toBe(0)
})

test('fields in comments and in packets of either form are read and become one; the rest stays', async () => {
  const file = beforeEnd(animated, properPacket, packetInBlocks, comment)
  expect((await read(file)).labels.map(({ site }) => site)).toEqual([
    'Application Extension XMP',
    'Application Extension XMP in sub-blocks',
    'Comment Extension',
  ])
  const labelled = Buffer.from(await splice(file))
  expect((await read(labelled)).labels).toMatchObject([{ value: aigc, standard: true }])
  expect(labelled.includes('before ')).toBe(true)
  expect(labelled.toString('latin1').split('k:eep="1"')).toHaveLength(3)
  const only = concat([latin1('!\xfe'), cutSubBlocks(latin1(field))])
  expect(await splice(beforeEnd(animated, only))).toEqual(await splice(animated))
})

test('a file without end is damaged; bytes behind the end stay', async () => {
  expect((await read(animated.subarray(0, -1))).findings).toMatchObject([{ code: 'asset.damaged' }])
  const file = concat([animated, latin1('more')])
  expect((await read(file)).findings).toMatchObject([{ code: 'asset.trailing', data: { bytes: 4 } }])
  expect(
    Buffer.from(await splice(file))
      .subarray(-5)
      .toString(),
  ).toBe(';more')
})

test('cut off or changed anywhere, it is read without an exception, and refused or labelled exactly once', async () => {
  const edits = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(edits, fc.option(fc.nat(whole.length)), async (changes, length) => {
      const mutant = whole.slice(0, length ?? whole.length)
      for (const [at, value] of changes) if (at < mutant.length) mutant[at] = value
      await read(mutant)
      const labelled = await splice(mutant).catch((error: unknown) => {
        expect(error).toBeInstanceOf(InputError)
      })
      if (!labelled) return
      const { labels, manifest } = await read(labelled)
      expect(labels).toMatchObject([{ standard: true, value: aigc }])
      expect(manifest?.store).toEqual(store)
    }),
    { numRuns: 1500 },
  )
}, 60_000)
