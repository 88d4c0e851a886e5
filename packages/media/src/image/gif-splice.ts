/** Plans the labelled GIF: which extensions go and which come. Pictures stay where they stand in the order. */
import { concat, type Edit, type Room, type Source, type Splice } from '@yinji/core'
import { blankAigc, isBlank } from '../carriers/aigc-text.ts'
import { binaryBytes } from '../carriers/binary.ts'
import { damagedInput } from '../carriers/faults.ts'
import { cutSubBlocks, type GifBlock, readGif, subBlocksLength } from '../carriers/gif-blocks.ts'
import { writePacket } from '../carriers/gif-xmp.ts'
import { partsOf, type Replacement, replace } from '../carriers/replacements.ts'
import { clearXmp, mergeXmp, saysAnything } from '../carriers/xmp-merge.ts'
import { isManifest, manifestApplication, textSites, xmpSites } from './gif-sites.ts'

const manifestHeader = binaryBytes(`\x21\xff\x0b${manifestApplication}`)

/** @throws InputError when the file is damaged. */
export async function spliceGif(source: Source, edit: Edit): Promise<Splice> {
  const { version, first, blocks, damage } = await readGif(source)
  if (damage !== undefined) throw damagedInput(source, damage)
  const changes: Replacement[] = blocks.filter(isManifest).map(drop)
  if (edit.room > 0) changes.push({ start: first, end: first, parts: [roomFor(edit.room)] })
  if (saysAnything(edit)) changes.push(...xmpReplacements(blocks, first, edit))
  if (edit.aigc !== undefined) changes.push(...clearances(blocks))
  // Extensions came with the second version of the format.
  if (version === '87a' && changes.length > 0) changes.push(replace(4, 5, binaryBytes('9')))
  return {
    parts: partsOf(source.size, changes),
    ...(edit.room > 0 ? { binding: { kind: 'data' as const } } : {}),
  }
}

const roomFor = (size: number): Room => ({
  kind: 'room',
  length: manifestHeader.byteLength + subBlocksLength(size),
  embed: (store) => concat([manifestHeader, cutSubBlocks(store)]),
})

/** The label goes into the first packet; what others say of the same is blanked. */
function xmpReplacements(blocks: readonly GifBlock[], first: number, edit: Edit): Replacement[] {
  const [main, ...others] = xmpSites(blocks)
  const written = writePacket(mergeXmp(main?.packet, edit))
  const cleared = others.flatMap(({ block, packet }) => {
    const rest = clearXmp(packet, edit)
    return rest ? [replace(block.start, block.end, writePacket(rest))] : []
  })
  if (main) return [replace(main.block.start, main.block.end, written), ...cleared]
  const place = placeFor(blocks, first)
  return [replace(place, place, written)]
}

/**
 * Behind the extensions of applications at the beginning: old viewers look for the one that says how often to repeat
 * right behind the colour table. Never between a control block and its picture.
 */
function placeFor(blocks: readonly GifBlock[], first: number): number {
  let place = first
  for (const { kind, start, end } of blocks) {
    if (kind !== 'application' || start !== place) break
    place = end
  }
  return place
}

/** Fields outside XMP: blocks that say nothing else go, in others the field is blanked. */
function clearances(blocks: readonly GifBlock[]): Replacement[] {
  return textSites(blocks).map(({ block, text, fields }) => {
    const rest = blankAigc(text, fields)
    if (isBlank(rest)) return drop(block)
    const data = block.end - block.raw.byteLength
    return replace(data, block.end, cutSubBlocks(rest))
  })
}

function drop({ start, end }: GifBlock): Replacement {
  return replace(start, end)
}
