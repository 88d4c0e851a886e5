/**
 * A source over a file on disk. A file of a few megabytes is read whole when it is opened. Of a large one handlers take
 * many small looks at neighbouring places, so small reads are answered from blocks that are kept for a while; large
 * reads go straight to the file.
 *
 * The first file of a folder, and the first look at a larger one, go through the thread pool, for they may have to wait:
 * for a network, or a disk that sleeps. What was had at once is then had on the spot: the next file of that folder is opened
 * there, and what the system has in memory is copied. The way through the pool takes ten times as long as a small read, and
 * leaves a large one in the cache of a processor that doesn't hash it. The first call that has to wait sends those after it
 * through the pool again. A picture is gone through up to six times, so one large read takes less than the many that it
 * spares.
 */
import { close, closeSync, constants, fstatSync, open, openSync, read, readSync, type Stats } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { concat, InputError, type ReadOptions, type Source } from '@yinji/core'
import { keepArray, takeArray, uninitialized } from './spare-arrays.ts'

/** Large enough for the head of any container, small enough to be read in the time of one seek. */
const blockBytes = 64 * 1024
/** Head, tail and a few places in between; 512 KB at most. */
const keptBlocks = 8
/** A file that takes no more than the kept blocks do is read on the spot. */
export const smallFileBytes = blockBytes * keptBlocks
/** A file up to here is read once, and whole: nearly every picture. Of larger ones, up to `most`, one at a time is. */
const wholeBytes = { usual: 8 * 1024 * 1024, most: 32 * 1024 * 1024 }
/** So many bytes are read on the spot before others get their turn: half a millisecond of hashing. */
const turnBytes = 1024 * 1024
/** Milliseconds. That many bytes from memory take a tenth of it, from a disk that has to move more. */
const patience = 3

const openLater = promisify(open)
const readPooled = promisify(read)
const closeLater = promisify(close)

/**
 * Opens a file for reading; the caller closes it (`await using`).
 * @throws InputError `input.missing`, `input.directory`, `input.unreadable`; reading throws `input.damaged` when the
 * file has become shorter since it was opened.
 */
export async function openFile(path: string): Promise<Source & AsyncDisposable> {
  try {
    return await fileSource(await descriptorOf(path), path)
  } catch (error) {
    throw inputError(error, path)
  }
}

/** Opening a pipe must not wait for somebody to write into it; it is refused once we see that it is one. */
const forReading = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** Where the last file was opened without a wait. */
let promptFolder: string | undefined

async function descriptorOf(path: string): Promise<number> {
  const folder = dirname(path)
  const began = performance.now()
  const descriptor = folder === promptFolder ? openSync(path, forReading) : await openLater(path, forReading)
  promptFolder = performance.now() - began < patience ? folder : undefined
  return descriptor
}

async function fileSource(descriptor: number, path: string): Promise<Source & AsyncDisposable> {
  try {
    const { size } = regular(fstatSync(descriptor), path)
    const file = new FileSource(resolve(path), descriptor, size)
    const memory = takeMemory(size)
    if (memory === undefined) return file
    try {
      if (size <= smallFileBytes) readAtOnce(descriptor, memory.bytes, path)
      else await file.readInto(memory.bytes, 0)
    } catch (error) {
      memory.done(false)
      throw error
    }
    closeSync(descriptor) // of a file that was only read nothing can get lost, so nobody has to wait for that
    return wholeFile(path, size, () => memory.bytes, memory.done)
  } catch (error) {
    await closeLater(descriptor).catch(() => {})
    throw error
  }
}

/** Whether somebody has a file in memory that is larger than usual. */
let isLargeHeld = false

/** Room for all of a file, given back by `done`, with true where nobody has a view of it any more; undefined for too large a one. */
function takeMemory(size: number) {
  const isLarge = size > wholeBytes.usual
  if (size > wholeBytes.most || (isLarge && isLargeHeld)) return undefined
  isLargeHeld ||= isLarge
  const array = takeArray(size)
  const done = (unkept: boolean) => {
    if (isLarge) isLargeHeld = false
    if (unkept) keepArray(array)
  }
  return { bytes: array.subarray(0, size), done }
}

/**
 * A source over a file that is open and was just written, which it closes in the end. Of a few megabytes nothing is read before
 * somebody asks for them, and then all are, on the spot: the system has them in memory.
 */
export function writtenFile(descriptor: number, path: string): Source & AsyncDisposable {
  const { size } = fstatSync(descriptor)
  if (size > wholeBytes.usual) return new FileSource(resolve(path), descriptor, size)
  let memory: ReturnType<typeof takeMemory>
  const read = () => {
    memory = takeMemory(size)
    const bytes = memory?.bytes ?? uninitialized(size)
    readAtOnce(descriptor, bytes, path)
    return bytes
  }
  return wholeFile(path, size, read, (unkept) => {
    closeSync(descriptor)
    memory?.done(unkept)
  })
}

/** Fills `bytes` from the start of a file, without a trip through the thread pool. */
function readAtOnce(descriptor: number, bytes: Uint8Array, path: string): void {
  for (let done = 0; done < bytes.byteLength; ) {
    const count = readSync(descriptor, bytes, done, bytes.byteLength - done, done)
    if (count === 0) throw shorter(basename(path))
    done += count
  }
}

/**
 * A source over all bytes of a file.
 * @param bytesOf called when they are wanted for the first time
 * @param closed called when it is closed; with true where nobody can have kept a view of the bytes
 */
function wholeFile(
  path: string,
  size: number,
  bytesOf: () => Uint8Array,
  closed: (unkept: boolean) => void,
): Source & AsyncDisposable {
  let bytes: Uint8Array | undefined
  const view = (start: number, end: number) => {
    bytes ??= bytesOf()
    return bytes.subarray(Math.max(0, start), Math.max(0, start, end))
  }
  let unkept = true
  let open = true
  return {
    path: resolve(path),
    name: basename(path),
    size,
    async read(start, end) {
      const piece = view(start, end)
      if (piece.byteLength <= blockBytes) return piece.slice() // so that a small piece does not keep all bytes alive
      unkept = false
      return piece
    },
    view,
    async [Symbol.asyncDispose]() {
      if (open) closed(unkept)
      open = false
    },
  }
}

function regular(kind: Stats, path: string): Stats {
  if (kind.isDirectory()) throw new InputError('input.directory', { name: path })
  if (!kind.isFile()) throw new InputError('input.unreadable', { name: path })
  return kind
}

const shorter = (name: string) =>
  new InputError('input.damaged', { what: 'it became shorter while being read', name })

interface Block {
  readonly bytes: Promise<Uint8Array>
  /** Who still has to copy from it. */
  readers: number
}

class FileSource implements Source, AsyncDisposable {
  readonly path: string
  readonly name: string
  readonly size: number
  readonly #descriptor: number
  #open = true
  /** By block number, the least recently used first. A block that is on its way counts as well. */
  readonly #blocks = new Map<number, Block>()
  /** Of a block that went: a large file is looked at in thousands of places, and garbage of that size is collected late. */
  #spare: Uint8Array | undefined
  /** Whether reads are answered at once, as far as is known. */
  #prompt = false
  #trips = 0
  #sinceTurn = 0

  constructor(path: string, descriptor: number, size: number) {
    this.path = path
    this.name = basename(path)
    this.size = size
    this.#descriptor = descriptor
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    const from = Math.max(0, start)
    const to = Math.min(end, this.size)
    if (to <= from) return new Uint8Array(0)
    if (to - from > blockBytes) return this.#readRange(from, to)
    const first = Math.floor(from / blockBytes)
    const last = Math.floor((to - 1) / blockBytes)
    const at = from - first * blockBytes
    const one = this.#block(first)
    const next = first === last ? undefined : this.#block(last)
    try {
      const [head, tail] = await Promise.all([one.bytes, next?.bytes])
      // Copies, so that nobody's bytes change with somebody else's and a small piece does not keep a block alive.
      if (tail === undefined) return head.slice(at, at + to - from)
      return concat([head.subarray(at), tail.subarray(0, to - last * blockBytes)])
    } finally {
      one.readers--
      if (next) next.readers--
    }
  }

  async readInto(target: Uint8Array, start: number, { aside }: ReadOptions = {}): Promise<number> {
    const length = Math.max(0, Math.min(target.byteLength, this.size - start))
    await this.#fill(target.subarray(0, length), start, aside)
    return length
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#blocks.clear()
    if (this.#open) await closeLater(this.#descriptor)
    this.#open = false
  }

  /** The caller is one of its readers, until it says otherwise. */
  #block(index: number): Block {
    const start = index * blockBytes
    const block = this.#blocks.get(index) ?? { bytes: this.#readBlock(start), readers: 0 }
    block.readers++
    this.#blocks.delete(index)
    this.#blocks.set(index, block)
    block.bytes.catch(() => this.#blocks.delete(index))
    const keep = (bytes: Uint8Array) => {
      this.#spare = new Uint8Array(bytes.buffer)
    }
    for (const [oldest, { bytes, readers }] of this.#blocks) {
      if (this.#blocks.size <= keptBlocks) break
      this.#blocks.delete(oldest)
      if (readers === 0) bytes.then(keep, () => {})
    }
    return block
  }

  async #readBlock(start: number): Promise<Uint8Array> {
    const array = this.#spare ?? uninitialized(blockBytes)
    this.#spare = undefined
    const bytes = array.subarray(0, Math.min(blockBytes, this.size - start))
    await this.#fill(bytes, start)
    return bytes
  }

  async #readRange(start: number, end: number): Promise<Uint8Array> {
    const bytes = uninitialized(end - start)
    await this.#fill(bytes, start)
    return bytes
  }

  async #fill(target: Uint8Array, start: number, aside = false): Promise<void> {
    try {
      for (let done = 0; done < target.byteLength; ) {
        const count =
          this.#prompt && !aside
            ? await this.#readNow(target.subarray(done, done + turnBytes), start + done)
            : await this.#readLater(target.subarray(done), start + done)
        if (count === 0) throw shorter(this.name)
        done += count
      }
    } catch (error) {
      throw inputError(error, this.name)
    }
  }

  async #readLater(target: Uint8Array, start: number): Promise<number> {
    const first = this.#trips++ === 0
    const length = first ? Math.min(target.byteLength, blockBytes) : target.byteLength
    const { bytesRead } = await readPooled(this.#descriptor, target, 0, length, start)
    this.#prompt ||= first
    return bytesRead
  }

  async #readNow(target: Uint8Array, start: number): Promise<number> {
    const began = performance.now()
    const count = readSync(this.#descriptor, target, 0, target.byteLength, start)
    if (performance.now() - began > patience) this.#prompt = false
    this.#sinceTurn += count
    if (this.#sinceTurn >= turnBytes) {
      this.#sinceTurn = 0
      await turn()
    }
    return count
  }
}

/** Turns what the file system says into what the user can do about it. */
function inputError(error: unknown, name: string): unknown {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (error instanceof InputError) return error
  if (/^(ENOENT|ENOTDIR|ENAMETOOLONG|ERR_INVALID_ARG_VALUE)$/.test(code))
    return new InputError('input.missing', { name }, { cause: error })
  if (code === 'EISDIR') return new InputError('input.directory', { name }, { cause: error })
  if (/^E(ACCES|PERM|LOOP|IO|NXIO)$/.test(code))
    return new InputError('input.unreadable', { name }, { cause: error })
  return error
}
