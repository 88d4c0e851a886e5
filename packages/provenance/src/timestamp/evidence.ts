/**
 * Evidence records (RFC 4998): one time stamp for many signatures. The token is over the root of a hash tree; each record
 * has, beside it, the hashes that lead from its own signature to that root, and tells nothing about the others. Those that archives
 * keep are renewed: by a stamp over the last one, or, when an algorithm grows weak, over content and all stamps (5.2).
 */
import { createHash } from 'node:crypto'
import {
  childrenOf,
  DerError,
  type DerNode,
  expectTag,
  readAlgorithm,
  readDer,
  readSmallInteger,
  tags,
} from '../encoding/der.ts'
import { implicitMembers, number, octets, oid, sequence, sequenceOf } from '../encoding/der-write.ts'
import type { StampDigest } from '../signers/signer.ts'
import { digestOids, digests } from '../trust/algorithms.ts'
import { readTimeStampToken, type TimeStampToken } from './token.ts'

/** Where a record stands in the unprotected header of a signature, and the label of the assertion that brings later ones. */
export const evidenceLabel = 'cn.yinji.evidence'

/** Hashes level by level, from the signature up. The first level holds the signature's own, the others what joins it there. */
export type HashPath = readonly (readonly Uint8Array[])[]

/** One time stamp over the root of a hash tree (RFC 4998 4.1). */
export interface ArchiveTimeStamp {
  readonly token: TimeStampToken
  /** The token as it stands: what the next one of its chain is about. */
  readonly bytes: Uint8Array
  /** Empty when the token is over the signature itself. */
  readonly path: HashPath
}

/** Time stamps of one hash algorithm (RFC 4998 5.1): each one but the first renews the one before it. */
export interface ArchiveChain {
  readonly stamps: readonly ArchiveTimeStamp[]
  /** As it stands, DER. */
  readonly bytes: Uint8Array
  /** The chains before it, as one sequence in DER: the first stamp renews them all with another algorithm. Empty for the first chain. */
  readonly before: Uint8Array
}

/** Chains in the order of time. */
export type EvidenceRecord = readonly ArchiveChain[]

/** Other records than ours may have long paths, tokens with many certificates, and a renewal every few years. */
export const most = { bytes: 512 * 1024, levels: 64, hashes: 1024, stamps: 16 }
/** AlgorithmIdentifier without parameters (RFC 5754 2). */
const algorithmOf = (digest: StampDigest) => sequence(oid(digestOids[digest]))

/** EvidenceRecord (RFC 4998 3.1) with one ArchiveTimeStamp (4.1). @param token DER */
export function encodeEvidenceRecord(
  path: HashPath,
  token: Uint8Array,
  digest: StampDigest = 'sha256',
): Uint8Array {
  const levels = path.map((level) => sequence(...level.map(octets)))
  const tree = levels.length > 0 ? [implicitMembers(2, ...levels)] : []
  return encodeChains([digest], [sequence(sequence(...tree, token))])
}

/** EvidenceRecord (RFC 4998 3.1) of these chains, DER, and the algorithms they use. */
export function encodeChains(used: readonly StampDigest[], chains: readonly Uint8Array[]): Uint8Array {
  return sequence(number(1), sequence(...[...new Set(used)].map(algorithmOf)), sequenceOf(chains))
}

/** A token alone: a record without a way to go. @param bytes DER */
export function recordOfToken(token: TimeStampToken, bytes: Uint8Array): EvidenceRecord {
  const chain = sequence(sequence(bytes))
  return [{ stamps: [{ token, bytes, path: [] }], bytes: chain, before: new Uint8Array() }]
}

/** @throws DerError for what is no record, and for chains that change their algorithm on the way (RFC 4998 5.3). */
export function readEvidenceRecord(bytes: Uint8Array): EvidenceRecord {
  if (bytes.byteLength > most.bytes) throw new DerError('too large')
  const [version, , ...others] = childrenOf(readDer(bytes, tags.sequence))
  if (readSmallInteger(version) !== 1) throw new DerError('no evidence record of version 1')
  const chains = childrenOf(expectTag(others.at(-1), tags.sequence))
  const stamps = chains.map((chain) => childrenOf(expectTag(chain, tags.sequence)))
  if (chains.length === 0 || stamps.some(({ length }) => length === 0)) throw new DerError('no time stamp')
  if (stamps.flat().length > most.stamps) throw new DerError('too many time stamps')
  return stamps.map((chain, index) => ({
    stamps: ofOneAlgorithm(chain.map(readStamp)),
    bytes: chains[index]?.bytes ?? new Uint8Array(),
    before: index === 0 ? new Uint8Array() : sequenceOf(chains.slice(0, index).map((one) => one.bytes)),
  }))
}

function readStamp(node: DerNode): ArchiveTimeStamp {
  const members = childrenOf(expectTag(node, tags.sequence))
  const { bytes } = expectTag(members.at(-1), tags.sequence)
  const token = readTimeStampToken(bytes)
  const algorithm = members.find(({ tag }) => tag === 0xa0)
  if (algorithm && algorithmIn(algorithm) !== token.info.imprint.algorithm)
    throw new DerError('a hash tree and a time stamp of two algorithms')
  const tree = members.find(({ tag }) => tag === 0xa2)
  return { token, bytes, path: tree ? readPath(tree) : [] }
}

function ofOneAlgorithm(stamps: readonly ArchiveTimeStamp[]): readonly ArchiveTimeStamp[] {
  if (new Set(stamps.map(({ token }) => token.info.imprint.algorithm)).size > 1)
    throw new DerError('a chain of two algorithms')
  return stamps
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
 * What each token must be over for the record to be about this (RFC 4998 5.3), in order: the first of all is about it, the first of
 * each further chain about it and all chains before, every other one about the token before it.
 * @returns Undefined for those that are about something else, or use an algorithm that is not allowed.
 */
export function rootsOf(record: EvidenceRecord, data: Uint8Array): readonly (Uint8Array | undefined)[] {
  return record.flatMap(({ stamps, before }) => {
    const algorithm = digests.get(stamps[0]?.token.info.imprint.algorithm ?? '')
    if (algorithm === undefined) return stamps.map(() => undefined)
    const digest = (...parts: readonly Uint8Array[]) =>
      createHash(algorithm).update(Buffer.concat(parts)).digest()
    const own = digest(data)
    const first = before.byteLength > 0 ? digest(own, digest(before)) : own
    return stamps.map(({ path }, index) => {
      const renewed = stamps[index - 1]
      return rootOf(path, renewed ? digest(renewed.bytes) : first, digest)
    })
  })
}

/** @param hash Of what was stamped. @returns Undefined when the way is from somewhere else (RFC 4998 4.3). */
function rootOf(
  path: HashPath,
  hash: Uint8Array,
  digest: (bytes: Uint8Array) => Uint8Array,
): Uint8Array | undefined {
  const [first, ...above] = path
  if (first === undefined) return hash
  if (!first.some((one) => Buffer.compare(one, hash) === 0)) return undefined
  const join = (hashes: readonly Uint8Array[]) => {
    const [alone = hash, ...others] = hashes // one by itself stays what it is
    return others.length > 0 ? digest(joined(hashes)) : alone
  }
  return above.reduce<Uint8Array>((below, level) => join([below, ...level]), join(first))
}

/** The hashes of one node in ascending order, so that none needs a place (RFC 4998 4.2). */
export function joined(hashes: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(hashes.toSorted((one, other) => Buffer.compare(one, other)))
}
