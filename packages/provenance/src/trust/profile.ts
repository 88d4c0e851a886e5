/** The certificate profile of C2PA 14.5.1: which certificates may sign content at all, whoever issued them. */
import type { Problem } from '@yinji/core'
import { digests, signatureAlgorithms, sm2Signature } from './algorithms.ts'
import type { Certificate } from './certificate.ts'

/** Extended key usages that content may be signed with, as dotted OIDs, unless others are wanted (C2PA 14.4.1). */
export const signingUsages: ReadonlySet<string> = new Set([
  '1.3.6.1.4.1.62558.2.1', // c2pa-kp-claimSigning
  '1.3.6.1.5.5.7.3.4', // id-kp-emailProtection
  '1.3.6.1.5.5.7.3.36', // id-kp-documentSigning
])

const emailProtection = '1.3.6.1.5.5.7.3.4'
const documentSigning = '1.3.6.1.5.5.7.3.36'

/** Those that identity assertions may be signed with (CAWG identity 8.2.4), the latter for a while. */
export const identityUsages: ReadonlySet<string> = new Set([documentSigning, emailProtection])

const timeStamping = '1.3.6.1.5.5.7.3.8'

/** Purposes that exclude every other one. */
const exclusivePurposes: ReadonlyMap<string, string> = new Map([
  [timeStamping, 'timeStamping'],
  ['1.3.6.1.5.5.7.3.9', 'OCSPSigning'],
])

/** Which algorithms a path of certificates is made of: those of C2PA 13.2, or SM2 throughout. */
export type Family = 'c2pa' | 'sm2'

export function familyOf({ sm2Key }: Certificate): Family {
  return sm2Key ? 'sm2' : 'c2pa'
}

/** Bits of KeyUsage (RFC 5280 4.2.1.3). */
const digitalSignature = 0
const nonRepudiation = 1
const keyCertSign = 5

/**
 * What keeps this certificate from signing content; undefined when nothing does.
 * @param usages dotted OIDs of extended key usages, of which it needs one. Default: those that the standard names.
 */
export function leafProblem(
  certificate: Certificate,
  family: Family = 'c2pa',
  usages: ReadonlySet<string> = signingUsages,
): Problem | undefined {
  const { basicConstraints, keyUsage, authorityKeyIdentifier } = certificate.extensions
  if (basicConstraints?.ca) return 'it is a CA certificate'
  if (certificate.subject.key === certificate.issuer.key) return 'it is self-signed'
  if (keyUsage === undefined) return 'keyUsage is missing'
  if (!keyUsage.has(digitalSignature)) return 'keyUsage lacks digitalSignature'
  if (keyUsage.has(keyCertSign)) return 'keyUsage has keyCertSign'
  if (!authorityKeyIdentifier) return 'authorityKeyIdentifier is missing'
  return usageProblem(certificate, usages) ?? generalProblem(certificate, family)
}

/** What keeps this certificate from stamping times (RFC 3161 2.3, C2PA 14.5.1); undefined when nothing does. */
export function stampProblem(certificate: Certificate, family: Family = 'c2pa'): Problem | undefined {
  const { basicConstraints, keyUsage, extendedKeyUsage, extendedKeyUsageCritical } = certificate.extensions
  if (basicConstraints?.ca) return 'the authority’s certificate is a CA certificate'
  if (keyUsage && !keyUsage.has(digitalSignature) && !keyUsage.has(nonRepudiation))
    return 'the authority’s keyUsage lacks digitalSignature'
  const [purpose, ...others] = extendedKeyUsage ?? []
  if (purpose !== timeStamping || others.length > 0)
    return 'the authority’s certificate is not for time stamps alone'
  if (!extendedKeyUsageCritical) return 'the authority’s extendedKeyUsage is not critical'
  return generalProblem(certificate, family)
}

/** The last moment at which a certificate for e-mail names who signs an identity assertion (CAWG identity 8.2.4.1). */
const emailUntil = new Date('2027-03-31T23:59:59Z')
/** S/MIME certificates whose issuer verified more than a mailbox: organization, sponsor, individual; multipurpose, strict. */
const verifiedSubject = /^2\.23\.140\.1\.5\.[234]\.[23]$/

/** What keeps this certificate from naming who signs an identity assertion at this time; undefined when nothing does. */
export function identityProblem(certificate: Certificate, at: Date): Problem | undefined {
  const { extendedKeyUsage = [], policies } = certificate.extensions
  const problem = leafProblem(certificate, 'c2pa', identityUsages)
  if (problem !== undefined || extendedKeyUsage.includes(documentSigning)) return problem
  if (!policies.some((policy) => verifiedSubject.test(policy)))
    return 'a certificate for e-mail, whose issuer does not say that it verified more than the mailbox'
  return at > emailUntil ? 'a certificate for e-mail, after March 2027' : undefined
}

/** What keeps this certificate from having issued another one; `below` counts the CA certificates in between. */
export function issuerProblem(
  certificate: Certificate,
  below: number,
  family: Family = 'c2pa',
): Problem | undefined {
  const { basicConstraints, keyUsage } = certificate.extensions
  if (!basicConstraints?.ca) return 'the issuer is no CA'
  if (!keyUsage?.has(keyCertSign)) return 'the issuer lacks keyCertSign'
  if (basicConstraints.pathLength !== undefined && below > basicConstraints.pathLength)
    return 'the path is longer than the issuer allows'
  return generalProblem(certificate, family)
}

function usageProblem(
  { extensions: { extendedKeyUsage } }: Certificate,
  usages: ReadonlySet<string>,
): Problem | undefined {
  if (!extendedKeyUsage?.length) return 'extendedKeyUsage is missing'
  if (extendedKeyUsage.includes('2.5.29.37.0')) return 'extendedKeyUsage has anyExtendedKeyUsage'
  const exclusive = extendedKeyUsage.find((oid) => exclusivePurposes.has(oid))
  if (exclusive) return `extendedKeyUsage is ${exclusivePurposes.get(exclusive)}`
  if (!extendedKeyUsage.some((oid) => usages.has(oid)))
    return `extendedKeyUsage has no purpose that signs content (${extendedKeyUsage.slice(0, 3).join(', ')})`
  return undefined
}

/** What holds for every certificate of a path, the anchor excepted. */
function generalProblem(certificate: Certificate, family: Family): Problem | undefined {
  if (certificate.version !== 3) return 'it is not version 3'
  if (certificate.uniqueIds) return 'it has a unique identifier'
  if (certificate.extensions.unknownCritical.length > 0)
    return `it has an unknown critical extension (${certificate.extensions.unknownCritical[0]})`
  return family === 'sm2'
    ? sm2Problem(certificate)
    : (algorithmProblem(certificate) ?? keyProblem(certificate))
}

function sm2Problem({ signatureAlgorithm, sm2Key }: Certificate): Problem | undefined {
  if (signatureAlgorithm !== sm2Signature) return `its signature algorithm is not SM2 (${signatureAlgorithm})`
  return sm2Key ? undefined : 'its key is not on the curve of SM2'
}

function algorithmProblem({ signatureAlgorithm, pssDigests }: Certificate): Problem | undefined {
  if (signatureAlgorithms.has(signatureAlgorithm)) return undefined
  const [hash, mask] = pssDigests ?? []
  if (hash !== undefined && hash === mask && digests.has(hash)) return undefined
  return `its signature algorithm is not allowed (${signatureAlgorithm})`
}

function keyProblem({ publicKey, namedCurve }: Certificate): Problem | undefined {
  const { modulusLength = 0, namedCurve: curve = '' } = publicKey.asymmetricKeyDetails ?? {}
  switch (publicKey.asymmetricKeyType) {
    case 'ec':
      return namedCurve && ['prime256v1', 'secp384r1', 'secp521r1'].includes(curve)
        ? undefined
        : 'its curve is not allowed'
    case 'rsa':
    case 'rsa-pss':
      return modulusLength >= 2048 ? undefined : `its RSA key is too short (${modulusLength} bits)`
    case 'ed25519':
      return undefined
    default:
      return `its key type is not allowed (${publicKey.asymmetricKeyType})`
  }
}
