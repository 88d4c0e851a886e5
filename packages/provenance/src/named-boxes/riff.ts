/**
 * C2PA 18.7.3.5: a RIFF is a box of 12 bytes called by its type, followed by its chunks; a LIST is called by its type too,
 * and what is in it is not looked at. Pad bytes belong to the chunk before them.
 */
import { after, type Named, type Span, type Step, type Window } from './walk.ts'

export function riffBoxes(): Step {
  let end = 0 // of the RIFF that chunks belong to
  return async (window: Window, at: number): Promise<Named | undefined> => {
    const header = await window.from(at, 12)
    const id = header.toString('latin1', 0, 4)
    if (header.length < 8) return at < end ? undefined : after(window, at)
    const size = header.readUInt32LE(4)
    const type = header.toString('latin1', 8, 12)
    if (at < end) {
      const content = at + 8 + size
      const padded = Math.min(content + (size % 2), Math.max(content, window.size))
      return { name: id === 'LIST' ? type : id, start: at, end: padded }
    }
    if (id !== 'RIFF' || type.length < 4) return after(window, at)
    end = at + 8 + size
    return { name: type, start: at, end: at + 12 }
  }
}

/** The chunk of the manifest with its pad byte, which the reader of the format leaves out. */
export function padded({ start, length }: Span, fileSize: number): Span {
  return { start, length: Math.min(length + (length % 2), Math.max(length, fileSize - start)) }
}
