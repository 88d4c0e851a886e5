/** What may be given as stores of trust anchors (C2PA 14.4): PEM, a trust list of the C2PA, or a store made by hand. */
import { type Problem, UsageError } from '@yinji/core'
import type { TrustAnchors } from './anchors.ts'
import { type C2paTrustList, readC2paTrustList } from './c2pa-trust-list.ts'

/** @throws UsageError when a list can’t be read, or is of those who vouch for something else: who tells the time may not sign. */
export function storesOf(
  given: readonly (string | TrustAnchors)[],
  purpose: C2paTrustList['purpose'] | 'identity',
): readonly TrustAnchors[] {
  if (!Array.isArray(given)) throw unusable('the anchors are no list')
  return given.flatMap((one: string | TrustAnchors) => {
    const { certificates } = typeof one === 'string' ? { certificates: one } : one
    if (typeof certificates !== 'string') throw unusable('an anchor is text: PEM, not bytes')
    if (typeof one !== 'string') return one
    if (!one.trimStart().startsWith('{')) return { certificates: one }
    const list = readC2paTrustList(one)
    if (list.purpose === purpose) return list.anchors
    throw unusable(`a list of anchors for ${list.purpose}`)
  })
}

const unusable = (problem: Problem) => new UsageError('usage.trust.invalid', { problem })
