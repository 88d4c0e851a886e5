/**
 * Evidence records are renewed before they grow weak (RFC 4998 5): by a time stamp over the last one (5.2, the same chain), or, with
 * another hash algorithm, over what was stamped and all stamps so far (5.3, a new chain). What it says stays: the time of the first.
 */
import { createHash } from 'node:crypto'
import { concat, problem, SignError } from '@yinji/core'
import { childrenOf, readDer, tags } from '../encoding/der.ts'
import { sequence, sequenceOf } from '../encoding/der-write.ts'
import type { StampDigest, TimeStamper } from '../signers/signer.ts'
import { digests } from '../trust/algorithms.ts'
import { type EvidenceRecord, encodeChains, most } from './evidence.ts'

/**
 * @param data what the record is about
 * @param digest of the new time stamp; another than that of the last chain begins a new one. Default: that of the last chain
 * @returns the record with one time stamp more, DER
 * @throws SignError `sign.timestamp.failed`, also for a record that has as many as are read
 */
export async function renewed(
  record: EvidenceRecord,
  data: Uint8Array,
  timestamp: TimeStamper,
  digest?: StampDigest,
): Promise<Uint8Array> {
  const last = record.at(-1)
  const stamp = last?.stamps.at(-1)
  const used = digests.get(stamp?.token.info.imprint.algorithm ?? '')
  if (record.flatMap(({ stamps }) => stamps).length >= most.stamps)
    throw new SignError('sign.timestamp.failed', {
      problem: problem(`${most.stamps} time stamps in one record are read, no more`),
    })
  const chains = record.map(({ bytes }) => bytes)
  const algorithms = record.flatMap(
    ({ stamps }) => digests.get(stamps[0]?.token.info.imprint.algorithm ?? '') ?? [],
  )
  if (last === undefined || stamp === undefined || used === undefined)
    throw new SignError('sign.timestamp.failed', {
      problem: problem('the record to be renewed has an algorithm that is not allowed'),
    })
  if (digest === undefined || digest === used) {
    const next = await stampOver(stamp.bytes, timestamp, used)
    const chain = sequenceOf([...membersOf(last.bytes), next])
    return encodeChains(algorithms, [...chains.slice(0, -1), chain])
  }
  const hash = (bytes: Uint8Array) => createHash(digest).update(bytes).digest()
  const all = concat([hash(data), hash(sequenceOf(chains))])
  const chain = sequence(await stampOver(all, timestamp, digest))
  return encodeChains([...algorithms, digest], [...chains, chain])
}

const membersOf = (bytes: Uint8Array) => childrenOf(readDer(bytes, tags.sequence)).map((one) => one.bytes)

/** ArchiveTimeStamp (RFC 4998 4.1): a token, or the one of a record that was made for many. */
async function stampOver(
  bytes: Uint8Array,
  timestamp: TimeStamper,
  digest: StampDigest,
): Promise<Uint8Array> {
  const made = await timestamp.stamp(bytes, digest)
  if (timestamp.form !== 'evidence') return sequence(made)
  const chains = childrenOf(readDer(made, tags.sequence)).at(-1)
  const [stamp] = chains ? childrenOf(childrenOf(chains)[0] ?? chains) : []
  return stamp?.bytes ?? sequence(made)
}
