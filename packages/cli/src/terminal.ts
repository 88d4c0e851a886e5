/** Writes data to stdout and talk to stderr. A reader who leaves early (`| head`) ends the work quietly. */
import { Interrupted, type Io, type Output } from './io.ts'

export class Terminal {
  readonly #io: Io
  readonly #closed: (reason: Interrupted) => void
  #status = ''
  #drawn = 0

  constructor(io: Io, closed: (reason: Interrupted) => void) {
    this.#io = io
    this.#closed = closed
  }

  /** One line of data. */
  async print(line: string): Promise<void> {
    await this.data(`${line}\n`)
  }

  async data(chunk: string | Uint8Array): Promise<void> {
    this.#clear()
    await this.#write(this.#io.stdout, chunk)
  }

  /** One line of talk. */
  async say(line: string): Promise<void> {
    this.#clear()
    await this.#write(this.#io.stderr, `${line}\n`)
  }

  /** A line that is drawn over by the next one; only for people, ten times a second at most. */
  status(line: string): void {
    const now = Date.now()
    if (!this.#io.stderr.isTTY || now - this.#drawn < 100) return
    this.#drawn = now
    this.#status = line
    this.#io.stderr.write(`\r\u001b[2K${line}`)
  }

  #clear(): void {
    if (this.#status === '') return
    this.#status = ''
    this.#io.stderr.write('\r\u001b[2K')
  }

  #write(output: Output, chunk: string | Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      output.write(chunk, (error) => {
        if (!error) return resolve()
        if (!('code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED')))
          return reject(error)
        const gone = new Interrupted('SIGPIPE')
        this.#closed(gone)
        reject(gone)
      })
    })
  }
}
