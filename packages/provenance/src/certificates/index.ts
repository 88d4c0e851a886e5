/** Making certificates and what belongs to them: for those who run an authority, apart from what everybody needs. */

export { leafProblem, stampProblem } from '../trust/profile.ts'
export { backdated, lifetimes } from './authority.ts'
export { type CrlContent, type RevokedCertificate, signCrl } from './crl.ts'
export {
  type CertificateRequest,
  type CertifiedKey,
  type Issuer,
  issueCertificate,
  newSerial,
  type Profile,
} from './issue.ts'
export {
  type CertificateKey,
  contentKeyKinds,
  generatePrivateKey,
  type KeyKind,
  keyKinds,
  openCertificateKey,
} from './key.ts'
export type { Subject } from './name.ts'
export { answerOcsp, type OcspOptions, type OcspResponder, type OcspStatus, refuseOcsp } from './ocsp.ts'
export { kindOf, type ReadRequest, readRequest, requestCertificate } from './request.ts'
export { sealPrivateKey } from './sealed.ts'
export { answerTimeStamp, refuseTimeStamp, type TimeStampAuthority } from './timestamp.ts'
