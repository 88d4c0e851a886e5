export * from './authority.ts'
export {
  type Layout,
  type ManifestContent,
  type ManifestDraft,
  type NewAssertion,
  type Parent,
  type Sealer,
  type SignedUpdate,
  type Status,
  type UpdateAction,
  type UpdateActionName,
  type UpdateContent,
  updateActions,
} from './draft.ts'
export { type DraftOptions, draftManifest } from './sign/draft.ts'
export { signUpdate } from './sign/update.ts'
export * from './signer.ts'
export { createTrust, type Trust, type TrustOptions } from './trust.ts'
export type { ActiveManifest, SignedRecord, Validation } from './validation.ts'
export { type ValidateOptions, validateManifest } from './verify/validate.ts'
