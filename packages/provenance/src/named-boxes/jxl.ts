/** The boxes of a JPEG XL file (ISO/IEC 18181-2, 4.1) are called by their types. */
import { after, type Named, type Window } from './walk.ts'

export async function jxlBox(window: Window, at: number): Promise<Named | undefined> {
  const header = await window.from(at, 16)
  if (header.length < 8) return after(window, at)
  const name = header.toString('latin1', 4, 8)
  const short = header.readUInt32BE(0)
  if (short === 0) return { name, start: at, end: window.size }
  if (short === 1 && header.length < 16) return undefined
  const [size, least] = short === 1 ? [Number(header.readBigUInt64BE(8)), 16] : [short, 8]
  return size < least ? undefined : { name, start: at, end: at + size }
}
