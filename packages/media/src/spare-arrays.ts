/**
 * Arrays of files that were closed, for those that are opened next. Megabytes that are asked for and dropped with each file
 * make V8 collect garbage all the time, and the system has to clear them first.
 */

/** A file, and what is made of it. */
const most = 2
const spares: Uint8Array[] = []

/** An array of at least `size` bytes with anything in it. */
export function takeArray(size: number): Uint8Array {
  const fitting = spares.findIndex(({ byteLength }) => byteLength >= size)
  return spares.splice(fitting, fitting < 0 ? 0 : 1)[0] ?? uninitialized(size)
}

/** Gives an array back that nobody has a view of any more. */
export function keepArray(array: Uint8Array): void {
  spares.push(array)
  if (spares.length > most) spares.shift()
}

export const uninitialized = (size: number) => new Uint8Array(Buffer.allocUnsafeSlow(size).buffer)
