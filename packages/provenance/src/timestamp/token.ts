/**
 * A TimeStampToken (RFC 3161 2.4.2): CMS SignedData (RFC 5652 5) over a TSTInfo, signed by one authority. Read from DER
 * and by nothing else, so that no two readers can disagree about what was stamped.
 */
import type { Problem } from '@yinji/core'
import {
  childrenOf,
  DerError,
  type DerNode,
  expectTag,
  onlyChild,
  readAlgorithm,
  readDer,
  readOid,
  readSerial,
  readSmallInteger,
  tags,
} from '../encoding/der.ts'
import { sha1 } from '../trust/algorithms.ts'
import { readName } from '../trust/name.ts'

export interface TimeStampToken {
  /** TSTInfo as it stands: what the message digest is over. */
  readonly content: Uint8Array
  readonly info: TimeStampInfo
  /** DER certificates that came with it, in any order. */
  readonly certificates: readonly Uint8Array[]
  readonly signer: TokenSigner
}

/** TSTInfo. */
export interface TimeStampInfo {
  readonly policy: string
  /** OID of the digest, and the digest of what was stamped. */
  readonly imprint: { readonly algorithm: string; readonly hash: Uint8Array }
  readonly serial: string
  readonly time: Date
  /** Hex; undefined when the request had none. */
  readonly nonce: string | undefined
}

/** The one SignerInfo. */
export interface TokenSigner {
  /** The issuer’s name as `DistinguishedName.key` and the serial number in hex, or a key identifier. */
  readonly id: { readonly issuer: string; readonly serial: string } | { readonly key: Uint8Array }
  /** OID of the digest over content and attributes. */
  readonly digest: string
  /** The signed attributes as they are signed: a SET (RFC 5652 5.4). */
  readonly signed: Uint8Array
  readonly messageDigest: Uint8Array
  /** OID of the digest and digest of the signer's certificate (ESSCertID, RFC 5035). */
  readonly certificate: { readonly algorithm: string; readonly hash: Uint8Array }
  /** OID, and the algorithm identifier as it stands. */
  readonly algorithm: string
  readonly signature: Uint8Array
}

const oids = {
  signedData: '1.2.840.113549.1.7.2',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const
const sha256 = '2.16.840.1.101.3.4.2.1'

/** With the certificates of a long chain a token has some 20,000 bytes. */
const mostBytes = 256 * 1024

/** @throws DerError for everything that is no time-stamp token. */
export function readTimeStampToken(bytes: Uint8Array): TimeStampToken {
  if (bytes.byteLength > mostBytes) throw new DerError('too large')
  const [type, wrapped] = childrenOf(readDer(bytes, tags.sequence))
  if (readOid(type) !== oids.signedData) throw new DerError('no signed data')
  const fields = childrenOf(expectTag(onlyChild(expectTag(wrapped, 0xa0)), tags.sequence))
  const [version, digests, encapsulated, ...optional] = fields
  readSmallInteger(version)
  expectTag(digests, tags.set)
  const [contentType, content] = childrenOf(expectTag(encapsulated, tags.sequence))
  if (readOid(contentType) !== oids.tstInfo) throw new DerError('no TSTInfo')
  const signers = childrenOf(expectTag(optional.at(-1), tags.set))
  const [signer, ...others] = signers
  if (signer === undefined || others.length > 0) throw new DerError('not exactly one signer')
  const certificates = optional.find(({ tag }) => tag === 0xa0)
  const info = expectTag(onlyChild(expectTag(content, 0xa0)), tags.octetString).value
  return {
    content: info,
    info: readInfo(readDer(info, tags.sequence)),
    certificates: certificates ? childrenOf(certificates).map((node) => node.bytes) : [],
    signer: readSigner(expectTag(signer, tags.sequence)),
  }
}

function readInfo(node: DerNode): TimeStampInfo {
  const [version, policy, imprint, serial, time, ...optional] = childrenOf(node)
  if (readSmallInteger(version) !== 1) throw new DerError('no TSTInfo of version 1')
  const [algorithm, hash] = childrenOf(expectTag(imprint, tags.sequence))
  const nonce = optional.find(({ tag }) => tag === tags.integer)
  return {
    policy: readOid(policy),
    imprint: { algorithm: readAlgorithm(algorithm), hash: expectTag(hash, tags.octetString).value },
    serial: readSerial(serial),
    time: readStampTime(time),
    nonce: nonce && readSerial(nonce),
  }
}

/** GeneralizedTime with `Z` and, other than in certificates, fractions of a second (RFC 3161 2.4.2). */
function readStampTime(node: DerNode | undefined): Date {
  const text = Buffer.from(expectTag(node, tags.generalizedTime).value).toString('latin1')
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d*[1-9]))?Z$/.exec(text)
  if (!parts) throw new DerError('no time')
  const [, year, month, day, hour, minute, second, fraction = ''] = parts
  const time = new Date(
    `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`,
  )
  if (Number.isNaN(time.getTime())) throw new DerError('no such time')
  return time
}

function readSigner(node: DerNode): TokenSigner {
  const [version, id, digest, attributes, algorithm, signature] = childrenOf(node)
  readSmallInteger(version)
  const list = readAttributes(expectTag(attributes, 0xa0))
  const attribute = (oid: string) => list.get(oid)
  if (readOid(attribute(oids.contentType)) !== oids.tstInfo) throw new DerError('another content type')
  const signed = Uint8Array.from(attributes?.bytes ?? [])
  signed[0] = tags.set
  return {
    id: readSignerId(id),
    digest: readAlgorithm(digest),
    signed,
    messageDigest: expectTag(attribute(oids.messageDigest), tags.octetString).value,
    certificate: readCertificateId(attribute(oids.signingCertificateV2), attribute(oids.signingCertificate)),
    algorithm: readAlgorithm(algorithm),
    signature: expectTag(signature, tags.octetString).value,
  }
}

/** Each attribute once, with one value. */
function readAttributes(node: DerNode): ReadonlyMap<string, DerNode> {
  const found = new Map<string, DerNode>()
  for (const attribute of childrenOf(node)) {
    const [type, values] = childrenOf(expectTag(attribute, tags.sequence))
    const oid = readOid(type)
    if (found.has(oid)) throw new DerError('an attribute stands twice')
    const [value] = childrenOf(expectTag(values, tags.set))
    if (value) found.set(oid, value)
  }
  return found
}

function readSignerId(node: DerNode | undefined): TokenSigner['id'] {
  if (node?.tag === 0x80) return { key: node.value }
  const [issuer, serial] = childrenOf(expectTag(node, tags.sequence))
  return {
    issuer: readName(expectTag(issuer, tags.sequence)).key,
    serial: readSerial(serial),
  }
}

/** The first ESSCertIDv2, else ESSCertID, which is SHA-1 by definition (RFC 2634 5.4, RFC 5035 4). */
function readCertificateId(v2: DerNode | undefined, v1: DerNode | undefined): TokenSigner['certificate'] {
  const [list] = childrenOf(expectTag(v2 ?? v1, tags.sequence))
  const members = childrenOf(expectTag(childrenOf(expectTag(list, tags.sequence))[0], tags.sequence))
  const named = members[0]?.tag === tags.sequence && v2 !== undefined
  return {
    algorithm: v2 === undefined ? sha1 : named ? readAlgorithm(members[0]) : sha256,
    hash: expectTag(members[named ? 1 : 0], tags.octetString).value,
  }
}

/** The authority answered, and refused. */
export class RefusalError extends DerError {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem)
    this.problem = problem
  }
}

/** The token of a TimeStampResp that grants it (RFC 3161 2.4.2). @throws DerError also for refusals, with the reason. */
export function readTimeStampResponse(bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength > mostBytes) throw new DerError('too large')
  const [status, token] = childrenOf(readDer(bytes, tags.sequence))
  const [code, text] = childrenOf(expectTag(status, tags.sequence))
  const granted = readSmallInteger(code)
  const reason = text?.tag === tags.sequence ? childrenOf(text)[0] : undefined
  const words = reason && Buffer.from(reason.value).toString('utf8').slice(0, 200)
  const refused = `the request was refused (status ${granted})` as const
  if (granted > 1) throw new RefusalError(words ? `${refused}: ${words}` : refused)
  return expectTag(token, tags.sequence).bytes
}
