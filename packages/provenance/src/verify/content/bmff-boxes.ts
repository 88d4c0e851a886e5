/** Boxes of an ISO base media file (ISO/IEC 14496-12 4.2), walked over a source without reading media. */
import { limits, type Source } from '@yinji/core'

export interface Box {
  /** Four characters, Latin-1. */
  readonly type: string
  readonly start: number
  /** Exclusive; never beyond the box that holds it. */
  readonly end: number
  /** Bytes of size and type, 8 or 16. */
  readonly header: number
}

/** There are more boxes than can be gone through. */
export class BoxError extends Error {
  override readonly name = 'BoxError'
}

/**
 * The boxes from `start` to `end`, in order. A rest that is no box is returned as one without type, so that a hash over
 * all boxes covers every byte.
 * @throws BoxError when there are too many.
 */
export async function boxesBetween(source: Source, start: number, end: number): Promise<Box[]> {
  const boxes: Box[] = []
  let head = new Uint8Array(0)
  let headStart = start
  for (let at = start; at < end; ) {
    if (boxes.length >= limits.items) throw new BoxError('too many boxes')
    if (at + 16 > headStart + head.byteLength && headStart + head.byteLength < end) {
      headStart = at
      head = new Uint8Array(await source.read(at, Math.min(end, at + windowBytes)))
    }
    const box = boxAt(new DataView(head.buffer, head.byteOffset, head.byteLength), at - headStart, at, end)
    boxes.push(box)
    at = box.end
  }
  return boxes
}

/** Enough for dozens of small neighbours, cheap enough for one box in front of a gigabyte. */
const windowBytes = 4096

function boxAt(view: DataView, offset: number, start: number, end: number): Box {
  const rest = { type: '', start, end, header: 0 }
  if (view.byteLength - offset < 8) return rest
  const type = String.fromCharCode(...[4, 5, 6, 7].map((index) => view.getUint8(offset + index)))
  const short = view.getUint32(offset)
  if (short === 0) return { type, start, end, header: 8 } // to the end of what holds it
  const header = short === 1 ? 16 : 8
  if (view.byteLength - offset < header) return rest
  const size = short === 1 ? Number(view.getBigUint64(offset + 8)) : short
  if (size < header) return rest
  return { type, start, end: Math.min(end, start + size), header } // one that is cut off ends where the file does
}
