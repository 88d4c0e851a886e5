/**
 * Where bytes come from. A source knows its size and answers range reads; nobody needs the whole of it.
 * Sources over paths and streams live in the toolkit, because this package does no I/O.
 */
import { InternalError } from './errors.ts'
import type { Part, Room } from './part.ts'

/** How a large read is made. */
export interface ReadOptions {
  /**
   * By another thread, where there is one, as whoever writes what is read wants it: there are two kinds of work at once.
   * Default: whichever way is quicker for a reader that does nothing else.
   */
  readonly aside?: boolean | undefined
}

/** Bytes that can be read in ranges. */
export interface Source extends Partial<AsyncDisposable> {
  /** File name without directories, if there is one; a hint only, content decides. */
  readonly name?: string | undefined
  /** Absolute path, if the bytes are a file: for tools that need one. */
  readonly path?: string | undefined
  /** Length in bytes. */
  readonly size: number
  /**
   * The bytes from `start` up to, not including, `end`; fewer only where the source ends.
   * The array may be a view that later reads reuse nothing of: it is the caller's to keep, not to change.
   */
  read(start: number, end: number): Promise<Uint8Array>
  /**
   * Fills the caller's array from `start`, if the source can do that without an array of its own.
   * @returns how many bytes there were; fewer than asked for only where the source ends.
   */
  readInto?(target: Uint8Array, start: number, options?: ReadOptions): Promise<number>
  /**
   * The bytes as they lie in memory, to look at, and only until the source is closed; undefined where they don't lie there in
   * one piece.
   */
  view?(start: number, end: number): Uint8Array | undefined
}

/** A source over bytes in memory. The array is not copied. */
export function bytesSource(bytes: Uint8Array, name?: string): Source {
  // A Buffer's `slice` is no copy: whoever takes one to change it would change the bytes of the caller.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return {
    name,
    size: plain.byteLength,
    read: async (start, end) => plain.subarray(start, Math.max(start, end)),
  }
}

/** A source over a Blob or File, as browsers and `fs.openAsBlob` hand out. */
export function blobSource(blob: Blob, name?: string): Source {
  return {
    name,
    size: blob.size,
    read: async (start, end) => new Uint8Array(await blob.slice(start, Math.max(start, end)).arrayBuffer()),
  }
}

/** The source that the parts of a splice describe, read without writing it anywhere. */
export function splicedSource(source: Source, parts: readonly Part[], name = source.name): Source {
  const ends: number[] = []
  let size = 0
  for (const part of parts) {
    if (part.kind === 'room')
      throw new InternalError('room for a manifest cannot be read before it is filled')
    size += partLength(part)
    ends.push(size)
  }
  const rangesIn = (start: number, end: number) => rangesOf({ parts, ends }, start, Math.min(end, size))
  return {
    name,
    size,
    async read(start, end) {
      const chunks: Uint8Array[] = []
      for (const range of rangesIn(start, end))
        chunks.push(
          range instanceof Uint8Array ? range : whole(await source.read(range.from, range.to), range),
        )
      return chunks.length === 1 && chunks[0] ? chunks[0] : concat(chunks)
    },
    async readInto(target, start) {
      let at = 0
      for (const range of rangesIn(start, start + target.byteLength)) at += await copy(range, target, at)
      return at
    },
    view(start, end) {
      const [range, ...more] = rangesIn(start, end)
      if (range === undefined || more.length > 0) return undefined
      return range instanceof Uint8Array ? range : source.view?.(range.from, range.to)
    },
  }

  async function copy(range: Uint8Array | Range, target: Uint8Array, at: number): Promise<number> {
    if (range instanceof Uint8Array) {
      target.set(range, at)
      return range.byteLength
    }
    const length = range.to - range.from
    const place = target.subarray(at, at + length)
    const there = source.view?.(range.from, range.to)
    if (there === undefined && source.readInto) {
      if ((await source.readInto(place, range.from)) !== length) throw endedEarly()
    } else place.set(whole(there ?? (await source.read(range.from, range.to)), range))
    return length
  }
}

/** The parts of a splice, none of them room, and where each ends. */
interface Layout {
  readonly parts: readonly Part[]
  readonly ends: readonly number[]
}

/** What lies in a range, part by part: bytes of the splice, or a range of the source. */
function* rangesOf({ parts, ends }: Layout, start: number, end: number): Generator<Uint8Array | Range> {
  for (let at = start, index = firstAfter(ends, start); at < end; index++) {
    const part = parts[index]
    const partEnd = ends[index]
    if (part === undefined || partEnd === undefined || part.kind === 'room') break
    const from = at - (partEnd - partLength(part))
    const to = from + Math.min(end, partEnd) - at
    yield part.kind === 'bytes'
      ? part.bytes.subarray(from, to)
      : { from: part.start + from, to: part.start + to }
    at += to - from
  }
}

/** Of the source below. */
interface Range {
  readonly from: number
  readonly to: number
}

function whole(bytes: Uint8Array, { from, to }: Range): Uint8Array {
  if (bytes.byteLength !== to - from) throw endedEarly()
  return bytes
}

const endedEarly = () => new InternalError('a source ended before its parts did')

/** Length of a part in bytes. */
export function partLength(part: Part): number {
  switch (part.kind) {
    case 'copy':
      return part.end - part.start
    case 'bytes':
      return part.bytes.byteLength
    case 'room':
      return part.length
  }
}

/** Size in bytes of the file that the parts make. */
export function splicedSize(parts: readonly Part[]): number {
  return parts.reduce((size, part) => size + partLength(part), 0)
}

/** The first room, and where it starts in the finished file; undefined where there is none. */
export function findRoom(
  parts: readonly Part[],
): { readonly part: Room; readonly start: number } | undefined {
  let start = 0
  for (const part of parts) {
    if (part.kind === 'room') return { part, start }
    start += partLength(part)
  }
  return undefined
}

/** Index of the first entry greater than `value` in an ascending list. */
function firstAfter(ends: readonly number[], value: number): number {
  let low = 0
  let high = ends.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ends[middle] ?? 0) > value) high = middle
    else low = middle + 1
  }
  return low
}

/** One array out of many. */
export function concat(chunks: readonly Uint8Array[]): Uint8Array {
  let size = 0
  for (const chunk of chunks) size += chunk.byteLength
  const out = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    out.set(chunk, at)
    at += chunk.byteLength
  }
  return out
}
