/** Parts whose manifests have one name and are not the same: each stands, under a name of its own (C2PA 8.2, 18.16.12.1). */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createToolkit } from '@yinji/toolkit'
import { beforeAll, expect, test } from 'vitest'
import { fixtureBytes } from '../helpers/fixtures.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

const directory = temporaryDirectory()
const identity = await testIdentity()
const toolkit = createToolkit({ identity })
let original: Uint8Array
beforeAll(async () => {
  const options = { visible: false, assertions: [place, review] } as const
  original = (await toolkit.label(fixtureBytes('photo.jpg'), {}, options)).content
})

const place = { label: 'com.example.place', content: { at: 'the kitchen of Ada' } }
const review = { label: 'com.example.review', content: { by: 'Grace' } }

/** A copy whose statement somebody changed afterwards. */
function changed(word: string, file = original): Uint8Array {
  const copy = Buffer.from(file)
  copy.write(word, copy.indexOf('kitchen'))
  return copy
}

/** A file that was made from another one. */
async function madeFrom(file: Uint8Array, name: string): Promise<Uint8Array> {
  const path = join(directory, `${name}.jpg`)
  writeFileSync(path, file)
  const ingredients = [{ file: path }]
  return (await toolkit.label(fixtureBytes('photo.jpg'), {}, { visible: false, ingredients })).content
}

let count = 0
/** A picture made of all of them, and what is said of it. */
async function composed(parts: readonly Uint8Array[], onto = fixtureBytes('picture.png')) {
  const ingredients = parts.map((bytes) => {
    const file = join(directory, `part-${count++}.jpg`)
    writeFileSync(file, bytes)
    return { file }
  })
  const { content } = await toolkit.label(onto, {}, { visible: false, ingredients })
  const { report, manifests } = await toolkit.inspect(content)
  const { verdict, findings } = report
  const type = content[0] === 0xff ? 'image/jpeg' : 'image/png'
  const { state, failures, ingredientFailures } = await judgeByC2pa(content, type, identity.anchor)
  const said = findings.filter(({ level }) => level !== 'pass' && level !== 'info')
  return {
    content,
    text: Buffer.from(content).toString('latin1'),
    labels: manifests.map(({ label }) => label),
    said: said.map(({ code, at = '' }) => `${code} ${at.replace('self#jumbf=/c2pa/', '')}`),
    judged: { verdict, state, failures, ingredientFailures },
  }
}

const accepted = { verdict: 'trusted', state: 'Trusted', failures: [], ingredientFailures: [] }
const failed = (label: string) => `manifest.ingredient.failed ${label}`

async function labelOf(file: Uint8Array): Promise<string> {
  const { manifests } = await toolkit.inspect(file)
  return manifests.at(-1)?.label ?? ''
}

test('the second gets another name, what is wrong with it is told of it alone, and the rest is trusted', async () => {
  const label = await labelOf(original)
  const { labels, said, judged, text } = await composed([original, changed('cellar!'), changed('stable!')])
  expect(judged).toEqual(accepted)
  expect(labels.slice(0, -1)).toEqual([label, `${label}::1_1`, `${label}::2_1`])
  expect(said).toEqual([failed(`${label}::1_1`), failed(`${label}::2_1`)])
  for (const word of ['kitchen', 'cellar!', 'stable!']) expect(text).toContain(word)
})

test('what is the same stands once', async () => {
  const { labels, judged, text } = await composed([
    changed('cellar!'),
    original,
    changed('cellar!'),
    original,
  ])
  expect(judged).toEqual(accepted)
  expect(labels).toHaveLength(3)
  expect(text.split('cellar!')).toHaveLength(2)
})

test('the file that is labelled may be one of them', async () => {
  const label = await labelOf(original)
  const { labels, judged } = await composed([changed('cellar!')], original)
  expect(judged).toEqual(accepted)
  expect(labels).toEqual(expect.arrayContaining([label, `${label}::1_1`]))
})

test('a name that was given before is not given again', async () => {
  const first = await composed([original, changed('cellar!')])
  const second = changed('attics!', Buffer.from(first.content))
  const { judged, text } = await composed([first.content, second, changed('stable!')])
  expect(judged).toEqual(accepted)
  const names = new Set(Array.from(text.matchAll(/::\d+_1(?=\0)/g), String))
  expect([...names].sort()).toEqual(['::1_1', '::2_1', '::3_1'])
})

test('a manifest that others refer to keeps its name, in whatever order they come', async () => {
  const label = await labelOf(original)
  const album = await madeFrom(original, 'album')
  for (const parts of [
    [album, changed('cellar!')],
    [changed('cellar!'), album],
  ]) {
    const { judged, said } = await composed(parts)
    expect(judged).toEqual(accepted)
    expect(said).toEqual([failed(`${label}::1_1`)])
  }
})

test('of two that are both referred to, one reference leads astray: that is recorded, and told', async () => {
  const label = await labelOf(original)
  const albums = [await madeFrom(original, 'one'), await madeFrom(changed('cellar!'), 'other')]
  const { judged, said } = await composed(albums)
  expect(judged).toEqual(accepted)
  expect(said).toEqual([failed(label)])
})

test('what was withheld does not come back with a copy that was changed', async () => {
  const redactions = [{ label: review.label, reason: 'c2pa.PII.present' }]
  const withheld = (await toolkit.update(original, { redactions })).content
  for (const parts of [
    [withheld, changed('cellar!')],
    [changed('cellar!'), withheld],
  ]) {
    const { judged, text } = await composed(parts)
    expect(judged).toEqual(accepted)
    expect(text).toContain('cellar!')
  }
})
