/** The command as a process of its own: exit codes, pipes that close, interruption. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { fixtureBytes } from '../helpers/fixtures.ts'
import { type Desk, desk } from './command.ts'

const root = join(import.meta.dirname, '..', '..')
const source = join(root, 'packages', 'cli', 'src', 'main.ts')
const tsx = pathToFileURL(join(root, 'node_modules', 'tsx', 'dist', 'esm', 'index.mjs')).href

function start({ folder, home }: Desk, words: readonly string[], env: Record<string, string> = {}) {
  return spawn(process.execPath, ['--conditions=development', '--import', tsx, source, ...words], {
    cwd: folder,
    env: { PATH: process.env['PATH'], YINJI_HOME: home, ...env },
  })
}

async function exit(child: ChildProcess): Promise<number | null> {
  const [code] = await once(child, 'exit')
  return code
}

test('a file is labelled and verified', async () => {
  const here = await desk(['photo.jpg'])
  expect(await exit(start(here, ['label', 'photo.jpg']))).toBe(0)
  const verify = start(here, ['verify', 'photo.labeled.jpg'])
  const [out, code] = await Promise.all([text(verify.stdout), exit(verify)])
  expect(out).toMatch(/^✓ trusted photo\.labeled\.jpg AI-generated · Acme AI/)
  expect(code).toBe(0)
})

test('a labelled picture goes through pipes unharmed', async () => {
  const here = await desk()
  const label = start(here, ['label', '-'])
  const verify = start(here, ['verify', '-'])
  label.stdout.pipe(verify.stdin)
  label.stdin.end(fixtureBytes('picture.png'))
  expect(await Promise.all([exit(label), exit(verify)])).toEqual([0, 0])
})

test('a reader that leaves early ends the work quietly', async () => {
  const here = await desk()
  const child = start(here, ['explain'])
  child.stdout.destroy()
  const [err, code] = await Promise.all([text(child.stderr), exit(child)])
  expect({ err, code }).toEqual({ err: '', code: 141 })
})

test('Ctrl-C ends with 130; neither a target nor a temporary file is left', async () => {
  const here = await desk()
  const temporary = here.path('tmp')
  mkdirSync(temporary)
  const child = start(here, ['label', '-', '-o', 'out.png'], { TMPDIR: temporary })
  child.stdin.write(fixtureBytes('picture.png')) // and never the end
  const ours = () => readdirSync(temporary).filter((name) => name.startsWith('yinji-'))
  await expect.poll(ours, { timeout: 20_000 }).not.toEqual([])
  child.kill('SIGINT')
  expect(await exit(child)).toBe(130)
  expect(ours()).toEqual([])
  expect(existsSync(here.path('out.png'))).toBe(false)
})

test('the installed command is linked to the built program', () => {
  const bin = readFileSync(join(root, 'packages', 'cli', 'bin', 'yinji.js'), 'utf8')
  expect(bin).toMatch(/^#!\/usr\/bin\/env node\n/)
  expect(bin).toContain("import '../bundle/main.js'")
})
