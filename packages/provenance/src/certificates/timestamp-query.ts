/** Reads requests for time stamps (RFC 3161 2.4.1), and says of those that are refused why. */
import {
  childrenOf,
  DerError,
  type DerNode,
  expectTag,
  readBoolean,
  readDer,
  readOid,
  readSmallInteger,
  tags,
} from '../encoding/der.ts'
import { digests, sm3 } from '../trust/algorithms.ts'
import { readExtensions } from '../trust/extensions.ts'

/** PKIFailureInfo (2.4.2), by number of its bit. */
export const failures = {
  badAlg: 0,
  badRequest: 2,
  badDataFormat: 5,
  timeNotAvailable: 14,
  unacceptedPolicy: 15,
  unacceptedExtension: 16,
  systemFailure: 25,
} as const
export type Failure = keyof typeof failures

/** What is to be stamped. */
export interface TimeStampQuery {
  /** MessageImprint, DER: stands in the token as it is here. */
  readonly imprint: Uint8Array
  /** Dotted; undefined when any will do. */
  readonly policy: string | undefined
  /** The INTEGER as it stands. */
  readonly nonce: Uint8Array | undefined
  /** Whether certificates are wanted with the token. */
  readonly certReq: boolean
}

/** Digests that are stamped, with their size in bytes: those of C2PA 13.1, and SM3. */
const digestBytes: ReadonlyMap<string, number> = new Map([
  ...[...digests].map(([oid, name]) => [oid, Number(name.slice('sha'.length)) / 8] as const),
  [sm3, 32],
])

/** A request has some 70 bytes; a policy and a long nonce make it twice that. */
const mostQueryBytes = 4096

/** The request in these bytes, or why it is refused. Never throws. */
export function readTimeStampQuery(bytes: Uint8Array): TimeStampQuery | Failure {
  if (bytes.byteLength > mostQueryBytes) return 'badDataFormat'
  try {
    return parse(Uint8Array.from(bytes))
  } catch {
    return 'badDataFormat' // hostile or broken: the answer says so
  }
}

function parse(der: Uint8Array): TimeStampQuery | Failure {
  const [version, imprint, ...optional] = childrenOf(readDer(der, tags.sequence))
  const take = (tag: number) => (optional[0]?.tag === tag ? optional.shift() : undefined)
  const policy = take(tags.oid)
  const nonce = take(tags.integer)
  const certReq = take(tags.boolean)
  const extensions = take(0xa0)
  if (optional.length > 0) throw new DerError('too many members')
  const query = {
    imprint: expectTag(imprint, tags.sequence).bytes,
    policy: policy && readOid(policy),
    nonce: nonce?.bytes,
    certReq: certReq !== undefined && readBoolean(certReq),
  }
  if (readSmallInteger(version) !== 1) return 'badRequest'
  // None is understood, and one that is not must not be stamped, critical or not.
  if (readExtensions(extensions).values.size > 0) return 'unacceptedExtension'
  return imprintFailure(imprint) ?? query
}

function imprintFailure(node: DerNode | undefined): Failure | undefined {
  const [algorithm, hash, ...rest] = childrenOf(expectTag(node, tags.sequence))
  const [type, parameters, ...others] = childrenOf(expectTag(algorithm, tags.sequence))
  const size = digestBytes.get(readOid(type))
  const bytes = expectTag(hash, tags.octetString).value.byteLength
  if (rest.length + others.length > 0) throw new DerError('too many members')
  if (size === undefined || (parameters && parameters.tag !== 0x05)) return 'badAlg'
  return bytes === size ? undefined : 'badDataFormat'
}
