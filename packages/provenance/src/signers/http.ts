/**
 * Signing by a service over HTTP, the small common ground of key services; a few lines in front of any KMS speak it.
 *
 *     POST url    {"schema": "yinji.sign/1", "algorithm": "ES256", "data": base64, "digest": base64 | null}
 *     200         {"signature": base64}
 *     otherwise   {"error": text}, optional
 *
 * `data` is what is signed, `digest` its hash by the digest of the algorithm, for services that only take that (null for
 * Ed25519, which hashes by itself). The signature may be raw or, for ECDSA, DER. The time limit covers everything, no
 * redirect is followed, and nothing but a signature of the certificate's key is accepted.
 */
import { type Problem, problem, SignError, UsageError } from '@yinji/core'
import { digestFor } from './algorithm.ts'
import { createExternalSigner } from './external.ts'
import { post } from './post.ts'
import type { SignatureAlgorithm, Signer } from './signer.ts'

/** A service that signs. */
export interface HttpKey {
  /** `https:`; `http:` only to this machine. */
  readonly url: string
  /** The signing certificate and those above it, PEM. */
  readonly chain: string
  /** Sent with each request, e.g. `authorization`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** For the whole exchange. Default 10 seconds: machines answer in less than one, and a file waits. */
  readonly timeoutSeconds?: number | undefined
  /** Default: that of the platform. */
  readonly fetch?: typeof fetch | undefined
}

/** Far above any answer of the protocol. */
const mostAnswer = 64 * 1024

/**
 * A signer that asks a service for each signature.
 * @throws UsageError for an address it must not use; SignError as `createExternalSigner`. Its `sign` throws
 * `sign.external.failed` when the service can't be reached, refuses, answers something else or takes too long.
 */
export function createHttpSigner(key: HttpKey, now = new Date()): Signer {
  checkUrl(key.url)
  return createExternalSigner(
    { chain: key.chain, sign: (bytes, algorithm) => ask(key, bytes, algorithm) },
    now,
  )
}

function checkUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const local = url?.protocol === 'http:' && /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)
  if (url?.protocol === 'https:' || local) return
  throw new UsageError('usage.signer.invalid', { problem: problem(`${text} is no https address`) })
}

async function ask(key: HttpKey, bytes: Uint8Array, algorithm: SignatureAlgorithm): Promise<Uint8Array> {
  const digest = digestFor(algorithm, bytes)
  const body = JSON.stringify({
    schema: 'yinji.sign/1',
    algorithm,
    data: Buffer.from(bytes).toString('base64'),
    digest: digest ? Buffer.from(digest).toString('base64') : null,
  })
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  const answer = await post(key, { headers, body, mostAnswer }, failed)
  return signatureIn(answer.status, answer.body.toString('utf8'))
}

function signatureIn(status: number, text: string): Uint8Array {
  const answer = parsed(text)
  if (status !== 200) {
    const words = answer?.['error']
    throw failed(
      typeof words === 'string' ? `HTTP status ${status}: ${words.slice(0, 200)}` : `HTTP status ${status}`,
    )
  }
  const signature = answer?.['signature']
  if (typeof signature === 'string' && /^[A-Za-z0-9+/]+={0,2}$/.test(signature))
    return Buffer.from(signature, 'base64')
  throw failed('its answer holds no base64 signature')
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function failed(problem: Problem, cause?: unknown): SignError {
  return new SignError('sign.external.failed', { problem }, { cause })
}
