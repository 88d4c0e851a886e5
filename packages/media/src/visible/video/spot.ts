/** Where in a video the label goes, and whether it is dark or bright there: by the pixels of the frames that will carry it. */
import type { VisibleContext, VisibleLabel } from '@yinji/core'
import type { GreyRaster } from '../grey.ts'
import { needsPixels, type Spot, spotFor } from '../spot.ts'
import type { VideoFacts } from '../video-facts.ts'
import { framesOf } from './look.ts'
import { leastSeconds } from './stretches.ts'

/** Frames a second of a showing that are looked at, and places in a film that carries its label all the way. */
const [rate, places] = [2, 6] as const

/** @throws UsageError `visible.contrast.low` when words without a plate can't be read there */
export async function spotInVideo(
  input: string,
  facts: VideoFacts,
  label: VisibleLabel,
  context: VisibleContext,
): Promise<Spot> {
  const { position } = label
  if (position !== 'auto' && !needsPixels(label)) return { position, bright: false }
  const frames: GreyRaster[] = []
  for (const place of placesOf(label, facts))
    frames.push(...(await framesOf(input, facts, { place, rate }, context)))
  return spotFor(frames, facts, label)
}

/** Options of the input, for each piece of the film that is looked at. */
function placesOf(
  { moment = 'start', every, seconds = leastSeconds }: VisibleLabel,
  { duration }: VideoFacts,
) {
  const length = ['-t', `${Math.max(leastSeconds, seconds)}`]
  const out: string[][] = moment === 'end' ? [] : [length]
  if ((moment === 'throughout' || every !== undefined) && duration > 0)
    for (let index = 1; index < places; index++)
      out.push(['-ss', ((duration * index) / places).toFixed(3), '-t', `${0.9 / rate}`])
  if (moment !== 'start' && duration > leastSeconds) out.push(['-sseof', `-${leastSeconds}`])
  return out.length > 0 ? out : [length]
}
