/** A small HTTP server for questions of a few kilobytes: bounded in time, size and number, whoever asks. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { UsageError } from '@yinji/core'

/** What is asked. */
export interface Question {
  readonly method: string
  /** As it was sent: begins with `/`, not decoded, without the part behind `?`. */
  readonly path: string
  /** Media type of the body, lower-case, without parameters; `''` when there is none. */
  readonly type: string
  readonly body: Uint8Array
}

/** What is said. */
export interface Answer {
  readonly status: number
  /** Media type. Default: plain text. */
  readonly type?: string | undefined
  readonly body?: Uint8Array | string | undefined
  /** Names in lower case. `cache-control` is `no-store` unless it says otherwise. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** Answers one question. What it throws becomes status 500. */
export type Answerer = (question: Question) => Promise<Answer>

/** Where and how to listen. */
export interface ServeOptions {
  /** Default `127.0.0.1`: this machine alone. */
  readonly host?: string | undefined
  /** Default 0: one that is free. */
  readonly port?: number | undefined
  /** Largest body in bytes. Default 16 KiB. */
  readonly maxBytes?: number | undefined
  /** Hears of what went wrong inside; whoever asked is told only that something did. Default: nobody. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** A running server. Disposing lets those who are being answered finish, and takes nobody new. */
export interface Server extends AsyncDisposable {
  /** `http://127.0.0.1:8080/`. */
  readonly url: string
}

/** One connection more is not accepted; each holds one body at a time. */
const mostConnections = 512
/** Answers in the making; others are told to come back. */
const mostAnswers = 64
const seconds = 1000
/** For a whole question: nobody is waited for longer, so that slow senders block nobody. */
const patience = 10 * seconds

/** @throws UsageError when the address can’t be listened at. */
export async function serve(answerer: Answerer, options: ServeOptions = {}): Promise<Server> {
  const { host = '127.0.0.1', port = 0, maxBytes = 16 * 1024, onError } = options
  let answering = 0
  const answer = async (request: IncomingMessage): Promise<Answer> => {
    if (answering >= mostAnswers) return { status: 503, headers: { 'retry-after': '1' } }
    answering++
    try {
      const body = await bodyOf(request, maxBytes)
      return body ? await answerer(questionOf(request, body)) : { status: 413 }
    } finally {
      answering--
    }
  }
  const server = createServer(
    {
      headersTimeout: patience / 2,
      requestTimeout: patience,
      keepAliveTimeout: 5 * seconds,
      connectionsCheckingInterval: seconds,
    },
    (request, response) => {
      answer(request)
        .catch((error: unknown): Answer => {
          if (request.complete) onError?.(error) // else whoever asked has gone
          return { status: 500 }
        })
        .then((said) => send(response, said))
        .catch((error: unknown) => {
          onError?.(error)
          response.destroy()
        })
    },
  )
  server.maxConnections = mostConnections
  await new Promise<void>((ready, failed) => {
    server.once('error', failed).listen(port, host, ready)
  }).catch((error: unknown) => {
    const problem = error instanceof Error ? error.message : String(error)
    throw new UsageError('usage.address.unavailable', { host, port, problem }, { cause: error })
  })
  const { address, port: bound, family } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}/`,
    async [Symbol.asyncDispose]() {
      const late = setTimeout(() => server.closeAllConnections(), patience)
      await new Promise<void>((closed) => server.close(() => closed()))
      clearTimeout(late)
    },
  }
}

function questionOf({ method = '', url = '/', headers }: IncomingMessage, body: Uint8Array): Question {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? ''
  return { method, path: url.split('?')[0] || '/', type, body }
}

/** Undefined when there is more of it than is taken. */
async function bodyOf(request: IncomingMessage, most: number): Promise<Uint8Array | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > most) return undefined
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    if (size > most) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function send(response: ServerResponse, { status, type, body = `${status}\n`, headers }: Answer): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  response.writeHead(status, {
    'content-type': type ?? 'text/plain; charset=utf-8',
    'content-length': bytes.byteLength,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // What was not read of a body that is too long must not be taken for the next question.
    ...(response.req.complete ? {} : { connection: 'close' }),
    ...headers,
  })
  response.end(response.req.method === 'HEAD' ? undefined : bytes)
}
