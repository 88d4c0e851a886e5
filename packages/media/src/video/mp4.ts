/**
 * MP4 (ISO/IEC 14496-14): the AIGC field in `moov/udta/meta` (TC260-PG-20257A), the manifest in a `uuid` box behind
 * `ftyp` (C2PA A.5).
 */
import type { MediaHandler } from '@yinji/core'
import { updateBoxes } from '../carriers/bmff-update.ts'
import { brandsOf } from '../carriers/brands.ts'
import { movieContent, movieSlots, readMovie, spliceMovie } from '../carriers/movie.ts'
import { movieLive } from '../carriers/movie-live.ts'
import { spliceSegment } from '../carriers/movie-segment.ts'
import { videoLabeller } from '../visible/labellers.ts'

/** `iso2` … `isoc`, MPEG-4, AVC, DASH, Apple's and Sony's own; others of the family have handlers of their own. */
const known = /^(iso[m0-9a-c]|mp4[12]|avc1|dash|cmf[c2]|M4V[ HP]|MSNV|mmp4|f4v |XAVC|NDS[CHMP])$/
const others = /^(qt {2}|M4[AB] |mif[12]|msf1|hei[cfmsx]|hev[cmsx]|avi[fos]|jxl |jp2 |crx )$/

export const mp4: MediaHandler = {
  id: 'mp4',
  medium: 'video',
  mediaTypes: ['video/mp4', 'application/mp4', 'video/x-m4v'],
  extensions: ['mp4', 'm4v'],
  slots: movieSlots,
  matches(head) {
    const [major, ...compatible] = brandsOf(head)
    if (major === undefined || others.test(major)) return false
    return known.test(major) || compatible.some((brand) => known.test(brand))
  },
  read: readMovie,
  splice: spliceMovie,
  segment: spliceSegment,
  live: movieLive,
  content: movieContent,
  update: updateBoxes,
  visible: videoLabeller,
}
