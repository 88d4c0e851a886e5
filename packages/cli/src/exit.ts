/** Exit codes, and which one stands for a batch. */
import type { Verdict } from '@yinji/toolkit'

export const exits = { ok: 0, invalid: 1, usage: 2, unlabeled: 3, failed: 4, bug: 70 } as const
export type Exit = (typeof exits)[keyof typeof exits]

/** What a batch is called by: the gravest of its inputs. */
const gravity: readonly Exit[] = [
  exits.ok,
  exits.unlabeled,
  exits.failed,
  exits.invalid,
  exits.usage,
  exits.bug,
]

export function gravest(a: Exit, b: Exit): Exit {
  return gravity.indexOf(a) > gravity.indexOf(b) ? a : b
}

export const requirements = ['trusted', 'valid', 'labeled'] as const
export type Requirement = (typeof requirements)[number]

/** The exit code of one verified file, given the least that will do. */
export function exitOf(verdict: Verdict, least: Requirement): Exit {
  if (verdict === 'invalid') return exits.invalid
  if (verdict === 'unchecked') return exits.failed
  if (verdict === 'unlabeled') return exits.unlabeled
  return requirements.indexOf(verdict) <= requirements.indexOf(least) ? exits.ok : exits.invalid
}
