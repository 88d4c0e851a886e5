/** Turns whatever the caller hands in into a source. */
import { blobSource, bytesSource, type Source, UsageError } from '@yinji/core'
import { openFile } from '@yinji/media'
import type { Input } from './types.ts'
import type { Workspace } from './workspace.ts'

export type Opened = Source & AsyncDisposable

/** @throws UsageError when it is nothing of the kind. InputError when a path leads nowhere, to a directory, or can't be read. */
export async function openInput(
  input: Input,
  name: string | undefined,
  workspace: Workspace,
): Promise<Opened> {
  if (typeof input === 'string') return openFile(input)
  if (input instanceof Uint8Array) return named(bytesSource(input, name))
  if (input instanceof Blob)
    return named(blobSource(input, name ?? (input instanceof File ? input.name : undefined)))
  if (typeof input === 'object' && input !== null && Symbol.asyncIterator in input)
    return named(await openFile(await workspace.spool(input, name)), name)
  const found = Object.prototype.toString.call(input)
  throw new UsageError('usage.field.invalid', { at: 'input', found, allowed })
}

const allowed = 'a path, Uint8Array, Blob, AsyncIterable<Uint8Array> (`response.body`)'

/** Opens one after the other, as often as they are gone through: a film has thousands. */
export function segmentsOf(inputs: readonly Input[], workspace: Workspace): AsyncIterable<Source> {
  return { [Symbol.asyncIterator]: () => openedInTurn(inputs, workspace) }
}

async function* openedInTurn(inputs: readonly Input[], workspace: Workspace): AsyncGenerator<Source> {
  for (const input of inputs) {
    await using source = await openInput(input, undefined, workspace)
    yield source
  }
}

/** The same source under another name. */
export function named(source: Source, name = source.name): Opened {
  return {
    name,
    path: source.path,
    size: source.size,
    read: (start, end) => source.read(start, end),
    ...(source.view && { view: source.view.bind(source) }),
    ...(source.readInto && { readInto: source.readInto.bind(source) }),
    [Symbol.asyncDispose]: async () => source[Symbol.asyncDispose]?.(),
  }
}
