/** Running an authority. Apart from the rest, because it makes certificates and loads what that takes. */

export { type RevocationReason, revocationReasons } from '@yinji/core'
export { contentKeyKinds } from '@yinji/provenance/certificates'
export {
  type Answer,
  type Answerer,
  type Question,
  type ServeOptions,
  type Server,
  serve,
} from '../serve/http.ts'
export { createOcspServer, ocspAnswerer } from '../serve/ocsp.ts'
export {
  createTimestampServer,
  loadTimestampAuthority,
  openTimestampAuthority,
  type TimestampFiles,
  type TimestampPaths,
  timestampAnswerer,
} from '../serve/timestamp.ts'
export type { RevocationList } from './answers.ts'
export { type Authority, type NewCertificate, type NewRevocation, openAuthority } from './authority.ts'
export type { IssuedCertificate } from './certify.ts'
export {
  type Enrolment,
  type Installed,
  installCertificates,
  type Requests,
  requestCertificates,
} from './enrol.ts'
export { type CertificateFacts, factsIn, factsOfDer } from './facts.ts'
export { foundAuthority, type NewAuthority } from './found.ts'
export { requestedIn, serialIn } from './read.ts'
export type { NewRegister } from './register.ts'
export type { Family, Issued, Issuing, Revocation } from './state.ts'
export type { Passphrase } from './vault.ts'
