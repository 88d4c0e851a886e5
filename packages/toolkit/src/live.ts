/**
 * A live video (C2PA 19): the initialization segment is labelled once, and then each segment as it is made. One comes in and
 * goes out; nothing is kept of it but its number.
 */
import { randomUUID } from 'node:crypto'
import {
  InputError,
  type MediaHandler,
  type Source,
  splicedSize,
  throwIfAborted,
  UsageError,
} from '@yinji/core'
import { createSession, draftManifest, type ManifestDraft, type SessionOptions } from '@yinji/provenance'
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
    Pick<SessionOptions, 'first' | 'seconds'> {
  /**
   * What each segment carries. `info`: some 500 bytes, signed by a key in memory (C2PA 19.4). `manifest`: a manifest of its own, a few
   * kilobytes, signed by the identity's key each time, that names the one before (C2PA 19.3). Default `info`.
   */
  readonly method?: 'info' | 'manifest' | undefined
}

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
  readonly generator: { readonly name: string; readonly version: string }
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
  { identity, handlers, clock, generator, label }: Setting,
): Promise<LiveVideo> {
  const { first = 0, seconds, method = 'info', ...rest } = options
  if (method !== 'info' && method !== 'manifest')
    throw new UsageError('usage.field.invalid', { at: 'method', found: method, allowed: 'info, manifest' })
  const signer = requireSigner(identity, clock())
  const session = method === 'info' ? createSession(signer, { first, seconds, clock }) : undefined
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
    assertions: [...(rest.assertions ?? []), ...(session ? [session.statement] : [])],
  })
  const manifest = receipt.written.find(({ layer }) => layer === 'manifest')?.what ?? ''
  const { live } = known
  const stream = `urn:uuid:${randomUUID()}`
  let previous = manifest
  /** C2PA 19.3.2: which segment it is, and what came before it. */
  const ownManifest = (sequenceNumber: number): ManifestDraft => {
    requireSigner(identity, clock())
    const chained = { continuityMethod: 'c2pa.manifestId', previousManifestId: previous }
    const content = { sequenceNumber, streamId: stream, ...chained }
    const { actions, assertions = [], softBindings, training, disclosure } = rest
    const stated = { actions, softBindings, training, disclosure }
    const all = [...assertions, { label: 'c2pa.livevideo.segment', content }]
    const about = { record: receipt.record, mediaType: known.mediaTypes[0], generator, ...stated }
    return draftManifest({ ...about, assertions: all }, 'bmff', signer, { now: clock() })
  }
  let last: { readonly sequence: number; readonly name: string } | undefined
  const sign = async (source: Source): Promise<Uint8Array> => {
    let draft: (Pick<ManifestDraft, 'size' | 'seal'> & { readonly label?: string }) | undefined
    const sizeOf = (sequence: number) => {
      draft = session?.draft({ sequence, manifest }) ?? ownManifest(sequence)
      return draft.size
    }
    const splice = await live.splice(source, time, sizeOf, method)
    const { sequence } = splice
    const name = source.name ?? `#${sequence}`
    if (sequence <= (last?.sequence ?? first - 1))
      throw new InputError('input.segments.order', { segment: name, earlier: last?.name ?? `#${first}` })
    const target = new MemoryTarget(splicedSize(splice.parts))
    await writeSplice({ source, splice, draft, signal: options.signal }, target)
    last = { sequence, name }
    previous = draft?.label ?? previous
    return target.bytes
  }
  return {
    init,
    receipt,
    until: session?.until ?? signer.notAfter,
    async segment(input) {
      throwIfAborted(options.signal)
      await using workspace = new Workspace()
      await using source = await openInput(input, undefined, workspace)
      return sign(source)
    },
  }
}
