/** What is withheld in files made of boxes: it is gone from the file, nothing moves, and c2pa-rs agrees (C2PA 6.8, A.5.3). */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createToolkit } from '@yinji/toolkit'
import { describe, expect, test } from 'vitest'
import { fixtureBytes, fixtures } from '../helpers/fixtures.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

const directory = temporaryDirectory()
const identity = await testIdentity()
const toolkit = createToolkit({ identity })

const place = { label: 'com.example.place', content: { at: 'the kitchen of Ada' } }
const review = { label: 'com.example.review', content: { by: 'Grace Hopper' } }
const reason = 'c2pa.PII.present'
const accepted = { verdict: 'trusted', state: 'Trusted', failures: [], ingredientFailures: [] }

async function judged(file: Uint8Array, mediaType: string) {
  const { verdict, findings } = await toolkit.verify(file)
  const { state, failures, ingredientFailures } = await judgeByC2pa(file, mediaType, identity.anchor)
  const errors = findings.filter(({ level }) => level === 'error' || level === 'warning')
  expect(errors.map(({ code }) => code)).toEqual([])
  return { verdict, state, failures, ingredientFailures }
}

const files = fixtures().filter(
  ({ verdict, handler }) =>
    verdict === 'unlabeled' && ['mp4', 'mov', 'm4a', 'heic', 'avif'].includes(handler),
)

test('every kind of them is here', () => {
  expect(new Set(files.map(({ handler }) => handler)).size).toBeGreaterThanOrEqual(4)
})

describe.each(files)('$path', ({ path, mediaType }) => {
  const signed = async () => {
    const options = { visible: false, assertions: [place, review] } as const
    return (await toolkit.label(fixtureBytes(path), {}, options)).content
  }

  test('loses what is withheld, and all else stays where it is', async () => {
    const before = Buffer.from(await signed())
    const redactions = [{ label: place.label, reason } as const]
    const { content: after } = await toolkit.update(before, { redactions })
    const text = Buffer.from(after).toString('latin1')
    expect(before.includes(place.content.at)).toBe(true)
    expect(text).not.toContain(place.content.at)
    expect(text).toContain(review.content.by)
    expect(await judged(after, mediaType)).toEqual(accepted)
    const mdat = before.indexOf('mdat')
    expect(Buffer.from(after).subarray(mdat, before.length)).toEqual(before.subarray(mdat))
    const there = await toolkit.update(after, { redactions }).catch((error: unknown) => error)
    expect(there).toMatchObject({ code: 'usage.redaction.missing' })
  })

  test('loses it after other updates too, from them and from what they update', async () => {
    const told = { label: 'com.example.told', content: { to: 'Charles Babbage' } }
    let file: Uint8Array = (await toolkit.update(await signed(), { actions: [], assertions: [told] })).content
    for (const label of [place.label, told.label, review.label])
      file = (await toolkit.update(file, { redactions: [{ label, reason }] })).content
    const text = Buffer.from(file).toString('latin1')
    for (const word of [place.content.at, told.content.to, review.content.by])
      expect(text).not.toContain(word)
    expect(await judged(file, mediaType)).toEqual(accepted)
  })
})

test('on disk, in place; what is put into the gap that was left is noticed', async () => {
  const file = join(directory, 'clip.mp4')
  const options = { visible: false, assertions: [place] } as const
  await toolkit.label(fixtureBytes('clip.mp4'), {}, { ...options, output: file })
  await toolkit.update(file, { redactions: [{ label: place.label, reason }] }, { inPlace: true })
  expect(await judged(await readFile(file), 'video/mp4')).toEqual(accepted)
  const bytes = await readFile(file)
  const box = bytes.indexOf('original\0', 0, 'latin1') + 17
  const end = box + bytes.readUInt32BE(box)
  expect(bytes.subarray(end, end + 40).every((byte) => byte === 0)).toBe(true)
  bytes.write('hidden', end + 8)
  expect((await toolkit.verify(bytes)).verdict).toBe('invalid')
  const again = toolkit.update(bytes, { actions: [{ action: 'c2pa.published' }] })
  await expect(again).rejects.toMatchObject({ code: 'input.update.invalid' })
})
