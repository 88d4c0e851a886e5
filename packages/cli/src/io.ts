/** The outside world as the command sees it. Handed in, so that tests can run the command inside their own process. */
import type { Writable } from 'node:stream'

export interface Output {
  write: Writable['write']
  readonly isTTY?: boolean
  readonly columns?: number
}

export interface Io {
  readonly stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean }
  /** Asks the person at the terminal for a secret; absent where there is none. */
  readonly ask?: ((question: string) => Promise<string>) | undefined
  /** Data. */
  readonly stdout: Output
  /** Talk. */
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** What relative paths are relative to. */
  readonly cwd: string
  /** Aborted when the user interrupts; the reason is an `Interrupted`. */
  readonly signal: AbortSignal
}

/** Why everything stops early, and what the shell is told. */
export class Interrupted extends Error {
  readonly exit: number
  constructor(signal: 'SIGINT' | 'SIGTERM' | 'SIGPIPE') {
    super(signal)
    this.name = 'Interrupted'
    this.exit = { SIGINT: 130, SIGPIPE: 141, SIGTERM: 143 }[signal]
  }
}
