/** Where an authority could tell more than is at hand, and may be asked, it is; then everything is looked at again. */
import type { Source } from '@yinji/core'
import type { Revocation, RevocationQuestion } from '@yinji/provenance'
import { type Examination, type ExamineOptions, examine } from './examine.ts'
import type { AskOnline } from './online.ts'

export type Examine = (source: Source, examining: ExamineOptions) => Promise<Examination>

/** @param ask absent where nobody may be asked */
export function examiner(revocation: Revocation, ask: AskOnline | undefined): Examine {
  if (ask === undefined || revocation.mode === 'off') return examine
  return async (source, examining) => {
    const open = new Map<string, RevocationQuestion>()
    const watched = {
      ...revocation,
      asked: true, // so whoever asks is told what remains unknown
      statusOf(question: RevocationQuestion) {
        const found = revocation.statusOf(question)
        if (found.status === 'unknown') open.set(question.certificate.fingerprint, question)
        return found
      },
    }
    const first = await examine(source, { ...examining, revocation: watched })
    if (open.size === 0) return first
    const told = (await Promise.all([...open.values()].map(ask))).flat()
    const second = await examine(source, { ...examining, revocation: watched })
    return { ...second, findings: [...second.findings, ...told] }
  }
}
