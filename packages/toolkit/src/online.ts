/**
 * Asks authorities whether certificates have been revoked, where their certificates say that they answer: by OCSP
 * first (RFC 6960), then for the list (RFC 5280 5). Only certificates that lead to a trusted root are asked about, so
 * nobody else can make this machine call at an address.
 */
import { randomBytes } from 'node:crypto'
import { type Finding, finding, problem } from '@yinji/core'
import {
  encodeOcspRequest,
  type Revocation,
  type RevocationQuestion,
  type RevocationRefusal,
} from '@yinji/provenance'
import { fetchBounded } from './fetch-bounded.ts'

/** How authorities are asked. */
export interface OnlineOptions {
  /** Hosts (with the port, where it is not 80) that may be asked. Default: those that trusted authorities name. */
  readonly hosts?: readonly string[] | undefined
  /** Default: the one of the platform. */
  readonly fetch?: typeof fetch | undefined
  /** Random bytes for the nonce. Default: those of node:crypto. */
  readonly random?: ((length: number) => Uint8Array) | undefined
}

/** Asks about one certificate; what it learns goes into the `Revocation`, what goes wrong into findings. */
export type AskOnline = (question: RevocationQuestion) => Promise<readonly Finding[]>

/** Somebody waits for the answer, and most files have several certificates. */
const patience = 5000
/** An answer has two kilobytes, a list mostly some hundred. */
const mostAnswer = 64 * 1024
const mostList = 32 * 1024 * 1024
/** The same certificate is not asked about again so soon, whatever came of it. */
const pause = 60_000
/** Addresses of one kind in one certificate. */
const mostAddresses = 2
const mostRemembered = 10_000

export function createOnline(revocation: Revocation, options: OnlineOptions): AskOnline {
  const asked = new Map<string, { readonly at: number; readonly findings: Promise<readonly Finding[]> }>()
  return (question) => {
    const { fingerprint } = question.certificate
    const before = asked.get(fingerprint)
    const at = question.now.getTime()
    if (before && at - before.at < pause) return before.findings
    if (asked.size >= mostRemembered) asked.clear()
    const findings = ask(question, revocation, options)
    asked.set(fingerprint, { at, findings })
    return findings
  }
}

/** Address after address, until one tells. */
async function ask(
  question: RevocationQuestion,
  revocation: Revocation,
  options: OnlineOptions,
): Promise<readonly Finding[]> {
  const { ocspUrls, crlUrls } = question.certificate.extensions
  const findings: Finding[] = []
  const places = [
    ...ocspUrls.slice(0, mostAddresses).map((url) => ({ url, hear: hearResponder })),
    ...crlUrls.slice(0, mostAddresses).map((url) => ({ url, hear: fetchList })),
  ]
  for (const { url, hear } of places) {
    if (revocation.statusOf(question).status !== 'unknown') break
    const told = (code: Finding['code'], words?: string) =>
      findings.push(
        finding(code, { data: { subject: nameOf(question), url, ...(words ? { problem: words } : {}) } }),
      )
    try {
      const refusal = await hear(addressOf(url, options), question, revocation, options)
      if (refusal === 'unreadable')
        told('manifest.revocation.unreachable', problem('what came back can’t be read'))
      else if (refusal) told(`manifest.revocation.${refusal}`)
    } catch (error) {
      told('manifest.revocation.unreachable', problemOf(error))
    }
  }
  const { fingerprint } = question.certificate
  if (places.length > 0 && revocation.statusOf(question).status === 'unknown')
    revocation.unanswered.add(fingerprint)
  else revocation.unanswered.delete(fingerprint)
  return findings
}

type Heard = RevocationRefusal | undefined

/** The answer, which the `Revocation` has heard. @throws Error when there is none, or one that is not heard. */
export async function askResponder(
  url: URL,
  question: RevocationQuestion,
  revocation: Revocation,
  options: OnlineOptions,
): Promise<Uint8Array> {
  const { answer, refusal } = await fetchAnswer(url, question, revocation, options)
  if (refusal) throw new Error(problem(`the answer is not heard (${refusal})`))
  return answer
}

async function hearResponder(...question: Parameters<typeof fetchAnswer>): Promise<Heard> {
  return (await fetchAnswer(...question)).refusal
}

async function fetchAnswer(
  url: URL,
  question: RevocationQuestion,
  revocation: Revocation,
  { fetch, random = randomBytes }: OnlineOptions,
): Promise<{ readonly answer: Uint8Array; readonly refusal: Heard }> {
  const nonce = random(32)
  const body = Uint8Array.from(encodeOcspRequest(question.certificate, question.issuer, nonce))
  const headers = { 'content-type': 'application/ocsp-request', accept: 'application/ocsp-response' }
  const bounds = { maxBytes: mostAnswer, timeout: patience, fetch }
  const answer = await fetchBounded(url, { method: 'POST', headers, body }, bounds)
  return { answer, refusal: revocation.hearAnswer(question, answer, nonce) }
}

async function fetchList(
  url: URL,
  question: RevocationQuestion,
  revocation: Revocation,
  { fetch }: OnlineOptions,
): Promise<Heard> {
  const bounds = { maxBytes: mostList, timeout: patience, fetch }
  return revocation.hearList(question, await fetchBounded(url, {}, bounds))
}

/** Plain HTTP alone: what comes back is signed, and asking by TLS would raise the same question again (RFC 5280 8). */
export function addressOf(text: string, { hosts }: OnlineOptions): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'http:' || url.username !== '')
    throw new Error(problem('it is no address that is asked'))
  if (hosts && !hosts.includes(url.host)) throw new Error(problem('this host is not to be asked'))
  return url
}

function nameOf({ certificate: { subject } }: RevocationQuestion): string {
  return subject.organization ?? subject.commonName ?? subject.text
}

/** fetch hides the reason one level below. */
export function problemOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message : String(cause)
}
