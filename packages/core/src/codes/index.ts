/** Every code there is. A code is `layer.subject.outcome`; the words belong to it and to nothing else. */
import { assetCodes } from './asset.ts'
import { authorityCodes } from './authority.ts'
import type { Entry } from './entry.ts'
import { evidenceCodes } from './evidence.ts'
import { faultCodes } from './faults.ts'
import { fileCodes } from './files.ts'
import { labelCodes } from './label.ts'
import { manifestCodes } from './manifest.ts'
import { manifestContentCodes } from './manifest-content.ts'
import { manifestIdentityCodes } from './manifest-identity.ts'
import { manifestLiveCodes } from './manifest-live.ts'
import { manifestSignatureCodes } from './manifest-signature.ts'
import { metadataCodes } from './metadata.ts'
import { revocationCodes } from './revocation.ts'
import { securityCodes } from './security.ts'
import { servingCodes } from './serving.ts'
import { sidecarCodes } from './sidecar.ts'
import { signingCodes } from './signing.ts'
import { soundCodes } from './sound.ts'
import { statementCodes } from './statement.ts'
import { timestampCodes } from './timestamp.ts'
import { trustCodes } from './trust.ts'
import { updateCodes } from './update.ts'
import { usageCodes } from './usage.ts'
import { verdictCodes } from './verdict.ts'
import { videoCodes } from './video.ts'
import { visibleCodes } from './visible.ts'

const table = {
  ...assetCodes,
  ...authorityCodes,
  ...servingCodes,
  ...visibleCodes,
  ...labelCodes,
  ...videoCodes,
  ...soundCodes,
  ...metadataCodes,
  ...evidenceCodes,
  ...manifestContentCodes,
  ...manifestIdentityCodes,
  ...manifestLiveCodes,
  ...manifestSignatureCodes,
  ...manifestCodes,
  ...revocationCodes,
  ...securityCodes,
  ...sidecarCodes,
  ...fileCodes,
  ...faultCodes,
  ...signingCodes,
  ...statementCodes,
  ...timestampCodes,
  ...trustCodes,
  ...updateCodes,
  ...usageCodes,
  ...verdictCodes,
} as const

/** A code: `layer.subject.outcome`. */
export type Code = keyof typeof table
/** The table: level and words of every code. */
export const codes: Readonly<Record<Code, Entry>> = table
