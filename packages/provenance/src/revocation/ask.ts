/** Asks whether a certificate has been revoked: an OCSP request (RFC 6960 4.1) with one question and a nonce. */
import { createHash } from 'node:crypto'
import { explicit, integer, nothing, octets, oid, sequence } from '../encoding/der-write.ts'
import type { Certificate } from '../trust/certificate.ts'
import { keyBitsOf } from './ocsp.ts'

/**
 * The request, DER. The issuer is named by SHA-1, the one digest that every responder knows (RFC 5019 2.1.1).
 * @param nonce 1 to 128 bytes; the answer repeats them, so that it can’t be one from before (RFC 9654).
 */
export function encodeOcspRequest(
  certificate: Certificate,
  issuer: Certificate,
  nonce: Uint8Array,
): Uint8Array {
  const sha1 = (bytes: Uint8Array) => octets(createHash('sha1').update(bytes).digest())
  const id = sequence(
    sequence(oid('1.3.14.3.2.26'), nothing()),
    sha1(certificate.issuer.der),
    sha1(keyBitsOf(issuer)),
    integer(Buffer.from(certificate.serial, 'hex')),
  )
  const extension = sequence(oid('1.3.6.1.5.5.7.48.1.2'), octets(octets(nonce)))
  return sequence(sequence(sequence(sequence(id)), explicit(2, sequence(extension))))
}
