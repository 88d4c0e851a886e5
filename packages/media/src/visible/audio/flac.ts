/**
 * The label among the frames of a FLAC file (GB 45438-2025 5.3; RFC 9639). Every metadata block stays but these:
 * STREAMINFO is new, and seek table and cue sheet, whose positions no longer hold, give their place to padding. Where
 * blocks are of several sizes all frames are encoded again, which changes no sample.
 */
import {
  bytes,
  copy,
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
import { joinedSource } from '../video/joined.ts'
import { encodeJoined, soundFacts } from './encode.ts'
import { spliceFlac } from './flac-splice.ts'
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
  const last = layout.blocks.at(-1)?.end ?? 0
  const [first] = layout.blocks
  const info = await source.read((first?.start ?? 0) + blockHeaderSize, first?.end ?? 0)
  const stream = { info, start: last, end }
  const spliced = label.encode === true ? undefined : await spliceFlac(source, stream, facts, label, context)
  if (spliced !== undefined)
    return { source: await transplanted(source, spliced, layout.blocks, end), label, path: 'spliced' }
  const why = label.encode === true ? 'as asked' : 'its blocks are of several sizes'
  const drawn = await encodeJoined(source, label, context, facts, why)
  return { ...drawn, source: await transplanted(source, drawn.source, layout.blocks, end) }
}

/** The source with the STREAMINFO and the frames of another file, which it takes over. */
async function transplanted(
  source: Source,
  encoded: Source,
  blocks: readonly FlacBlock[],
  end: number,
): Promise<Source> {
  const close = async () => encoded[Symbol.asyncDispose]?.()
  try {
    const parts = await partsWith(source, encoded, blocks, end)
    const joined = splicedSource(joinedSource(source, encoded), parts, source.name)
    return { ...joined, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

async function partsWith(
  source: Source,
  encoded: Source,
  blocks: readonly FlacBlock[],
  end: number,
): Promise<Part[]> {
  const fresh = await flacLayout(encoded)
  const [info, first] = [fresh.blocks[0], blocks[0]]
  const [last, oldLast] = [fresh.blocks.at(-1), blocks.at(-1)]
  if (!info || !last || !first || !oldLast) throw new InputError('input.damaged', { what: 'no STREAMINFO' })
  const described = await encoded.read(info.start + blockHeaderSize, info.end)
  const frames = copy(source.size + last.end, source.size + encoded.size)
  const changes = [
    replace(first.start + blockHeaderSize, first.end, described),
    { start: oldLast.end, end, parts: [frames] },
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
