/**
 * Evidence records (RFC 4998): one time stamp for many signatures. The token is over the root of a hash tree; each record
 * has, beside it, the hashes that lead from its own signature to that root, and tells nothing about the others.
 */
import { createHash } from 'node:crypto'
import {
  childrenOf,
  DerError,
  type DerNode,
  expectTag,
  onlyChild,
  readAlgorithm,
  readDer,
  readSmallInteger,
  tags,
} from '../encoding/der.ts'
import { implicitMembers, number, octets, oid, sequence } from '../encoding/der-write.ts'
import { digests } from '../trust/algorithms.ts'
import { readTimeStampToken, type TimeStampToken } from './token.ts'

/** Where a record stands in the unprotected header of a signature, and the label of the assertion that brings later ones. */
export const evidenceLabel = 'cn.yinji.evidence'

/** Hashes level by level, from the signature up. The first level holds the signature's own, the others what joins it there. */
export type HashPath = readonly (readonly Uint8Array[])[]

export interface EvidenceRecord {
  readonly token: TimeStampToken
  /** Empty when the token is over the signature itself. */
  readonly path: HashPath
}

/** Other records than ours may have long paths, and tokens with many certificates. */
const most = { bytes: 512 * 1024, levels: 64, hashes: 1024 }
/** AlgorithmIdentifier without parameters (RFC 5754 2). */
const sha256 = sequence(oid('2.16.840.1.101.3.4.2.1'))

/** EvidenceRecord (RFC 4998 3.1) with one ArchiveTimeStamp (4.1), hashed with SHA-256. @param token DER */
export function encodeEvidenceRecord(path: HashPath, token: Uint8Array): Uint8Array {
  const levels = path.map((level) => sequence(...level.map(octets)))
  const tree = levels.length > 0 ? [implicitMembers(2, ...levels)] : []
  return sequence(number(1), sequence(sha256), sequence(sequence(sequence(...tree, token))))
}

/** @throws DerError for what is no record, and for records that were renewed, which nobody has had to do yet. */
export function readEvidenceRecord(bytes: Uint8Array): EvidenceRecord {
  if (bytes.byteLength > most.bytes) throw new DerError('too large')
  const [version, , ...others] = childrenOf(readDer(bytes, tags.sequence))
  if (readSmallInteger(version) !== 1) throw new DerError('no evidence record of version 1')
  const chain = onlyChild(expectTag(others.at(-1), tags.sequence))
  const members = childrenOf(onlyChild(expectTag(chain, tags.sequence)))
  const token = readTimeStampToken(expectTag(members.at(-1), tags.sequence).bytes)
  const algorithm = members.find(({ tag }) => tag === 0xa0)
  if (algorithm && algorithmIn(algorithm) !== token.info.imprint.algorithm)
    throw new DerError('a hash tree and a time stamp of two algorithms')
  const tree = members.find(({ tag }) => tag === 0xa2)
  return { token, path: tree ? readPath(tree) : [] }
}

/** `[0] IMPLICIT AlgorithmIdentifier`. */
const algorithmIn = (node: DerNode) => readAlgorithm({ ...node, tag: tags.sequence })

function readPath(tree: DerNode): HashPath {
  const levels = childrenOf(tree)
  if (levels.length > most.levels) throw new DerError('a hash tree of too many levels')
  return levels.map((level) => {
    const hashes = childrenOf(expectTag(level, tags.sequence))
    if (hashes.length > most.hashes) throw new DerError('a hash tree of too many branches')
    return hashes.map((hash) => expectTag(hash, tags.octetString).value)
  })
}

/**
 * What the token must be over for the record to be about this (RFC 4998 4.3).
 * @param hash Of what was stamped, by the algorithm of the token.
 * @returns Undefined when the record is about something else.
 */
export function rootOf({ token, path }: EvidenceRecord, hash: Uint8Array): Uint8Array | undefined {
  const algorithm = digests.get(token.info.imprint.algorithm)
  const [first = [hash], ...above] = path
  if (algorithm === undefined || !first.some((one) => Buffer.compare(one, hash) === 0)) return undefined
  const join = (hashes: readonly Uint8Array[]) => {
    const [alone = hash, ...others] = hashes // one by itself stays what it is
    return others.length > 0 ? createHash(algorithm).update(joined(hashes)).digest() : alone
  }
  if (path.length === 0) return hash
  return above.reduce<Uint8Array>((below, level) => join([below, ...level]), join(first))
}

/** The hashes of one node in ascending order, so that none needs a place (RFC 4998 4.2). */
export function joined(hashes: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(hashes.toSorted((one, other) => Buffer.compare(one, other)))
}
