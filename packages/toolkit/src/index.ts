export {
  type Code,
  codes,
  describe,
  type Finding,
  InputError,
  InternalError,
  type Involvement,
  inChinese,
  involvements,
  isCode,
  type Language,
  type Layer,
  type Level,
  type MediaHandler,
  type Moment,
  moments,
  type Position,
  type ProvenanceRecord,
  positions,
  problem,
  type Report,
  reportJsonSchema,
  reportSchema,
  SignError,
  ToolError,
  UsageError,
  type Verdict,
  type VisibleLabel,
  verdicts,
  type Wording,
  wordings,
  YinjiError,
} from '@yinji/core'
export { defaultHandlers, type StyleName, styles } from '@yinji/media'
export {
  type AiDisclosure,
  type C2paTrustList,
  type CrJson,
  checkStatements,
  checkUpdateStatements,
  createSigner,
  type IngredientUse,
  identityRoles,
  type LabelSigner,
  type NamedActor,
  type NamedIngredient,
  type NewAction,
  type NewAssertion,
  oversightLevels,
  type PieceOutcome,
  pieceOutcomes,
  type Redaction,
  type Region,
  type Revocation,
  type RevocationMode,
  readC2paTrustList,
  redactionReasons,
  type Signer,
  type SoftBinding,
  type StampDigest,
  type Statements,
  type StoreBox,
  statementsFromJson,
  type TrainingEntry,
  type TrainingMining,
  type TrainingUse,
  type TrustAnchors,
  trainingUses,
  type UpdateAction,
  type UpdateActionName,
  type UpdateStatements,
  updateActions,
  type ValidatedManifest,
} from '@yinji/provenance'
export { loadCertificates } from './certificate-files.ts'
export { type Check, type DoctorOptions, doctor } from './doctor.ts'
export { createIdentity, type Identity, loadIdentity, type NewIdentity } from './identity.ts'
export { labelText, type TextLabel } from './label-text.ts'
export type { LiveOptions, LiveVideo } from './live.ts'
export type { OnlineOptions } from './online.ts'
export { writeNew } from './replace-file.ts'
export { keepRevocation, loadRevocation, type RevocationFiles } from './revocation-files.ts'
export type { SignerAccess } from './signer-source.ts'
export { type StapleOptions, withStaples } from './staple.ts'
export { createToolkit } from './toolkit.ts'
export type { TrustAddition, TrustImport } from './trust-change.ts'
export { keyFingerprint } from './trust-entries.ts'
export {
  addTrust,
  exportTrust,
  importTrust,
  listKey,
  listOrigins,
  loadTrustStore,
  removeTrust,
  type TrustExport,
} from './trust-store.ts'
export { type TrustPurpose, type TrustRow, type TrustStore, usageName } from './trust-view.ts'
export type {
  Format,
  IngredientInput,
  Input,
  LabelOptions,
  LabelRecord,
  Progress,
  Receipt,
  Toolkit,
  ToolkitOptions,
  Written,
} from './types.ts'
export type { UpdateOptions, UpdateReceipt, UpdateStatement } from './update-types.ts'
export type { Inspection, RemoteOptions, SidecarInput, VerifyOptions } from './verify-types.ts'
export { version } from './version.ts'
export type { RangeSource, RangeWatcher, WatchedPiece, Watcher, WatchOptions } from './watch-types.ts'
