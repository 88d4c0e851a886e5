/** Stamps times (RFC 3161): answers a request with a token, which is CMS SignedData (RFC 5652 5) over a TSTInfo. */
import { createHash } from 'node:crypto'
import {
  type Der,
  explicit,
  flags,
  generalizedTime,
  implicitMembers,
  integer,
  number,
  octets,
  oid,
  ordered,
  sequence,
  set,
  time,
  utf8,
} from '../encoding/der-write.ts'
import { type Certificate, readCertificate } from '../trust/certificate.ts'
import { type CertifiedKey, newSerial } from './issue.ts'
import type { CertificateKey } from './key.ts'
import { type Failure, failures, readTimeStampQuery, type TimeStampQuery } from './timestamp-query.ts'

/** A time-stamp authority: its certificate is of profile `timestamp`. */
export interface TimeStampAuthority extends CertifiedKey {
  /** Certificates above its own, DER; they go along where certificates are wanted. Default none. */
  readonly chain?: readonly Uint8Array[] | undefined
  /** Dotted OID of the one policy it stamps under. */
  readonly policy: string
}

/** id-ct-TSTInfo (RFC 3161 2.4.2). */
const tstInfo = '1.2.840.113549.1.9.16.1.4'

/**
 * The answer to a request, DER: a token, or a refusal that says why. Serial numbers are random (126 bits), so that they
 * never come twice, whatever the number of processes and however often they start anew.
 * @throws what the key throws: answer with `refuseTimeStamp('systemFailure', …)`.
 */
export async function answerTimeStamp(
  request: Uint8Array,
  authority: TimeStampAuthority,
  now: Date = new Date(),
): Promise<Uint8Array> {
  const query = readTimeStampQuery(request)
  if (typeof query === 'string') return refuseTimeStamp(query)
  if (query.policy !== undefined && query.policy !== authority.policy)
    return refuseTimeStamp('unacceptedPolicy')
  const own = readCertificate(authority.certificate)
  if (own === undefined || now < own.notBefore || now > own.notAfter)
    return refuseTimeStamp('systemFailure', 'the certificate of the authority is not valid now')
  const granted = sequence(number(0))
  return sequence(granted, await tokenOf(query, authority, own, now))
}

const words: Readonly<Record<Failure, string>> = {
  badAlg: 'the digest must be SHA-256, SHA-384, SHA-512 or SM3',
  badRequest: 'the request must be of version 1',
  badDataFormat: 'this is no request for a time stamp (RFC 3161)',
  timeNotAvailable: 'the time is not known',
  unacceptedPolicy: 'no stamps are made under this policy',
  unacceptedExtension: 'requests with extensions are not stamped',
  systemFailure: 'the authority can make no stamp now',
}

/** A refusal, DER (2.4.2). @param text for people; default: what the failure means. */
export function refuseTimeStamp(failure: Failure, text = words[failure]): Uint8Array {
  return sequence(sequence(number(2), sequence(utf8(text)), flags([failures[failure]])))
}

async function tokenOf(
  query: TimeStampQuery,
  authority: TimeStampAuthority,
  { issuer, serial }: Certificate,
  now: Date,
): Promise<Der> {
  const { key, certificate, chain = [] } = authority
  const info = infoOf(query, authority, now)
  const attributes = attributesOf(info, authority, now)
  const signer = sequence(
    number(1),
    sequence(issuer.der, integer(Buffer.from(serial, 'hex'))),
    digestOf(key),
    implicitMembers(0, ...attributes),
    key.algorithm,
    octets(await key.sign(set(...attributes))), // signed as a SET (RFC 5652 5.4)
  )
  const certificates = ordered([certificate, ...chain])
  const signedData = sequence(
    number(3), // for content other than data (RFC 5652 5.1)
    set(digestOf(key)),
    sequence(oid(tstInfo), explicit(0, octets(info))),
    ...(query.certReq ? [implicitMembers(0, ...certificates)] : []),
    set(signer),
  )
  return sequence(oid('1.2.840.113549.1.7.2'), explicit(0, signedData))
}

/** TSTInfo (RFC 3161 2.4.2). The clock is read to the second: so accurate is the time. */
function infoOf({ imprint, nonce }: TimeStampQuery, { policy }: TimeStampAuthority, now: Date): Der {
  return sequence(
    number(1),
    oid(policy),
    imprint,
    integer(newSerial()),
    generalizedTime(now),
    sequence(number(1)), // accuracy in seconds
    ...(nonce ? [nonce] : []),
  )
}

/** Signed attributes in the order of DER, which is what the signature is over (RFC 5652 5.3). */
function attributesOf(info: Uint8Array, { certificate, key }: TimeStampAuthority, now: Date): Der[] {
  const attribute = (type: string, value: Der) => sequence(oid(type), set(value))
  const digest = createHash(key.digest).update(info).digest()
  // ESSCertIDv2 with SHA-256, which is the default and so left out (RFC 5816 2.2.1, RFC 5035 4)
  const id = sequence(octets(createHash('sha256').update(certificate).digest()))
  return ordered([
    attribute('1.2.840.113549.1.9.3', oid(tstInfo)), // content-type
    attribute('1.2.840.113549.1.9.5', time(now)), // signing-time
    attribute('1.2.840.113549.1.9.4', octets(digest)), // message-digest
    attribute('1.2.840.113549.1.9.16.2.47', sequence(sequence(id))), // signingCertificateV2
  ])
}

const digestTypes = {
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
  sm3: '1.2.156.10197.1.401',
} as const satisfies Record<CertificateKey['digest'], string>

/** Parameters are absent (RFC 5754 2). */
const digestOf = ({ digest }: CertificateKey): Der => sequence(oid(digestTypes[digest]))
