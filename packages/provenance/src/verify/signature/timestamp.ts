/**
 * Time stamps of the claim signature (C2PA 15.8): when it was made at the latest, said by an authority that is trusted
 * for that and for nothing else. A stamp that does not hold counts as none; it is reported, and harms nothing else.
 */
import { createHash } from 'node:crypto'
import { concat } from '@yinji/core'
import { DerError } from '../../encoding/der.ts'
import { type EvidenceRecord, readEvidenceRecord, recordOfToken, rootsOf } from '../../timestamp/evidence.ts'
import { tokenSignature } from '../../timestamp/signature.ts'
import { readTimeStampResponse, readTimeStampToken, type TimeStampToken } from '../../timestamp/token.ts'
import { digests, sha1 } from '../../trust/algorithms.ts'
import { type Certificate, readCertificate } from '../../trust/certificate.ts'
import { shownName } from '../../trust/name.ts'
import { stampProblem } from '../../trust/profile.ts'
import { isInside, type Trust } from '../../trust/trust.ts'
import type { Log } from '../log.ts'
import type { StatusCode } from '../status.ts'
import type { CoseSignature, Stamp } from './cose-signature.ts'
import { byteString, structure } from './signature.ts'

/** What a token says, once it was looked at. */
export type Stamped =
  | { readonly outcome: 'trusted' | 'untrusted'; readonly time: Date; readonly authority: string }
  | { readonly outcome: 'invalid'; readonly status: StatusCode; readonly what: string; readonly code: Fault }

type Fault = 'manifest.timestamp.invalid' | 'manifest.timestamp.unsuitable' | 'manifest.timestamp.expired'

/** Clocks differ by so much, in milliseconds: a stamp of the near future is one of now. */
const skew = 5 * 60 * 1000

/**
 * The best stamp there is: those of the header first, then those that update manifests brought later.
 * @param claim The claim as it stands, which stamps of version 1 are over.
 * @param late What assertions of other manifests bring for this one.
 */
export function checkTimeStamps(
  cose: CoseSignature,
  claim: Uint8Array,
  late: readonly Stamp[],
  context: { readonly trust: Trust; readonly now: Date },
  at: string,
  log: Log,
): Stamped | undefined {
  const best = bestTimeStamp({ ...cose, stamps: [...cose.stamps, ...late] }, claim, context)
  if (best) report(best, at, log)
  return best
}

/** The same of the header alone, for any signature of this form; nothing is reported. */
export function bestTimeStamp(
  cose: Stampable,
  payload: Uint8Array,
  context: { readonly trust: Trust; readonly now: Date },
): Stamped | undefined {
  let best: Stamped | undefined
  for (const stamp of cose.stamps) {
    const next = checkTimeStamp(stamp, imprinted(stamp, cose, payload), context)
    if (best === undefined || rank(next) > rank(best)) best = next
    if (best.outcome === 'trusted') break
  }
  return best
}

type Stampable = Pick<CoseSignature, 'protectedHeader' | 'signature' | 'stamps'>

const rank = ({ outcome }: Stamped) => ['invalid', 'untrusted', 'trusted'].indexOf(outcome)

function report(stamped: Stamped, at: string, log: Log): void {
  if (stamped.outcome === 'invalid') {
    const { status, what, code } = stamped
    log.report(code, { status, at, what })
    return
  }
  const { authority, outcome } = stamped
  const time = stamped.time.toISOString()
  if (outcome === 'trusted') {
    log.status('timeStamp.validated', at)
    log.report('manifest.timestamp.trusted', { status: 'timeStamp.trusted', at, authority, time })
  } else log.report('manifest.timestamp.untrusted', { status: 'timeStamp.untrusted', at, authority, time })
}

/**
 * Sig_structure with the context of a countersignature (C2PA 10.3.2.5.3): over the signature, or, version 1, the claim.
 * Of late ones the standard says that the payload is the signature (18.18.3), as it stands or as in the header; those of
 * c2pa-rs are over the signature alone. Each binds the stamp to this signature: all three are read, the first alone where it is one
 * of many in a hash tree, for a bare signature can have the size of a node.
 */
function imprinted({ version }: Stamp, cose: Stampable, claim: Uint8Array): readonly Uint8Array[] {
  const payload = version === 1 ? claim : concat(byteString(cose.signature))
  const whole = structure('CounterSignature', cose.protectedHeader, payload)
  if (version !== 'late') return [whole]
  return [whole, structure('CounterSignature', cose.protectedHeader, cose.signature), cose.signature]
}

/** What was renewed is of the time of its first stamp, or, where that is by a stranger, of the first one that is trusted. */
function checkTimeStamp(stamp: Stamp, data: readonly Uint8Array[], context: StampContext): Stamped {
  const record = recordOf(stamp)
  if (typeof record === 'string') return invalid('malformed', record)
  const tokens = record.flatMap(({ stamps }) => stamps.map(({ token }) => token))
  const isOver = (token: TimeStampToken | undefined, root: Uint8Array | undefined) =>
    token !== undefined && root !== undefined && Buffer.compare(root, token.info.imprint.hash) === 0
  const single = record[0]?.stamps[0]?.path.length === 0
  const roots =
    (single ? data : data.slice(0, 1))
      .map((bytes) => rootsOf(record, bytes))
      .find(([first]) => isOver(tokens[0], first)) ?? []
  const checked: Stamped[] = []
  for (const [index, token] of tokens.entries()) {
    const next = checkToken(token, isOver(token, roots[index]), context)
    if (next.outcome === 'invalid') return next
    checked.push(next)
  }
  if (tokens.some(({ info }, index) => index > 0 && info.time < (tokens[index - 1]?.info.time ?? info.time)))
    return invalid('malformed', 'it was renewed before it was made')
  return checked.find(({ outcome }) => outcome === 'trusted') ?? (checked[0] as Stamped)
}

type StampContext = { readonly trust: Trust; readonly now: Date }

function checkToken(token: TimeStampToken, isOver: boolean, { trust, now }: StampContext): Stamped {
  const [leaf, ...others] = chainOf(token)
  if (leaf === undefined) return invalid('untrusted', 'the certificate of the authority is missing')
  const signature = tokenSignature(token, leaf)
  if (!digests.has(token.info.imprint.algorithm) || signature === 'unsupported')
    return invalid('untrusted', 'an algorithm is not allowed')
  if (signature === 'broken') return invalid('mismatch', 'its signature does not hold')
  if (!isOver) return invalid('mismatch', 'it was made for something else')
  const problem = stampProblem(leaf)
  if (problem !== undefined) return invalid('credentialInvalid', problem, 'manifest.timestamp.unsuitable')
  const { time } = token.info
  if (time.getTime() > now.getTime() + skew) return invalid('outsideValidity', 'it is of the future')
  const standing = trust.assessTimestamp([leaf, ...others], time)
  if (!isInside(standing, time))
    return invalid(
      'outsideValidity',
      'the certificate of the authority was not valid at that time',
      'manifest.timestamp.expired',
    )
  const authority = shownName(leaf.subject)
  return { outcome: standing.anchored ? 'trusted' : 'untrusted', time, authority }
}

type StampStatus = 'malformed' | 'mismatch' | 'untrusted' | 'outsideValidity' | 'credentialInvalid'

function invalid(status: StampStatus, what: string, code: Fault = 'manifest.timestamp.invalid'): Stamped {
  return { outcome: 'invalid', status: `timeStamp.${status}`, what, code }
}

/** What a stamp says of time and authority, whatever that is worth; undefined when it can’t be read. */
export function saidBy(
  stamp: Stamp,
): { readonly time: Date; readonly authority: Certificate | undefined } | undefined {
  const record = recordOf(stamp)
  const token = typeof record === 'string' ? undefined : record[0]?.stamps[0]?.token
  return token && { time: token.info.time, authority: chainOf(token)[0] }
}

function recordOf({ token, version, form }: Stamp): EvidenceRecord | string {
  if (token === undefined) return 'not exactly one token'
  try {
    if (form === 'evidence') return readEvidenceRecord(token)
    return recordOfToken(version === 1 ? readVersion1(token) : readTimeStampToken(token), token)
  } catch (error) {
    if (error instanceof DerError) return error.message
    throw error
  }
}

/** Version 1 keeps the whole response; tokens alone are found there too, and read. */
function readVersion1(bytes: Uint8Array): TimeStampToken {
  try {
    return readTimeStampToken(bytes)
  } catch (error) {
    if (!(error instanceof DerError)) throw error
    return readTimeStampToken(readTimeStampResponse(bytes))
  }
}

/** The certificate the token names, by its digest as well (RFC 5816 2.2.1), first. Empty when it is not there. */
function chainOf({ certificates, signer }: TimeStampToken): Certificate[] {
  const all = certificates.slice(0, 16).flatMap((der) => readCertificate(der) ?? [])
  const { id, certificate } = signer
  const named = all.filter((one) =>
    'key' in id
      ? one.extensions.subjectKeyIdentifier
      : one.issuer.key === id.issuer && one.serial === id.serial,
  )
  const hash = certificate.algorithm === sha1 ? 'sha1' : digests.get(certificate.algorithm)
  const leaf = hash && named.find(({ der }) => createHash(hash).update(der).digest().equals(certificate.hash))
  return leaf ? [leaf, ...all.filter((one) => one !== leaf)] : []
}
