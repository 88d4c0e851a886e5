/** QuickTime movies: the same boxes, slots and offsets as MP4, under the brand `qt  ` (QuickTime File Format). */
import type { MediaHandler } from '@yinji/core'
import { updateBoxes } from '../carriers/bmff-update.ts'
import { brandsOf } from '../carriers/brands.ts'
import { movieContent, movieSlots, readMovie, spliceMovie } from '../carriers/movie.ts'
import { movieLive } from '../carriers/movie-live.ts'
import { spliceSegment } from '../carriers/movie-segment.ts'
import { videoLabeller } from '../visible/labellers.ts'

export const mov: MediaHandler = {
  id: 'mov',
  medium: 'video',
  mediaTypes: ['video/quicktime'],
  extensions: ['mov', 'qt'],
  slots: movieSlots,
  matches: (head) => brandsOf(head)[0] === 'qt  ',
  read: readMovie,
  splice: spliceMovie,
  segment: spliceSegment,
  live: movieLive,
  content: movieContent,
  update: updateBoxes,
  visible: videoLabeller,
}
