/** The READMEs are true: their tables are generated, their examples exist, and their commands say what is printed there. */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type FormatRow, fill, packageReadmes, readmes } from '../scripts/readme.ts'
import { desk } from './cli/command.ts'
import { fixturePath } from './helpers/fixtures.ts'
import { temporaryDirectory } from './helpers/identity.ts'

const root = join(import.meta.dirname, '..')
const names = Object.keys(readmes) as (keyof typeof readmes)[]
const textOf = (name: string) => readFileSync(join(root, name), 'utf8')

describe.each(names)('%s', (name) => {
  test('the format table and the example are up to date (npm run readme)', async () => {
    const { yinji } = await desk([], { identity: false })
    const formats: FormatRow[] = JSON.parse((await yinji(['formats', '--json'])).out)
    expect(fill(textOf(name), readmes[name], formats)).toBe(textOf(name))
  })

  test('every link leads to a file', () => {
    const links = [...textOf(name).matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map((match) => match[1] ?? '')
    expect(links.length).toBeGreaterThan(1)
    for (const link of links) expect(() => execFileSync('ls', [join(root, link)])).not.toThrow()
  })

  test('the commands print what stands there', () => {
    const shell = workplace(name.includes('zh') ? 'zh_CN.UTF-8' : 'en_US.UTF-8')
    const sessions = [...textOf(name).matchAll(/```console\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
    expect(sessions.length).toBeGreaterThan(3)
    for (const session of sessions) {
      const commands = session.split('\n').filter((line) => line.startsWith('$ '))
      const printed = commands.map((line) => `${line}\n${shell(line.slice(2))}`).join('')
      expect(alike(printed)).toBe(alike(session))
    }
  })
})

test.each(packageReadmes)('%s: examples are up to date (npm run readme), links lead to files', (name) => {
  expect(fill(textOf(name), [], [])).toBe(textOf(name))
  for (const [, link = ''] of textOf(name).matchAll(/\]\((?!https?:)([^)#]+)\)/g))
    expect(existsSync(join(root, name, '..', link)), link).toBe(true)
})

test('docs/authority.md: the commands print what stands there', async () => {
  const { yinji, folder } = await desk(['photo.jpg'], { identity: false })
  const env: Record<string, string> = {}
  for (const [, session = ''] of textOf('docs/authority.md').matchAll(/```console\n([\s\S]*?)```/g)) {
    let printed = ''
    for (const line of session.split('\n').filter((text) => text.startsWith('$ '))) {
      printed += `${line}\n`
      const words = [...line.slice(2).matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) =>
        word.replaceAll(/["']/g, ''),
      )
      const own = Object.fromEntries(
        words.flatMap((word) => (/^[A-Z_]+=/.test(word) ? [word.split('=')] : [])),
      )
      if (words[0] === 'export') Object.assign(env, own)
      if (!words.includes('npx')) continue
      if (own.YINJI_HOME) own.YINJI_HOME = join(folder, own.YINJI_HOME)
      const { out, err } = await yinji(words.slice(words.indexOf('yinji') + 1), { env: { ...env, ...own } })
      printed += `${out}${err}`.replaceAll(`${folder}/`, '')
    }
    expect(alike(printed)).toBe(alike(session))
  }
})

/** A folder with the files the README speaks of, and a shell in which `npx yinji` is this source. */
function workplace(locale: string): (command: string) => string {
  const folder = temporaryDirectory()
  const programs = join(folder, '.bin')
  mkdirSync(programs)
  const tsx = pathToFileURL(join(root, 'node_modules/tsx/dist/esm/index.mjs')).href
  const command = `exec "${process.execPath}" --conditions=development --import "${tsx}" "${join(root, 'packages/cli/src/main.ts')}"`
  writeFileSync(join(programs, 'npx'), `#!/bin/sh\nshift\n${command} "$@"\n`)
  chmodSync(join(programs, 'npx'), 0o755)
  for (const file of ['photo.jpg', 'story.txt']) copyFileSync(fixturePath(file), join(folder, file))
  const env = { PATH: `${programs}:${process.env['PATH']}`, HOME: folder, LANG: locale }
  return (line) => spawnSync('sh', ['-c', `{ ${line}\n} 2>&1`], { cwd: folder, env, encoding: 'utf8' }).stdout
}

/** What differs from run to run. */
function alike(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '‹uuid›')
    .replaceAll(/\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?/g, '‹day›')
    .replaceAll(/\b(?:[0-9a-f]{32}|[0-9a-f]{16})\b/g, '‹number›')
    .trimEnd()
}
