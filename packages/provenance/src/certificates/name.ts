/** Who a certificate is for, and how that stands in its name (X.520). */
import { assertCode } from '@yinji/core'
import { childrenOf, type DerNode, expectTag, readOid, readText, tags } from '../encoding/der.ts'
import { type Der, oid, printable, sequence, set, utf8 } from '../encoding/der-write.ts'

/** Who a certificate is for. */
export interface Subject {
  /** O: the organisation that answers for the service. */
  readonly organization: string
  /** CN: the service’s name; for an authority, its role. At most 64 characters (RFC 5280 A.1). */
  readonly commonName: string
  /** C: two letters, ISO 3166. */
  readonly country?: string | undefined
  /** 27-character provider code (TC260-PG-20252A); stands as organizationIdentifier (X.520 6.4.7). */
  readonly code?: string | undefined
  /** Number under which the service is filed (算法备案号); stands as description (X.520 6.5.1). */
  readonly filingNumber?: string | undefined
}

const types = {
  country: '2.5.4.6',
  organization: '2.5.4.10',
  code: '2.5.4.97',
  filingNumber: '2.5.4.13',
  commonName: '2.5.4.3',
} as const satisfies Record<keyof Subject, string>

/** @throws UsageError when the provider code is none. */
export function encodeName(subject: Subject): Der {
  if (subject.code !== undefined) assertCode(subject.code)
  const members = Object.entries(types).flatMap(([member, type]) => {
    const value = subject[member as keyof Subject]
    if (value === undefined) return []
    return [set(sequence(oid(type), member === 'country' ? printable(value) : utf8(value)))]
  })
  return sequence(...members)
}

/** What of a name we understand; the rest is left out. */
export function subjectIn(name: DerNode): Partial<Subject> {
  const members = new Map(Object.entries(types).map(([member, type]) => [type as string, member]))
  const found = childrenOf(expectTag(name, tags.sequence)).flatMap((set) =>
    childrenOf(expectTag(set, tags.set)).flatMap((attribute) => {
      const [type, value] = childrenOf(expectTag(attribute, tags.sequence))
      const member = members.get(readOid(type))
      return member === undefined ? [] : [[member, readText(value)] as const]
    }),
  )
  return Object.fromEntries(found)
}
