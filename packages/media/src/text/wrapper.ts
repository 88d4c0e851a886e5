/**
 * The manifest of an unstructured text (C2PA A.8): U+FEFF and one variation selector for each byte of
 * `C2PATXT\0`, version, length, manifest store, padding. Nothing of it is seen.
 */
import { limits } from '@yinji/core'

/** Signature, version and length. */
const headerLength = 13
const magic = 'C2PATXT\0'

/** A run of selectors that begins like a manifest; offsets in bytes, the mark and the padding included. */
export interface Wrapper {
  readonly start: number
  readonly end: number
  /** Undefined when the run breaks off before the store does. */
  readonly store: Uint8Array | undefined
  /** Bytes after the store that are not the padding of C2PA 2.5 A.8.5. */
  readonly foreignPadding: boolean
}

/** Length in bytes of the wrapper of a store: the same for every store of that length (C2PA 2.5 A.8.5.1). */
export const wrapperLength = (storeLength: number): number => 3 + (headerLength + storeLength) * 4 + 6

/** Puts a store in its wrapper, padded to `wrapperLength` (C2PA 2.5 A.8.5.2). */
export function wrapStore(store: Uint8Array): Uint8Array {
  const out = new Uint8Array(wrapperLength(store.byteLength))
  out.set([0xef, 0xbb, 0xbf])
  let at = 3
  const put = (byte: number) => {
    if (byte < 16) out.set([0xef, 0xb8, 0x80 + byte], at)
    else out.set([0xf3, 0xa0, 0x84 + ((byte - 16) >> 6), 0x80 + ((byte - 16) & 0x3f)], at)
    at += byte < 16 ? 3 : 4
  }
  for (const character of magic) put(character.charCodeAt(0))
  put(1)
  for (const shift of [24, 16, 8, 0]) put((store.byteLength >>> shift) & 0xff)
  for (const byte of store) put(byte)
  const gap = out.byteLength - at
  for (let zeros = (gap - 4 * (gap % 3)) / 3; zeros > 0; zeros--) put(0)
  for (let tens = gap % 3; tens > 0; tens--) put(0x10)
  return out
}

/** Every wrapper in a text, whole or broken. Marks that are followed by something else are no wrappers (A.8.4.2). */
export function findWrappers(text: Buffer): Wrapper[] {
  const found: Wrapper[] = []
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at)) {
    const wrapper = wrapperAt(text, at)
    if (wrapper !== undefined) found.push(wrapper)
    at = wrapper?.end ?? at + mark.byteLength
  }
  return found
}

const mark = Buffer.from('\ufeff')

function wrapperAt(text: Buffer, start: number): Wrapper | undefined {
  const reader = { at: start + mark.byteLength }
  const header = take(text, reader, headerLength)
  if (header.toString('latin1', 0, magic.length) !== magic) return undefined
  const length = header.byteLength === headerLength && header[8] === 1 ? header.readUInt32BE(9) : undefined
  const fits = length !== undefined && length <= Math.min(limits.manifestBytes, text.byteLength)
  const store = fits ? take(text, reader, length) : undefined
  const padding = skipRun(text, reader)
  return {
    start,
    end: reader.at,
    store: store?.byteLength === length ? store : undefined,
    foreignPadding: store !== undefined && padding.foreign,
  }
}

/** Decodes up to `count` selectors. */
function take(text: Buffer, reader: { at: number }, count: number): Buffer {
  const bytes = Buffer.alloc(count)
  for (let taken = 0; taken < count; taken++) {
    const byte = selectorAt(text, reader.at)
    if (byte < 0) return bytes.subarray(0, taken)
    bytes[taken] = byte
    reader.at += byte < 16 ? 3 : 4
  }
  return bytes
}

/** To the end of the run. Padding is 0x00 and 0x10 and nothing else: no signature covers it. */
function skipRun(text: Buffer, reader: { at: number }): { foreign: boolean } {
  let foreign = false
  for (let byte = selectorAt(text, reader.at); byte >= 0; byte = selectorAt(text, reader.at)) {
    if (byte !== 0 && byte !== 0x10) foreign = true
    reader.at += byte < 16 ? 3 : 4
  }
  return { foreign }
}

/** The byte that the selector at this offset stands for (A.8.3.2), or -1: U+FE00–FE0F and U+E0100–E01EF in UTF-8. */
function selectorAt(text: Buffer, at: number): number {
  const third = text[at + 2] ?? 0
  if (text[at] === 0xef) return text[at + 1] === 0xb8 && third >= 0x80 && third <= 0x8f ? third - 0x80 : -1
  if (text[at] !== 0xf3 || text[at + 1] !== 0xa0 || third < 0x84 || third > 0x87) return -1
  const fourth = text[at + 3] ?? 0
  const byte = ((third - 0x84) << 6) + (fourth - 0x80) + 16
  return fourth >= 0x80 && fourth <= 0xbf && byte <= 255 ? byte : -1
}
