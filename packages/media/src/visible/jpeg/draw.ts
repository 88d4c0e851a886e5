/**
 * Draws the label into a JPEG without encoding the picture again: only the coefficients of the blocks under the label
 * change, all others keep their bits (ITU-T T.81). Everything that is not picture data is the file's own.
 */
import { bytesSource, type Finding, finding, InternalError, type Source, splicedSource } from '@yinji/core'
import { mpfReplacements } from '../../carriers/jpeg-mpf.ts'
import { partsOf } from '../../carriers/replacements.ts'
import type { Orientation } from '../orientation.ts'
import type { Overlay } from '../raster.ts'
import { readFrame } from './frame.ts'
import { pictureReplacements } from './picture.ts'
import { NotSpliceable } from './refusal.ts'
import { thumbnailReplacements } from './thumbnail.ts'

/** The labelled picture, or why it must be encoded again. */
export type Spliced =
  | { readonly source: Source; readonly findings: readonly Finding[] }
  | { readonly refusal: Finding }

/** @param overlay the label as it is shown */
export async function drawIntoJpeg(
  source: Source,
  overlay: Overlay,
  orientation: Orientation,
): Promise<Spliced> {
  const file = await source.read(0, source.size)
  try {
    const frame = readFrame(file)
    const picture = pictureReplacements(file, frame, overlay, orientation)
    if (picture.length === 0) return { source, findings: [] }
    const thumbnail = thumbnailReplacements(frame, overlay, orientation)
    const replacements = [...picture, ...thumbnail.replacements]
    replacements.push(...mpfReplacements(frame.applications, replacements))
    return { source: splicedSource(source, partsOf(source.size, replacements)), findings: thumbnail.findings }
  } catch (error) {
    if (error instanceof NotSpliceable)
      return { refusal: finding(`visible.encoded.${error.kind}`, { data: { what: error.message } }) }
    throw error
  }
}

/** The same for the thumbnail alone, when the picture was drawn on in another way. */
export async function drawIntoThumbnail(
  file: Uint8Array,
  overlay: Overlay,
  orientation: Orientation,
): Promise<{ readonly source: Source; readonly findings: readonly Finding[] }> {
  const source = bytesSource(file)
  try {
    const { replacements, findings } = thumbnailReplacements(readFrame(file), overlay, orientation)
    return { source: splicedSource(source, partsOf(source.size, replacements)), findings }
  } catch (error) {
    if (error instanceof NotSpliceable) throw new InternalError(`the encoder’s own JPEG: ${error.message}`)
    throw error
  }
}
