/** Two parts that share a manifest, from one of which something was withheld (C2PA 18.16.12). */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createToolkit } from '@yinji/toolkit'
import { expect, test } from 'vitest'
import { fixtureBytes } from '../helpers/fixtures.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

const directory = temporaryDirectory()
const identity = await testIdentity()

const secret = { label: 'com.example.place', content: { at: 'the kitchen of Ada' } }
const review = { label: 'com.example.review', content: { by: 'Grace' } }
const reason = 'c2pa.PII.present'

/** A picture made of both, and what is said of it. */
async function composed(files: readonly Uint8Array[]) {
  const toolkit = createToolkit({ identity })
  const ingredients = files.map((bytes, index) => {
    const file = join(directory, `part-${index}.jpg`)
    writeFileSync(file, bytes)
    return { file }
  })
  const { content } = await toolkit.label(fixtureBytes('picture.png'), {}, { visible: false, ingredients })
  const { verdict, findings } = await toolkit.verify(content)
  const { state, failures, ingredientFailures } = await judgeByC2pa(content, 'image/png', identity.anchor)
  const text = Buffer.from(content).toString('latin1')
  const errors = findings.filter(({ level }) => level === 'error').map(({ code }) => code)
  return { text, said: { verdict, errors, state, failures, ingredientFailures } }
}

test('what either of them withholds is withheld, and all are trusted', async () => {
  const toolkit = createToolkit({ identity })
  const options = { visible: false, assertions: [secret, review] } as const
  const { content: whole } = await toolkit.label(fixtureBytes('photo.jpg'), {}, options)
  const withhold = async (label: string) =>
    (await toolkit.update(whole, { redactions: [{ label, reason }] })).content
  const [one, other] = [await withhold(secret.label), await withhold(review.label)]
  for (const files of [
    [whole, one],
    [one, whole],
    [one, other],
  ]) {
    const { text, said } = await composed(files)
    expect(said).toEqual({
      verdict: 'trusted',
      errors: [],
      state: 'Trusted',
      failures: [],
      ingredientFailures: [],
    })
    expect(text).not.toContain(secret.content.at)
    expect(text.includes(review.content.by)).toBe(!files.includes(other))
  }
})
