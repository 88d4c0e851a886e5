/**
 * C2PA 18.7.3.4: blocks are called by introducer and label in hexadecimal digits; the header, the screen descriptor and the
 * pictures, which have none, have names of their own. Colour tables belong to the descriptors that announce them.
 */
import { after, type Named, readAhead, type Window } from './walk.ts'

export async function gifBox(
  window: Window,
  at: number,
  last: string | undefined,
): Promise<Named | undefined> {
  if (last === undefined) return { name: 'GIF89a', start: 0, end: 6 }
  if (last === 'GIF89a') return descriptor(window, 'LSD', at, { packed: 4, length: 7 })
  if (last === '2C') return subBlocks(window, 'TBID', at, 1)
  if (last === '3B') return after(window, at)
  const [introducer, label] = await window.from(at, 2, readAhead)
  if (introducer === 0x2c) return descriptor(window, '2C', at, { packed: 9, length: 10 })
  if (introducer === 0x3b) return { name: '3B', start: at, end: at + 1 }
  if (introducer !== 0x21 || label === undefined) return undefined
  return subBlocks(window, `21${label.toString(16).toUpperCase().padStart(2, '0')}`, at, 2)
}

/** @param packed where the field is that announces a colour table */
async function descriptor(
  window: Window,
  name: string,
  start: number,
  { packed, length }: { readonly packed: number; readonly length: number },
): Promise<Named | undefined> {
  const field = (await window.from(start, length, readAhead))[packed]
  if (field === undefined) return undefined
  const table = (field & 0x80) === 0 ? 0 : 3 * 2 ** ((field & 7) + 1)
  return { name, start, end: start + length + table }
}

/** @param header bytes before the first sub-block */
async function subBlocks(
  window: Window,
  name: string,
  start: number,
  header: number,
): Promise<Named | undefined> {
  for (let at = start + header; ; ) {
    const bytes = await window.from(at, 1, readAhead)
    if (bytes.length === 0) return undefined
    let offset = 0
    for (let size = bytes[0]; size !== undefined; size = bytes[offset]) {
      offset += size + 1
      if (size === 0) return { name, start, end: at + offset }
    }
    at += offset
  }
}
