/** Answers whether certificates have been revoked (RFC 6960), for one authority or several. */
import { createHash } from 'node:crypto'
import {
  type Der,
  enumerated,
  explicit,
  generalizedTime,
  implicit,
  implicitMembers,
  octets,
  oid,
  sequence,
  sequenceOf,
} from '../encoding/der-write.ts'
import { type Reason, reasons } from '../revocation/reason.ts'
import { keyBits } from '../trust/signed.ts'
import { type CertifiedKey, extension, namesOf, signed } from './issue.ts'
import { type OcspQuestion, readOcspRequest } from './ocsp-request.ts'

/** What is known of one certificate; `unknown` of one that the authority never issued. */
export type OcspStatus = 'good' | 'unknown' | { readonly when: Date; readonly reason: Reason }

/** Somebody who answers for one authority: it itself, or whom it gave a certificate of profile `ocsp` (4.2.2.2). */
export interface OcspResponder extends CertifiedKey {
  /** The authority’s certificate, DER. */
  readonly issuer: Uint8Array
  /** @param serial hex, as `Certificate.serial`. */
  statusOf(serial: string): OcspStatus | Promise<OcspStatus>
}

/** How long answers hold. */
export interface OcspOptions {
  /** Default: the system clock. */
  readonly now?: Date | undefined
  /** Milliseconds until an answer is to be asked for again. Default: a day, so that signers can staple it. */
  readonly lifetime?: number | undefined
}

/** Refusals (4.2.1): nothing in them is signed. */
const refusals = { malformedRequest: 1, internalError: 2, tryLater: 3, unauthorized: 6 } as const

/** An answer that says only why there is none, DER. */
export function refuseOcsp(status: keyof typeof refusals): Uint8Array {
  return sequence(enumerated(refusals[status]))
}

/**
 * The answer to a request, DER: signed by the responder of the authority that is asked about first, with the request’s
 * nonce. What is asked of another authority is `unknown`; who asks of none of these gets `unauthorized` (RFC 5019 2.2.3),
 * and bytes that are no request `malformedRequest`.
 * @throws what `statusOf` and the key throw: answer with `refuseOcsp('internalError')`, or `tryLater`.
 */
export async function answerOcsp(
  request: Uint8Array,
  responders: readonly OcspResponder[],
  { now = new Date(), lifetime = 86_400_000 }: OcspOptions = {},
): Promise<Uint8Array> {
  const read = readOcspRequest(request)
  if (read === undefined) return refuseOcsp('malformedRequest')
  const asked = read.questions.map((question) => ({
    question,
    responder: responders.find(({ issuer }) => isFor(question, issuer)),
  }))
  const responder = asked.find((one) => one.responder)?.responder
  if (responder === undefined) return refuseOcsp('unauthorized')
  const nextUpdate = new Date(now.getTime() + lifetime)
  const answers = asked.map(async ({ question, responder: own }) =>
    answerOf(question, own === responder ? await own.statusOf(question.serial) : 'unknown', now, nextUpdate),
  )
  const body = sequence(
    explicit(2, octets(createHash('sha1').update(keyBits(responder.key.publicKey)).digest())), // byKey (4.2.1)
    generalizedTime(now),
    sequenceOf(await Promise.all(answers)),
    ...(read.nonce ? [explicit(1, sequence(extension('1.3.6.1.5.5.7.48.1.2', octets(read.nonce))))] : []),
  )
  return success(await signed(body, responder.key, certificatesOf(responder)))
}

/** The authority’s own certificate is at hand where its answers are read; another one goes along. */
function certificatesOf({ certificate, issuer }: OcspResponder): Der[] {
  return Buffer.compare(certificate, issuer) === 0 ? [] : [explicit(0, sequence(certificate))]
}

function answerOf({ id }: OcspQuestion, status: OcspStatus, now: Date, nextUpdate: Date): Der {
  return sequence(id, statusNode(status), generalizedTime(now), explicit(0, generalizedTime(nextUpdate)))
}

function statusNode(status: OcspStatus): Der {
  if (status === 'good') return implicit(0, new Uint8Array())
  if (status === 'unknown') return implicit(2, new Uint8Array())
  const { when, reason } = status
  const why = reason === 'unspecified' ? [] : [explicit(0, enumerated(reasons.indexOf(reason)))]
  return implicitMembers(1, generalizedTime(when), ...why)
}

/** id-pkix-ocsp-basic, the one form of response there is. */
function success(basic: Uint8Array): Uint8Array {
  const response = sequence(oid('1.3.6.1.5.5.7.48.1.1'), octets(basic))
  return sequence(enumerated(0), explicit(0, response))
}

function isFor({ hash, issuerName, issuerKey }: OcspQuestion, issuer: Uint8Array): boolean {
  if (hash === undefined) return false
  const of = (bytes: Uint8Array) => createHash(hash).update(bytes).digest()
  const { name, publicKey } = namesOf(issuer)
  return of(name).equals(issuerName) && of(keyBits(publicKey)).equals(issuerKey)
}
