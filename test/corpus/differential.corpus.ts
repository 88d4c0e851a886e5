/**
 * Every signed file of the corpus, judged here and by c2pa-rs: the state and the failure codes of the active manifest. Where we
 * disagree on purpose stands in `disagreements.json`, with the reason; anything else is a fault of one of us.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { createToolkit } from '@yinji/toolkit'
import { describe, expect, test } from 'vitest'
import { judgeByC2pa } from '../oracles/c2pa.ts'

const corpus = process.env['YINJI_CORPUS'] ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus')
const anchor = readFileSync(join(corpus, 'c2pa-golden', 'root.pem'), 'utf8')
const mediaTypes: Readonly<Record<string, string>> = {
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.mp4': 'video/mp4',
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
}
const files = ['c2pa', 'c2pa-golden'].flatMap((folder) =>
  readdirSync(join(corpus, folder))
    .filter((name) => mediaTypes[extname(name)])
    .map((name) => `${folder}/${name}`),
)

interface Outcome {
  readonly state: string
  readonly failures: readonly string[]
}
interface Disagreement {
  readonly file: string
  readonly ours: Outcome
  readonly theirs: Outcome
  readonly reason: string
}
const disagreements = JSON.parse(
  readFileSync(join(import.meta.dirname, 'disagreements.json'), 'utf8'),
) as readonly Disagreement[]

interface CrJsonManifest {
  readonly validationResults: { readonly failure: readonly { readonly code: string }[] }
}

/** Their three states in our verdicts: an unknown signer is no failure here, and `unchecked` has no counterpart. */
const states: Readonly<Record<string, string>> = {
  trusted: 'Trusted',
  valid: 'Valid',
  invalid: 'Invalid',
  unlabeled: 'NoManifest',
  labeled: 'NoManifest',
}

async function ours(path: string): Promise<Outcome> {
  const { report, crJson } = await createToolkit({ trust: [anchor] }).inspect(path)
  const [active] = crJson['manifests'] as unknown as CrJsonManifest[]
  const failures = active?.validationResults.failure.map(({ code }) => code) ?? []
  return { state: states[report.verdict] ?? report.verdict, failures: sorted(failures) }
}

async function theirs(path: string): Promise<Outcome> {
  const bytes = new Uint8Array(readFileSync(path))
  const { state, failures } = await judgeByC2pa(bytes, mediaTypes[extname(path)] ?? '', anchor)
  return { state, failures: sorted(failures) }
}

const sorted = (codes: readonly string[]) => [...new Set(codes)].sort()

test('the corpus is there', () => expect(files.length).toBeGreaterThan(40))

test('the list of disagreements is short, and every one of them is still there', () => {
  expect(disagreements.length).toBeLessThan(15)
  expect(disagreements.filter(({ file }) => !files.includes(file))).toEqual([])
  for (const { reason } of disagreements) expect(reason.length).toBeGreaterThan(30)
})

describe.each(files)('%s', (file) => {
  test('is judged alike, or differently for a reason', async () => {
    const path = join(corpus, file)
    const [mine, other] = [await ours(path), await theirs(path)]
    const known = disagreements.find((entry) => entry.file === file)
    if (known) expect({ ours: mine, theirs: other }).toEqual({ ours: known.ours, theirs: known.theirs })
    else expect(mine).toEqual(other)
  })
})
