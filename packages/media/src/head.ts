/** The bytes by which a file is recognised. */
import { concat, limits, type Source } from '@yinji/core'
import { id3Header, id3HeaderSize } from './carriers/id3.ts'

/** Tags in front of tags; more are no accident. */
const mostTags = 16

/**
 * The first `limits.headBytes` bytes. ID3v2 tags at the start that reach beyond them, as those with a cover or a
 * manifest do, are folded into empty ones, so that what they tag can be seen behind them.
 */
export async function readHead(source: Source): Promise<Uint8Array> {
  const head = await source.read(0, limits.headBytes)
  let end = 0
  for (let count = 0; count < mostTags; count++) {
    const tag = id3Header(await source.read(end, end + id3HeaderSize))
    if (tag === undefined) break
    end += tag.size
  }
  if (end < limits.headBytes) return head
  return concat([emptyTag, await source.read(end, end + limits.headBytes - emptyTag.byteLength)])
}

const emptyTag = Uint8Array.of(0x49, 0x44, 0x33, 3, 0, 0, 0, 0, 0, 0)
