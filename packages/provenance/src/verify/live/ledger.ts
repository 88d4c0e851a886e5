/** What was found wrong with which segments, told once for each kind of fault (C2PA 19.7). */
import type { Code } from '@yinji/core'
import type { Log } from '../log.ts'
import type { StatusCode } from '../status.ts'

/** More names than this say nothing new. */
const mostNames = 10

/** Codes that name segments. */
export type SegmentCode = Extract<Code, `manifest.fragment.${string}`>

interface Fault {
  readonly code: SegmentCode
  readonly status: StatusCode | undefined
  readonly what: string | undefined
  readonly names: string[]
  count: number
}

export class SegmentLedger {
  readonly #faults = new Map<string, Fault>()
  readonly #missing: string[] = []
  #gaps = 0

  /** @param what in words, where the code has a place for it */
  note(code: SegmentCode, name: string, status?: StatusCode, what?: string): void {
    const key = `${code} ${status} ${this.#faults.size < mostNames ? what : ''}`
    const fault = this.#faults.get(key) ?? { code, status, what, names: [], count: 0 }
    this.#faults.set(key, fault)
    fault.count++
    if (fault.names.length < mostNames) fault.names.push(name)
  }

  /** Sequence numbers that should have come between two segments, both included. */
  miss(from: number, to: number): void {
    this.#gaps++
    if (this.#missing.length < mostNames) this.#missing.push(from === to ? `${from}` : `${from}–${to}`)
  }

  /** Says what is wrong, and whether nothing is; that a signer is not known here is nothing wrong. */
  close(at: string, log: Log): boolean {
    for (const { code, status, what, names, count } of this.#faults.values())
      log.report(code, { status, at, names: listed(names, count), ...(what === undefined ? {} : { what }) })
    if (this.#gaps > 0)
      log.report('manifest.fragment.missing', { at, places: listed(this.#missing, this.#gaps) })
    const faults = [...this.#faults.values()].filter(({ code }) => code !== 'manifest.fragment.untrusted')
    return faults.length === 0 && this.#gaps === 0
  }
}

function listed(names: readonly string[], count: number): string {
  return [...names, ...(count > names.length ? [`+${count - names.length}`] : [])].join(', ')
}
