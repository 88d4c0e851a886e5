/** What OCSP answers say about one certificate, at present and at the time of signing (C2PA 15.9.1, RFC 6960 3.2). */
import { aboutOne, type OcspAnswer, type OcspResponse, readOcsp, signerOf } from './ocsp.ts'
import type { RevocationDoubt, RevocationQuestion, RevocationStatus } from './revocation.ts'

/** Clocks differ. */
const skew = 5 * 60 * 1000
/** An answer without an end is believed for a week, and at the time of signing for a day (C2PA 15.9.1). */
const endless = 7 * 86_400_000
const day = 86_400_000

interface Read {
  readonly response: OcspResponse
  /** What it says, by certificate and issuer; undefined of those it says nothing about. */
  readonly said: Map<string, Said | undefined>
}

interface Said {
  readonly answer: OcspAnswer
  readonly signer: ReturnType<typeof signerOf>
}

/** Responses are read and checked once, for later manifests bring answers that are looked at for every signature. */
export function answerReader(): (bytes: Uint8Array) => Read | readonly [] {
  const known = new WeakMap<Uint8Array, Read | readonly []>()
  return (bytes) => {
    const before = known.get(bytes)
    if (before) return before
    const response = readOcsp(bytes)
    const read: Read | readonly [] = response ? { response, said: new Map() } : []
    known.set(bytes, read)
    return read
  }
}

function saidOf({ response, said }: Read, { certificate, issuer }: RevocationQuestion): Said | undefined {
  const key = `${certificate.fingerprint} ${issuer.fingerprint}`
  if (said.has(key)) return said.get(key)
  const answer = response.answers.find(aboutOne(certificate, issuer))
  const one = answer && { answer, signer: signerOf(response, issuer) }
  said.set(key, one)
  return one
}

/** What the answers at hand say together: one that it was revoked goes before all that it is good, however many those are. */
export function fromAnswers(responses: readonly Read[], question: RevocationQuestion): RevocationStatus {
  const { now, signedAt } = question
  const doubts: RevocationDoubt[] = []
  let good = false
  for (const read of responses) {
    const said = saidOf(read, question)
    if (!said) continue
    const { answer, signer } = said
    if (signer !== 'authority') {
      doubts.push(signer)
      continue
    }
    const { status } = answer
    if (typeof status === 'object' && status.reason !== 'removeFromCRL') {
      if (answer.thisUpdate.getTime() <= now.getTime() + skew) return { status: 'revoked', ...status }
      continue
    }
    if (status === 'unknown') {
      doubts.push('unrecognized')
      continue
    }
    const then = signedAt && vouchesFor(answer, read.response.producedAt, signedAt, now)
    if (then || isFresh(answer, now)) good = true
    else doubts.push('stale')
  }
  return good ? { status: 'good' } : { status: 'unknown', doubts }
}

/** Whether an answer says that what was signed then was signed with a good certificate: in its time, or before (C2PA 15.9.1). */
function vouchesFor(
  { thisUpdate, nextUpdate }: Pick<OcspAnswer, 'thisUpdate' | 'nextUpdate'>,
  producedAt: Date,
  signedAt: Date,
  now: Date,
): boolean {
  if (thisUpdate.getTime() > now.getTime() + skew) return false
  const end = nextUpdate?.getTime() ?? producedAt.getTime() + day
  return signedAt.getTime() <= end + skew
}

/** Whether it holds at this time. */
export function isFresh(
  { thisUpdate, nextUpdate }: { readonly thisUpdate: Date; readonly nextUpdate: Date | undefined },
  at: Date,
): boolean {
  const end = nextUpdate?.getTime() ?? thisUpdate.getTime() + endless
  return thisUpdate.getTime() - skew <= at.getTime() && at.getTime() <= end + skew
}
