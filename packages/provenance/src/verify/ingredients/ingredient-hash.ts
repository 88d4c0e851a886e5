/** Whether an ingredient's manifest is the one that was taken in (C2PA 15.11.3.3.1 and 15.11.3.3.2). */
import type { Claim, Reference } from '../claim.ts'
import { digestOf, type Hashes } from '../hashes.ts'
import type { StatusCode } from '../status.ts'
import type { Manifest } from '../store.ts'
import { parseUri } from '../uri.ts'
import type { Ingredient } from './ingredient.ts'

export interface HashContext {
  readonly hashes: Hashes
  /** Parts of the manifest were taken out since, so that only its signature can still be compared. */
  readonly withheld: boolean
  /** The claim that refers to it. */
  readonly claim: Claim | undefined
}

/** The status code of the comparison. With an algorithm that can't be used nothing was compared (15.4.4). */
export function referenceStatus(ingredient: Ingredient, target: Manifest, context: HashContext): StatusCode {
  const { manifest, early } = ingredient
  const claimed = early ? target.claims[0]?.contents[0]?.data : undefined
  if ([...target.bodies, claimed].some((bytes) => holds(bytes, manifest, context)))
    return 'ingredient.manifest.validated'
  if (context.withheld) return signatureStatus(ingredient, target, context)
  return digestFor(manifest, context) ? 'ingredient.manifest.mismatch' : 'algorithm.unsupported'
}

/** The same of its signature, which no redaction changes. */
export function signatureStatus(
  { signature }: Ingredient,
  target: Manifest,
  context: Omit<HashContext, 'withheld'>,
): StatusCode {
  const { manifest: owner, path } = parseUri(signature?.url ?? '') ?? { manifest: undefined, path: [] }
  const signed = target.signatures.find(
    ({ label }) => owner === target.label && path.length === 1 && label === path[0],
  )
  if (signed === undefined) return 'ingredient.claimSignature.missing'
  if (digestFor(signature, context) === undefined) return 'algorithm.unsupported'
  return holds(signed.body, signature, context)
    ? 'ingredient.claimSignature.validated'
    : 'ingredient.claimSignature.mismatch'
}

function digestFor(reference: Reference | undefined, { claim }: Pick<HashContext, 'claim'>) {
  return digestOf(reference?.algorithm ?? claim?.algorithm)
}

function holds(
  bytes: Uint8Array | undefined,
  reference: Reference | undefined,
  context: Omit<HashContext, 'withheld'>,
): boolean {
  const digest = digestFor(reference, context)
  return !!bytes && !!reference && !!digest && context.hashes.matches(bytes, digest, reference.hash)
}
