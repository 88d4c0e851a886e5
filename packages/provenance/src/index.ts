/** C2PA manifests, signed and validated; the README says clause by clause what is where. */

// Signing: a draft of known size, a signer, and updates of what is signed already.

export { assertionsOf, checkStatements, checkUpdateStatements } from './sign/check-statements.ts'
export { hashSegment } from './sign/content/bmff-hash.ts'
export type { AiDisclosure } from './sign/disclosure.ts'
export { type DraftOptions, draftManifest } from './sign/draft.ts'
export {
  type Apart,
  type Asset,
  type AssetContent,
  type EmbedOptions,
  embedManifest,
  signApart,
} from './sign/embed.ts'
export { statementsFromJson } from './sign/from-json.ts'
export { identityRoles, type NamedActor } from './sign/identity/named-actor.ts'
export { lateStamps } from './sign/late-stamps.ts'
export { createSession, type SegmentName, type Session, type SessionOptions } from './sign/live/session.ts'
export type {
  IngredientContent,
  IngredientUse,
  Layout,
  ManifestContent,
  ManifestDraft,
  NewAction,
  NewAssertion,
  Parent,
  Redaction,
  Sealer,
  SignedUpdate,
  Statements,
  Thumbnail,
  UpdateAction,
  UpdateContent,
  UpdateStatements,
} from './sign/manifest.ts'
export { bindSplice, type OutlineOptions, outlineOf } from './sign/outline.ts'
export type {
  Region,
  RegionPoint,
  RegionRange,
  RegionSelector,
  RegionShape,
  RegionText,
  RegionTime,
} from './sign/regions.ts'
export { renewedStamps } from './sign/renewals.ts'
export type { SoftBinding, SoftBindingBlock } from './sign/soft-bindings.ts'
export {
  type TrainingEntry,
  type TrainingMining,
  type TrainingUse,
  trainingEntries,
  trainingUses,
} from './sign/training.ts'
export { signUpdate } from './sign/update.ts'
export { type CommandKey, createCommandSigner } from './signers/command.ts'
export { createExternalSigner, type ExternalKey } from './signers/external.ts'
export { createHttpSigner, type HttpKey } from './signers/http.ts'
export { createSigner, type SignerFiles } from './signers/key.ts'
export { createPkcs12Signer, type Pkcs12File } from './signers/pkcs12.ts'
export * from './signers/signer.ts'
// Time stamps of signatures.
export { type Batch, batched } from './timestamp/batch.ts'
export { createTimeStamper, type TimeStampService, withTimeStamps } from './timestamp/timestamper.ts'
export * from './vocabulary.ts'

// Validating: a store and its content, held against whom to believe.

export { encodeOcspRequest } from './revocation/ask.ts'
export { type Crl, readCrl } from './revocation/crl.ts'
export { readOcsp } from './revocation/ocsp.ts'
export {
  createRevocation,
  outlives,
  type Revocation,
  type RevocationDoubt,
  type RevocationMode,
  type RevocationOptions,
  type RevocationQuestion,
  type RevocationRefusal,
  type RevocationStatus,
} from './revocation/revocation.ts'
export type { TrustAnchors } from './trust/anchors.ts'
export { type C2paTrustList, readC2paTrustList } from './trust/c2pa-trust-list.ts'
export { type Certificate, readCertificate } from './trust/certificate.ts'
export { createTrust, type Trust, type TrustOptions } from './trust/trust.ts'
export { type ListSigner, readTrustList, type SignedTrustList, signTrustList } from './trust/trust-list.ts'
export type {
  ActiveManifest,
  NamedIngredient,
  SignedRecord,
  StampedLabel,
  Status,
  ValidatedManifest,
  Validation,
} from './validation.ts'
export type { ByteRange, MediaPieces } from './verify/content/media-pieces.ts'
export {
  type Piece,
  type PieceOutcome,
  type PieceWatch,
  pieceOutcomes,
} from './verify/content/piece-ledger.ts'
export { type ValidateOptions, validateManifest } from './verify/validate.ts'

// Showing a store to people and to other tools.

export { type CrJson, type CrJsonOptions, crJsonOf } from './report/cr-json.ts'
export { dumpStore, type StoreBox, signersIn } from './report/dump.ts'

// Certificates of an authority of one’s own; `@yinji/provenance/certificates` has the rest.

export * from './certificates/authority.ts'
export { certificatesIn, pemOf } from './encoding/pem.ts'

// The security codes of Chinese labels, and SM2 under them.

export { checkSecurityData, type SecurityCheck, type SecurityStatus } from './security/check.ts'
export { algorithms as securityAlgorithms, type BindingEntry } from './security/data.ts'
export type { SecurityCode } from './security/message.ts'
export { createLabelSigner, type LabelSigner, type LabelSignerFiles } from './security/signer.ts'
export { type SecurityContext, sm2Fingerprint } from './security/vouch.ts'
export { type SecurityOptions, writeSecurityData } from './security/write.ts'
export {
  generateSm2Key,
  readSm2PrivateKey,
  readSm2PublicKey,
  type Sm2KeyForm,
  type Sm2PrivateKey,
  type Sm2PublicKey,
  sm2PrivateKey,
  writeSm2PrivateKey,
  writeSm2PublicKey,
} from './sm2/keys.ts'
export {
  defaultSignerId,
  readSm2Signature,
  type Sm2Options,
  type Sm2Signature,
  sm2Sign,
  sm2Verify,
  writeSm2Signature,
} from './sm2/signature.ts'
export { sm3 } from './sm2/sm3.ts'
