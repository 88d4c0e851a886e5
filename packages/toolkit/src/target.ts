/**
 * Where a labelled file goes. It grows under a temporary name in the target's own directory and takes its real name
 * only when it is complete and has been read back; until then, and on every failure, what was there stays there.
 */
import { randomBytes } from 'node:crypto'
import { copyFile, type FileHandle, link, open, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { concat, InputError, ToolError, YinjiError } from '@yinji/core'

/** Takes the pieces of a file, mostly in order. */
export interface Target {
  write(chunk: Uint8Array, position: number): Promise<void>
}

/** A target in memory, of a size known beforehand. */
export class MemoryTarget implements Target {
  readonly bytes: Uint8Array
  constructor(size: number) {
    this.bytes = new Uint8Array(size)
  }
  async write(chunk: Uint8Array, position: number): Promise<void> {
    this.bytes.set(chunk, position)
  }
}

/** A target on disk. Writes that follow each other are gathered, so that a small file costs one system call. */
export class FileTarget implements Target {
  readonly #path: string
  readonly #temporary: string
  #handle: FileHandle | undefined
  #gathered: Uint8Array[] = []
  #gatheredAt = 0
  #gatheredBytes = 0

  private constructor(path: string, temporary: string, handle: FileHandle) {
    this.#path = path
    this.#temporary = temporary
    this.#handle = handle
  }

  /** @throws InputError when the target exists and may not be replaced; ToolError when nothing can be written there. */
  static async create(path: string, options: { replace: boolean }): Promise<FileTarget> {
    const existing = await stat(path).catch(() => undefined)
    if (existing?.isDirectory()) throw new InputError('output.readonly', { path })
    if (existing && !options.replace) throw new InputError('output.exists', { path })
    const temporary = join(
      dirname(path),
      `.${basename(path).slice(0, 80)}.${randomBytes(6).toString('hex')}.tmp`,
    )
    try {
      const handle = await open(temporary, 'wx', existing ? existing.mode & 0o777 : 0o666)
      return new FileTarget(path, temporary, handle)
    } catch (error) {
      throw outputError(error, path)
    }
  }

  /** Path of the file while it grows. */
  get temporary(): string {
    return this.#temporary
  }

  async write(chunk: Uint8Array, position: number): Promise<void> {
    const follows = position === this.#gatheredAt + this.#gatheredBytes
    if (!follows || this.#gatheredBytes + chunk.byteLength > gatherBytes) await this.#flush()
    if (this.#gatheredBytes === 0) this.#gatheredAt = position
    if (chunk.byteLength >= gatherBytes) {
      await this.#put(chunk, position)
      this.#gatheredAt = position + chunk.byteLength
      return
    }
    this.#gathered.push(Uint8Array.from(chunk)) // the array may serve for the next chunk
    this.#gatheredBytes += chunk.byteLength
  }

  /** Ends the writing; the file is complete under its temporary name. */
  async close(): Promise<void> {
    await this.#flush()
    const handle = this.#handle
    this.#handle = undefined
    try {
      await handle?.close()
    } catch (error) {
      throw outputError(error, this.#path)
    }
  }

  /** Gives the file its name. Without `replace` a file that has appeared meanwhile is not overwritten. */
  async commit(options: { replace: boolean }): Promise<void> {
    try {
      if (options.replace) await rename(this.#temporary, this.#path)
      else await this.#linkInto()
    } catch (error) {
      throw outputError(error, this.#path)
    }
  }

  /**
   * Gives the file its name and returns the way back: what bore the name before, if anything, gets it again.
   * `settle` forgets that.
   */
  async commitForNow(options: { replace: boolean }): Promise<Tentative> {
    const kept = `${this.#temporary}.old`
    const existed = options.replace && (await keep(this.#path, kept))
    const settle = async () => {
      if (existed) await unlink(kept).catch(() => {})
    }
    try {
      await this.commit(options)
    } catch (error) {
      await settle()
      throw error
    }
    return { settle, undo: () => (existed ? rename(kept, this.#path) : unlink(this.#path)) }
  }

  /** Removes the temporary file; harmless after `commit`. */
  async discard(): Promise<void> {
    await this.#handle?.close().catch(() => {})
    this.#handle = undefined
    await unlink(this.#temporary).catch(() => {})
  }

  async #linkInto(): Promise<void> {
    try {
      await link(this.#temporary, this.#path) // unlike rename, refuses when the name is taken
      await unlink(this.#temporary)
    } catch (error) {
      if (codeOf(error) === 'EEXIST') throw new InputError('output.exists', { path: this.#path })
      await rename(this.#temporary, this.#path) // a file system without hard links
    }
  }

  async #flush(): Promise<void> {
    if (this.#gatheredBytes === 0) return
    const chunk =
      this.#gathered.length === 1 && this.#gathered[0] ? this.#gathered[0] : concat(this.#gathered)
    const position = this.#gatheredAt
    this.#gatheredAt += this.#gatheredBytes
    this.#gathered = []
    this.#gatheredBytes = 0
    await this.#put(chunk, position)
  }

  async #put(chunk: Uint8Array, position: number): Promise<void> {
    try {
      for (let done = 0; done < chunk.byteLength; ) {
        const written = await this.#handle?.write(chunk, done, chunk.byteLength - done, position + done)
        done += written?.bytesWritten ?? 0
      }
    } catch (error) {
      throw outputError(error, this.#path)
    }
  }
}

export interface Tentative {
  undo(): Promise<void>
  settle(): Promise<void>
}

/** A second name for a file, or a copy where the file system has no second names. False when there is no file. */
async function keep(path: string, kept: string): Promise<boolean> {
  try {
    await link(path, kept)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    await copyFile(path, kept).catch((cause: unknown) => {
      throw outputError(cause, path)
    })
  }
  return true
}

/** Below this, neighbouring writes are joined. */
const gatherBytes = 512 * 1024

/** Turns what the file system says into what the user can do about it. */
export function outputError(error: unknown, path: string): unknown {
  if (error instanceof YinjiError) return error
  const code = codeOf(error)
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG')
    return new ToolError('output.full', { path }, { cause: error })
  if (code !== undefined && /^E(ACCES|PERM|ROFS|NOENT|NOTDIR|ISDIR|NAMETOOLONG|LOOP)$/.test(code))
    return new InputError('output.readonly', { path }, { cause: error })
  return error
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
