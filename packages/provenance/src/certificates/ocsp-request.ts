/** Reads OCSP requests (RFC 6960 4.1): what is asked, in the words it is asked in, because the answer repeats them. */
import {
  childrenOf,
  DerError,
  type DerNode,
  expectTag,
  onlyChild,
  readAlgorithm,
  readDer,
  readSerial,
  readSmallInteger,
  tags,
} from '../encoding/der.ts'
import { ocspHashes } from '../revocation/ocsp.ts'
import { readExtensions } from '../trust/extensions.ts'

/** One certificate that is asked about. */
export interface OcspQuestion {
  /** CertID, DER: stands in the answer as it is here (4.2.1). */
  readonly id: Uint8Array
  /** Name of the digest; undefined for one that is not known. */
  readonly hash: string | undefined
  /** Digests of the issuer’s name and key. */
  readonly issuerName: Uint8Array
  readonly issuerKey: Uint8Array
  /** Hex, as `Certificate.serial`. */
  readonly serial: string
}

export interface OcspRequest {
  readonly questions: readonly OcspQuestion[]
  /** 1 to 128 bytes that the answer repeats (RFC 9654). */
  readonly nonce: Uint8Array | undefined
}

/** A question has about 80 bytes; browsers and servers ask one, and whoever checks a path asks a few. */
const mostRequestBytes = 16 * 1024
const mostQuestions = 64

const nonceType = '1.3.6.1.5.5.7.48.1.2'

/**
 * The request in these bytes; undefined when they hold none. Never throws. A signature of the asker is not looked at:
 * everybody is answered.
 */
export function readOcspRequest(bytes: Uint8Array): OcspRequest | undefined {
  if (bytes.byteLength > mostRequestBytes) return undefined
  try {
    return parse(Uint8Array.from(bytes))
  } catch {
    return undefined // hostile or broken: the answer says so
  }
}

function parse(der: Uint8Array): OcspRequest {
  const [tbs, signature, ...rest] = childrenOf(readDer(der, tags.sequence))
  if (rest.length > 0 || (signature && signature.tag !== 0xa0)) throw new DerError('too many members')
  const fields = childrenOf(expectTag(tbs, tags.sequence))
  const version = fields[0]?.tag === 0xa0 ? fields.shift() : undefined
  if (version && readSmallInteger(onlyChild(version)) !== 0) throw new DerError('not version 1')
  if (fields[0]?.tag === 0xa1) fields.shift() // who asks
  const [list, wrapped, ...others] = fields
  if (others.length > 0) throw new DerError('too many members')
  const questions = childrenOf(expectTag(list, tags.sequence)).map(readQuestion)
  if (questions.length < 1 || questions.length > mostQuestions) throw new DerError('no number of questions')
  return { questions, nonce: readNonce(known(wrapped && onlyChild(expectTag(wrapped, 0xa2)))) }
}

function readQuestion(node: DerNode): OcspQuestion {
  const [id, wrapped] = childrenOf(expectTag(node, tags.sequence))
  const [algorithm, name, key, serial, ...rest] = childrenOf(expectTag(id, tags.sequence))
  if (rest.length > 0) throw new DerError('too many members')
  known(wrapped && onlyChild(expectTag(wrapped, 0xa0)))
  return {
    id: expectTag(id, tags.sequence).bytes,
    hash: ocspHashes.get(readAlgorithm(algorithm)),
    issuerName: expectTag(name, tags.octetString).value,
    issuerKey: expectTag(key, tags.octetString).value,
    serial: readSerial(serial),
  }
}

/** What is not understood is left aside, unless it is critical (4.4). */
function known(node: DerNode | undefined): ReadonlyMap<string, DerNode> {
  const { values, critical } = readExtensions(node)
  if ([...critical].some((type) => type !== nonceType)) throw new DerError('an unknown critical extension')
  return values
}

/** RFC 9654 2.1: of any other length, the request is malformed. */
function readNonce(extensions: ReadonlyMap<string, DerNode>): Uint8Array | undefined {
  const node = extensions.get(nonceType)
  if (node === undefined) return undefined
  const { value } = expectTag(node, tags.octetString)
  if (value.byteLength < 1 || value.byteLength > 128) throw new DerError('no nonce')
  return value
}
