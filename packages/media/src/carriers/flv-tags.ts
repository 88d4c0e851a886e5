/**
 * The tags of an FLV file (Adobe Flash Video File Format 10.1, annex E): headers only, and the script tags among them.
 * Tags have no index and are small, so the walk reads on in large pieces instead of asking for each.
 */
import type { Source } from '@yinji/core'
import { hasAscii, uint32 } from './binary.ts'
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
/** Reads grow while the walk goes on, so that a small file costs no more than it has. */
const reads = { first: 256 * 1024, most: 1024 * 1024 }

export async function readFlv(source: Source): Promise<Flv> {
  const window = new Window(source, { reuse: true })
  const first = uint32(await window.load(0, 9), 5) + 4
  const scripts: FlvTag[] = []
  let [at, damage]: [number, string | undefined] = [first, undefined]
  if (first > source.size) damage = 'the header is cut off'
  let ahead = reads.first
  const number = async (at: number) => {
    const there = window.peekUint32(at)
    if (there !== undefined) return there
    const bytes = await window.load(at, 4, ahead)
    ahead = reads.most
    return uint32(bytes, 0)
  }
  for (let count = 0; at < source.size && damage === undefined; count++) {
    const head = window.peekUint32(at) ?? (await number(at))
    const type = (head >>> 24) & 0x1f // a higher bit says that it is encrypted
    const tag = { start: at, data: at + tagHeader, end: at + tagHeader + (head & 0xffffff) }
    if (tag.end + 4 > source.size) damage = `the tag at ${at} is cut off`
    else if (type !== 8 && type !== 9 && type !== scriptType) damage = `no tag at ${at}`
    else if (count >= mostTags || scripts.length >= mostScripts) damage = 'tags without end'
    else {
      const size = window.peekUint32(tag.end) ?? (await number(tag.end))
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
