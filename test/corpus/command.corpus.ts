/** The whole corpus through the command line, as a reviewer or a service would send a folder through it. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../helpers/identity.ts'

const root = join(import.meta.dirname, '..', '..')
const corpus = process.env['YINJI_CORPUS'] ?? join(root, '..', 'shared', 'corpus')
/** What can't be labelled, and why; everything else must be. */
const refused = {
  'adts.aac': 'input.format.readonly',
  'signed.pdf': 'input.encrypted',
  'truncated.jpg': 'input.damaged',
  'truncated.png': 'input.damaged',
}

test('label -r, then verify -r', () => {
  const home = temporaryDirectory()
  const out = join(home, 'out')
  const yinji = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, 'packages', 'cli', 'bin', 'yinji.js'), ...args], {
      encoding: 'utf8',
      env: { ...process.env, YINJI_HOME: join(home, 'identity') },
      maxBuffer: 64 << 20,
    })
  expect(yinji('init', '--provider', 'Corpus').status).toBe(0)
  const labelled = yinji('label', '-r', corpus, '-o', out, '--no-visible', '--sidecar')
  const failures = [...labelled.stderr.matchAll(/^✗ .*?([^/\s]+\.\w+)(?: \(\w+\))?\. ([\w.]+)$/gm)]
  expect(Object.fromEntries(failures.map(([, name, code]) => [name, code]))).toEqual(refused)
  expect(labelled.status).toBe(4)
  const verified = yinji('verify', '-r', out)
  expect(verified.stdout.match(/^✓ trusted/gm)?.length).toBeGreaterThan(80)
  expect(verified.stdout).not.toMatch(/^[✗?!]/m)
  expect(verified.status).toBe(0)
})
