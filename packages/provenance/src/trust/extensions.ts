/** Extensions of certificates (RFC 5280 4.2) as the validator needs them. */
import {
  childrenOf,
  DerError,
  type DerNode,
  expectTag,
  readBits,
  readBoolean,
  readDer,
  readOid,
  readSmallInteger,
  readText,
  tags,
} from '../encoding/der.ts'
import { readDirectoryName } from './name.ts'
import {
  type GeneralName,
  type NameConstraints,
  readGeneralName,
  readNameConstraints,
} from './name-constraints.ts'

export interface Extensions {
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength: number | undefined } | undefined
  /** Bits of KeyUsage (RFC 5280 4.2.1.3): 0 digitalSignature, 5 keyCertSign. */
  readonly keyUsage: ReadonlySet<number> | undefined
  /** OIDs of ExtendedKeyUsage. */
  readonly extendedKeyUsage: readonly string[] | undefined
  readonly extendedKeyUsageCritical: boolean
  /** OIDs of certificate policies (RFC 5280 4.2.1.4); none where they can’t be read. */
  readonly policies: readonly string[]
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

/** Any list of extensions, by OID, and which of them are critical. @throws DerError */
export function readExtensions(node: DerNode | undefined): {
  readonly values: ReadonlyMap<string, DerNode>
  readonly critical: ReadonlySet<string>
} {
  const values = new Map<string, DerNode>()
  const critical = new Set<string>()
  for (const extension of node ? childrenOf(node) : []) {
    const members = childrenOf(expectTag(extension, tags.sequence))
    const oid = readOid(members[0])
    if (values.has(oid)) throw new DerError('an extension stands twice') // RFC 5280 4.2
    values.set(oid, readDer(expectTag(members.at(-1), tags.octetString).value))
    if (members.length === 3 && members[1] && readBoolean(members[1])) critical.add(oid)
  }
  return { values, critical }
}

/** @param node `[3]` of the certificate @param subject its name, which constraints are held against @throws DerError */
export function readCertificateExtensions(
  node: DerNode | undefined,
  subject: DerNode | undefined,
): Extensions {
  const { values: found, critical } = readExtensions(node && expectTag(childrenOf(node)[0], tags.sequence))
  const keyUsage = found.get('2.5.29.15')
  const extended = found.get('2.5.29.37')
  const constraints = found.get('2.5.29.19')
  const names = found.get('2.5.29.30')
  return {
    basicConstraints: constraints && readBasicConstraints(constraints),
    keyUsage: keyUsage && readBits(keyUsage),
    extendedKeyUsage: extended && childrenOf(expectTag(extended, tags.sequence)).map(readOid),
    extendedKeyUsageCritical: critical.has('2.5.29.37'),
    policies: attempt(() => policiesIn(found.get('2.5.29.32'))) ?? [],
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
    unknownCritical: [...critical].filter((oid) => !understood.has(oid)),
  }
}

const policiesIn = (node: DerNode | undefined) =>
  node === undefined
    ? []
    : childrenOf(expectTag(node, tags.sequence)).map((policy) => readOid(childrenOf(policy)[0]))

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
