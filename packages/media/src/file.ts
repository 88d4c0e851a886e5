/**
 * A source over a file on disk. A file of a few megabytes is read whole when it is opened: a picture is gone through up to six
 * times, so one large read takes less than the many that it spares. The first file of a folder is opened in the thread pool,
 * for it may have to wait; when it did not, the next one is opened on the spot, which takes a fraction of the time.
 */
import { close, closeSync, constants, fstatSync, open, openSync, readSync, type Stats } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { promisify } from 'node:util'
import { InputError, type Source } from '@yinji/core'
import { inputError, shorter } from './file-faults.ts'
import { blockBytes, keptBlocks, LargeFile, patience } from './large-file.ts'
import { keepArray, takeArray, uninitialized } from './spare-arrays.ts'

/** A file that takes no more than the kept blocks do is read on the spot. */
export const smallFileBytes = blockBytes * keptBlocks
/** A file up to here is read once, and whole: nearly every picture. Of larger ones, up to `most`, one at a time is. */
const wholeBytes = { usual: 8 * 1024 * 1024, most: 32 * 1024 * 1024 }
const openLater = promisify(open)
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
    const file = new LargeFile(resolve(path), descriptor, size)
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
  if (size > wholeBytes.usual) return new LargeFile(resolve(path), descriptor, size)
  const read = () => {
    const bytes = uninitialized(size) // dropped with each file, so that V8 tidies up in time
    readAtOnce(descriptor, bytes, path)
    return bytes
  }
  return wholeFile(path, size, read, () => closeSync(descriptor))
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
