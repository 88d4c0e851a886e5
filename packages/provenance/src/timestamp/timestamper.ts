/**
 * Asks a time-stamp authority over HTTP (RFC 3161 3.4). What comes back is looked at before it is used: that it is for
 * these bytes and this request, and signed by the certificate it names. Whether that one is trusted is for verifiers.
 */
import { createHash, randomBytes } from 'node:crypto'
import { type Problem, problem, SignError, UsageError } from '@yinji/core'
import { DerError } from '../encoding/der.ts'
import { integerBytes } from '../encoding/der-write.ts'
import { post } from '../signers/post.ts'
import type { Signer, StampDigest, TimeStamper } from '../signers/signer.ts'
import { readCertificate } from '../trust/certificate.ts'
import { encodeTimeStampRequest } from './request.ts'
import { tokenSignature } from './signature.ts'
import { RefusalError, readTimeStampResponse, readTimeStampToken, type TimeStampToken } from './token.ts'

/** A time-stamp authority. */
export interface TimeStampService {
  /** `http:` or `https:`: tokens are signed, so the way they come matters little. */
  readonly url: string
  /** Dotted OID of the policy to ask for. Default: the authority's own. */
  readonly policy?: string | undefined
  /** Room for the token in bytes. Default 10,000: those of public authorities, with certificates, have 3,000 to 7,000. */
  readonly reserve?: number | undefined
  /** For the whole exchange. Default 10 seconds: authorities answer in less than one, and a file waits. */
  readonly timeoutSeconds?: number | undefined
  /** Sent with each request, e.g. `authorization`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Default: that of the platform. */
  readonly fetch?: typeof fetch | undefined
  /** Random bytes for the nonce. Default: those of node:crypto. */
  readonly random?: ((length: number) => Uint8Array) | undefined
}

/**
 * Who stamps signatures by asking an authority for each (C2PA 10.3.2.5, RFC 3161).
 * @throws UsageError for an address that is none. Its `stamp` throws SignError `sign.timestamp.failed` when the authority can’t be
 * reached, refuses, takes too long, or answers what is no token for these bytes. One larger than `reserve` fails the signing.
 */
export function createTimeStamper(service: TimeStampService): TimeStamper {
  if (!/^https?:/.test(service.url) || !URL.canParse(service.url))
    throw new UsageError('usage.timestamp.address', { url: service.url })
  if (service.policy !== undefined && !/^[0-2](?:\.\d{1,9}){1,12}$/.test(service.policy))
    throw new UsageError('usage.signer.invalid', {
      problem: problem(`${service.policy} is no object identifier`),
    })
  return { reserve: service.reserve ?? 10_000, stamp: (bytes, digest) => stamp(service, bytes, digest) }
}

/** The signer, with each of its signatures stamped. */
export function withTimeStamps(signer: Signer, timestamp: TimeStamper): Signer {
  const { algorithm, chain, notAfter, ocsp } = signer
  return { algorithm, chain, notAfter, ocsp, timestamp, sign: (bytes) => signer.sign(bytes) }
}

async function stamp(
  service: TimeStampService,
  bytes: Uint8Array,
  digest: StampDigest = 'sha256',
): Promise<Uint8Array> {
  const hash = createHash(digest).update(bytes).digest()
  const nonce = integerBytes((service.random ?? randomBytes)(16))
  const answer = await ask(service, encodeTimeStampRequest(hash, nonce, service.policy, digest))
  const token = checked(service, () => readTimeStampResponse(answer))
  const problem = problemOf(
    checked(service, () => readTimeStampToken(token)),
    hash,
    nonce,
    service,
  )
  if (problem !== undefined) throw failed(problem)
  return token
}

function problemOf(
  token: TimeStampToken,
  hash: Uint8Array,
  nonce: Uint8Array,
  service: TimeStampService,
): Problem | undefined {
  const { info, certificates } = token
  const { policy } = service
  const host = hostOf(service)
  if (!Buffer.from(info.imprint.hash).equals(hash)) return `the answer of ${host} is for other bytes`
  if (info.nonce !== Buffer.from(nonce).toString('hex'))
    return `the answer of ${host} is for another request (nonce)`
  if (policy !== undefined && info.policy !== policy)
    return `the answer of ${host} follows another policy (${info.policy})`
  const signed = certificates
    .flatMap((der) => readCertificate(der) ?? [])
    .some((certificate) => tokenSignature(token, certificate) === 'holds')
  return signed ? undefined : `the answer of ${host} is not signed by a certificate in it`
}

async function ask(service: TimeStampService, body: Uint8Array): Promise<Uint8Array> {
  const headers = { 'content-type': 'application/timestamp-query' }
  const answer = await post(service, { headers, body: Uint8Array.from(body), mostAnswer }, failed)
  if (answer.status === 200) return answer.body
  throw failed(`${hostOf(service)} answered with HTTP status ${answer.status}`)
}

/** Far above any token. */
const mostAnswer = 256 * 1024

function checked<T>(service: TimeStampService, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof RefusalError) throw failed(error.problem, error)
    if (error instanceof DerError) throw failed(`the answer of ${hostOf(service)} can’t be read`, error)
    throw error
  }
}

const hostOf = ({ url }: TimeStampService) => new URL(url).host

function failed(problem: Problem, cause?: unknown): SignError {
  return new SignError('sign.timestamp.failed', { problem }, { cause })
}
