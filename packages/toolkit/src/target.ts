/**
 * Where a labelled file goes. It grows under a temporary name in the target's own directory and takes its real name
 * only when it is complete and has been read back; until then, and on every failure, what was there stays there.
 */
import { randomUUID } from 'node:crypto'
import { close, linkSync, open, openSync, unlinkSync, write, writeSync } from 'node:fs'
import { copyFile, link, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { InputError, InternalError, type Source, ToolError, YinjiError } from '@yinji/core'
import { keepArray, smallFileBytes, takeArray, writtenFile } from '@yinji/media'

/** Takes the pieces of a file, mostly in order. */
export interface Target {
  write(chunk: Uint8Array, position: number): Promise<void>
}

const openLater = promisify(open)
const writeLater = promisify(write)
const closeLater = promisify(close)

/** A target in memory, of a size known beforehand. */
export class MemoryTarget implements Target {
  readonly bytes: Uint8Array
  /** @param array what to fill, from its start. Default: one that is made for it. */
  constructor(size: number, array: Uint8Array = new Uint8Array(size)) {
    this.bytes = array.subarray(0, size)
  }
  async write(chunk: Uint8Array, position: number): Promise<void> {
    this.bytes.set(chunk, position)
  }
}

/**
 * The permissions a new file of this name gets: those of the one it takes the place of.
 * @throws InputError when there is one that may not be replaced.
 */
export async function permissionsFor(path: string, options: { replace: boolean }): Promise<number> {
  const existing = await stat(path).catch(() => undefined)
  if (existing?.isDirectory()) throw new InputError('output.readonly', { path })
  if (existing && !options.replace) throw new InputError('output.exists', { path })
  return existing ? existing.mode & 0o777 : 0o666
}

/**
 * A target on disk. A file of a few megabytes is put together in memory, so that it costs one write; a small one is
 * written and read back on the spot, because the way through the thread pool takes ten times as long as the calls.
 */
export class FileTarget implements Target {
  readonly #path: string
  readonly #temporary: string
  readonly #mode: number
  #memory: MemoryTarget | undefined
  #descriptor: number | undefined
  #named = false

  private constructor(path: string, mode: number, size: number) {
    this.#path = path
    const name = `.${basename(path).slice(0, 80)}.${randomUUID().slice(0, 13)}.tmp`
    this.#temporary = join(dirname(path), name)
    this.#mode = mode
    this.#memory = size <= memoryBytes ? new MemoryTarget(size, takeArray(size)) : undefined
  }

  /**
   * @param options.mode of the file, from `permissionsFor`.
   * @param options.size of the finished file, in bytes.
   * @throws InputError, ToolError when nothing can be written there; for a small file `finish` says so.
   */
  static async create(path: string, options: { mode: number; size: number }): Promise<FileTarget> {
    const target = new FileTarget(path, options.mode, options.size)
    if (options.size > smallFileBytes) await target.#open()
    return target
  }

  async write(chunk: Uint8Array, position: number): Promise<void> {
    if (this.#memory) await this.#memory.write(chunk, position)
    else await this.#put(chunk, position)
  }

  /**
   * Ends the writing. The file is complete under its temporary name; the source reads it back, which is what the file system
   * has and not what we gave it, and closes it.
   */
  async finish(): Promise<Source & AsyncDisposable> {
    const { bytes } = this.#memory ?? {}
    this.#memory = undefined
    if (bytes) {
      if (bytes.byteLength > smallFileBytes) await this.#put(bytes, 0)
      else this.#putAtOnce(bytes)
      keepArray(bytes)
    }
    const descriptor = this.#descriptor
    if (descriptor === undefined) throw new InternalError('a target that is finished already')
    const written = writtenFile(descriptor, this.#temporary)
    this.#descriptor = undefined
    return written
  }

  /** Gives the file its name. Without `replace` a file that has appeared meanwhile is not overwritten. */
  async commit(options: { replace: boolean }): Promise<void> {
    try {
      const refused = this.#takeName()
      if (refused === 'EEXIST' && !options.replace)
        throw new InputError('output.exists', { path: this.#path })
      if (refused !== undefined) await rename(this.#temporary, this.#path)
      this.#named = true
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
    if (this.#descriptor !== undefined) await closeLater(this.#descriptor).catch(() => {})
    this.#descriptor = undefined
    if (!this.#named) await unlink(this.#temporary).catch(() => {})
  }

  /**
   * Takes the name on the spot, where nobody bears it: an entry more in the folder that was just written to. What this
   * refuses, for the name is taken or the file system has no second names, may have to wait for a disk.
   */
  #takeName(): string | undefined {
    try {
      linkSync(this.#temporary, this.#path)
      unlinkSync(this.#temporary)
      return undefined
    } catch (error) {
      return codeOf(error) ?? 'unknown'
    }
  }

  async #open(): Promise<void> {
    try {
      this.#descriptor = await openLater(this.#temporary, 'wx+', this.#mode)
    } catch (error) {
      throw outputError(error, this.#path)
    }
  }

  #putAtOnce(bytes: Uint8Array): void {
    try {
      this.#descriptor = openSync(this.#temporary, 'wx+', this.#mode)
      for (let done = 0; done < bytes.byteLength; )
        done += writeSync(this.#descriptor, bytes, done, bytes.byteLength - done, done)
    } catch (error) {
      throw outputError(error, this.#path)
    }
  }

  async #put(chunk: Uint8Array, position: number): Promise<void> {
    try {
      for (let done = 0; done < chunk.byteLength; ) {
        if (this.#descriptor === undefined) throw new InternalError('a target that is finished already')
        const { bytesWritten } = await writeLater(
          this.#descriptor,
          chunk,
          done,
          chunk.byteLength - done,
          position + done,
        )
        done += bytesWritten
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

/** Up to here a file is put together in memory. */
const memoryBytes = 1024 * 1024

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
