/** Runs the command as a user does, inside this process: words in, streams and an exit code out. */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { createIdentity, type Report } from '@yinji/toolkit'
import { type Io, type Output, run } from 'yinji'
import { fixturePath } from '../helpers/fixtures.ts'
import { providerCode, temporaryDirectory } from '../helpers/identity.ts'

export interface Result {
  readonly code: number
  readonly out: string
  readonly bytes: Uint8Array
  readonly err: string
}

export interface Desk {
  readonly folder: string
  readonly home: string
  path(name: string): string
  yinji(words: readonly string[], world?: World): Promise<Result>
}

export interface World {
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: Uint8Array
  readonly terminal?: boolean
  /** A person who is asked for secrets. */
  readonly ask?: (question: string) => Promise<string>
  readonly signal?: AbortSignal
}

/** A folder with fixtures in it, and a provider's identity. */
export async function desk(
  fixtures: readonly string[] = [],
  options: { identity?: boolean } = {},
): Promise<Desk> {
  const folder = temporaryDirectory()
  const home = join(temporaryDirectory(), 'identity')
  if (options.identity !== false)
    await createIdentity(home, { provider: 'Acme AI', code: providerCode, system: 'Acme Painter' })
  for (const name of fixtures) copyFileSync(fixturePath(name), join(folder, name))
  return {
    folder,
    home,
    path: (name) => join(folder, name),
    yinji: (words, world = {}) => invoke(words, folder, home, world),
  }
}

/** The reports of `verify --json`, one per line. */
export function reports({ out }: Result): Report[] {
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Report)
}

async function invoke(words: readonly string[], cwd: string, home: string, world: World): Promise<Result> {
  const stdout = new Recorder(world.terminal)
  const stderr = new Recorder(world.terminal)
  const io: Io = {
    stdin: Object.assign(single(world.stdin), { isTTY: world.terminal === true && !world.stdin }),
    ask: world.ask,
    stdout,
    stderr,
    env: { YINJI_HOME: home, PATH: process.env['PATH'], ...world.env },
    cwd,
    signal: world.signal ?? new AbortController().signal,
  }
  const code = await run(words, io)
  return { code, out: stdout.text, bytes: stdout.bytes, err: stderr.text }
}

async function* single(bytes: Uint8Array | undefined): AsyncGenerator<Uint8Array> {
  if (bytes) yield bytes
}

class Recorder implements Output {
  readonly #chunks: Uint8Array[] = []
  readonly isTTY: boolean
  constructor(terminal = false) {
    this.isTTY = terminal
  }
  write(chunk: unknown, ...rest: unknown[]): boolean {
    this.#chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : Uint8Array.from(chunk as Uint8Array))
    const done = rest.at(-1)
    if (typeof done === 'function') done(null)
    return true
  }
  get bytes(): Uint8Array {
    return Buffer.concat(this.#chunks)
  }
  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8')
  }
}
