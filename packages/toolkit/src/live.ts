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
import {
  createSession,
  draftManifest,
  type ManifestDraft,
  type Session,
  type SessionOptions,
  type Signer,
} from '@yinji/provenance'
import { identify } from './examine.ts'
import type { Identity } from './identity.ts'
import { inTurn } from './in-turn.ts'
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
  /**
   * Publishes a new initialization segment; then keys renew themselves (C2PA 19.4.3, 19.6.2). When less than a quarter of a key's
   * time is left, the next call of `segment` makes another and labels the initialization segment anew; this is awaited before the segment
   * is given, which is the first that needs it. Where the new key can't be vouched for, the old one is used as long as it is good.
   * Default: keys run out, see `until`.
   */
  readonly onInit?: ((init: Uint8Array, receipt: Receipt) => void | Promise<void>) | undefined
}

/** A live video that runs. */
export interface LiveVideo {
  /** The labelled initialization segment, which goes out first; the newest, where `onInit` publishes them. */
  readonly init: Uint8Array
  /** What was written into it. */
  readonly receipt: Receipt
  /** When its key runs out; before that, `onInit` gets a new initialization segment, or `live` is called again. */
  readonly until: Date
  /**
   * Signs one media segment, in the order of play: whole in, whole out.
   * @throws InputError when it is no media segment or not later than the one before; SignError when the key has run out, and
   * what kept another from being made.
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

/** What goes out before segments, and what signs them. */
interface Beginning {
  readonly init: Uint8Array
  readonly receipt: Receipt
  readonly session: Session | undefined
  /** `urn:c2pa:…` of its manifest. */
  readonly manifest: string
}

export async function startLive(
  input: Input,
  given: LabelRecord,
  options: LiveOptions,
  { identity, handlers, clock, generator, label }: Setting,
): Promise<LiveVideo> {
  const { first = 0, seconds, method = 'info', onInit, ...rest } = options
  if (method !== 'info' && method !== 'manifest')
    throw new UsageError('usage.field.invalid', { at: 'method', found: method, allowed: 'info, manifest' })
  const signer = requireSigner(identity, clock())
  await using workspace = new Workspace()
  await using source = await openInput(input, options.name, workspace)
  const { handler, findings } = await identify(source, handlers, false)
  const known = requireHandler(source, { handler, findings })
  if (!known.live)
    throw new InputError('input.segments.unsupported', { name: source.name ?? '', format: known.id })
  const { live } = known
  const time = await live.clock(source)
  const bytes = Uint8Array.from(await source.read(0, source.size))
  const name = source.name
  /** Labels the initialization segment, with a key for the segments from this number on. */
  const begin = async (from: number, record: LabelRecord): Promise<Beginning> => {
    const own = requireSigner(identity, clock())
    const session = method === 'info' ? createSession(own, { first: from, seconds, clock }) : undefined
    const { content: init, ...receipt } = await label(bytes, record, {
      ...rest,
      name,
      visible: false,
      assertions: [...(rest.assertions ?? []), ...(session ? [session.statement] : [])],
    })
    const manifest = receipt.written.find(({ layer }) => layer === 'manifest')?.what ?? ''
    return { init, receipt, session, manifest }
  }
  let now = await begin(first, given)
  const { record } = now.receipt
  const renew = renewal(signer, clock, async () => {
    const next = await begin((last?.sequence ?? first - 1) + 1, { ...given, contentId: record.contentId })
    await onInit?.(next.init, next.receipt)
    now = next
    return next.session
  })
  const stream = `urn:uuid:${randomUUID()}`
  let previous = now.manifest
  /** C2PA 19.3.2: which segment it is, and what came before it. */
  const ownManifest = (sequenceNumber: number): ManifestDraft => {
    requireSigner(identity, clock())
    const chained = { continuityMethod: 'c2pa.manifestId', previousManifestId: previous }
    const content = { sequenceNumber, streamId: stream, ...chained }
    const { actions, assertions = [], softBindings, training, disclosure } = rest
    const stated = { actions, softBindings, training, disclosure }
    const all = [...assertions, { label: 'c2pa.livevideo.segment', content }]
    const about = { record, mediaType: known.mediaTypes[0], generator, ...stated }
    return draftManifest({ ...about, assertions: all }, 'bmff', signer, { now: clock() })
  }
  let last: { readonly sequence: number; readonly name: string } | undefined
  const sign = async (source: Source): Promise<Uint8Array> => {
    let draft: (Pick<ManifestDraft, 'size' | 'seal'> & { readonly label?: string }) | undefined
    const { session, manifest } = now
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
  const turn = inTurn()
  return {
    get init() {
      return now.init
    },
    get receipt() {
      return now.receipt
    },
    get until() {
      return now.session?.until ?? signer.notAfter
    },
    segment: (input) =>
      turn(async () => {
        throwIfAborted(options.signal)
        await using workspace = new Workspace()
        await using source = await openInput(input, undefined, workspace)
        if (onInit && now.session) await renew(now.session)
        return sign(source)
      }),
  }
}

/** How much of a key's time is left when it is renewed: enough to try again, and for players to hear of the next one (C2PA 19.6.2). */
const share = 1 / 4

/**
 * Renews keys in time. One that fails is tried again when another quarter of the rest has gone by, so that a service that is down does
 * not hold up every segment; only when the old key has run out, the failure is whoever's asks for a segment.
 */
function renewal(
  { notAfter }: Pick<Signer, 'notAfter'>,
  clock: () => Date,
  next: () => Promise<Session | undefined>,
): (session: Session) => Promise<void> {
  let notBefore = 0
  return async ({ from, until }) => {
    const now = clock().getTime()
    const lead = share * (until.getTime() - from.getTime())
    const lasts = until.getTime() < notAfter.getTime() // another one would not last longer
    if (!lasts || now < until.getTime() - lead || now < notBefore) return
    try {
      await next()
      notBefore = 0
    } catch (error) {
      if (now > until.getTime()) throw error
      notBefore = now + share * (until.getTime() - now)
    }
  }
}
