/** Where labelled files go: `-o FILE`, `-o FOLDER`, `-o -`, `--in-place`, or beside the original. */
import { mkdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { InputError, UsageError } from '@yinji/toolkit'
import type { Context } from './context.ts'
import type { Input } from './inputs.ts'

export interface Destination {
  /** Absolute path; undefined for standard output. */
  readonly path: string | undefined
  /** As the user would call it. */
  readonly name: string
  /** In a folder that was asked for, which is made when it is missing. */
  readonly inFolder?: boolean
}

export interface Placement {
  readonly output?: string | undefined
  readonly inPlace?: boolean | undefined
  readonly recursive?: boolean | undefined
  /** Another extension for files whose container changes: `.aac` to `.m4a`. */
  readonly renamed?: ReadonlyMap<string, string> | undefined
  /** A file that belongs to others keeps its name, in place or in another folder. */
  readonly keepName?: boolean | undefined
  /** What stands before the extension of a new name. Default `labeled`. */
  readonly word?: 'labeled' | 'updated' | undefined
}

/** The destination of every input. @throws UsageError when they get in each other's way. */
export async function placeOutputs(
  inputs: readonly Input[],
  options: Placement,
  context: Context,
): Promise<ReadonlyMap<Input, Destination>> {
  const place = await placer(inputs, options, context)
  const placed = new Map(inputs.map((input) => [input, place(input)]))
  const taken = new Set<string>()
  for (const { path = '-', name } of placed.values()) {
    if (taken.has(path)) throw new UsageError('usage.output.collision', { path: name })
    taken.add(path)
  }
  return placed
}

/** `photo.jpg` becomes `photo.labeled.jpg`. */
function newName(name: string, { renamed, keepName, word = 'labeled' }: Placement): string {
  if (keepName) return name
  const extension = extname(name)
  const other = renamed?.get(extension.toLowerCase()) ?? extension
  return join(dirname(name), `${basename(name, extension)}.${word}${other}`)
}

/** Names of what an earlier run has made. */
export function isNewName(name: string, word: 'labeled' | 'updated'): boolean {
  return new RegExp(`\\.${word}(?:\\.[^.]*)?$`).test(basename(name))
}

export async function prepare({ path, name, inFolder }: Destination): Promise<void> {
  if (path === undefined || !inFolder) return
  try {
    await mkdir(dirname(path), { recursive: true })
  } catch (error) {
    throw new InputError('output.readonly', { path: name }, { cause: error })
  }
}

async function placer(
  inputs: readonly Input[],
  placement: Placement,
  { io }: Context,
): Promise<(input: Input) => Destination> {
  const { output, inPlace, recursive } = placement
  const at = (name: string): Destination => ({ name, path: name === '-' ? undefined : resolve(io.cwd, name) })
  if (inPlace) {
    if (inputs.some((input) => input.path === undefined))
      throw new UsageError('usage.option.conflict', { option: '--in-place', other: '-' })
    return (input) => at(input.name)
  }
  if (placement.keepName && (output === undefined || output === '-'))
    throw new UsageError('usage.segments.output')
  if (output === undefined)
    return (input) => at(input.path === undefined ? '-' : newName(input.name, placement))
  const [first] = inputs
  const many = inputs.length > 1 || recursive === true || first?.walked === true
  const entry = output === '-' ? undefined : await stat(resolve(io.cwd, output)).catch(() => undefined)
  const folder =
    placement.keepName ||
    entry?.isDirectory() ||
    /[\\/]$/.test(output) ||
    (many && entry === undefined && extname(output) === '' && output !== '-')
  if (!folder && inputs.length > 1) throw new UsageError('usage.output.file', { path: output })
  if (!folder) return () => at(output)
  return (input) => ({
    inFolder: true,
    ...at(join(output, newName(input.path === undefined ? 'stdin' : input.below, placement))),
  })
}
