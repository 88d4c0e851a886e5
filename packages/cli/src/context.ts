/** Everything a command needs that is not its own option. */
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { type Exit, exits, gravest } from './exit.ts'
import type { Io } from './io.ts'
import { type Paint, painter } from './paint.ts'
import { coloured, homeOf, type Language, languageOf } from './settings.ts'
import { Terminal } from './terminal.ts'

export interface Context {
  readonly io: Io
  readonly language: Language
  /** Picks the reader's language. */
  readonly t: (en: string, zh: string) => string
  /** Colours for stdout. */
  readonly paint: Paint
  /** Colours for stderr. */
  readonly paintTalk: Paint
  readonly terminal: Terminal
  /** Directory of the identity. */
  readonly home: string
  /** Aborted on interruption and when nobody reads stdout any more. */
  readonly signal: AbortSignal
  readonly exit: ExitStatus
  /** Absolute path of ffmpeg, if it is on the search path. */
  ffmpeg(): string | undefined
}

/** The gravest exit code so far. */
class ExitStatus {
  #code: Exit = exits.ok
  get code(): Exit {
    return this.#code
  }
  add(code: Exit): void {
    this.#code = gravest(this.#code, code)
  }
}

export function createContext(argv: readonly string[], io: Io): Context {
  const language = languageOf(argv, io.env)
  const closed = new AbortController()
  return {
    io,
    language,
    t: (en, zh) => (language === 'zh' ? zh : en),
    paint: painter(coloured(argv, io.env, io.stdout)),
    paintTalk: painter(coloured(argv, io.env, io.stderr)),
    terminal: new Terminal(io, (reason) => closed.abort(reason)),
    home: homeOf(io.env),
    signal: AbortSignal.any([io.signal, closed.signal]),
    exit: new ExitStatus(),
    ffmpeg: () => findProgram('ffmpeg', io.env),
  }
}

/** Looks a program up by hand, so that only an absolute path is ever run; relative entries of PATH are no place to look. */
function findProgram(name: string, env: Io['env']): string | undefined {
  const endings = process.platform === 'win32' ? ['.exe'] : ['']
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter(isAbsolute)
  return folders
    .flatMap((folder) => endings.map((ending) => join(folder, name + ending)))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return statSync(path).isFile()
      } catch {
        return false
      }
    })
}
