/** Certificate revocation lists (RFC 5280 5): read strictly, because a list that is misread lets somebody through. */
import {
  childrenOf,
  DerError,
  type DerNode,
  expectTag,
  readBoolean,
  readDer,
  readTime,
  tags,
} from '../encoding/der.ts'
import { readName } from '../trust/name.ts'
import { type Reason, readExtensions, readReason, readSerial, readSigned, type SignedDer } from './fields.ts'

/** One certificate that was taken back. */
export interface Revoked {
  readonly when: Date
  readonly reason: Reason
  /** Since when the key is to be held compromised; undefined where the list does not say. */
  readonly invalidSince: Date | undefined
}

/** A complete list of one authority. */
export interface Crl extends SignedDer {
  readonly der: Uint8Array
  /** DER of the issuer’s name in hex, as `DistinguishedName.key`. */
  readonly issuer: string
  /** Grows from list to list (5.2.3). */
  readonly number: bigint
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  /** Whether the list is only about certificates that issue no others. */
  readonly leavesOnly: boolean
  /** By serial number, hex. */
  readonly revoked: ReadonlyMap<string, Revoked>
}

/** The largest public lists have some ten million bytes. */
const mostBytes = 32 * 1024 * 1024

/** Extensions of lists and of entries that are honoured when they are critical. */
const understood: ReadonlySet<string> = new Set([
  '2.5.29.20',
  '2.5.29.28',
  '2.5.29.35',
  '2.5.29.21',
  '2.5.29.24',
])

/** The list in these bytes, DER or PEM; undefined when they hold none that can be relied on as a whole. Never throws. */
export function readCrl(bytes: Uint8Array): Crl | undefined {
  if (bytes.byteLength > mostBytes) return undefined
  try {
    return parse(fromPem(bytes, 'X509 CRL'))
  } catch {
    return undefined // hostile or broken: whoever asked says that there is no list
  }
}

/** DER is left alone. */
export function fromPem(bytes: Uint8Array, what: string): Uint8Array {
  if (bytes[0] === 0x30) return Uint8Array.from(bytes)
  const text = Buffer.from(bytes).toString('latin1')
  const base64 = text.split(`-----BEGIN ${what}-----`)[1]?.split(`-----END ${what}-----`)[0] ?? ''
  return Uint8Array.from(Buffer.from(base64, 'base64'))
}

function parse(der: Uint8Array): Crl {
  const [tbs, outer, bits, ...rest] = childrenOf(readDer(der, tags.sequence))
  if (rest.length > 0) throw new DerError('too many members')
  const fields = childrenOf(expectTag(tbs, tags.sequence))
  const version = fields.shift()
  if (version?.tag !== tags.integer || version.value[0] !== 1) throw new DerError('not version 2') // 5.1.2.1
  const [inner, issuer, thisUpdate, nextUpdate, ...optional] = fields
  if (Buffer.compare(expectTag(inner, tags.sequence).bytes, expectTag(outer, tags.sequence).bytes) !== 0)
    throw new DerError('two signature algorithms')
  const entries = optional[0]?.tag === tags.sequence ? childrenOf(optional[0]) : []
  const wrapped = optional.find(({ tag }) => tag === 0xa0)
  const { values, critical } = readExtensions(wrapped && childrenOf(wrapped)[0])
  if (critical.some((oid) => !understood.has(oid))) throw new DerError('an unknown critical extension')
  const number = expectTag(values.get('2.5.29.20'), tags.integer).value
  return {
    der,
    ...readSigned(tbs, outer, bits),
    issuer: readName(expectTag(issuer, tags.sequence)).key,
    number: BigInt(`0x${Buffer.from(number).toString('hex')}`),
    thisUpdate: readTime(thisUpdate),
    nextUpdate: readTime(nextUpdate),
    leavesOnly: readScope(values.get('2.5.29.28')),
    revoked: new Map(entries.map(readEntry)),
  }
}

/** IssuingDistributionPoint (5.2.5): a list about some reasons only, or of another’s certificates, is of no use here. */
function readScope(node: DerNode | undefined): boolean {
  let leavesOnly = false
  for (const member of node ? childrenOf(node) : []) {
    if (member.tag === 0xa0) continue // its address
    if (member.tag !== 0x81) throw new DerError('a partial list')
    leavesOnly = readBoolean({ ...member, tag: tags.boolean })
  }
  return leavesOnly
}

function readEntry(node: DerNode): [string, Revoked] {
  const [serial, when, wrapped] = childrenOf(expectTag(node, tags.sequence))
  const { values, critical } = readExtensions(wrapped)
  if (critical.some((oid) => !understood.has(oid))) throw new DerError('an unknown critical extension')
  const reason = values.get('2.5.29.21')
  const since = values.get('2.5.29.24')
  return [
    readSerial(serial),
    {
      when: readTime(when),
      reason: reason ? readReason(reason) : 'unspecified',
      invalidSince: since && readTime(since),
    },
  ]
}
