/**
 * A live video (C2PA 19): the initialization segment is labelled once, and then each segment as it is made. One comes in and
 * goes out; nothing is kept of it but its number.
 */
import { randomUUID } from 'node:crypto'
import {
  InputError,
  type MediaHandler,
  type ProvenanceRecord,
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

/** What stays the same from segment to segment. */
interface Video extends Setting, Opened {
  readonly signer: Signer
  readonly method: 'info' | 'manifest'
  readonly first: number
  readonly seconds: number | undefined
  /** What each manifest states. */
  readonly stated: LabelOptions
}

/** How the format takes segments that go out as they are made. */
type Live = NonNullable<MediaHandler['live']>

/** The initialization segment as it was given. */
interface Opened {
  readonly name: string | undefined
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly mediaType: string
  readonly live: Live
  readonly time: Awaited<ReturnType<Live['clock']>>
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
  setting: Setting,
): Promise<LiveVideo> {
  const { first = 0, seconds, method = 'info', onInit, ...stated } = options
  if (method !== 'info' && method !== 'manifest')
    throw new UsageError('usage.field.invalid', { at: 'method', found: method, allowed: 'info, manifest' })
  const signer = requireSigner(setting.identity, setting.clock())
  const opened = await openInit(input, options.name, setting.handlers)
  const video = { signer, method, first, seconds, stated, ...opened, ...setting }
  const segments = new Segments(video, await begin(video, first, given))
  const { contentId } = segments.beginning.receipt.record
  const renew = renewal(signer, setting.clock, async () => {
    const next = await begin(video, segments.next, Object.assign({}, given, { contentId }))
    await onInit?.(next.init, next.receipt)
    segments.beginning = next
  })
  const turn = inTurn()
  return {
    get init() {
      return segments.beginning.init
    },
    get receipt() {
      return segments.beginning.receipt
    },
    get until() {
      return segments.beginning.session?.until ?? signer.notAfter
    },
    segment: (input) =>
      turn(async () => {
        throwIfAborted(options.signal)
        await using workspace = new Workspace()
        await using source = await openInput(input, undefined, workspace)
        const { session } = segments.beginning
        if (onInit && session) await renew(session)
        return segments.sign(source)
      }),
  }
}

async function openInit(
  input: Input,
  name: string | undefined,
  handlers: readonly MediaHandler[],
): Promise<Opened> {
  await using workspace = new Workspace()
  await using source = await openInput(input, name, workspace)
  const { id, live, mediaTypes } = requireHandler(source, await identify(source, handlers, false))
  if (!live) throw new InputError('input.segments.unsupported', { name: source.name ?? '', format: id })
  const time = await live.clock(source)
  const bytes = Uint8Array.from(await source.read(0, source.size))
  return { name: source.name, bytes, mediaType: mediaTypes[0], live, time }
}

/** Labels the initialization segment, with a key for the segments from this number on. */
async function begin(video: Video, from: number, record: LabelRecord): Promise<Beginning> {
  const { identity, clock, method, seconds, stated, name } = video
  const signer = requireSigner(identity, clock())
  const session = method === 'info' ? createSession(signer, { first: from, seconds, clock }) : undefined
  const assertions = [...(stated.assertions ?? []), ...(session ? [session.statement] : [])]
  const options = Object.assign({}, stated, { name, visible: false as const, assertions })
  const { content: init, ...receipt } = await video.label(video.bytes, record, options)
  const manifest = receipt.written.find(({ layer }) => layer === 'manifest')?.what ?? ''
  return { init, receipt, session, manifest }
}

/** The segments, one after the other. */
class Segments {
  /** What went out before the next one. */
  beginning: Beginning
  readonly #video: Video
  readonly #record: ProvenanceRecord
  readonly #stream = `urn:uuid:${randomUUID()}`
  #last: { readonly sequence: number; readonly name: string } | undefined
  /** `urn:c2pa:…` of the manifest before. */
  #previous: string

  constructor(video: Video, beginning: Beginning) {
    this.#video = video
    this.beginning = beginning
    this.#record = beginning.receipt.record
    this.#previous = beginning.manifest
  }

  /** The least number that the next one may have. */
  get next(): number {
    return this.#last ? this.#last.sequence + 1 : this.#video.first
  }

  async sign(source: Source): Promise<Uint8Array> {
    const { live, time, method, first, stated } = this.#video
    const { session, manifest } = this.beginning
    let draft: (Pick<ManifestDraft, 'size' | 'seal'> & { readonly label?: string }) | undefined
    const sizeOf = (sequence: number) => {
      draft = session?.draft({ sequence, manifest }) ?? this.#manifestOf(sequence)
      return draft.size
    }
    const splice = await live.splice(source, time, sizeOf, method)
    const { sequence } = splice
    const name = source.name ?? `#${sequence}`
    if (sequence < this.next)
      throw new InputError('input.segments.order', {
        segment: name,
        earlier: this.#last?.name ?? `#${first}`,
      })
    const target = new MemoryTarget(splicedSize(splice.parts))
    await writeSplice({ source, splice, draft, signal: stated.signal }, target)
    this.#last = { sequence, name }
    this.#previous = draft?.label ?? this.#previous
    return target.bytes
  }

  /** C2PA 19.3.2: which segment it is, and what came before it. */
  #manifestOf(sequenceNumber: number): ManifestDraft {
    const { identity, clock, generator, signer, mediaType, stated } = this.#video
    requireSigner(identity, clock())
    const chained = { continuityMethod: 'c2pa.manifestId', previousManifestId: this.#previous }
    const content = { sequenceNumber, streamId: this.#stream, ...chained }
    const { actions, softBindings, training, disclosure } = stated
    const assertions = [...(stated.assertions ?? []), { label: 'c2pa.livevideo.segment', content }]
    const said = { actions, assertions, softBindings, training, disclosure }
    const about = { record: this.#record, mediaType, generator, ...said }
    return draftManifest(about, 'bmff', signer, { now: clock() })
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
  next: () => Promise<void>,
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
