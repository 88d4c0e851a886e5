/** The drawing of the label, turned so that it stands upright when the picture is shown, and the filter that lays it over. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Position, VisibleLabel } from '@yinji/core'
import { place, renderLabel } from '../render.ts'
import { overlayFilter } from '../video-encode.ts'
import type { VideoFacts } from '../video-facts.ts'

export interface Drawing {
  /** A PNG file. */
  readonly path: string
  /** In the stored picture, in pixels. */
  readonly left: number
  readonly top: number
}

/** The picture, and whether it is bright under the label. */
export type Canvas = VideoFacts & { readonly bright: boolean }

/** Draws the label for a picture that is shown upright. */
export async function drawUpright(
  label: VisibleLabel & { position: Position },
  facts: Canvas,
  directory: string,
): Promise<Drawing> {
  const image = await renderLabel(label, facts)
  const path = join(directory, 'label.png')
  await writeFile(path, image.png)
  return { path, ...place(label.position, facts, image) }
}

/** Draws the label for the stored picture, which the player turns. */
export async function drawTurned(
  label: VisibleLabel & { position: Position },
  facts: Canvas,
  directory: string,
): Promise<Drawing> {
  const image = await renderLabel(label, facts)
  const at = place(label.position, facts, image)
  const path = join(directory, 'label-stored.png')
  const { default: sharp } = await import('sharp')
  await sharp(image.png)
    .rotate(360 - facts.turn)
    .png()
    .toFile(path)
  const right = facts.width - at.left - image.width
  const bottom = facts.height - at.top - image.height
  switch (facts.turn) {
    case 90:
      return { path, left: at.top, top: right }
    case 180:
      return { path, left: right, top: bottom }
    case 270:
      return { path, left: bottom, top: at.left }
    default:
      return { path, left: at.left, top: at.top }
  }
}

/**
 * Times in seconds of the input, the first frame at `first`. The filter asks for the label's own frame as well, whose
 * time is 0, and takes that answer for the first frame of the film: so a label from the first frame on begins before 0.
 */
export function overlayGraph(
  facts: VideoFacts,
  at: Drawing,
  showings: readonly { from: number; until: number }[],
  first: number,
): string {
  const spans = showings.map(({ from, until }) => {
    const begin = from <= first ? '' : `gte(t,${from.toFixed(6)})*`
    return `${begin}lt(t,${until.toFixed(6)})`
  })
  return overlayFilter(facts, at, spans.join('+'))
}
