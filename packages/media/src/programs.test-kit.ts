/** For tests only: programs of others, and a folder for the files that they make and judge. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** What a program writes to its standard output. */
export const run = (program: string, ...args: readonly string[]) =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/**
 * A folder that goes when the tests of the file are over.
 * @param extension of the files that have no name of their own.
 */
export function folder(extension = 'bin') {
  const directory = mkdtempSync(join(tmpdir(), 'yinji-media-'))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  let files = 0
  const inside = (name: string) => join(directory, name)
  return {
    inside,
    /** The path of a new file with these bytes. */
    saved(bytes: Uint8Array): string {
      const path = inside(`${++files}.${extension}`)
      writeFileSync(path, bytes)
      return path
    },
  }
}
