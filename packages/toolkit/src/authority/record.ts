/**
 * The record of an authority: `record/00000001.json`, `00000002.json` …, one file for each thing it did. A file gets its
 * number by a hard link, which only one process can make; it is complete and on the disk before it has a name. So there
 * is no lock that could be left behind, no entry that could be torn, and no number that could be given twice.
 */
import { createHash, randomBytes } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type AuthorityEntry,
  authorityEntrySchema,
  InputError,
  type NewAuthorityEntry,
  type Problem,
} from '@yinji/core'
import { outputError } from '../target.ts'

/** The record, as far as it has been read. */
export interface AuthorityRecord {
  readonly entries: readonly AuthorityEntry[]
  /** Reads what other processes have added. @throws InputError when it does not hold together. */
  refresh(): Promise<void>
  /**
   * Adds an entry. `decide` looks at everything that is recorded and says what to add; it is asked again when another
   * process was faster, and may throw.
   */
  add(at: Date, decide: () => NewAuthorityEntry): Promise<AuthorityEntry>
}

/** @param known is told each entry, in order, as it is read or added. @throws InputError when a file is damaged or missing. */
export async function openRecord(
  directory: string,
  known: (entry: AuthorityEntry) => void,
): Promise<AuthorityRecord> {
  const entries: AuthorityEntry[] = []
  let last = digest('')
  const take = (entry: AuthorityEntry, text: string) => {
    entries.push(entry)
    last = digest(text)
    known(entry)
  }
  /** One at a time: two that read the same new entry would both count it. */
  let before = Promise.resolve<unknown>(undefined)
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = before.then(work, work)
    before = turn
    return turn
  }
  const refresh = async () => {
    for (;;) {
      const path = join(directory, fileName(entries.length + 1))
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined
        throw broken(path, 'it can’t be read', error)
      })
      if (text === undefined) return
      take(parse(text, path, entries.length + 1, last), text)
    }
  }
  const names = await readdir(directory).catch(() => []) // first, for others may add entries while these are read
  await refresh()
  const highest = names
    .filter((name) => /^\d{8,}\.json$/.test(name))
    .sort()
    .at(-1)
  if (highest !== undefined && highest > fileName(entries.length))
    throw broken(join(directory, fileName(entries.length + 1)), 'it is missing')

  return {
    entries,
    refresh: () => inTurn(refresh),
    add: (at, decide) => inTurn(() => add(at, decide)),
  }

  async function add(at: Date, decide: () => NewAuthorityEntry): Promise<AuthorityEntry> {
    for (;;) {
      await refresh()
      const entry = {
        schema: 'yinji.authority-record/1',
        sequence: entries.length + 1,
        previous: last,
        at: at.toISOString(),
        ...decide(),
      } as AuthorityEntry
      const text = `${JSON.stringify(authorityEntrySchema.parse(entry))}\n`
      if (!(await publish(directory, fileName(entry.sequence), text))) continue
      take(entry, text)
      return entry
    }
  }
}

/** Whether the name was free. The file is complete and on the disk when it gets it. */
async function publish(directory: string, name: string, text: string): Promise<boolean> {
  const temporary = join(directory, `.${randomBytes(8).toString('hex')}.tmp`)
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const handle = await open(temporary, 'wx', 0o600)
    try {
      await handle.writeFile(text)
      await handle.datasync()
    } finally {
      await handle.close()
    }
    await link(temporary, join(directory, name))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw outputError(error, join(directory, name))
  } finally {
    await unlink(temporary).catch(() => {})
  }
}

function parse(text: string, path: string, sequence: number, previous: string): AuthorityEntry {
  let entry: AuthorityEntry
  try {
    entry = authorityEntrySchema.parse(JSON.parse(text))
  } catch (error) {
    throw broken(path, 'it is no entry', error)
  }
  if (entry.sequence !== sequence) throw broken(path, 'it bears another number')
  if (entry.previous !== previous) throw broken(path, 'the entry before it was changed')
  return entry
}

const fileName = (sequence: number) => `${String(sequence).padStart(8, '0')}.json`

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

function broken(path: string, problem: Problem, cause?: unknown): InputError {
  return new InputError('authority.record.broken', { path, problem }, { cause })
}
