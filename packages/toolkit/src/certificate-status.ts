/**
 * Brings answers of authorities for signatures that have none (C2PA 18.19): for those who sign where nobody can be asked. Asked
 * are authorities that are trusted, about signatures that hold, and nobody else: a file makes no machine call at an address.
 */
import { problem } from '@yinji/core'
import {
  createRevocation,
  type NewAssertion,
  type Revocation,
  type RevocationQuestion,
} from '@yinji/provenance'
import { type AskForAnswer, stapleFailed } from './staple.ts'

/** A `Revocation` that notes what a validation asks it. */
export function noting(revocation: Revocation = createRevocation()): {
  readonly revocation: Revocation
  readonly questions: readonly RevocationQuestion[]
} {
  const questions: RevocationQuestion[] = []
  const mode = revocation.mode === 'off' ? 'soft' : revocation.mode // whoever asks nobody asks here
  const statusOf = (question: RevocationQuestion) => {
    questions.push(question)
    return revocation.statusOf(question)
  }
  return { revocation: { ...revocation, mode, statusOf }, questions }
}

/**
 * The assertion with an answer about each certificate that names a responder and about which the file alone has none that says
 * it is good; undefined when there is no such certificate.
 * @throws SignError when there is nobody to ask, and when an answer can’t be had or is not the right one, as `withStaples`.
 */
export async function certificateStatus(
  questions: readonly RevocationQuestion[],
  ask: AskForAnswer,
  now: Date,
): Promise<NewAssertion | undefined> {
  const answered = questions.filter(({ certificate }) => certificate.extensions.ocspUrls.length > 0)
  if (answered.length === 0) throw stapleFailed(problem('no trusted certificate says where to ask about it'))
  const known = createRevocation()
  const open = new Map(
    answered
      .filter((question) => known.statusOf(question).status !== 'good')
      .map((question) => [question.certificate.fingerprint, question]),
  )
  const ocspVals = await Promise.all([...open.values()].map((question) => ask(question, now)))
  return ocspVals.length > 0 ? { label: 'c2pa.certificate-status', content: { ocspVals } } : undefined
}
