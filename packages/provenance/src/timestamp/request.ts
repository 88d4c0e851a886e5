/** TimeStampReq (RFC 3161 2.4.1): version 1, a hash, a nonce, and the certificates wanted with the answer. */
import { boolean, nothing, number, octets, oid, positive, sequence } from '../encoding/der-write.ts'
import type { StampDigest } from '../signers/signer.ts'
import { digestOids } from '../trust/algorithms.ts'

/**
 * @param hash Of what is to be stamped.
 * @param nonce Any bytes; at least 8 are of use.
 * @param policy Dotted OID of the policy wanted. Default: the authority's own.
 */
export function encodeTimeStampRequest(
  hash: Uint8Array,
  nonce: Uint8Array,
  policy?: string,
  digest: StampDigest = 'sha256',
): Uint8Array {
  return sequence(
    number(1),
    sequence(sequence(oid(digestOids[digest]), nothing()), octets(hash)),
    ...(policy === undefined ? [] : [oid(policy)]),
    positive(nonce),
    boolean(true), // certReq
  )
}
