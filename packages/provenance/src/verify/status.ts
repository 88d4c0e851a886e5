/** The status codes of C2PA 15.2.2, and those new in 2.5, that this validator gives, by what they mean for the manifest. */
import { type IdentityStatus, identityStatuses } from './identity/status.ts'

const success = [
  'assertion.alternativeContentRepresentation.match',
  'assertion.bmffHash.match',
  'assertion.boxesHash.match',
  'assertion.collectionHash.match',
  'assertion.dataHash.match',
  'assertion.hashedURI.match',
  'assertion.multiAssetHash.match',
  'claimSignature.insideValidity',
  'claimSignature.validated',
  'ingredient.claimSignature.validated',
  'ingredient.manifest.validated',
  'signingCredential.ocsp.notRevoked',
  'signingCredential.trusted',
  'timeStamp.trusted',
  'timeStamp.validated',
] as const

const informational = [
  'assertion.action.ingredientLocationMismatch',
  'assertion.bmffHash.additionalExclusionsPresent',
  'assertion.boxesHash.additionalExclusionsPresent',
  'assertion.dataHash.additionalExclusionsPresent',
  'assertion.redacted',
  'ingredient.unknownProvenance',
  'signingCredential.ocsp.inaccessible',
  'signingCredential.ocsp.skipped',
  'signingCredential.ocsp.unknown',
  'timeOfSigning.insideValidity',
  'timeOfSigning.outsideValidity',
  'timeStamp.credentialInvalid',
  'timeStamp.malformed',
  'timeStamp.mismatch',
  'timeStamp.outsideValidity',
  'timeStamp.untrusted',
] as const

const failure = [
  'algorithm.unsupported',
  'assertion.action.ingredientMismatch',
  'assertion.action.malformed',
  'assertion.action.redacted',
  'assertion.action.redactionMismatch',
  'assertion.action.softBindingMissing',
  'assertion.alternativeContentRepresentation.hashMismatch',
  'assertion.alternativeContentRepresentation.malformed',
  'assertion.alternativeContentRepresentation.missing',
  'assertion.bmffHash.malformed',
  'assertion.bmffHash.mismatch',
  'assertion.boxesHash.malformed',
  'assertion.boxesHash.mismatch',
  'assertion.boxesHash.unknownBox',
  'assertion.cbor.invalid',
  'assertion.cloud-data.actions',
  'assertion.cloud-data.hardBinding',
  'assertion.cloud-data.malformed',
  'assertion.collectionHash.incorrectFileCount',
  'assertion.collectionHash.invalidURI',
  'assertion.collectionHash.malformed',
  'assertion.collectionHash.mismatch',
  'assertion.dataHash.malformed',
  'assertion.dataHash.mismatch',
  'assertion.external-reference.malformed',
  'assertion.hardBinding.redacted',
  'assertion.hashedURI.mismatch',
  'assertion.ingredient.malformed',
  'assertion.json.invalid',
  'assertion.missing',
  'assertion.multiAssetHash.malformed',
  'assertion.multiAssetHash.mismatch',
  'assertion.multiAssetHash.missingPart',
  'assertion.multipleHardBindings',
  'assertion.notRedacted',
  'assertion.outsideManifest',
  'assertion.selfRedacted',
  'assertion.timestamp.malformed',
  'assertion.undeclared',
  'claim.actions.missing',
  'claim.cbor.invalid',
  'claim.hardBindings.missing',
  'claim.malformed',
  'claim.missing',
  'claim.multiple',
  'claimSignature.mismatch',
  'claimSignature.missing',
  'claimSignature.outsideValidity',
  'hashedURI.mismatch',
  'hashedURI.missing',
  'ingredient.claimSignature.mismatch',
  'ingredient.claimSignature.missing',
  'ingredient.manifest.mismatch',
  'ingredient.manifest.missing',
  'livevideo.assertion.invalid',
  'livevideo.continuityMethod.invalid',
  'livevideo.init.invalid',
  'livevideo.manifest.invalid',
  'livevideo.segment.invalid',
  'livevideo.sessionkey.invalid',
  'manifest.compressed.invalid',
  'manifest.inaccessible.malformed',
  'manifest.multipleParents',
  'manifest.update.invalid',
  'manifest.update.wrongParents',
  'signingCredential.expired', // no code of the standard, but what other validators say beside claimSignature.outsideValidity
  'signingCredential.invalid',
  'signingCredential.ocsp.revoked',
  'signingCredential.untrusted',
] as const

export type StatusCode =
  | (typeof success)[number]
  | (typeof informational)[number]
  | (typeof failure)[number]
  | IdentityStatus

export const statusCodes = { success, informational, failure }

export type Outcome = keyof typeof statusCodes

const outcomes: ReadonlyMap<string, Outcome> = new Map([
  ...outcomesIn(statusCodes),
  ...outcomesIn(identityStatuses),
])

function outcomesIn(codes: Readonly<Record<Outcome, readonly string[]>>): [string, Outcome][] {
  return (Object.keys(codes) as Outcome[]).flatMap((outcome) =>
    codes[outcome].map((code): [string, Outcome] => [code, outcome]),
  )
}

/** Where a status belongs; of those that others recorded and nobody here gives, as the standard lists them. */
export function outcomeOf(status: string): Outcome {
  const known = outcomes.get(status)
  if (known !== undefined) return known
  if (/\.(?:match|validated|accessible)$/.test(status)) return 'success'
  return informationalElsewhere.test(status) ? 'informational' : 'failure'
}

const informationalElsewhere =
  /^(?:algorithm\.deprecated|assertion\.linkedResourceIntegrity\.(?:formatMismatch|hashMismatch|inaccessible|sizeMismatch|skipped)|time(?:Stamp|OfSigning)\..+)$/
