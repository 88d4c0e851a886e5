/**
 * A live video (C2PA 19.7): an initialization segment, and segments that each say which one they are, by a manifest of
 * their own or by info that a session key signed. They are judged as they come; what is kept does not grow with them.
 */
import { type Finding, finding, type Source, throwIfAborted } from '@yinji/core'
import type { CheckedManifest } from '../checked-manifest.ts'
import type { Content, SegmentManifest } from '../content/binding.ts'
import { type Piece, PieceLedger } from '../content/piece-ledger.ts'
import type { Log } from '../log.ts'
import type { StatusCode } from '../status.ts'
import { assertionUri, manifestUri } from '../uri.ts'
import { checkSegmentInfo } from './info-check.ts'
import { readSegmentAssertion } from './segment-assertion.ts'
import { readSegmentBoxes, type SegmentBoxes } from './segment-boxes.ts'
import { Sequence, stepAfter } from './sequence.ts'
import { KeyRing, readSessionKeys } from './session-keys.ts'

export const invalid = 'livevideo.segment.invalid'

export class Stream {
  readonly ledger: PieceLedger
  readonly keys = new KeyRing()
  readonly #sequence: Sequence
  readonly #init: CheckedManifest
  readonly #content: Content
  readonly #log: Log
  /** Labels of manifests that hold; the newest suffice, for one of them is the active one. */
  readonly #manifests = new Set<string>()
  #streamId: string | undefined
  /** Label of the manifest of the segment before. */
  #previous: string | undefined
  #count = 0
  /** Whether anything here is of a live video. */
  live = false

  /** Whether there were segments at all. */
  get empty(): boolean {
    return this.#count === 0
  }

  constructor(init: CheckedManifest, content: Content, log: Log) {
    this.#init = init
    this.#content = content
    this.#log = log
    this.ledger = new PieceLedger(log)
    this.#sequence = new Sequence(this.ledger)
    if (init.sound) this.#manifests.add(init.manifest.label)
    this.#takeKeys(init)
  }

  knows(manifest: string): boolean {
    return this.#manifests.has(manifest)
  }

  /** What is wrong with what comes before all segments. */
  async begin(): Promise<readonly Finding[]> {
    const { source } = this.#content
    const read = await readSegmentBoxes(source)
    if (typeof read !== 'string') this.#checkMedia(read, source.name ?? '#0')
    return this.ledger.end('').findings
  }

  /** @returns whether nothing is wrong */
  async takeAll(segments: AsyncIterable<Source>): Promise<boolean> {
    for await (const source of segments) {
      throwIfAborted(this.#content.signal)
      this.#count++
      const name = source.name ?? `#${this.#count}`
      if (!(await this.#take(source, name))) this.#sequence.fail()
      const piece = this.ledger.end(name)
      this.#content.watch?.piece(this.live ? piece : unbound(name))
    }
    return this.live && this.ledger.close(manifestUri(this.#init.manifest.label))
  }

  /** An initialization segment has no media (C2PA 19.7.1). */
  #checkMedia({ boxes }: SegmentBoxes, name: string): boolean {
    const holds = !boxes.some(({ type }) => type === 'mdat')
    if (!holds) this.ledger.note('manifest.fragment.beginning', name, 'livevideo.init.invalid')
    return holds
  }

  /** @returns whether it can be relied on */
  async #take(source: Source, name: string): Promise<boolean> {
    const read = await readSegmentBoxes(source)
    if (typeof read === 'string') return this.#malformed(name, read)
    const { boxes, found, info } = read
    if (found === undefined && info === undefined) return this.#fault('altered', name, invalid)
    this.live = true
    const begins = boxes.some(({ type }) => type === 'moov')
    if (begins && !this.#checkMedia(read, name)) return false
    const own = found && (await this.#manifestOf(await this.#content.validateSegment(found, source), name))
    if (found && own === undefined) return false
    if (begins) return true
    const stated = own && readSegmentAssertion(own)
    if (stated && 'status' in stated) {
      const { unknown, status, what } = stated
      return unknown ? this.#fault('continuity', name, status, what) : this.#malformed(name, what, status)
    }
    if (stated && stated.stream !== (this.#streamId ?? stated.stream))
      return this.#fault('foreign', name, 'livevideo.assertion.invalid')
    if (info) {
      const segment = { source, found, signal: this.#content.signal }
      const checked = await checkSegmentInfo(this, { info, segment, name, now: this.#content.now })
      if (checked === undefined) return false
      if (stated && stated.sequence !== checked) return this.#malformed(name, 'sequenceNumber')
      if (!stated) this.#sequence.take(name, checked, await stepAfter(source, boxes, checked), invalid)
    }
    if (own && stated) return this.#follow(name, own, stated, await stepAfter(source, boxes, stated.sequence))
    return (
      info !== undefined || this.#malformed(name, 'c2pa.livevideo.segment', 'livevideo.assertion.invalid')
    )
  }

  /** C2PA 19.7.2: numbers go up, and each names the manifest of the one before. */
  #follow(
    name: string,
    own: CheckedManifest,
    { sequence, stream, previous }: { sequence: number; stream: string; previous: string },
    step: number,
  ): boolean {
    const order = this.#sequence.take(name, sequence, step, 'livevideo.assertion.invalid')
    if (this.#previous !== undefined && previous !== this.#previous) {
      if (order === 'next') this.#fault('foreign', name, invalid)
      else if (order !== 'unknown') this.#log.status(invalid, manifestUri(own.manifest.label)) // what came between is told already
    }
    if (order === 'misplaced') return true
    this.#streamId = stream
    this.#previous = own.manifest.label
    return true
  }

  /** A manifest that a segment brought (C2PA 19.7.1); undefined when it can’t be relied on. */
  #manifestOf({ checked, errors, doubts }: SegmentManifest, name: string): CheckedManifest | undefined {
    const status = 'livevideo.manifest.invalid'
    if (errors.length > 0 || checked === undefined) {
      const altered = errors.every((code) => code === 'manifest.content.altered')
      this.#fault(altered ? 'altered' : 'manifest', name, status, altered ? undefined : errors.join(', '))
      return undefined
    }
    if (doubts.length > 0) this.#fault('unchecked', name, undefined, doubts.join(', '))
    const [signer, first] = [checked.signer, this.#init.signer]
    const who = signer?.organization ?? signer?.subject ?? '—'
    if (signer?.trust !== 'trusted') this.#fault('untrusted', name, undefined, who)
    if (who !== (first?.organization ?? first?.subject ?? '—')) this.#fault('signer', name, undefined, who)
    this.#manifests.add(checked.manifest.label)
    const [oldest] = this.#manifests
    if (this.#manifests.size > mostManifests && oldest !== undefined) this.#manifests.delete(oldest)
    this.#takeKeys(checked)
    return checked
  }

  /** C2PA 19.7.3, 18.25.2: later keys are for later segments. */
  #takeKeys(checked: CheckedManifest): void {
    const read = checked.sound ? readSessionKeys(checked) : undefined
    if (read === undefined) return
    this.live = true
    const fresh = read.keys.filter((key) => !this.keys.has(key)) // a beginning may be repeated (A.5.3)
    const early = fresh.filter(({ first }) => first < (this.#sequence.last ?? 0))
    this.keys.add(fresh.filter((key) => !early.includes(key)))
    const problems = [...read.problems, ...early.map(() => 'minSequenceNumber')]
    if (problems.length === 0) return
    const at = assertionUri(checked.manifest.label, read.label)
    const what = problems.slice(0, 5).join(', ')
    this.#log.report('manifest.session.invalid', { status: 'livevideo.sessionkey.invalid', at, what })
  }

  #malformed(name: string, what: string, status: StatusCode = invalid): false {
    return this.#fault('malformed', name, status, what)
  }

  #fault(
    kind:
      | 'altered'
      | 'continuity'
      | 'foreign'
      | 'malformed'
      | 'manifest'
      | 'signer'
      | 'unchecked'
      | 'untrusted',
    name: string,
    status?: StatusCode,
    what?: string,
  ): false {
    this.ledger.note(`manifest.fragment.${kind}`, name, status, what)
    return false
  }
}

const mostManifests = 1000

/** Nothing that came so far is of a live video. */
function unbound(name: string): Piece {
  const findings = [finding('manifest.fragment.unbound')]
  return { name, outcome: 'unchecked', place: undefined, missing: undefined, findings }
}
