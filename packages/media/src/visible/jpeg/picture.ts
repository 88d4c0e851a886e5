/** What changes in the coded data of one picture, be it the picture or the thumbnail of it. */
import type { Replacement } from '../../carriers/replacements.ts'
import type { Orientation } from '../orientation.ts'
import type { Overlay } from '../raster.ts'
import { blocksAround } from './blocks.ts'
import { compose } from './compose.ts'
import type { Frame } from './frame.ts'
import { planesOf } from './planes.ts'
import { changeScans, walkScans } from './scans.ts'

/**
 * Nothing, when the label can't be seen.
 * @throws NotSpliceable
 */
export function pictureReplacements(
  file: Uint8Array,
  frame: Frame,
  overlay: Overlay,
  orientation: Orientation,
): Replacement[] {
  const planes = planesOf(frame, overlay, orientation)
  if (planes.length === 0) return []
  const covered = frame.components.flatMap((component, index) => {
    const plane = planes[index]
    return plane ? [{ component, plane, blocks: blocksAround(component, plane.box) }] : []
  })
  const targets = covered.map(({ blocks }) => blocks)
  const walked = walkScans(file, frame, targets)
  for (const { component, plane, blocks } of covered) compose(blocks, component, plane)
  const same = targets.every(({ before, after }) => before.every((value, at) => after[at] === value))
  return same ? [] : changeScans(file, frame, walked)
}
