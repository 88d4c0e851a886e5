/**
 * What stands around a manifest in its container: three bits of each byte are changed. Those of the store itself are swept in
 * `packages/provenance/src/verify/sweep.test.ts`; here count those that leave the store as it is, and that no hash covers.
 */
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { bytesSource, type MediaHandler } from '@yinji/core'
import { createToolkit, defaultHandlers } from '@yinji/toolkit'
import { expect, test } from 'vitest'
import { fixturePath, fixtures } from '../helpers/fixtures.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'

const directory = temporaryDirectory()
const toolkit = createToolkit({ identity: await testIdentity() })

interface Gap {
  /** First and last offset in what the hash leaves out; from the end when negative. */
  readonly spans: readonly (readonly [number, number])[]
  readonly why: string
}
const manifestBox: Gap = {
  spans: [
    [24, 27],
    [37, 44],
  ],
  why: 'C2PA A.5.1: version, flags and the place of Merkle boxes that are not there',
}
const exclamation = 'a comment may begin with an exclamation mark, which says nothing'

/** Where a change passes, and why. */
const gaps: Readonly<Record<string, Gap>> = {
  jpeg: { spans: [[6, 7]], why: 'ISO 19566-5 D.2: a number by which the segments of a box find each other' },
  mp4: manifestBox,
  mov: manifestBox,
  m4a: manifestBox,
  heic: manifestBox,
  avif: manifestBox,
  css: { spans: [[3, 3]], why: exclamation },
  javascript: { spans: [[2, 2]], why: exclamation },
  html: {
    spans: [
      [1, 30],
      [-8, -2],
    ],
    why: 'WHATWG 13.2.5: names in upper case, white space of another kind',
  },
}

/** One file of each format that has a place for a manifest. */
const first = new Map<string, { readonly path: string; readonly handler: MediaHandler }>()
for (const { handler: id, path, verdict } of fixtures()) {
  const handler = defaultHandlers.find((one) => one.id === id)
  if (verdict === 'unlabeled' && handler?.slots.manifest && !first.has(id)) first.set(id, { path, handler })
}

/** Where the store stands in one piece, as it is or in base64; its first eight bytes may be repeated for each segment. */
function storeSpan(frame: Uint8Array, store: Uint8Array): readonly [number, number] {
  for (const body of [store.subarray(8), Buffer.from(Buffer.from(store).toString('base64'))]) {
    const at = Buffer.from(frame).indexOf(body)
    if (at >= 0) return [at, at + body.length]
  }
  return [-1, -1]
}

test.each([...first])('%s', async (id, { path, handler }) => {
  const output = join(directory, `${id}${extname(path)}`)
  await toolkit.label(fixturePath(path), {}, { output, visible: false })
  const whole = new Uint8Array(await readFile(output))
  const storeIn = async (bytes: Uint8Array) => (await handler.read(bytesSource(bytes, path))).manifest
  const manifest = await storeIn(whole)
  if (manifest === undefined) throw new Error('no manifest')
  const { start, length } = manifest.excluded
  const listed = (gaps[id]?.spans ?? []).map((span) => span.map((at) => (at < 0 ? length + at : at)))
  const [from, to] = storeSpan(whole.subarray(start, start + length), manifest.store)
  const missed = new Set<number>()
  for (let offset = 0; offset < length; offset = offset === from ? to : offset + 1)
    for (const bit of [0x01, 0x20, 0x80]) {
      const bytes = Uint8Array.from(whole)
      bytes[start + offset] = (bytes[start + offset] ?? 0) ^ bit
      const found = await storeIn(bytes)
      if (found === undefined || Buffer.compare(found.store, manifest.store) !== 0) continue
      const { verdict } = await toolkit.verify(bytes, { name: path })
      if (verdict === 'trusted') missed.add(offset)
    }
  const isListed = (at: number) => listed.some(([from = 0, to = 0]) => from <= at && at <= to)
  expect([...missed].filter((at) => !isListed(at))).toEqual([])
  expect(missed.size > 0).toBe(listed.length > 0) // a list that is not needed says something untrue
})
