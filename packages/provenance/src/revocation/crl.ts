/** Certificate revocation lists (RFC 5280 5): read strictly, because a list that is misread lets somebody through. */
import {
  childrenOf,
  DerError,
  type DerNode,
  expectTag,
  readBoolean,
  readDer,
  readSerial,
  readTime,
  tags,
} from '../encoding/der.ts'
import { pemBlocks } from '../encoding/pem.ts'
import { readExtensions } from '../trust/extensions.ts'
import { readName } from '../trust/name.ts'
import { readSigned, type SignedDer } from '../trust/signed.ts'
import { type Reason, readReason } from './reason.ts'

/** One certificate that was taken back. */
export interface Revoked {
  /** When the authority took it back. */
  readonly when: Date
  /** As RFC 5280 5.3.1 calls it; `unspecified` where none is given. */
  readonly reason: Reason
  /** Since when the key is to be held compromised; undefined where the list does not say. */
  readonly invalidSince: Date | undefined
}

/** A complete list of one authority. */
export interface Crl extends SignedDer {
  readonly der: Uint8Array
  /** The issuer’s name, in the form in which names are compared (RFC 5280 7.1). */
  readonly issuer: string
  /** Grows from list to list (5.2.3). */
  readonly number: bigint
  /** When it was made. */
  readonly thisUpdate: Date
  /** When the next one comes at the latest: from then on this one is stale. */
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

function checkUnderstood(critical: ReadonlySet<string>): void {
  if ([...critical].some((oid) => !understood.has(oid))) throw new DerError('an unknown critical extension')
}

/** The list in these bytes, DER or PEM; undefined when they hold none that can be relied on as a whole. Never throws. */
export function readCrl(bytes: Uint8Array): Crl | undefined {
  if (bytes.byteLength > mostBytes) return undefined
  try {
    const [der = bytes] =
      bytes[0] === tags.sequence ? [] : pemBlocks(Buffer.from(bytes).toString('latin1'), 'X509 CRL')
    return parse(Uint8Array.from(der))
  } catch {
    return undefined // hostile or broken: whoever asked says that there is no list
  }
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
  checkUnderstood(critical)
  return {
    der,
    ...readSigned(tbs, outer, bits),
    issuer: readName(expectTag(issuer, tags.sequence)).key,
    number: BigInt(`0x${readSerial(values.get('2.5.29.20'))}`),
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
  checkUnderstood(critical)
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
