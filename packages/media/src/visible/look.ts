/** Looks for the explicit label in a picture: decoded at reduced size, searched at its corners and edges. */
import {
  type Finding,
  finding,
  limits,
  type Seen,
  type Source,
  throwIfAborted,
  type VisibleContext,
} from '@yinji/core'
import { leastShare } from './check-label.ts'
import { type FoundWords, findLabel, searchable } from './find-label.ts'
import type { GreyRaster } from './grey.ts'

/** What is measured is a little less than what was drawn, once a picture has been compressed or made smaller. */
const tolerance = 0.94
const shortestSide = 640

export async function lookAtPicture(source: Source, context: VisibleContext): Promise<Seen> {
  let raster: GreyRaster
  try {
    raster = await reducedGrey(source)
  } catch (error) {
    const what = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    return unchecked(what)
  }
  throwIfAborted(context.signal)
  if (!searchable(raster)) return unchecked(`${raster.width}×${raster.height} pixels`)
  const words = await findLabel(raster, context.previous ? [context.previous.text] : [])
  return seen(words)
}

const unchecked = (what: string): Seen => ({
  state: 'unchecked',
  findings: [finding('visible.look.unchecked', { data: { what } })],
})

/** A match in the words of the report; for frames of a video as well. */
export function seen(words: FoundWords | undefined): Seen {
  if (words === undefined) return { state: 'absent', findings: [finding('visible.look.absent')] }
  const data = {
    text: words.text,
    position: words.position,
    share: Number((words.share * 100).toFixed(1)),
  }
  const findings: Finding[] = [finding('visible.look.present', { data })]
  if (words.share < leastShare * tolerance) findings.push(finding('visible.look.small', { data }))
  return { state: 'present', text: words.text, findings }
}

/** Upright, in shades of grey, transparent places white. */
export async function reducedGrey(source: Source, page = 0): Promise<GreyRaster> {
  const path = source.path?.includes('[') ? undefined : source.path
  const input = path ?? Buffer.from(await source.read(0, source.size))
  // Loaded when first wanted: what a picture says of itself is read without it.
  const { default: sharp } = await import('sharp')
  const picture = sharp(input, {
    failOn: 'error',
    limitInputPixels: limits.pixels,
    ...(page > 0 ? { page } : {}),
  })
  const { width, height } = await picture.metadata()
  const factor = Math.min(1, shortestSide / Math.min(width, height))
  const { data, info } = await picture
    .autoOrient()
    .flatten({ background: '#fff' })
    .resize(Math.max(1, Math.round(width * factor)), Math.max(1, Math.round(height * factor)), {
      fit: 'outside',
    })
    .toColourspace('b-w')
    .extractChannel(0)
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  return { pixels: new Uint8Array(data), width: info.width, height: info.height }
}
