/** OCSP responses (RFC 6960 4.2): the basic response, signed by the authority or by somebody it appointed for that. */
import { createHash } from 'node:crypto'
import {
  childrenOf,
  DerError,
  type DerNode,
  expectTag,
  readAlgorithm,
  readDer,
  readOid,
  readSerial,
  readTime,
  tags,
} from '../encoding/der.ts'
import { digests, sha1, sm3 } from '../trust/algorithms.ts'
import { type Certificate, readCertificate } from '../trust/certificate.ts'
import { readExtensions } from '../trust/extensions.ts'
import { isSignedWith, keyBits, readSigned, type SignedDer } from '../trust/signed.ts'
import type { Revoked } from './crl.ts'
import { readReason } from './reason.ts'

/** What is said of one certificate (RFC 6960 4.2.1). */
export interface OcspAnswer {
  /** Digest that the issuer is named by, as node:crypto calls it; empty when it is unknown. */
  readonly hash: string
  /** Hex, of the DER of the issuer’s name. */
  readonly issuerName: string
  /** Hex, of the bits of its key. */
  readonly issuerKey: string
  /** Hex. */
  readonly serial: string
  readonly status: 'good' | 'unknown' | Revoked
  /** The time of which this is said. */
  readonly thisUpdate: Date
  /** When it is said anew; undefined when that can be at any time. */
  readonly nextUpdate: Date | undefined
}

/** Answers, signed together; by whom is for the reader to find out. */
export interface OcspResponse extends SignedDer {
  readonly producedAt: Date
  readonly answers: readonly OcspAnswer[]
  /** Certificates beside the signature. */
  readonly certificates: readonly Certificate[]
  /** Of the request it answers; undefined when it has none. */
  readonly nonce: Uint8Array | undefined
}

/** A response has one answer, rarely some dozens. */
const mostBytes = 256 * 1024
const mostAnswers = 256

/** Digests that name a certificate’s issuer, by OID. */
export const ocspHashes: ReadonlyMap<string, string> = new Map([...digests, [sha1, 'sha1'], [sm3, 'sm3']])

/** The response in these bytes; undefined when they hold none, or one that refuses to answer. Never throws. */
export function readOcsp(der: Uint8Array): OcspResponse | undefined {
  if (der.byteLength > mostBytes) return undefined
  try {
    return parse(Uint8Array.from(der))
  } catch {
    return undefined // hostile or broken: whoever asked says that there is no answer
  }
}

function parse(der: Uint8Array): OcspResponse {
  const [status, wrapped] = childrenOf(readDer(der, tags.sequence))
  if (expectTag(status, tags.enumerated).value[0] !== 0) throw new DerError('no success')
  const [type, bytes] = childrenOf(expectTag(childrenOf(expectTag(wrapped, 0xa0))[0], tags.sequence))
  if (readOid(type) !== '1.3.6.1.5.5.7.48.1.1') throw new DerError('no basic response')
  const basic = readDer(expectTag(bytes, tags.octetString).value, tags.sequence)
  const [tbs, algorithm, bits, certificates] = childrenOf(basic)
  const fields = childrenOf(expectTag(tbs, tags.sequence))
  if (fields[0]?.tag === 0xa0) fields.shift() // version 1
  const [, producedAt, responses, extensions] = fields
  const { values, critical } = readExtensions(extensions && childrenOf(expectTag(extensions, 0xa1))[0])
  if (critical.size > 0) throw new DerError('an unknown critical extension')
  return {
    producedAt: readTime(producedAt),
    answers: childrenOf(expectTag(responses, tags.sequence)).slice(0, mostAnswers).map(readAnswer),
    certificates: certificatesOf(certificates),
    nonce: values.get('1.3.6.1.5.5.7.48.1.2')?.value,
    ...readSigned(tbs, algorithm, bits),
  }
}

function certificatesOf(node: DerNode | undefined): Certificate[] {
  if (node === undefined) return []
  const list = childrenOf(expectTag(childrenOf(expectTag(node, 0xa0))[0], tags.sequence))
  return list.slice(0, 8).flatMap(({ bytes }) => readCertificate(bytes) ?? [])
}

function readAnswer(node: DerNode): OcspAnswer {
  const [id, status, thisUpdate, ...optional] = childrenOf(expectTag(node, tags.sequence))
  const [algorithm, name, key, serial] = childrenOf(expectTag(id, tags.sequence))
  const next = optional.find(({ tag }) => tag === 0xa0)
  const extensions = optional.find(({ tag }) => tag === 0xa1)
  if (readExtensions(extensions && childrenOf(extensions)[0]).critical.size > 0)
    throw new DerError('an unknown critical extension')
  return {
    hash: ocspHashes.get(readAlgorithm(algorithm)) ?? '',
    issuerName: hex(expectTag(name, tags.octetString).value),
    issuerKey: hex(expectTag(key, tags.octetString).value),
    serial: readSerial(serial),
    status: readStatus(status),
    thisUpdate: readTime(thisUpdate),
    nextUpdate: next && readTime(childrenOf(next)[0]),
  }
}

function readStatus(node: DerNode | undefined): OcspAnswer['status'] {
  switch (node?.tag) {
    case 0x80:
      return 'good'
    case 0x82:
      return 'unknown'
    case 0xa1: {
      const [when, reason] = childrenOf(node)
      return {
        when: readTime(when),
        reason: reason ? readReason(childrenOf(expectTag(reason, 0xa0))[0]) : 'unspecified',
        invalidSince: undefined,
      }
    }
    default:
      throw new DerError('no status')
  }
}

/** Whether an answer is about this certificate of this issuer, whom each hash is computed for once. */
export function aboutOne(certificate: Certificate, issuer: Certificate): (answer: OcspAnswer) => boolean {
  const known = new Map<string, { readonly names: readonly string[]; readonly key: string }>()
  return ({ serial, hash, issuerName, issuerKey }) => {
    if (serial !== certificate.serial || hash === '') return false
    const of = (bytes: Uint8Array) => createHash(hash).update(bytes).digest('hex')
    const names = () => [certificate.issuer, issuer.subject].map(({ der }) => of(der))
    const hashes = known.get(hash) ?? { names: names(), key: of(keyBitsOf(issuer)) }
    known.set(hash, hashes)
    return hashes.names.includes(issuerName) && issuerKey === hashes.key
  }
}

/**
 * Who signed the response: the authority or somebody whom it appointed to answer (4.2.2.2), somebody whom it certified
 * for other things or whose time was over, or a stranger.
 */
export function signerOf(
  response: OcspResponse,
  issuer: Certificate,
): 'authority' | 'unappointed' | 'stranger' {
  if (isSignedWith(response, issuer)) return 'authority'
  const responder = response.certificates.find(
    (one) =>
      one.issuer.key === issuer.subject.key && isSignedWith(one, issuer) && isSignedWith(response, one),
  )
  if (responder === undefined) return 'stranger'
  const { extensions, notBefore, notAfter } = responder
  const appointed = extensions.extendedKeyUsage?.includes('1.3.6.1.5.5.7.3.9') // id-kp-OCSPSigning
  const inTime = notBefore <= response.producedAt && response.producedAt <= notAfter
  return appointed && inTime ? 'authority' : 'unappointed'
}

/** As OCSP names the issuer. */
export function keyBitsOf({ publicKey }: Certificate): Uint8Array {
  return keyBits(publicKey.export({ format: 'der', type: 'spki' }))
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
