/**
 * exiftool as a second opinion on what stands in a file. It knows a hundred formats and maker notes that the handlers
 * do not; started when first asked, kept until the reader is disposed.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type FoundProperty, limits } from '@yinji/core'
import type { ExifTool } from 'exiftool-vendored'

/** Somebody else’s reader, exiftool, asked for a second opinion; started when first asked, ended with the toolkit. */
export class SecondReader implements AsyncDisposable {
  readonly #program: string | undefined
  #started: Promise<ExifTool> | undefined

  /** @param program path of exiftool; default: the one that comes with this package, run by the system's perl */
  constructor(program?: string) {
    this.#program = program
  }

  /**
   * Every tag with a text in it, by exiftool's names; the site says its group in words the evidence table knows.
   * @param path absolute
   * @throws Error when exiftool can't be run, for want of perl or otherwise
   */
  async read(path: string): Promise<FoundProperty[]> {
    this.#started ??= start(this.#program)
    const exiftool = await this.#started
    const tags = await exiftool.readRaw(path, ['-G1', '-a', '-n', '-struct', '-api', 'LargeFileSupport=1'])
    return Object.entries(tags).flatMap(([key, value]) => textsOf(key, value))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exiftool = await this.#started?.catch(() => undefined)
    await exiftool?.end()
  }
}

const run = promisify(execFile)
const startSeconds = 20

/**
 * Where perl is missing, exiftool-vendored lets the failed start take the whole process down; so it is started by hand
 * once, to see. A hostile file must not hold it up for long, and a crash is no reason to try again.
 */
async function start(program: string | undefined): Promise<ExifTool> {
  const { ExifTool, exiftoolPath } = await import('exiftool-vendored')
  const path = program ?? (await exiftoolPath())
  await run(path, ['-ver'], { timeout: startSeconds * 1000 }).catch((cause: unknown) => {
    throw new Error('exiftool does not start', { cause })
  })
  return new ExifTool({
    maxProcs: 1,
    taskTimeoutMillis: 20_000,
    taskRetries: 0,
    exiftoolPath: path,
  })
}

/** What exiftool adds about the file system and itself. */
const notInFile = /^(?:System|File|ExifTool|Composite|SourceFile)(?::|$)/

function textsOf(key: string, value: unknown): FoundProperty[] {
  if (notInFile.test(key)) return []
  const [group = '', name = group] = key.split(':')
  const values = Array.isArray(value) ? value : [value]
  return values.slice(0, limits.evidenceTexts).flatMap((item: unknown) => {
    const text = typeof item === 'object' && item !== null ? JSON.stringify(item) : String(item ?? '')
    return text === ''
      ? []
      : [{ site: `exiftool ${group}`, name, value: text.slice(0, limits.evidenceBytes) }]
  })
}
