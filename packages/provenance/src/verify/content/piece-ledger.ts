/**
 * What was found out about the segments that content comes in (C2PA 15.12.2, 19.7): about each as it comes, and in the end once
 * for each kind of fault. What is kept does not grow with their number.
 */
import { type Code, type Finding, finding } from '@yinji/core'
import type { Log } from '../log.ts'
import type { StatusCode } from '../status.ts'

/** More names than this say nothing new. */
const mostNames = 10

/** Codes that name segments. */
export type SegmentCode = Extract<Code, `manifest.fragment.${string}`>

/** Every outcome, best first. */
export const pieceOutcomes = [
  'intact',
  'unchecked',
  'repeated',
  'misplaced',
  'invalid',
  'foreign',
  'altered',
] as const
/**
 * `intact` what was signed, for this place · `repeated` there before · `misplaced` signed for a place before the last one ·
 * `foreign` of another stream · `altered` not what was signed, or nothing says that it was · `invalid` what it says of itself does
 * not hold · `unchecked` could not be told.
 */
export type PieceOutcome = (typeof pieceOutcomes)[number]

/** What was found out about one segment. */
export interface Piece {
  readonly name: string
  readonly outcome: PieceOutcome
  /** Which one it says it is: of a set counted from 1, of a live video its sequence number. Undefined where that can’t be relied on. */
  readonly place: number | undefined
  /** Places that should have come between the last one and this, e.g. `3–4`. */
  readonly missing: string | undefined
  readonly findings: readonly Finding[]
}

/** Who is told of each segment as it comes. */
export interface PieceWatch {
  /** Before the first one is asked for: what was found out about what comes before all of them. */
  begun(findings: readonly Finding[]): void
  piece(piece: Piece): void
}

/** What is found where the content, or the part of it that comes first, is held against its hash. */
export const contentFound = (outcome: 'match' | 'mismatch' | 'unchecked'): Finding[] => {
  if (outcome === 'unchecked') return []
  return [finding(outcome === 'match' ? 'manifest.content.intact' : 'manifest.content.altered')]
}

interface Fault {
  readonly code: SegmentCode
  readonly status: StatusCode | undefined
  readonly what: string | undefined
  readonly names: string[]
  count: number
}

const nothing = { outcome: 'intact', place: undefined, missing: undefined } as const

export class PieceLedger {
  readonly #faults = new Map<string, Fault>()
  readonly #missing: string[] = []
  readonly #log: Log
  #gaps = 0
  /** Of the segment that is looked at. */
  #piece: Omit<Piece, 'name' | 'findings'> = nothing
  #findings: Finding[] = []
  /** How many findings of the log are about what came before it. */
  #logged: number

  constructor(log: Log) {
    this.#log = log
    this.#logged = log.findings.length
  }

  /** @param what in words, where the code has a place for it */
  note(code: SegmentCode, name: string, status?: StatusCode, what?: string): void {
    const key = `${code} ${status} ${this.#faults.size < mostNames ? what : ''}`
    const fault = this.#faults.get(key) ?? { code, status, what, names: [], count: 0 }
    this.#faults.set(key, fault)
    fault.count++
    if (fault.names.length < mostNames) fault.names.push(name)
    this.tell(code, { status, names: name, ...(what === undefined ? {} : { what }) })
  }

  /** Says of this segment alone what is told of all of them elsewhere. */
  tell(code: Code, data: Record<string, unknown>): void {
    const found = finding(code, { data })
    this.#findings.push(found)
    this.#worsen(outcomeOf(found))
  }

  /** @param repeated whether that place was there before */
  misplace(name: string, status: StatusCode, repeated: boolean): void {
    this.note('manifest.fragment.misplaced', name, status)
    this.#worsen(repeated ? 'repeated' : 'misplaced')
  }

  /** Which one it is. */
  found(place: number): void {
    this.#piece = { ...this.#piece, place }
  }

  /** Places that should have come before this one, both included. @param later whether they may still come */
  miss(from: number, to: number, later = false): void {
    const missing = from === to ? `${from}` : `${from}–${to}`
    this.#piece = { ...this.#piece, missing }
    if (!later) this.missed(missing)
  }

  /** Places that did not come at all. */
  missed(places: string): void {
    this.#gaps++
    if (this.#missing.length < mostNames) this.#missing.push(places)
  }

  /** Ends one segment. */
  end(name: string): Piece {
    const logged = this.#log.findings.slice(this.#logged)
    for (const found of logged) this.#worsen(outcomeOf(found))
    const piece = { name, ...this.#piece, findings: [...this.#findings, ...logged] }
    this.#piece = nothing
    this.#findings = []
    this.#logged = this.#log.findings.length
    return piece
  }

  /** Whether segments are not what was signed: then those may not be missing that seem to. */
  get altered(): boolean {
    return [...this.#faults.values()].some(({ code }) => code === 'manifest.fragment.altered')
  }

  /**
   * Says what is wrong, and whether nothing is; that a signer is not known here is nothing wrong.
   * @param status of segments that are missing, where it has one
   */
  close(at: string, status?: StatusCode): boolean {
    for (const { code, status, what, names, count } of this.#faults.values())
      this.#log.report(code, {
        status,
        at,
        names: listed(names, count),
        ...(what === undefined ? {} : { what }),
      })
    if (this.#gaps > 0)
      this.#log.report('manifest.fragment.missing', {
        ...(status && { status }),
        ...{ at, places: listed(this.#missing, this.#gaps) },
      })
    const faults = [...this.#faults.values()].filter(({ code }) => code !== 'manifest.fragment.untrusted')
    return faults.length === 0 && this.#gaps === 0
  }

  #worsen(to: PieceOutcome): void {
    const { outcome } = this.#piece
    if (pieceOutcomes.indexOf(to) > pieceOutcomes.indexOf(outcome))
      this.#piece = { ...this.#piece, outcome: to }
  }
}

function outcomeOf({ code, level }: Finding): PieceOutcome {
  if (code === 'manifest.fragment.altered') return 'altered'
  if (code === 'manifest.fragment.foreign') return 'foreign'
  if (code === 'manifest.fragment.misplaced') return 'repeated' // at best; see `misplace`
  if (level === 'error') return 'invalid'
  return level === 'unchecked' ? 'unchecked' : 'intact'
}

function listed(names: readonly string[], count: number): string {
  return [...names, ...(count > names.length ? [`+${count - names.length}`] : [])].join(', ')
}
