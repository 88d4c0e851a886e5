/** What was found out about one manifest: findings for people, status codes of C2PA 15.2.2 for machines. */
import { type Code, type Finding, finding } from '@yinji/core'
import type { Results, Status } from '../validation.ts'
import { type Outcome, outcomeOf, type StatusCode } from './status.ts'

export interface Facts {
  /** Status code of C2PA 15.2.2, where the standard has one. */
  readonly status?: StatusCode | undefined
  /** JUMBF URI of what it is about. */
  readonly at?: string | undefined
  readonly [name: string]: unknown
}

export class Log {
  readonly #findings: Finding[] = []
  readonly #statuses = new Map<string, Status>()

  /** Notes a status that machines record and people need not read. */
  status(code: StatusCode, url: string): void {
    this.#statuses.set(`${code} ${url}`, { code, url })
  }

  /** Notes something people should know. */
  report(code: Code, { at, ...data }: Facts = {}): void {
    const noted = finding(code, { at, data: Object.keys(data).length > 0 ? data : undefined })
    this.#findings.push(noted)
    if (data.status !== undefined)
      this.#statuses.set(`${data.status} ${at ?? ''}`, {
        code: data.status,
        ...(at === undefined ? {} : { url: at }),
      })
  }

  get findings(): readonly Finding[] {
    return this.#findings
  }

  /** Whether something keeps the manifest from being relied on. */
  get failed(): boolean {
    return this.#findings.some(({ level }) => level === 'error' || level === 'unchecked')
  }

  get results(): Results {
    return this.resultsWith()
  }

  /** The results together with statuses that were found out elsewhere. */
  resultsWith(...others: readonly Status[]): Results {
    const all = [...this.#statuses.values(), ...others]
    const of = (outcome: Outcome) => all.filter(({ code }) => outcomeOf(code) === outcome)
    return { success: of('success'), informational: of('informational'), failure: of('failure') }
  }
}
