/**
 * Draws the explicit label into a GIF (GIF89a) without making new palettes: the indices outside the label stay, frames
 * that do not touch it stay byte for byte, and the label's colours take entries that nothing else uses.
 */
import { type Drawn, finding, InputError, type Source, splicedSource } from '@yinji/core'
import { damagedInput } from '../carriers/faults.ts'
import { type GifStructure, readGif } from '../carriers/gif-blocks.ts'
import { partsOf, type Replacement, replace } from '../carriers/replacements.ts'
import { GifCanvas, type Redrawn } from './gif-canvas.ts'
import { globalColours, picturesOf, readFrame, writeControl, writePicture } from './gif-frame.ts'
import type { Overlay } from './raster.ts'

interface Size {
  readonly width: number
  readonly height: number
}

/** @throws InputError `input.damaged`, `visible.content.unsupported` */
export async function drawIntoGif(
  source: Source,
  size: Size,
  overlay: Overlay,
  alive: () => void,
): Promise<Pick<Drawn, 'source' | 'path' | 'findings'>> {
  const structure = await soundGif(source)
  const global = await globalColours(source, structure)
  const canvas = new GifCanvas(size, overlay)
  const changes: Replacement[] = []
  let gaveWay = false
  for (const place of picturesOf(structure)) {
    alive()
    const frame = await readFrame(source, place, global)
    const redrawn = canvas.show(frame)
    if (redrawn === undefined) continue
    changes.push(...(await replacements(source, redrawn)))
    gaveWay ||= redrawn.gaveWay
  }
  // 23 e): the control block came with 89a.
  if (structure.version === '87a') changes.push(replace(0, 6, new TextEncoder().encode('GIF89a')))
  return {
    source: splicedSource(source, partsOf(source.size, changes)),
    path: gaveWay ? 'encoded' : 'spliced',
    findings: gaveWay ? [finding('visible.encoded.colours')] : [],
  }
}

async function soundGif(source: Source): Promise<GifStructure> {
  const structure = await readGif(source)
  const { damage, blocks } = structure
  if (damage !== undefined) throw damagedInput(source, damage)
  // Players do not show it, and decoders skip it: what it would look like with a label nobody can say.
  if (blocks.some(({ kind }) => kind === 'other'))
    throw new InputError('visible.content.unsupported', { what: 'GIF with a plain text extension' })
  return structure
}

async function replacements(source: Source, { frame, madeClear }: Redrawn): Promise<Replacement[]> {
  const { block, control, transparent } = frame
  const picture = replace(block.start, block.end, writePicture(frame))
  if (!madeClear || transparent === undefined) return [picture]
  const fresh = await writeControl(source, control, transparent)
  return [
    control ? replace(control.start, control.end, fresh) : replace(block.start, block.start, fresh),
    picture,
  ]
}
