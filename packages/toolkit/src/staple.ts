/**
 * Lets signatures carry the word of the authority that their certificates are good (C2PA 14.5.2: `rVals`), so that
 * nobody who verifies them needs to ask, and updates bring it for earlier signatures (18.19). An answer is asked for once and
 * used until half of its time is over.
 */
import { problem, remember, SignError } from '@yinji/core'
import {
  type Certificate,
  certificatesIn,
  createRevocation,
  type OcspSource,
  readCertificate,
  readOcsp,
  type Signer,
} from '@yinji/provenance'
import { addressOf, askResponder, type OnlineOptions, problemOf } from './online.ts'

/** An answer has one to three kilobytes, mostly those of the certificate beside it. */
const roomForAnswer = 4000

/** Answers kept for the next file. */
const mostRemembered = 10_000

interface Asked {
  readonly certificate: Certificate
  readonly issuer: Certificate
}

/** An answer that says that the certificate is good. @throws SignError as `withStaples` says */
export type AskForAnswer = (about: Asked, now: Date) => Promise<Uint8Array>

/** How a signer’s authorities are asked. */
export interface StapleOptions extends OnlineOptions {
  /** PEM: certificates above those that stand in the signer’s chain. */
  readonly anchors?: string | undefined
  readonly clock?: (() => Date) | undefined
}

/**
 * The signer, with an answer about each certificate of its chain that names a responder. Such signatures shall have a time
 * stamp as well (C2PA 10.3.2.6), which may come later: an answer is about a moment, and nobody else says which one it was.
 * @throws SignError `sign.staple.failed` when none of them does. Signing throws it too, when no answer can be had, and
 * `sign.certificate.revoked` when it is not the right one.
 */
export function withStaples(signer: Signer, options: StapleOptions = {}): Signer {
  const chain = signer.chain.flatMap((der) => readCertificate(der) ?? [])
  const above = certificatesIn(options.anchors ?? '').flatMap((der) => readCertificate(der) ?? [])
  const asked = chain.flatMap((certificate): Asked[] => {
    const issuer = [...chain, ...above].find(({ subject }) => subject.key === certificate.issuer.key)
    return issuer && certificate.extensions.ocspUrls.length > 0 ? [{ certificate, issuer }] : []
  })
  if (asked.length === 0)
    throw stapleFailed(problem('no certificate of the chain says where to ask about it'))
  const clock = options.clock ?? (() => new Date())
  const ask = createAsking(options)
  const ocsp: OcspSource = {
    reserve: asked.length * roomForAnswer,
    responses: async () => Promise.all(asked.map((about) => ask(about, clock()))),
  }
  const { algorithm, notAfter, timestamp } = signer
  return { algorithm, chain: signer.chain, notAfter, timestamp, ocsp, sign: (bytes) => signer.sign(bytes) }
}

/** One who asks, and remembers. */
export function createAsking(options: OnlineOptions): AskForAnswer {
  const known = new Map<string, Answer>()
  return async (about, now) => {
    const before = known.get(about.certificate.fingerprint)
    const answer = before && now < before.until ? before : await answerFor(about, options, now)
    remember(known, about.certificate.fingerprint, answer, mostRemembered)
    return answer.bytes
  }
}

interface Answer {
  readonly bytes: Uint8Array
  readonly until: Date
}

async function answerFor({ certificate, issuer }: Asked, options: OnlineOptions, now: Date): Promise<Answer> {
  const question = { certificate, issuer, now }
  const revocation = createRevocation()
  const problems: string[] = []
  for (const url of certificate.extensions.ocspUrls.slice(0, 2)) {
    let bytes: Uint8Array
    try {
      bytes = await askResponder(addressOf(url, options), question, revocation, options)
    } catch (error) {
      problems.push(`${url}: ${problemOf(error)}`)
      continue
    }
    const found = revocation.statusOf(question)
    if (found.status === 'revoked')
      throw new SignError('sign.certificate.revoked', {
        subject: certificate.subject.text,
        when: found.when.toISOString(),
        reason: found.reason,
      })
    if (bytes.byteLength > roomForAnswer) problems.push(`${url}: ${bytes.byteLength} bytes`)
    else if (found.status === 'good') return { bytes, until: halfOf(bytes, now) }
    else problems.push(`${url}: ${found.doubts.join(', ') || problem('no answer about this certificate')}`)
  }
  throw stapleFailed(problems.join('; '))
}

/** Answers of public responders hold for days: there is time to ask again while the old one still counts. */
function halfOf(bytes: Uint8Array, now: Date): Date {
  const { thisUpdate, nextUpdate } = readOcsp(bytes)?.answers[0] ?? {}
  return thisUpdate && nextUpdate ? new Date((thisUpdate.getTime() + nextUpdate.getTime()) / 2) : now
}

/** @param problem in words of the table, or several, each behind its address */
export const stapleFailed = (problem: string) => new SignError('sign.staple.failed', { problem })
