/** For tests only: programs of others, and a folder for the files that they make and judge. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const settings = { stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 28 }

/** What a program writes to its standard output. */
export const run = (program: string, ...args: readonly string[]) =>
  execFileSync(program, args, { ...settings, encoding: 'utf8' })

/** The same as it comes, samples or pixels; a word of complaint is an error. */
export function output(program: string, ...args: readonly string[]): Buffer {
  const { stdout, complaints } = answer(program, args)
  if (complaints !== '') throw new Error(`${program} ${args.join(' ')}: ${complaints}`)
  return stdout
}

/** What a program has to complain about: nothing where it ends well and has said nothing. */
export const complaints = (program: string, ...args: readonly string[]): string =>
  answer(program, args).complaints

function answer(program: string, args: readonly string[]) {
  const { stdout, stderr, status, error } = spawnSync(program, args, settings)
  if (error) throw error
  return { stdout, complaints: status === 0 ? String(stderr) : `${stderr}\nstatus ${status}` }
}

/** Command lines of the programs that still run and name this. */
export const running = (name: string): string[] =>
  readdirSync('/proc')
    .filter((id) => /^\d+$/.test(id))
    .flatMap((id) => {
      try {
        return [readFileSync(`/proc/${id}/cmdline`, 'utf8')]
      } catch {
        return []
      }
    })
    .filter((command) => command.includes(name))

/** Asks once about the same words; for files that stay as they are. */
export function once<Answer>(ask: (...words: string[]) => Answer): (...words: string[]) => Answer {
  const known = new Map<string, Answer>()
  return (...words) => {
    const key = words.join('\0')
    const answer = known.has(key) ? (known.get(key) as Answer) : ask(...words)
    known.set(key, answer)
    return answer
  }
}

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
