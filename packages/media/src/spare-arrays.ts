/**
 * Arrays of files that were closed, for those that are opened next. What is asked for and dropped with each file makes V8
 * collect garbage all the time, and the system has to clear it first.
 */
import { forReading, readingOffset } from '@yinji/core'

/** A file, and what is made of it. */
const smallOnes = 2
const smallBytes = 1024 * 1024
const small: Uint8Array[] = []
/** The largest there was; a second one for files that are open together would cost more than it spares. */
let large: Uint8Array | undefined

/** An array of at least `size` bytes with anything in it. */
export function takeArray(size: number): Uint8Array {
  if (size <= smallBytes) {
    const fitting = small.findIndex(({ byteLength }) => byteLength >= size)
    return (fitting < 0 ? undefined : small.splice(fitting, 1)[0]) ?? uninitialized(size)
  }
  if (large === undefined || large.byteLength < size) return uninitialized(size)
  const array = large
  large = undefined
  return array
}

/** Gives an array back, or a part of it, that nobody has a view of any more. */
export function keepArray({ buffer }: Uint8Array): void {
  const array = forReading(buffer)
  if (array.byteLength > smallBytes) {
    if (large === undefined || large.byteLength < array.byteLength) large = array
    return
  }
  small.push(array)
  if (small.length > smallOnes) small.shift()
}

/** An array with anything in it. */
export const uninitialized = (size: number) => forReading(Buffer.allocUnsafeSlow(readingOffset + size).buffer)
