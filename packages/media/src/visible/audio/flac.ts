/**
 * The label among the samples of a FLAC file (GB 45438-2025 5.3; RFC 9639). All frames are encoded again, which changes
 * no sample: frames carry their numbers and checksums, and STREAMINFO the checksum of all samples, so that nothing of
 * the coded form would survive a splice anyway. Every metadata block stays but these: STREAMINFO is new, and seek
 * table and cue sheet, whose positions no longer hold, give their place to padding.
 */
import {
  bytes,
  type Drawn,
  InputError,
  type Part,
  type Source,
  splicedSource,
  type VisibleContext,
  type VisibleLabel,
} from '@yinji/core'
import { blockHeaderSize, blockTypes, type FlacBlock, flacLayout } from '../../audio/flac-blocks.ts'
import { trailingTags } from '../../carriers/id3-find.ts'
import { partsOf, replace } from '../../carriers/replacements.ts'
import { encodeJoined, soundFacts } from './encode.ts'
import { noSound } from './joins.ts'

const seekTable = 3
const cueSheet = 5

/** @throws InputError when the file is damaged or its samples have a width ffmpeg can't write; ToolError from ffmpeg. */
export async function joinFlac(source: Source, label: VisibleLabel, context: VisibleContext): Promise<Drawn> {
  const layout = await flacLayout(source)
  const damage = layout.damage ?? (layout.blocks.length === 0 ? 'no FLAC stream' : undefined)
  if (damage !== undefined) throw new InputError('input.damaged', { what: damage, name: source.name ?? '' })
  const { start: end } = await trailingTags(source, layout.blocks.at(-1)?.end ?? 0)
  if (end <= (layout.blocks.at(-1)?.end ?? 0)) throw noSound(source)
  const facts = await soundFacts(source, 'flac', context)
  if (facts.bits !== 16 && facts.bits !== 24)
    throw new InputError('visible.content.unsupported', { what: `FLAC of ${facts.bits} bits` })
  const { source: encoded } = await encodeJoined(source, label, context, facts, 'FLAC')
  try {
    const parts = await transplanted(source, encoded, layout.blocks, end)
    return { source: splicedSource(source, parts), label, path: 'spliced' }
  } finally {
    await encoded[Symbol.asyncDispose]?.()
  }
}

/** The source's metadata with the encoder's STREAMINFO and frames. */
async function transplanted(
  source: Source,
  encoded: Source,
  blocks: readonly FlacBlock[],
  end: number,
): Promise<Part[]> {
  const fresh = await flacLayout(encoded)
  const [info, first] = [fresh.blocks[0], blocks[0]]
  const [last, oldLast] = [fresh.blocks.at(-1), blocks.at(-1)]
  if (!info || !last || !first || !oldLast) throw new InputError('input.damaged', { what: 'no STREAMINFO' })
  const frames = await encoded.read(last.end, encoded.size)
  const changes = [
    replace(
      first.start + blockHeaderSize,
      first.end,
      await encoded.read(info.start + blockHeaderSize, info.end),
    ),
    replace(oldLast.end, end, frames),
  ]
  for (const { type, start, end: stop, last: isLast } of blocks) {
    if (type !== seekTable && type !== cueSheet) continue
    const header = Uint8Array.of((isLast ? 0x80 : 0) | blockTypes.padding)
    changes.push(replace(start, start + 1, header))
    changes.push({
      start: start + blockHeaderSize,
      end: stop,
      parts: [bytes(new Uint8Array(stop - start - blockHeaderSize))],
    })
  }
  return partsOf(source.size, changes)
}
