/** From the names on the command line to the files to work on: literal names first, then patterns, then folders. */
import { open, readdir, stat } from 'node:fs/promises'
import { extname, join, relative, resolve } from 'node:path'
import { defaultHandlers } from '@yinji/toolkit'
import { glob, isDynamicPattern } from 'tinyglobby'
import type { Context } from './context.ts'

export interface Input {
  /** As the user would call it. */
  readonly name: string
  /** Absolute path; undefined for standard input. */
  readonly path: string | undefined
  /** Path below the folder that was named; the bare name for files that were named themselves. */
  readonly below: string
  /** Found in a folder, not named. */
  readonly walked: boolean
}

export interface Inputs {
  readonly files: readonly Input[]
  /** Files in folders that are of no known type. */
  readonly skipped: number
}

export interface Gathering {
  readonly recursive?: boolean | undefined
  /** Files in folders to leave out; they are not counted. */
  readonly omit?: ((name: string) => boolean) | undefined
}

/** Names that lead nowhere are kept: whoever opens them has the better words for it. */
export async function gatherInputs(
  names: readonly string[],
  options: Gathering,
  context: Context,
): Promise<Inputs> {
  const found = new Map<string, Input>()
  let skipped = 0
  for (const name of names) {
    const path = resolve(context.io.cwd, name)
    const entry = name === '-' ? undefined : await stat(path).catch(() => undefined)
    if (name === '-') found.set('-', { name, path: undefined, below: name, walked: false })
    else if (entry?.isDirectory() && options.recursive) {
      const walk = await walkFolder(name, path, options)
      for (const file of walk.files) found.set(file.path ?? '', file)
      skipped += walk.skipped
    } else if (entry === undefined && isDynamicPattern(name)) {
      const matches = await matchesOf(name, context.io.cwd)
      for (const match of matches.length > 0 ? matches : [name])
        found.set(resolve(context.io.cwd, match), named(match, context))
    } else found.set(path, named(name, context))
  }
  // A shell that expands `*.labeled.*` names the manifests beside the files as well.
  const files = [...found].filter(
    ([path]) => !(isSidecar(path) && found.has(path.slice(0, -extname(path).length))),
  )
  return { files: files.map(([, file]) => file), skipped }
}

/** The manifest of the file beside it. */
const isSidecar = (name: string) => /\.c2pa$/i.test(name)

const byNumber = new Intl.Collator('en', { numeric: true })

/** Absolute paths of the segments of a film; within a pattern in the order of their numbers, `seg2` before `seg10`. */
export async function gatherSegments(
  patterns: readonly string[],
  film: string | undefined,
  { io }: Context,
): Promise<string[]> {
  const groups: string[][] = []
  for (const pattern of patterns) {
    const found = isDynamicPattern(pattern) ? await matchesOf(pattern, io.cwd) : []
    groups.push(found.length > 0 ? found.sort(byNumber.compare) : [pattern])
  }
  return groups
    .flat()
    .map((name) => resolve(io.cwd, name))
    .filter((path) => path !== film)
}

function named(name: string, { io }: Context): Input {
  const path = resolve(io.cwd, name)
  return { name, path, below: relative(join(path, '..'), path), walked: false }
}

async function matchesOf(pattern: string, cwd: string): Promise<string[]> {
  const slashed = process.platform === 'win32' ? pattern.replaceAll('\\', '/') : pattern
  return (await glob(slashed, { cwd, expandDirectories: false, absolute: false })).sort()
}

async function walkFolder(
  name: string,
  root: string,
  { omit }: Gathering,
): Promise<{ files: Input[]; skipped: number }> {
  const files: Input[] = []
  let skipped = 0
  const entries = await readdir(root, { recursive: true })
  for (const below of entries.sort()) {
    const path = join(root, below)
    if (below.split(/[\\/]/).some((part) => part.startsWith('.')) || omit?.(below)) continue
    if (isSidecar(below)) continue
    if (!(await stat(path).catch(() => undefined))?.isFile()) continue
    if (await isKnown(path)) files.push({ name: join(name, below), path, below, walked: true })
    else skipped++
  }
  return { files, skipped }
}

/** By name, else by content. Programs and settings are for the user to name, and text without a name of ours is left alone: most of it is somebody's settings or programs. */
async function isKnown(path: string): Promise<boolean> {
  const extension = extname(path).slice(1).toLowerCase()
  const named = defaultHandlers.find((handler) => handler.extensions.includes(extension))
  if (named) return !named.onlyNamed
  try {
    await using file = await open(path)
    const { buffer, bytesRead } = await file.read(new Uint8Array(4096), 0, 4096, 0)
    const head = buffer.subarray(0, bytesRead)
    const handler = defaultHandlers.find((candidate) => candidate.matches(head, path))
    return handler !== undefined && handler.medium !== 'text'
  } catch {
    return true // whoever opens it has the better words for it
  }
}

/** Standard input, given up when the user interrupts. */
export async function* standardInput({ io, signal }: Context): AsyncGenerator<Uint8Array> {
  const stopped = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  stopped.catch(() => {})
  const chunks = io.stdin[Symbol.asyncIterator]()
  for (;;) {
    const next = await Promise.race([chunks.next(), stopped])
    if (next.done) return
    yield next.value
  }
}
