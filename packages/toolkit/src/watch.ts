/**
 * Segments are checked one by one, as a player or a CDN gets them (C2PA 15.12.2, 19.7). The check is the one of `verify`, which
 * waits for each segment as for one on disk, and says of it what it found; nothing but the beginning is kept.
 */
import {
  type Finding,
  finding,
  judge,
  type Report,
  type Source,
  throwIfAborted,
  UsageError,
} from '@yinji/core'
import type { Piece } from '@yinji/provenance'
import { type Examination, type ExamineOptions, examine, reportOf } from './examine.ts'
import { Feed } from './feed.ts'
import { inTurn } from './in-turn.ts'
import { type Opened, openInput } from './input.ts'
import type { Input } from './types.ts'
import type { WatchedPiece, Watcher } from './watch-types.ts'
import { Workspace } from './workspace.ts'

interface Setting {
  readonly input: Input
  readonly name: string | undefined
  readonly examining: ExamineOptions
  /** Looks at the beginning alone, and asks authorities where that is allowed. */
  readonly examineOnline: (source: Source, examining: ExamineOptions) => Promise<Examination>
}

export async function startWatch(setting: Setting): Promise<Watcher> {
  const workspace = new Workspace()
  let source: Opened | undefined
  const dispose = async () => {
    await source?.[Symbol.asyncDispose]()
    await workspace[Symbol.asyncDispose]()
  }
  try {
    source = await openInput(setting.input, setting.name, workspace)
    return await begin(source, setting, dispose)
  } catch (error) {
    await dispose()
    throw error
  }
}

async function begin(
  source: Source,
  { examining, examineOnline }: Setting,
  dispose: () => Promise<void>,
): Promise<Watcher> {
  const first = await examineOnline(source, examining)
  const feed = new Feed<Source>()
  const told = new Told()
  const whole = examine(source, { fragments: feed, watch: told.watch, ...examining })
  const over = whole.then(() => undefined)
  over.catch(() => {}) // whoever calls next hears of it
  const begun = await Promise.race([told.begun, over])
  const findings = begun ? beginning(first, begun) : (await whole).findings
  let report: Promise<Report> | undefined
  let closed: Promise<void> | undefined
  const check = async (input: Input, name: string | undefined): Promise<WatchedPiece> => {
    throwIfAborted(examining.signal)
    await using workspace = new Workspace()
    await using segment = await openInput(input, name, workspace)
    const piece = told.next()
    feed.put(segment)
    const found = (await Promise.race([piece, over])) ?? unbound(segment, (await whole).findings)
    return { verdict: judge([...findings, ...found.findings]), ...found }
  }
  const close = async () => {
    feed.end()
    await whole.catch(() => {})
    await dispose()
  }
  const turn = inTurn()
  const closeOnce = () => (closed ??= turn(close))
  const end = async () => {
    feed.end()
    const { findings, ...examination } = await whole
    const asked = first.findings.filter(
      (one) => one.layer === 'manifest' && one.code.includes('.revocation.'),
    )
    const all = [...findings, ...asked.filter((one) => !has(findings, one))]
    return reportOf(source, { findings: all, ...examination }, examining.signal)
  }
  return {
    beginning: await reportOf(source, { ...first, findings }, examining.signal),
    async next(input, { name } = {}) {
      if (report || closed) throw new UsageError('usage.watch.ended')
      return turn(() => check(input, name))
    },
    async end() {
      if (closed && !report) throw new UsageError('usage.watch.ended')
      report ??= turn(end).finally(closeOnce)
      return report
    },
    [Symbol.asyncDispose]: closeOnce,
  }
}

/** What the check of the manifest says, as somebody waits for it. */
class Told {
  readonly begun: Promise<readonly Finding[]>
  #begin: (findings: readonly Finding[]) => void = () => {}
  #piece: (piece: Piece) => void = () => {}

  constructor() {
    this.begun = new Promise((resolve) => {
      this.#begin = resolve
    })
  }

  next(): Promise<Piece> {
    return new Promise((resolve) => {
      this.#piece = resolve
    })
  }

  readonly watch = {
    begun: (findings: readonly Finding[]) => this.#begin(findings),
    piece: (piece: Piece) => this.#piece(piece),
  }
}

/** Without segments it was open whether they are what was signed. */
function beginning({ findings }: Examination, begun: readonly Finding[]): Finding[] {
  const before = findings.filter(({ code }) => code !== 'manifest.fragment.absent')
  return [...before, ...begun.filter((one) => !has(before, one))]
}

const has = (findings: readonly Finding[], { code, ...rest }: Finding) => {
  const facts = (one: object) => (code.startsWith('manifest.content.') ? '' : JSON.stringify(one))
  return findings.some(({ code: other, ...one }) => other === code && facts(one) === facts(rest))
}

/** Nothing in the beginning says anything about segments, or what it says can’t be relied on. */
function unbound({ name = '—' }: Source, findings: readonly Finding[]): Piece {
  const nothing = { place: undefined, missing: undefined }
  return {
    name,
    outcome: 'unchecked',
    ...nothing,
    findings: [...findings, finding('manifest.fragment.unbound')],
  }
}
