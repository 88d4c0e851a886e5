/** The credential of an identity claims aggregation: W3C Verifiable Credentials 1.1 or 2.0, in JSON (CAWG identity 8.1.2). */
import type { IdentityReport } from '@yinji/core'
import { isObject } from './assertion.ts'
import { isDid } from './did.ts'
import type { IdentityStatus } from './status.ts'

type Json = Readonly<Record<string, unknown>>

export interface Credential {
  /** DID of the aggregator; null when it is none. */
  readonly issuer: string | null
  /** The first name that was verified. */
  readonly name: string | null
  readonly verified: IdentityReport['verified']
  readonly from: Date | undefined
  readonly until: Date | undefined
  /** `listed` where a list says whether it was revoked, `unknown` where something else does. */
  readonly status: 'none' | 'listed' | 'unknown'
  /** `c2paAsset`. */
  readonly asset: unknown
  readonly problems: readonly IdentityStatus[]
}

/** Accounts and documents of one person. */
const most = 100

/** Undefined when it is no such credential. */
export function readCredential(json: Json | undefined): Credential | undefined {
  if (json === undefined) return undefined
  const names = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value])
  const subject = names(json['credentialSubject'])[0]
  const isOne =
    names(json['@context']).some((one) => contexts.includes(one as string)) &&
    names(json['type']).includes('VerifiableCredential') &&
    names(json['type']).includes('IdentityClaimsAggregationCredential')
  if (!isOne || !isObject(subject)) return undefined
  const { issuer } = json
  const did = isObject(issuer) ? issuer['id'] : issuer
  const identities = readIdentities(subject['verifiedIdentities'])
  return {
    issuer: isDid(did) ? did : null,
    name: identities.verified.find(({ name }) => name)?.name ?? null,
    ...identities,
    from: timeOf(json['validFrom'] ?? json['issuanceDate']),
    until: timeOf(json['validUntil'] ?? json['expirationDate']),
    status: statusOf(names(json['credentialStatus']).filter(isObject)),
    asset: subject['c2paAsset'],
  }
}

const contexts = ['https://www.w3.org/2018/credentials/v1', 'https://www.w3.org/ns/credentials/v2']

function readIdentities(value: unknown): Pick<Credential, 'verified' | 'problems'> {
  if (!Array.isArray(value) || value.length === 0)
    return { verified: [], problems: ['cawg.ica.verified_identities.missing'] }
  const list = value.slice(0, most)
  const fine = value.length <= most && list.every(isIdentity)
  return {
    verified: list.filter(isObject).map(shown),
    problems: fine ? [] : ['cawg.ica.verified_identities.invalid'],
  }
}

/** What has to be there besides, by kind (CAWG identity 8.1.2.5). */
const needed: ReadonlyMap<unknown, string> = new Map([
  ['cawg.document_verification', 'name'],
  ['cawg.web_site', 'uri'],
  ['cawg.social_media', 'username'],
])

/** Of a web site nobody is the provider: the examples of the standard have none there (CAWG identity 8.1.2.5). */
function isIdentity(value: unknown): boolean {
  if (!isObject(value)) return false
  const { type, provider, verifiedAt } = value
  const texts = ['name', 'username', 'address', 'uri', 'method'].filter((key) => value[key] !== undefined)
  const must = needed.get(type)
  const provided = isObject(provider) ? isText(provider['name']) : type === 'cawg.web_site'
  return (
    isText(type) &&
    texts.every((key) => isText(value[key])) &&
    (must === undefined || isText(value[must])) &&
    provided &&
    timeOf(verifiedAt) !== undefined
  )
}

function shown(value: Json): IdentityReport['verified'][number] {
  const { type, name, username, address, uri, provider, verifiedAt } = value
  const text = (one: unknown) => (isText(one) ? one.slice(0, 1000) : null)
  return {
    type: text(type) ?? '',
    name: text(name) ?? text(username) ?? text(address),
    uri: text(uri),
    provider: isObject(provider) ? text(provider['name']) : null,
    verifiedAt: text(verifiedAt),
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** RFC 3339. */
function timeOf(value: unknown): Date | undefined {
  const form = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/
  const time = new Date(isText(value) && form.test(value) ? value : Number.NaN)
  return Number.isNaN(time.getTime()) ? undefined : time
}

function statusOf(entries: readonly Json[]): Credential['status'] {
  if (entries.length === 0) return 'none'
  const lists = ['BitstringStatusListEntry', 'StatusList2021Entry']
  const listed = ({ type, statusPurpose }: Json) =>
    lists.includes(type as string) && statusPurpose === 'revocation'
  return entries.some(listed) ? 'listed' : 'unknown'
}
