/** C2PA 18.7.3.2: the signature is `PNGh`, a chunk is called what it is called. */
import { after, type Named, type Window } from './walk.ts'

export async function pngBox(
  window: Window,
  at: number,
  last: string | undefined,
): Promise<Named | undefined> {
  if (last === undefined) return { name: 'PNGh', start: 0, end: 8 }
  if (last === 'IEND') return after(window, at)
  const header = await window.from(at, 8)
  if (header.length < 8) return undefined
  return { name: header.toString('latin1', 4, 8), start: at, end: at + 12 + header.readUInt32BE(0) }
}
