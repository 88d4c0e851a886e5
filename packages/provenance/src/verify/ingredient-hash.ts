/** Whether an ingredient's manifest is the one that was taken in (C2PA 15.11.3.3.1 and 15.11.3.3.2). */
import type { Claim, Reference } from './claim.ts'
import { digestOf, type Hashes } from './hashes.ts'
import type { Ingredient } from './ingredient.ts'
import type { Manifest } from './store.ts'

export interface HashContext {
  readonly hashes: Hashes
  /** Parts of the manifest were taken out since, so that only its signature can still be compared. */
  readonly withheld: boolean
  /** The claim that refers to it. */
  readonly claim: Claim | undefined
}

/** The status code of the comparison. */
export function referenceStatus(
  { manifest, signature, early }: Ingredient,
  target: Manifest,
  { hashes, withheld, claim }: HashContext,
): string {
  const holds = (bytes: Uint8Array | undefined, reference: Reference | undefined) => {
    const digest = digestOf(reference?.algorithm ?? claim?.algorithm)
    return !!bytes && !!reference && !!digest && hashes.matches(bytes, digest, reference.hash)
  }
  const claimed = early ? target.claims[0]?.contents[0]?.data : undefined
  if (holds(target.node.body, manifest) || holds(claimed, manifest)) return 'ingredient.manifest.validated'
  if (!withheld) return 'ingredient.manifest.mismatch'
  return holds(target.signatures[0]?.body, signature)
    ? 'ingredient.claimSignature.validated'
    : 'ingredient.claimSignature.mismatch'
}
