/** Fetches a little from far away: once, without redirects, up to a size and for so long. */

import { problem } from '@yinji/core'

/** How much is waited for and taken. */
export interface Bounds {
  readonly maxBytes: number
  readonly timeout: number
  /** Default: the one of the platform. */
  readonly fetch?: typeof fetch | undefined
  readonly signal?: AbortSignal | undefined
}

/** The body. @throws Error in words for people, for whatever is not a plain success within the bounds. */
export async function fetchBounded(url: URL, init: RequestInit, bounds: Bounds): Promise<Uint8Array> {
  const timeout = AbortSignal.timeout(bounds.timeout)
  const response = await (bounds.fetch ?? fetch)(url, {
    ...init,
    redirect: 'error',
    signal: bounds.signal ? AbortSignal.any([bounds.signal, timeout]) : timeout,
  })
  if (!response.ok || response.body === null) throw new Error(problem(`HTTP ${response.status}`))
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    if (size > bounds.maxBytes) throw new Error(problem(`more than ${bounds.maxBytes} bytes`))
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}
