/** One exchange with a service over HTTP: a time limit over everything, no redirects, an answer of bounded length. */
import type { Problem, SignError } from '@yinji/core'

/** Where to ask, and how. */
export interface Service {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** For the whole exchange. Default 10 seconds. */
  readonly timeoutSeconds?: number | undefined
  /** Default: that of the platform. */
  readonly fetch?: typeof fetch | undefined
}

/** What is sent, and how much may come back. */
export interface Content {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array<ArrayBuffer>
  /** Bytes. */
  readonly mostAnswer: number
}

/**
 * @param failed the error for a problem with the exchange
 * @throws that error when nobody answers in time, or with too much; what the status means is for the caller to say.
 */
export async function post(
  { url, headers, timeoutSeconds = 10, fetch: ask = fetch }: Service,
  content: Content,
  failed: (problem: Problem, cause?: unknown) => SignError,
): Promise<{ readonly status: number; readonly body: Buffer }> {
  const signal = AbortSignal.timeout(timeoutSeconds * 1000)
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    const response = await ask(url, {
      method: 'POST',
      headers: { ...headers, ...content.headers },
      body: content.body,
      redirect: 'manual',
      signal,
    })
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength
      if (size > content.mostAnswer) break
      chunks.push(chunk)
    }
    if (size <= content.mostAnswer) return { status: response.status, body: Buffer.concat(chunks) }
  } catch (error) {
    const { host } = new URL(url)
    throw failed(
      signal.aborted ? `no answer within ${timeoutSeconds} seconds` : `${host} can’t be reached`,
      error,
    )
  }
  throw failed('its answer is too long')
}
