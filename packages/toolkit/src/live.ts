/**
 * A live video (C2PA 19): the initialization segment is labelled once, and then each segment as it is made. One comes in and
 * goes out; nothing is kept of it but its number.
 */
import { InputError, type MediaHandler, type Source, splicedSize, throwIfAborted } from '@yinji/core'
import { createSession, type SessionOptions } from '@yinji/provenance'
import { identify } from './examine.ts'
import type { Identity } from './identity.ts'
import { openInput } from './input.ts'
import { requireHandler, requireSigner } from './label-refusals.ts'
import { writeSplice } from './splice.ts'
import { MemoryTarget } from './target.ts'
import type { Input, LabelOptions, LabelRecord, Receipt } from './types.ts'
import { Workspace } from './workspace.ts'

/** What is stated about a live video, and how its key is used. */
export interface LiveOptions
  extends Pick<
      LabelOptions,
      | 'actions'
      | 'assertions'
      | 'softBindings'
      | 'training'
      | 'disclosure'
      | 'ingredients'
      | 'security'
      | 'name'
      | 'signal'
    >,
    Pick<SessionOptions, 'first' | 'seconds'> {}

/** A live video that runs. */
export interface LiveVideo {
  /** The labelled initialization segment, which goes out first. */
  readonly init: Uint8Array
  /** What was written into it. */
  readonly receipt: Receipt
  /** When its key runs out; before that, `live` makes a new initialization segment, from the next segment on. */
  readonly until: Date
  /**
   * Signs one media segment, in the order of play: whole in, whole out.
   * @throws InputError when it is no media segment or not later than the one before; SignError when the key has run out.
   */
  segment(input: Input): Promise<Uint8Array>
}

interface Setting {
  readonly identity: Identity | undefined
  readonly handlers: readonly MediaHandler[]
  readonly clock: () => Date
  readonly label: (
    init: Uint8Array,
    record: LabelRecord,
    options: LabelOptions,
  ) => Promise<Receipt & { readonly content: Uint8Array }>
}

export async function startLive(
  input: Input,
  record: LabelRecord,
  options: LiveOptions,
  { identity, handlers, clock, label }: Setting,
): Promise<LiveVideo> {
  const { first = 0, seconds, assertions = [], ...rest } = options
  const session = createSession(requireSigner(identity, clock()), { first, seconds, clock })
  await using workspace = new Workspace()
  await using source = await openInput(input, options.name, workspace)
  const { handler, findings } = await identify(source, handlers, false)
  const known = requireHandler(source, { handler, findings })
  if (!known.live)
    throw new InputError('input.segments.unsupported', { name: source.name ?? '', format: known.id })
  const time = await known.live.clock(source)
  const { content: init, ...receipt } = await label(await source.read(0, source.size), record, {
    ...rest,
    name: source.name,
    visible: false,
    assertions: [...assertions, session.statement],
  })
  const manifest = receipt.written.find(({ layer }) => layer === 'manifest')?.what ?? ''
  const { live } = known
  let last: { readonly sequence: number; readonly name: string } | undefined
  const sign = async (source: Source): Promise<Uint8Array> => {
    const draft = (sequence: number) => session.draft({ sequence, manifest })
    const splice = await live.splice(source, time, (sequence) => draft(sequence).size)
    const { sequence } = splice
    const name = source.name ?? `#${sequence}`
    if (sequence <= (last?.sequence ?? first - 1))
      throw new InputError('input.segments.order', { segment: name, earlier: last?.name ?? `#${first}` })
    const target = new MemoryTarget(splicedSize(splice.parts))
    await writeSplice({ source, splice, draft: draft(sequence), signal: options.signal }, target)
    last = { sequence, name }
    return target.bytes
  }
  return {
    init,
    receipt,
    until: session.until,
    async segment(input) {
      throwIfAborted(options.signal)
      await using workspace = new Workspace()
      await using source = await openInput(input, undefined, workspace)
      return sign(source)
    },
  }
}
