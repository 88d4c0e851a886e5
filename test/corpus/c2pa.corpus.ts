/** Other people's signed files: our findings against what c2pa-rs says of them. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createToolkit } from '@yinji/toolkit'
import { describe, expect, test } from 'vitest'

const corpus = process.env['YINJI_CORPUS'] ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus')

describe('public test files', () => {
  test.each([
    ['C.jpg', 'valid', []],
    ['CA.jpg', 'valid', []],
    ['CACA.jpg', 'valid', []],
    ['CAICA.jpg', 'valid', []],
    ['E-dat-CA.jpg', 'invalid', ['assertion.dataHash.mismatch']],
    ['XCA.jpg', 'invalid', ['assertion.dataHash.mismatch']],
    ['E-sig-CA.jpg', 'invalid', ['claimSignature.mismatch']],
    ['E-uri-CA.jpg', 'invalid', ['assertion.hashedURI.mismatch']],
    ['I.jpg', 'unlabeled', []],
  ])('%s is %s', async (name, verdict, statuses) => {
    const report = await createToolkit().verify(join(corpus, 'c2pa', name))
    const errors = report.findings.filter(({ level }) => level === 'error')
    expect(errors.map(({ data }) => data?.['status'])).toEqual(expect.arrayContaining(statuses))
    expect(report.verdict).toBe(verdict)
  })
})

describe('golden files', async () => {
  const anchor = await readFile(join(corpus, 'c2pa-golden', 'root.pem'), 'utf8')
  const expected = JSON.parse(await readFile(join(corpus, 'c2pa-golden', 'expected.json'), 'utf8')) as unknown
  const listed = Object.entries(expected as Record<string, { state: string; failures?: string[] }>).filter(
    ([name]) => /\.(jpg|png|mp4|mp3|wav)$/.test(name),
  )
  test('the list is there', () => expect(listed.length).toBeGreaterThan(20))
  /** Where we are stricter on purpose: its certificate is for time stamps only (C2PA 14.5.1). */
  const stricter = new Map([['cred-tsa-eku-abuse.jpg', 'invalid']])
  test.each(listed)('%s', async (name, { state }) => {
    const report = await createToolkit({ trust: [anchor] }).verify(join(corpus, 'c2pa-golden', name))
    const verdicts: Record<string, readonly string[]> = {
      Trusted: ['trusted'],
      Valid: ['valid'],
      Invalid: ['invalid'],
      NoManifest: ['unlabeled', 'labeled'],
    }
    expect([stricter.get(name) ?? verdicts[state] ?? []].flat()).toContain(report.verdict)
  })
})
