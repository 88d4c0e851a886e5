/**
 * Writes the AIGC field into a movie: key `AIGC` of QuickTime metadata in `moov/udta/meta`, and nowhere else.
 *
 * Files have other `meta` boxes, and readers differ. Measured with ffprobe 5.1, exiftool 13, mediainfo 23 and
 * c2pa-rs 0.91:
 * - Beside iTunes metadata in `udta` (ffmpeg, iTunes) the key goes into a second `meta` behind it: all read both, tag
 *   for tag. A `meta` directly in `moov` is invisible to mediainfo; making the existing one `mdta` hides title, artist
 *   and genre from it; keys in a `mdir` are invisible to ffprobe.
 * - Beside QuickTime metadata directly in `moov` (iPhones, exiftool) ffprobe and mediainfo take the first list of keys
 *   for all of them. So ours begins with those other keys, and `udta` comes first: then every number means the same
 *   in both lists.
 */
import { concat } from '@yinji/core'
import { blankAigc, findAigc } from './aigc-text.ts'
import { type Box, makeBox, parseBoxes } from './bmff.ts'
import { childrenOf, contentEnd, fateOf, findLabels, isHolder, labelIn, labelInBox } from './bmff-labels.ts'
import { makeTags, parseTags, rewriteTags, type Tag, type TagBox } from './bmff-tags.ts'
import { clearedXmpBox, isXmpBox } from './bmff-xmp.ts'

/** The `moov` with exactly one field. */
export function relabelled(bytes: Uint8Array, moov: Box, json: string): Uint8Array {
  const bare = withoutLabels(bytes, moov)
  const [root] = parseBoxes(bare, 0, bare.byteLength).boxes
  return root === undefined ? bare : withLabel(bare, root, { name: 'AIGC', text: json })
}

function withLabel(bytes: Uint8Array, moov: Box, tag: Tag): Uint8Array {
  const children = childrenOf(bytes, moov)
  const udta = children.find(({ type }) => type === 'udta')
  const direct = children.find((child) => isQuickTimeTags(bytes, child))
  const keys = direct === undefined ? [] : parseTags(bytes, direct).keys
  const fresh = udta === undefined ? makeBox('udta', makeTags(tag, keys)) : withTag(bytes, udta, tag, keys)
  const before = direct !== undefined && (udta === undefined || udta.start > direct.start) ? direct : udta
  const parts = children.flatMap((child) => {
    const same = child === udta ? [] : [bytes.subarray(child.start, child.end)]
    return child === before ? [fresh, ...same] : same
  })
  return makeBox('moov', ...parts, ...(before === undefined ? [fresh] : []))
}

function isQuickTimeTags(bytes: Uint8Array, box: Box): boolean {
  return box.type === 'meta' && parseTags(bytes, box).handler === 'mdta'
}

/** Into the QuickTime metadata that is there, or into new one behind everything else. */
function withTag(bytes: Uint8Array, udta: Box, tag: Tag, keys: TagBox['keys']): Uint8Array {
  const children = childrenOf(bytes, udta)
  const home = children.find((child) => isQuickTimeTags(bytes, child))
  const parts = children.map((child) => {
    const same = bytes.subarray(child.start, child.end)
    return child === home ? (rewriteTags(bytes, parseTags(bytes, child), () => 'keep', tag) ?? same) : same
  })
  if (home === undefined) parts.push(makeTags(tag, keys))
  return makeBox('udta', ...parts, bytes.subarray(contentEnd(bytes, udta), udta.end))
}

/** A `moov` or a part of it without any field. */
export function withoutLabels(bytes: Uint8Array, parent: Box): Uint8Array {
  const children = childrenOf(bytes, parent).map((child) => withoutLabel(bytes, parent, child))
  return makeBox(parent.type, concat(children), bytes.subarray(contentEnd(bytes, parent), parent.end))
}

function withoutLabel(bytes: Uint8Array, parent: Box, child: Box): Uint8Array {
  const same = bytes.subarray(child.start, child.end)
  const nothing = new Uint8Array(0)
  if (isHolder(parent, child))
    return findLabels(bytes, child, '').length === 0 ? same : withoutLabels(bytes, child)
  if (child.type === 'meta') {
    const tags = parseTags(bytes, child)
    return tags.items.some(labelIn) ? (rewriteTags(bytes, tags, fateOf) ?? nothing) : same
  }
  if (isXmpBox(child)) return clearedXmpBox(bytes, child) ?? same
  const label = labelInBox(bytes, child)
  if (label === undefined) return same
  return label.whole ? nothing : blankAigc(same, findAigc(same))
}
