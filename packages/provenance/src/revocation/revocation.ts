/** Whether a certificate has been taken back, as far as the lists and answers at hand can tell. */
import { remember, UsageError } from '@yinji/core'
import type { Certificate } from '../trust/certificate.ts'
import { isSignedWith } from '../trust/signed.ts'
import { answerReader, fromAnswers, isFresh } from './answers.ts'
import { type Crl, type Revoked, readCrl } from './crl.ts'
import { aboutOne, readOcsp, signerOf } from './ocsp.ts'
import type { Reason } from './reason.ts'

/**
 * `off` asks nobody; `soft` uses what is at hand and lets pass what can’t be told; `hard` leaves unchecked what can’t
 * be told.
 */
export type RevocationMode = 'off' | 'soft' | 'hard'

/**
 * Why something that was said of a certificate was not believed: it is signed by a `stranger`, by somebody the authority
 * did not appoint (`unappointed`), has run out (`stale`), or is that the authority knows no such certificate
 * (`unrecognized`).
 */
export type RevocationDoubt = 'stranger' | 'unappointed' | 'stale' | 'unrecognized'

/**
 * Why something that was fetched was not taken in: it is no list or answer (`unreadable`), signed by the wrong one (`stranger`,
 * `unappointed`), an answer to another request (`replayed`), or older than what is at hand (`rollback`).
 */
export type RevocationRefusal =
  | Exclude<RevocationDoubt, 'stale' | 'unrecognized'>
  | 'unreadable'
  | 'replayed'
  | 'rollback'

/** What can be told about one certificate; `doubts` has why what was said of it was not believed, and is empty when nothing was. */
export type RevocationStatus =
  | { readonly status: 'good' }
  | { readonly status: 'unknown'; readonly doubts: readonly RevocationDoubt[] }
  | ({ readonly status: 'revoked' } & Revoked)

/** Lists and answers, and how to use them. */
export interface RevocationOptions {
  /** Default `soft`: most files come without any list, and would all be left unchecked. */
  readonly mode?: RevocationMode | undefined
  /** Revocation lists, DER or PEM. Those of one authority may be several: the one with the highest number counts. */
  readonly crls?: readonly Uint8Array[] | undefined
  /** OCSP responses, DER. */
  readonly ocsps?: readonly Uint8Array[] | undefined
}

/** Answers whether certificates have been revoked. */
export interface Revocation {
  readonly mode: RevocationMode
  /** Whether somebody gave lists or answers, and so wants to hear of them. */
  readonly asked: boolean
  /**
   * What is known at `now`. That a certificate is good counts as well when it was said for the time when the signature was made,
   * or later (C2PA 15.9.1).
   */
  statusOf(question: RevocationQuestion): RevocationStatus
  /**
   * Takes in an answer that was just asked for; undefined, or why not.
   * @param nonce of the request: an answer with another one is from before.
   */
  hearAnswer(
    question: RevocationQuestion,
    response: Uint8Array,
    nonce: Uint8Array,
  ): RevocationRefusal | undefined
  /** Takes in a list that was just fetched; undefined, or why not: one older than another at hand could hide something. */
  hearList(question: RevocationQuestion, list: Uint8Array): RevocationRefusal | undefined
  /** Fingerprints of certificates whose authority was asked and gave no answer that could be heard: whoever asks adds them. */
  readonly unanswered: Set<string>
  /** Lists that were used and whose signature holds: worth keeping, so that nobody can offer older ones later. */
  readonly used: ReadonlySet<Crl>
}

/** What is asked. */
export interface RevocationQuestion {
  readonly certificate: Certificate
  readonly issuer: Certificate
  readonly now: Date
  /** When the signature was made, if a trusted time stamp says so. */
  readonly signedAt?: Date | undefined
  /** OCSP responses beside the signature, and those that later manifests brought. */
  readonly stapled?: readonly Uint8Array[] | undefined
}

/** Answers that were asked for are kept for so many certificates. */
const mostHeard = 10_000

/**
 * What lists and answers at hand tell about certificates (C2PA 15.9). Nothing is fetched: whoever wants to ask, asks and takes in what
 * comes.
 * @throws UsageError for a list or answer that can’t be read: without it, a certificate that was taken back would pass.
 */
export function createRevocation({
  mode = 'soft',
  crls = [],
  ocsps = [],
}: RevocationOptions = {}): Revocation {
  const lists = crls.map((bytes, index) => readCrl(bytes) ?? unreadable(`crls[${index}]`))
  for (const [index, bytes] of ocsps.entries()) if (!readOcsp(bytes)) unreadable(`ocsps[${index}]`)
  const used = new Set<Crl>()
  const heard = new Map<string, Uint8Array>()
  const read = answerReader()
  const speaks = speaker()
  return {
    mode,
    asked: crls.length + ocsps.length > 0,
    used,
    unanswered: new Set(),
    statusOf(question) {
      if (mode === 'off') return unknown()
      const own = heard.get(question.certificate.fingerprint)
      const found = [
        fromLists(lists, used, question, speaks),
        fromAnswers([...(own ? [own] : []), ...ocsps, ...(question.stapled ?? [])].flatMap(read), question),
      ]
      const doubts = found.flatMap((one) => (one.status === 'unknown' ? one.doubts : []))
      return (
        found.find(({ status }) => status === 'revoked') ??
        found.find(({ status }) => status === 'good') ??
        unknown(...new Set(doubts))
      )
    },
    hearAnswer({ certificate, issuer }, bytes, nonce) {
      const response = readOcsp(bytes)
      if (!response?.answers.some(aboutOne(certificate, issuer))) return 'unreadable'
      const signer = signerOf(response, issuer)
      if (signer !== 'authority') return signer
      // Many responders answer everybody alike (RFC 5019); then only the dates tell that it is no old one.
      if (response.nonce && Buffer.compare(response.nonce, nonce) !== 0) return 'replayed'
      remember(heard, certificate.fingerprint, Uint8Array.from(bytes), mostHeard)
      return undefined
    },
    hearList({ issuer }, bytes) {
      const list = readCrl(bytes)
      if (list === undefined) return 'unreadable'
      if (!speaks(list, issuer)) return 'stranger'
      const own = lists.filter((other) => speaks(other, issuer))
      if (own.some(({ number }) => number > list.number)) return 'rollback'
      for (const other of own) lists.splice(lists.indexOf(other), 1)
      lists.push(list)
      return undefined
    },
  }
}

function unreadable(path: string): never {
  throw new UsageError('usage.crl.unreadable', { path })
}

const unknown = (...doubts: readonly RevocationDoubt[]) => ({ status: 'unknown', doubts }) as const

const crlSign = 6

/** Whether the list is by this authority. */
function speaksFor(list: Crl, issuer: Certificate): boolean {
  return (
    list.issuer === issuer.subject.key &&
    issuer.extensions.keyUsage?.has(crlSign) !== false &&
    isSignedWith(list, issuer)
  )
}

type Speaks = typeof speaksFor

/** A list may have millions of bytes under its signature, and is looked at for every certificate. */
function speaker(): Speaks {
  const known = new WeakMap<Crl, Map<string, boolean>>()
  return (list, issuer) => {
    const byIssuer = known.get(list) ?? new Map<string, boolean>()
    known.set(list, byIssuer)
    const speaks = byIssuer.get(issuer.fingerprint) ?? speaksFor(list, issuer)
    byIssuer.set(issuer.fingerprint, speaks)
    return speaks
  }
}

function fromLists(
  lists: readonly Crl[],
  used: Set<Crl>,
  { certificate, issuer, now }: RevocationQuestion,
  speaks: Speaks,
): RevocationStatus {
  const named = lists
    .filter((list) => list.issuer === issuer.subject.key && list.issuer === certificate.issuer.key)
    .filter((list) => !list.leavesOnly || certificate.extensions.basicConstraints?.ca !== true)
  const own = named.filter((list) => speaks(list, issuer))
  const [newest] = own.toSorted((a, b) => (a.number < b.number ? 1 : a.number > b.number ? -1 : 0))
  if (newest === undefined) return named.length > 0 ? unknown('stranger') : unknown()
  used.add(newest)
  const revoked = newest.revoked.get(certificate.serial)
  if (revoked && revoked.reason !== 'removeFromCRL') return { status: 'revoked', ...revoked } // for good, however old
  return isFresh(newest, now) ? { status: 'good' } : unknown('stale')
}

/** Reasons that say nothing against what was signed before. */
const harmless: ReadonlySet<Reason> = new Set([
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'privilegeWithdrawn',
])

/**
 * Whether a signature outlives the revocation of its certificate: only a trusted time stamp from before can show that,
 * and after a compromise only one from before the day from which the key is held compromised. Without such a day nobody
 * knows how long the key had been stolen.
 */
export function outlives({ when, reason, invalidSince }: Revoked, signedAt: Date | undefined): boolean {
  if (signedAt === undefined) return false
  if (invalidSince) return signedAt < invalidSince && signedAt < when
  return harmless.has(reason) && signedAt < when
}
