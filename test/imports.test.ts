/** The import rules of the workspace: who may know whom, and where each heavy library lives. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', 'packages')

/** What a package's source, without its tests, may import besides node: built-ins and itself. */
const allowed: Record<string, readonly string[]> = {
  core: ['zod'],
  media: ['@yinji/core', 'sharp', 'fluent-ffmpeg', 'exiftool-vendored', 'yaml'],
  provenance: ['@yinji/core', 'cborg', 'node-forge'],
  toolkit: ['@yinji/core', '@yinji/media', '@yinji/provenance'],
  cli: ['@yinji/toolkit', 'commander', 'tinyglobby'],
}

function imports(name: string): string[] {
  const files = readdirSync(join(root, name, 'src'), { recursive: true, encoding: 'utf8' })
  const sources = files.filter((file) => file.endsWith('.ts') && !/\.test(-kit)?\.ts$/.test(file))
  return sources.flatMap((file) => {
    const text = readFileSync(join(root, name, 'src', file), 'utf8')
    return [...text.matchAll(/(?<![.\w'])(?:from\s+|import\s*\(?\s*)'([^'.][^']*)'/g)].map((match) =>
      packageOf(match[1] ?? ''),
    )
  })
}

const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

function dependenciesByPackage(): Record<string, Record<string, string>> {
  const manifests = Object.keys(allowed).map((name) => readFileSync(join(root, name, 'package.json'), 'utf8'))
  return Object.fromEntries(manifests.map((text) => JSON.parse(text)).map((it) => [it.name, it.dependencies]))
}

describe('import rules', () => {
  test.each(Object.entries(allowed))('%s imports only what it may', (name, may) => {
    const foreign = imports(name).filter(
      (specifier) => !specifier.startsWith('node:') && !may.includes(specifier),
    )
    expect([...new Set(foreign)]).toEqual([])
  })

  test('core does no I/O', () => {
    expect(imports('core').filter((specifier) => specifier.startsWith('node:'))).toEqual([])
  })

  test('every package is covered, and declares what it imports', () => {
    expect(readdirSync(root).sort()).toEqual(Object.keys(allowed).sort())
    for (const name of Object.keys(allowed)) {
      const manifest: { dependencies?: Record<string, string> } = JSON.parse(
        readFileSync(join(root, name, 'package.json'), 'utf8'),
      )
      const used = new Set(imports(name).filter((specifier) => !specifier.startsWith('node:')))
      expect([...used].filter((specifier) => !(specifier in (manifest.dependencies ?? {})))).toEqual([])
    }
  })

  test('the command, which is bundled with our libraries, asks for the same versions as they do', () => {
    const { yinji, ...libraries } = dependenciesByPackage()
    const asked = Object.values(libraries).flatMap((dependencies) => Object.entries(dependencies))
    expect(asked.filter(([name, range]) => name in (yinji ?? {}) && yinji?.[name] !== range)).toEqual([])
  })
})
