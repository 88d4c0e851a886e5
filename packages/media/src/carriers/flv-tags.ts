/**
 * The tags of an FLV file (Adobe Flash Video File Format 10.1, annex E): headers only, and the script tags among them.
 * Tags have no index and are small, so the walk reads on in large pieces instead of asking for each.
 */
import type { Source } from '@yinji/core'
import { hasAscii, uint32 } from './binary.ts'
import { uint24 } from './integers.ts'
import { Window } from './window.ts'

export interface FlvTag {
  /** Offset of the eleven-byte header. */
  readonly start: number
  readonly data: number
  /** Offset after the data: here stands the size of the tag. */
  readonly end: number
}

export interface Flv {
  /** Tags of script data, in order. */
  readonly scripts: readonly FlvTag[]
  /** Offset of the first tag. */
  readonly first: number
  /** Offset after the last tag and its size. */
  readonly end: number
  readonly damage?: string
}

export const isFlv = (head: Uint8Array) => hasAscii(head, 'FLV\u0001') && uint32(head, 5) >= 9

export const tagHeader = 11
const scriptType = 18
/** Three days at sixty pictures and fifty pieces of sound a second. */
const mostTags = 30_000_000
/** A file has one, live recordings one for each change of picture. */
const mostScripts = 10_000
const ahead = 256 * 1024

export async function readFlv(source: Source): Promise<Flv> {
  const window = new Window(source)
  const first = uint32(await window.load(0, 9), 5) + 4
  const scripts: FlvTag[] = []
  let [at, damage]: [number, string | undefined] = [first, undefined]
  if (first > source.size) damage = 'the header is cut off'
  for (let count = 0; at < source.size && damage === undefined; count++) {
    const head = window.peek(at, tagHeader) ?? (await window.load(at, tagHeader, ahead))
    const type = (head[0] ?? 0) & 0x1f // a higher bit says that it is encrypted
    const tag = { start: at, data: at + tagHeader, end: at + tagHeader + uint24(head, 1) }
    if (head.byteLength < tagHeader || tag.end + 4 > source.size) damage = `the tag at ${at} is cut off`
    else if (type !== 8 && type !== 9 && type !== scriptType) damage = `no tag at ${at}`
    else if (count >= mostTags || scripts.length >= mostScripts) damage = 'tags without end'
    else {
      const back = window.peek(tag.end, 4) ?? (await window.load(tag.end, 4, ahead))
      const size = uint32(back, 0)
      // Some writers put 0 there, or leave the header out.
      if (size !== tag.end - at && size !== tag.end - tag.data && size !== 0)
        damage = `the tag at ${at} ends elsewhere`
      if (type === scriptType && damage === undefined) scripts.push(tag)
      if (damage === undefined) at = tag.end + 4
    }
  }
  const fault = damage ?? (at === first ? 'no tags' : undefined)
  return { scripts, first, end: at, ...(fault === undefined ? {} : { damage: fault }) }
}
