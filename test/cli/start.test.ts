/** What the installed command loads before it can do its work: most of the time a short command takes. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Desk, desk } from './command.ts'

const bin = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'bin', 'yinji.js')
const script = (text: string) => `data:text/javascript,${encodeURIComponent(text)}`

/** Writes down the address of every module that is loaded. */
const hook = script(`import { appendFileSync } from 'node:fs'
export async function load(url, context, next) {
  appendFileSync(process.env.LOADED, url + '\\n')
  return next(url, context)
}`)
const watch = script(`import { register } from 'node:module'; register(${JSON.stringify(hook)})`)

/** The modules, without Node's own, that the command loads in a process of its own. */
function loaded({ folder, home, path }: Desk, ...words: string[]): string[] {
  const list = path(`${words[0]}.modules`)
  const env = { PATH: process.env['PATH'], YINJI_HOME: home, LOADED: list }
  execFileSync(process.execPath, ['--import', watch, bin, ...words], { cwd: folder, env, stdio: 'pipe' })
  const modules = readFileSync(list, 'utf8').trimEnd().split('\n')
  return modules.filter((url) => url.startsWith('file:'))
}

const packagesOf = (modules: readonly string[]) =>
  [...new Set(modules.map((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]))].sort()
/** Ours stand in the bundle. */
const ours = undefined

test('--version loads next to nothing', async () => {
  const modules = loaded(await desk(), '--version')
  expect(packagesOf(modules)).toEqual(['commander', ours])
  expect(modules.length).toBeLessThan(20)
})

test('verify loads neither what draws nor what reads other formats, and few files', async () => {
  const here = await desk(['photo.jpg'])
  loaded(here, 'label', 'photo.jpg')
  const modules = loaded(here, 'verify', 'photo.labeled.jpg')
  expect(packagesOf(modules)).toEqual(['commander', 'fdir', 'picomatch', 'tinyglobby', ours])
  expect(modules.length).toBeLessThan(100)
})

test('label loads sharp for what is seen, and without a visible label not even that', async () => {
  const heavy = ['exiftool-vendored', 'fluent-ffmpeg', 'node-forge', 'yaml']
  const seen = packagesOf(loaded(await desk(['photo.jpg']), 'label', 'photo.jpg'))
  const unseen = packagesOf(loaded(await desk(['photo.jpg']), 'label', '--no-visible', 'photo.jpg'))
  expect(seen).toContain('sharp')
  expect(unseen).not.toContain('sharp')
  expect([...seen, ...unseen].filter((name) => name && heavy.includes(name))).toEqual([])
})
