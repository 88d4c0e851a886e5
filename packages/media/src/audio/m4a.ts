/** M4A (MPEG-4 audio under Apple's brands): the same boxes, slots and offsets as MP4 (TC260-PG-202510A). */
import type { MediaHandler } from '@yinji/core'
import { updateBoxes } from '../carriers/bmff-update.ts'
import { brandsOf } from '../carriers/brands.ts'
import { movieContent, movieSlots, readMovie, spliceMovie } from '../carriers/movie.ts'
import { movieLive } from '../carriers/movie-live.ts'
import { spliceSegment } from '../carriers/movie-segment.ts'
import { m4aLabeller } from '../visible/audio/labeller.ts'

export const m4a: MediaHandler = {
  id: 'm4a',
  medium: 'audio',
  mediaTypes: ['audio/mp4', 'audio/x-m4a'],
  extensions: ['m4a', 'm4b'],
  slots: movieSlots,
  matches: (head) => /^M4[AB] $/.test(brandsOf(head)[0] ?? ''),
  read: readMovie,
  splice: spliceMovie,
  segment: spliceSegment,
  live: movieLive,
  content: movieContent,
  update: updateBoxes,
  visible: m4aLabeller,
}
