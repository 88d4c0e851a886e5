export {
  type Code,
  codes,
  describe,
  type Finding,
  InputError,
  InternalError,
  type Involvement,
  involvements,
  isCode,
  type Language,
  type Layer,
  type Level,
  type MediaHandler,
  type Position,
  type ProvenanceRecord,
  positions,
  type Report,
  reportJsonSchema,
  reportSchema,
  SignError,
  ToolError,
  UsageError,
  type Verdict,
  type VisibleLabel,
  verdicts,
  YinjiError,
} from '@yinji/core'
export { defaultHandlers } from '@yinji/media'
export {
  createSigner,
  type NewAssertion,
  type Signer,
  type UpdateAction,
  type UpdateActionName,
  updateActions,
} from '@yinji/provenance'
export { type DoctorOptions, doctor } from './doctor.ts'
export { createIdentity, type Identity, loadIdentity, type NewIdentity } from './identity.ts'
export { createToolkit } from './toolkit.ts'
export type {
  Check,
  Format,
  Input,
  Inspection,
  LabelOptions,
  LabelRecord,
  Progress,
  Receipt,
  SidecarInput,
  Toolkit,
  ToolkitOptions,
  UpdateOptions,
  UpdateReceipt,
  UpdateStatement,
  VerifyOptions,
  Written,
} from './types.ts'
export { version } from './version.ts'
