/** Running an authority. Apart from the rest, because it makes certificates and loads what that takes. */
export {
  type Authority,
  type IssuedCertificate,
  type NewCertificate,
  type NewRevocation,
  openAuthority,
  type RevocationReason,
  revocationReasons,
} from './authority.ts'
export { foundAuthority, type NewAuthority } from './found.ts'
export { requestedIn, serialIn } from './read.ts'
export type { Family, Issued, Issuing, Revocation } from './state.ts'
export type { Passphrase } from './vault.ts'
