/**
 * X.509 certificates (RFC 5280 4.1) as the validator needs them: names, validity, key, extensions.
 * The same signer comes a million times, so what was read is remembered by the SHA-256 of its bytes.
 */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { limits } from '@yinji/core'
import {
  childrenOf,
  DerError,
  type DerNode,
  expectTag,
  readBitBytes,
  readBits,
  readBoolean,
  readDer,
  readOid,
  readSmallInteger,
  readText,
  readTime,
  tags,
} from '../encoding/der.ts'
import { readSm2PublicKey, type Sm2PublicKey } from '../sm2/keys.ts'
import { type DistinguishedName, readName } from './name.ts'
import {
  type GeneralName,
  type NameConstraints,
  readDirectoryName,
  readGeneralName,
  readNameConstraints,
} from './name-constraints.ts'

/** A certificate as the validator reads it. */
export interface Certificate {
  readonly der: Uint8Array
  /** SHA-256 of `der`, hex. */
  readonly fingerprint: string
  /** 1 to 3. */
  readonly version: number
  /** Hex. */
  readonly serial: string
  readonly subject: DistinguishedName
  readonly issuer: DistinguishedName
  readonly notBefore: Date
  readonly notAfter: Date
  /** OID of the algorithm the issuer signed with. */
  readonly signatureAlgorithm: string
  /** Digest OIDs of RSASSA-PSS parameters, `[hash, mask generation]`; undefined for other algorithms. */
  readonly pssDigests: readonly [string, string] | undefined
  /** For an SM2 key only what node:crypto makes of it: see `sm2Key`. */
  readonly publicKey: KeyObject
  /** The key, when it is one of SM2: node:crypto reads those, but can’t verify with them. */
  readonly sm2Key: Sm2PublicKey | undefined
  /** What the issuer signed, and the signature. */
  readonly signed: Uint8Array
  readonly signature: Uint8Array
  /** Whether an EC key names its curve; explicit parameters have been used to forge chains. */
  readonly namedCurve: boolean
  /** issuerUniqueID or subjectUniqueID is there. */
  readonly uniqueIds: boolean
  readonly extensions: Extensions
}

export interface Extensions {
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength: number | undefined } | undefined
  /** Bits of KeyUsage (RFC 5280 4.2.1.3): 0 digitalSignature, 5 keyCertSign. */
  readonly keyUsage: ReadonlySet<number> | undefined
  /** OIDs of ExtendedKeyUsage. */
  readonly extendedKeyUsage: readonly string[] | undefined
  readonly extendedKeyUsageCritical: boolean
  readonly authorityKeyIdentifier: boolean
  readonly subjectKeyIdentifier: boolean
  /** Subject and alternative names, for comparison with name constraints; undefined when they can't be read. */
  readonly names: readonly GeneralName[] | undefined
  /** What may be named in certificates below this one; `unreadable` when that can’t be told. */
  readonly nameConstraints: NameConstraints | 'unreadable' | undefined
  /** Where the issuer says that one can ask whether it was revoked (RFC 5280 4.2.2.1). */
  readonly ocspUrls: readonly string[]
  /** Where the issuer says that its list of revoked certificates lies (RFC 5280 4.2.1.13). */
  readonly crlUrls: readonly string[]
  /** OIDs of critical extensions this reader does not understand: such a certificate must not be used. */
  readonly unknownCritical: readonly string[]
}

/** Certificates of one signer's chain come again and again; of a million signers, the last thousand do. */
const remembered = 1000
const cache = new Map<string, Certificate | undefined>()

/** The certificate in these bytes; undefined when they hold none. Never throws. */
export function readCertificate(der: Uint8Array): Certificate | undefined {
  if (der.byteLength > limits.certificateBytes) return undefined
  const fingerprint = createHash('sha256').update(der).digest('hex')
  if (cache.has(fingerprint)) return cache.get(fingerprint)
  let certificate: Certificate | undefined
  try {
    certificate = parse(Uint8Array.from(der), fingerprint)
  } catch {
    certificate = undefined // hostile or broken: whoever asked reports it
  }
  for (const oldest of cache.keys()) {
    if (cache.size < remembered) break
    cache.delete(oldest)
  }
  cache.set(fingerprint, certificate)
  return certificate
}

function parse(der: Uint8Array, fingerprint: string): Certificate {
  const [tbs, algorithm, signature, ...rest] = childrenOf(readDer(der, tags.sequence))
  if (rest.length > 0) throw new DerError('too many members')
  const signatureBytes = readBitBytes(signature)
  const [first, ...others] = childrenOf(expectTag(tbs, tags.sequence))
  const explicit = first?.tag === 0xa0 ? first : undefined
  const fields = explicit || !first ? others : [first, ...others]
  const [serial, inner, issuer, validity, subject, spki, ...optional] = fields
  const outer = expectTag(algorithm, tags.sequence)
  if (Buffer.compare(expectTag(inner, tags.sequence).bytes, outer.bytes) !== 0)
    throw new DerError('two signature algorithms')
  const [notBefore, notAfter] = childrenOf(expectTag(validity, tags.sequence))
  const key = expectTag(spki, tags.sequence)
  return {
    der,
    fingerprint,
    version: explicit ? readSmallInteger(childrenOf(explicit)[0]) + 1 : 1,
    serial: Buffer.from(expectTag(serial, tags.integer).value).toString('hex'),
    subject: readName(expectTag(subject, tags.sequence)),
    issuer: readName(expectTag(issuer, tags.sequence)),
    notBefore: readTime(notBefore),
    notAfter: readTime(notAfter),
    signatureAlgorithm: readOid(childrenOf(outer)[0]),
    pssDigests: readPssDigests(outer),
    sm2Key: readSm2PublicKey(key.bytes)?.key,
    signed: expectTag(tbs, tags.sequence).bytes,
    signature: signatureBytes,
    publicKey: createPublicKey({ key: Buffer.from(key.bytes), format: 'der', type: 'spki' }),
    namedCurve: childrenOf(expectTag(childrenOf(key)[0], tags.sequence))[1]?.tag === tags.oid,
    uniqueIds: optional.some(({ tag }) => tag === 0x81 || tag === 0x82 || tag === 0xa1 || tag === 0xa2),
    extensions: readExtensions(
      optional.find(({ tag }) => tag === 0xa3),
      subject,
    ),
  }
}

/** RSASSA-PSS-params (RFC 8017 A.2.3): `[0]` hash, `[1]` mask generation function with its hash. */
export function readPssDigests(algorithm: DerNode): readonly [string, string] | undefined {
  const [oid, parameters] = childrenOf(algorithm)
  if (readOid(oid) !== '1.2.840.113549.1.1.10' || parameters?.tag !== tags.sequence) return undefined
  const member = (tag: number) => {
    const node = childrenOf(parameters).find((child) => child.tag === tag)
    return node && childrenOf(node)[0]
  }
  const hash = member(0xa0)
  const mask = member(0xa1)
  const maskHash = mask && childrenOf(mask)[1]
  return hash && maskHash ? [readOid(childrenOf(hash)[0]), readOid(childrenOf(maskHash)[0])] : undefined
}

function readExtensions(node: DerNode | undefined, subject: DerNode | undefined): Extensions {
  const found = new Map<string, DerNode>()
  const criticals = new Set<string>()
  const list = node ? childrenOf(expectTag(childrenOf(node)[0], tags.sequence)) : []
  for (const extension of list) {
    const members = childrenOf(expectTag(extension, tags.sequence))
    const oid = readOid(members[0])
    const critical = members.length === 3 && members[1] !== undefined && readBoolean(members[1])
    if (found.has(oid)) throw new DerError('an extension stands twice') // RFC 5280 4.2
    found.set(oid, readDer(expectTag(members.at(-1), tags.octetString).value))
    if (critical) criticals.add(oid)
  }
  const keyUsage = found.get('2.5.29.15')
  const extended = found.get('2.5.29.37')
  const constraints = found.get('2.5.29.19')
  const names = found.get('2.5.29.30')
  return {
    basicConstraints: constraints && readBasicConstraints(constraints),
    keyUsage: keyUsage && readBits(keyUsage),
    extendedKeyUsage: extended && childrenOf(expectTag(extended, tags.sequence)).map(readOid),
    extendedKeyUsageCritical: criticals.has('2.5.29.37'),
    authorityKeyIdentifier: found.has('2.5.29.35'),
    subjectKeyIdentifier: found.has('2.5.29.14'),
    names: attempt(() => namesOf(subject, found.get('2.5.29.17'))),
    nameConstraints: names && (attempt(() => readNameConstraints(names)) ?? 'unreadable'),
    ocspUrls: addressesIn(() =>
      childrenOf(expectTag(found.get('1.3.6.1.5.5.7.1.1'), tags.sequence))
        .map(childrenOf)
        .flatMap(([type, place]) => (readOid(type) === '1.3.6.1.5.5.7.48.1' && place ? [place] : [])),
    ),
    crlUrls: addressesIn(() =>
      inside(
        inside(childrenOf(expectTag(found.get('2.5.29.31'), tags.sequence)).flatMap(childrenOf)), // fullName
      ),
    ),
    unknownCritical: [...criticals].filter((oid) => !understood.has(oid)),
  }
}

/** The members of those that are `[0]`. */
const inside = (nodes: readonly DerNode[]) => nodes.filter(({ tag }) => tag === 0xa0).flatMap(childrenOf)

/** The URIs among some general names. Only who wishes to ask needs them: what can’t be read is as if it were not there. */
function addressesIn(names: () => readonly DerNode[]): readonly string[] {
  try {
    return names().flatMap(({ tag, value }) => (tag === 0x86 ? [Buffer.from(value).toString('latin1')] : []))
  } catch {
    return []
  }
}

/** What only paths with name constraints need must not make a certificate unreadable for all others. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** An address of the subject counts as one of the alternative names (RFC 5280 4.2.1.10). */
function namesOf(subject: DerNode | undefined, alternative: DerNode | undefined): readonly GeneralName[] {
  const attributes = childrenOf(expectTag(subject, tags.sequence)).flatMap(childrenOf).map(childrenOf)
  const addresses = attributes.flatMap(([type, value]): GeneralName[] =>
    readOid(type) === '1.2.840.113549.1.9.1' ? [{ kind: 'email', text: readText(value) }] : [],
  )
  const parts = readDirectoryName(subject)
  return [
    ...(parts.length > 0 ? [{ kind: 'directory', parts } as const] : []),
    ...addresses,
    ...(alternative ? childrenOf(expectTag(alternative, tags.sequence)).map(readGeneralName) : []),
  ]
}

/** Extensions whose meaning the path validation below honours, or that cannot narrow what a certificate may do. */
const understood: ReadonlySet<string> = new Set([
  '2.5.29.14', // subject key identifier
  '2.5.29.15', // key usage
  '2.5.29.17', // subject alternative name
  '2.5.29.19', // basic constraints
  '2.5.29.30', // name constraints
  '2.5.29.32', // certificate policies: any policy is acceptable here
  '2.5.29.35', // authority key identifier
  '2.5.29.37', // extended key usage
])

function readBasicConstraints(node: DerNode) {
  const members = childrenOf(expectTag(node, tags.sequence))
  const ca = members[0]?.tag === tags.boolean && readBoolean(members[0])
  const length = members.find(({ tag }) => tag === tags.integer)
  return { ca, pathLength: length && readSmallInteger(length) }
}
