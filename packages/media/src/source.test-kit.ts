/** For tests only: files of any size, and how much of a file is read. */
import type { Source } from '@yinji/core'

/** A beginning and an end, and so many zeros between them that take no memory. */
export function hollow(head: Uint8Array, zeros: number, tail: Uint8Array): Source {
  const after = head.byteLength + zeros
  const size = after + tail.byteLength
  return {
    size,
    async read(start, end) {
      const stop = Math.min(end, size)
      const out = new Uint8Array(Math.max(0, stop - start))
      out.set(head.subarray(start, stop))
      if (stop > after)
        out.set(tail.subarray(Math.max(0, start - after), stop - after), Math.max(0, after - start))
      return out
    },
  }
}

/** The same bytes, and an account of how many of them were read. */
export function counted(source: Source) {
  const read = { bytes: 0 }
  const counting: Source = {
    size: source.size,
    read(start, end) {
      read.bytes += Math.min(end, source.size) - start
      return source.read(start, end)
    },
    ...(source.readInto && {
      async readInto(target, start) {
        read.bytes += target.byteLength
        return (await source.readInto?.(target, start)) ?? 0
      },
    }),
  }
  return { source: counting, read }
}
