/**
 * Objects that are made for every file have a hidden class in common. V8 makes one for each object whose literal begins with
 * a spread and goes on with names the spread lacks (`{ ...job, mode }`), and for each generator or class that a function makes
 * inside; all they lead to stays until the next full collection. So the new names come first (`{ mode, ...job }`), or, where
 * the order is seen or the spread may have them, `Object.assign({}, job, { mode })`; generators and classes stand at the top.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { fixturePath } from './helpers/fixtures.ts'
import { providerCode, temporaryDirectory } from './helpers/identity.ts'

const root = join(import.meta.dirname, '..')
const built = pathToFileURL(join(root, 'packages')).href
const toolkit = join(root, 'packages', 'toolkit', 'dist', 'index.js')
const files = ['photo.jpg', 'picture.png', 'clip.mp4', 'music.wav', 'notes.md', 'leaflet.pdf']
/** Objects share a class until V8 has seen enough of a place to make them quickly. */
const times = 24

/** Labels each file in memory and verifies it, again and again, as what is published does. */
const work = `
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
const { createIdentity, createToolkit } = await import(${JSON.stringify(pathToFileURL(toolkit).href)})
const [home, ...files] = process.argv.slice(1)
const toolkit = createToolkit({ identity: await createIdentity(home, { provider: 'Acme AI', code: '${providerCode}' }) })
for (const file of files) {
  const [bytes, name] = [readFileSync(file), basename(file)]
  for (let i = 0; i < ${times}; i++) {
    const { content } = await toolkit.label(bytes, {}, { name, visible: false })
    const { verdict } = await toolkit.verify(content, { name })
    if (verdict !== 'trusted') throw new Error(name + ' is ' + verdict)
  }
}`

interface Code {
  readonly from: number
  readonly to: number
  readonly file: string
}

/** Places in our files where hidden classes were made for one object each, with how many. */
function placesIn(log: string): string[] {
  const code: Code[] = []
  const counts = new Map<string, number>()
  for (const line of log.split('\n')) {
    const [event, kind, , , start = '', at = '', row, column, reason, name] = line.split(',')
    if (event === 'code-creation') {
      const from = Number(start)
      code.push({ from, to: from + Number(at), file: / (file:\S+?):\d+:\d+,/.exec(line)?.[1] ?? '' })
    }
    const made = kind === 'InitialMap' || (kind === 'Transition' && reason === 'prototype')
    if (event !== 'map' || !made) continue
    const file = code.findLast(({ from, to }) => from <= Number(at) && Number(at) < to)?.file ?? ''
    if (!file.startsWith(`${built}/`)) continue
    const place = `${file.slice(built.length + 1)}:${row}:${column} ${name}`
    counts.set(place, (counts.get(place) ?? 0) + 1)
  }
  return [...counts].filter(([, count]) => count >= times / 3).map(([place, count]) => `${place} ×${count}`)
}

test('labelling and verifying make no hidden class for each object', () => {
  const folder = temporaryDirectory()
  const log = join(folder, 'v8.log')
  // Without the optimizing compiler every place is where the source has it.
  const flags = ['--no-opt', '--log-maps', '--no-log-maps-details', '--log-code', '--no-logfile-per-isolate']
  const words = [...flags, `--logfile=${log}`, '--input-type=module', '-e', work, '--']
  execFileSync(process.execPath, [...words, join(folder, 'home'), ...files.map(fixturePath)], {
    stdio: 'pipe',
  })
  const text = readFileSync(log, 'latin1')
  expect(text).toContain('toolkit/dist/label.js')
  expect(placesIn(text)).toEqual([])
})
