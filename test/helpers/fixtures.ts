/** The committed fixtures, described by fixtures.json. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const fixturesDirectory = join(import.meta.dirname, '..', '..', 'fixtures')

export interface Fixture {
  readonly path: string
  readonly handler: string
  readonly mediaType: string
  readonly verdict: string
}

interface Listed {
  readonly path: string
  readonly expect: { readonly handler: string; readonly mediaType: string; readonly verdict: string }
}

export function fixturePath(name: string): string {
  return join(fixturesDirectory, name)
}

export function fixtureBytes(name: string): Uint8Array {
  return new Uint8Array(readFileSync(fixturePath(name)))
}

export function fixtures(): Fixture[] {
  const { files } = JSON.parse(readFileSync(fixturePath('fixtures.json'), 'utf8')) as { files: Listed[] }
  return files.map(({ path, expect }) => ({ path, ...expect }))
}
