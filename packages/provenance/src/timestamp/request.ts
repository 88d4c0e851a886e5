/** TimeStampReq (RFC 3161 2.4.1): version 1, SHA-256, a nonce, and the certificates wanted with the answer. */
import { boolean, nothing, number, octets, oid, positive, sequence } from '../encoding/der-write.ts'

const sha256 = sequence(oid('2.16.840.1.101.3.4.2.1'), nothing())

/**
 * @param hash SHA-256 of what is to be stamped.
 * @param nonce Any bytes; at least 8 are of use.
 * @param policy Dotted OID of the policy wanted. Default: the authority's own.
 */
export function encodeTimeStampRequest(hash: Uint8Array, nonce: Uint8Array, policy?: string): Uint8Array {
  return sequence(
    number(1),
    sequence(sha256, octets(hash)),
    ...(policy === undefined ? [] : [oid(policy)]),
    positive(nonce),
    boolean(true), // certReq
  )
}
