/** The map in the README of the signed manifest: every folder is in it, every file it names is there and cites its clause. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..', 'packages', 'provenance')
const rows = readFileSync(join(root, 'README.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.slice(2).split(' | '))

const folders = rows.flatMap(([folder = '']) => /^`([\w/-]+)\/`/.exec(folder)?.[1] ?? [])
const files = rows
  .filter((cells) => cells.length === 4)
  .flatMap(([, clauses = '', ...places]) =>
    [...places.join().matchAll(/`([\w/-]+\.ts)`/g)].map(([, file = '']) => ({ file, clauses })),
  )

/** The clause itself or one below it. */
const cites = (text: string, clause: string) =>
  new RegExp(`(?<![\\w.])${clause.replaceAll('.', '\\.')}(?!\\d)`).test(text)

describe('the map of the signed manifest', () => {
  test('has every folder', () => {
    const there = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(root, 'src/').length))
    expect(folders.toSorted()).toEqual(there.toSorted())
  })

  test.each(files)('$file is about $clauses', ({ file, clauses }) => {
    const text = readFileSync(join(root, 'src', file), 'utf8')
    expect(
      clauses
        .trim()
        .split(', ')
        .filter((clause) => cites(text, clause)),
    ).not.toEqual([])
  })
})
