/** What a segment says of itself: its C2PA Manifest Box (C2PA 19.2.1, A.5.1) and its segment info (C2PA 19.4.2). */
import { type FoundManifest, limits, type Source } from '@yinji/core'
import { type Box, BoxError, boxesBetween } from '../content/bmff-boxes.ts'
import { c2paBox } from '../content/bmff-exclusions.ts'
import { readEventBox } from './event-box.ts'

export interface SegmentBoxes {
  readonly boxes: readonly Box[]
  readonly found: FoundManifest | undefined
  /** The content of the box that holds segment info. */
  readonly info: Uint8Array | undefined
}

/** A text says what is wrong with them. */
export async function readSegmentBoxes(source: Source): Promise<SegmentBoxes | string> {
  const boxes = await topLevel(source)
  if (typeof boxes === 'string') return boxes
  let found: FoundManifest | undefined
  let info: Uint8Array | undefined
  for (const box of boxes) {
    const store = await readStoreBox(source, box)
    const event = await readEventBox(source, box)
    if (typeof store === 'string' || typeof event === 'string')
      return typeof store === 'string' ? store : `${event}`
    if ((store && found) || (event && info)) return store ? 'more than one manifest' : 'more than one emsg'
    found ??= store
    info ??= event
  }
  return { boxes, found, info }
}

async function topLevel(source: Source): Promise<Box[] | string> {
  try {
    return await boxesBetween(source, 0, source.size)
  } catch (error) {
    if (error instanceof BoxError) return error.message
    throw error
  }
}

/** Extended type, version and flags. */
const before = 16 + 4
const purpose = 'manifest\0'
/** Of the first Merkle box, which has no meaning here. */
const offsetBytes = 8

async function readStoreBox(source: Source, box: Box): Promise<FoundManifest | string | undefined> {
  if (box.type !== 'uuid') return undefined
  const start = box.start + box.header
  const head = Buffer.from(await source.read(start, Math.min(box.end, start + before + purpose.length)))
  if (head.toString('hex', 0, 16) !== c2paBox) return undefined
  if (head.toString('latin1', before).startsWith('merkle\0')) return undefined // which counts as one that nobody reads
  if (head.toString('latin1', before) !== purpose) return 'a C2PA box of another purpose'
  const from = start + before + purpose.length + offsetBytes
  if (box.end - from > limits.manifestBytes || from > box.end)
    return 'a manifest that is too large or cut off'
  const store = await source.read(from, box.end)
  const excluded = { start: box.start, length: box.end - box.start }
  return { site: 'uuid', store: withoutPadding(store), excluded, binding: 'bmff' }
}

/** The box may be longer than the store in it (C2PA A.5.3); what is not zeros is no padding, and stays for the validator to see. */
function withoutPadding(store: Uint8Array): Uint8Array {
  if (store.byteLength < 8) return store
  const length = Buffer.from(store.buffer, store.byteOffset, 4).readUInt32BE()
  const padded =
    length >= 8 && length < store.byteLength && store.subarray(length).every((byte) => byte === 0)
  return padded ? store.subarray(0, length) : store
}
