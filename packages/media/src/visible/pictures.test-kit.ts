/** What tests of labelled pictures have in common: drawing the label, and what it changed. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource } from '@yinji/core'
import sharp, { type Metadata, type Sharp } from 'sharp'
import { nothingElse } from '../handler.test-kit.ts'
import { imageLabeller } from './image.ts'

export const fixture = (name: string) => readFileSync(join(import.meta.dirname, '../../../../fixtures', name))

export async function labelled(bytes: Uint8Array) {
  const copy = Buffer.from(bytes)
  const label = { text: 'AI生成', position: 'bottom-right' } as const
  const {
    source,
    path,
    findings = [],
  } = await imageLabeller.apply(bytesSource(bytes, 'picture'), label, nothingElse)
  assert(copy.equals(bytes), 'what the caller gave was changed')
  const codes = findings.map(({ code }) => code)
  return { bytes: Buffer.from(await source.read(0, source.size)), path, codes }
}

export const pixelsOf = (bytes: Buffer) =>
  sharp(bytes, { pages: -1, ignoreIcc: true }).raw({ depth: 'ushort' }).toBuffer({ resolveWithObject: true })

/** For each frame, how far samples moved where no label can be, and how many moved where it is. */
export async function changes(before: Buffer, after: Buffer) {
  const [a, b] = [await pixelsOf(before), await pixelsOf(after)]
  assert.deepEqual(b.info, a.info)
  const { width, channels } = a.info
  const height = a.info.pageHeight ?? a.info.height
  const frames = Array.from({ length: a.info.height / height }, () => ({ outside: 0, inside: 0 }))
  for (let at = 0; at < a.data.length; at += 2) {
    const difference = Math.abs(a.data.readUInt16LE(at) - b.data.readUInt16LE(at))
    const pixel = Math.floor(at / 2 / channels)
    const [x, y] = [pixel % width, Math.floor(pixel / width)]
    const frame = frames[Math.floor(y / height)] as (typeof frames)[number]
    if (x > width * 0.3 && y % height > height * 0.65) frame.inside += difference > 0 ? 1 : 0
    else frame.outside = Math.max(frame.outside, difference)
  }
  return frames
}

const form = ({ pages, delay, loop, space, depth, hasAlpha, density, orientation }: Metadata) => ({
  pages,
  delay,
  loop,
  space,
  depth,
  hasAlpha,
  density,
  orientation,
})

export async function assertKept(before: Buffer, after: Buffer) {
  const [was, is] = [await sharp(before).metadata(), await sharp(after).metadata()]
  assert.deepEqual(form(is), form(was))
  for (const key of ['exif', 'icc', 'xmp'] as const) assert.deepEqual(is[key], was[key], key)
}

export async function assertSeen(bytes: Buffer) {
  const { pages = 1 } = await sharp(bytes).metadata()
  for (let page = 0; page < pages; page++) {
    const frame = await sharp(bytes, { page }).png().toBuffer()
    const seen = await imageLabeller.look?.(bytesSource(frame), nothingElse)
    assert.deepEqual([seen?.state, seen?.text], ['present', 'AI生成'], `frame ${page}`)
  }
}

export const photo = () => sharp(fixture('photo.jpg')).resize(320, 240).keepMetadata()
export const withAlpha = () => sharp(fixture('photo.jpg')).resize(320, 240).ensureAlpha(0.5)
/** Several frames of a photograph that moves: three in which everything changes, then one like the last. */
export async function moving(): Promise<Sharp> {
  const raw = await sharp(fixture('photo.jpg')).resize(340, 240).ensureAlpha().raw().toBuffer()
  const frame = (left: number) =>
    sharp(raw, { raw: { width: 340, height: 240, channels: 4 } })
      .extract({ left, top: 0, width: 320, height: 240 })
      .png()
      .toBuffer()
  return sharp(await Promise.all([0, 7, 14].map(frame)), { join: { animated: true } })
}
export const timing = { delay: [70, 130, 900], loop: 3 }
