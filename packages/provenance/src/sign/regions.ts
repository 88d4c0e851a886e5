/** Regions of interest: which part of the content is meant (C2PA 18.2). The field `role` is deprecated and not written. */
import { type Form, flag, index, list, matching, number, object, oneOf, tagged, text } from './form.ts'

/** A part of the content: one range, or several that are meant together. */
export interface Region {
  readonly region: readonly RegionRange[]
  /** For people. */
  readonly name?: string | undefined
  /** For programs; unique within the assertion. */
  readonly identifier?: string | undefined
  /** What is shown there: a value of `https://cv.iptc.org/newscodes/imageregiontype/`, or one of your own. */
  readonly type?: string | undefined
  /** For people. */
  readonly description?: string | undefined
}

/** A range in space, in time, of frames or pages, of a text, or of an item in the file, such as a track. */
export type RegionRange =
  | { readonly type: 'spatial'; readonly shape: RegionShape }
  | { readonly type: 'temporal'; readonly time: RegionTime }
  /** The first and last frame or page, counted from 0. Default: those of the content. */
  | { readonly type: 'frame'; readonly frame: Ends<number> }
  | { readonly type: 'textual'; readonly text: { readonly selectors: readonly RegionText[] } }
  /** E.g. `track_id` and `2` in MP4, `item_ID` and its number in HEIF. */
  | { readonly type: 'identified'; readonly item: { readonly identifier: string; readonly value: string } }

/** A shape in pixels, or in percent of the content’s size; x goes right, y down. */
export type RegionShape = {
  readonly unit: 'pixel' | 'percent'
  /** Upper left corner, centre, or first vertex. */
  readonly origin: RegionPoint
  /** Whether the inside is meant. Default true. */
  readonly inside?: boolean | undefined
} & (
  | { readonly type: 'rectangle'; readonly width: number; readonly height: number }
  /** `width` is the diameter. */
  | { readonly type: 'circle'; readonly width: number }
  | { readonly type: 'polygon'; readonly vertices: readonly RegionPoint[] }
)

/** A point of a shape. */
export interface RegionPoint {
  readonly x: number
  readonly y: number
}

interface Ends<T> {
  readonly start?: T | undefined
  readonly end?: T | undefined
}

/**
 * `npt`: from the beginning of the content, `h:mm:ss.fff` or seconds; `wallClock`: RFC 3339, which some readers, among them
 * c2pa-rs 0.91, take for an error in the whole manifest. Default: `npt`, from the beginning to the end.
 */
export type RegionTime = Ends<string> & { readonly type?: 'npt' | 'wallClock' | undefined }

/** From one selector to the other, or all of the first: a URL fragment, and character offsets in it. */
export interface RegionText {
  readonly selector: RegionSelector
  readonly end?: RegionSelector | undefined
}

/** A URL fragment, and the first and last character that are meant. Default: all of it. */
export type RegionSelector = Ends<number> & { readonly fragment: string }

const kind: Form = () => {} // the tag, which was looked at already
const ends = (each: Form) => ({ start: each, end: each })
const point = object({ x: number, y: number })
const shape = { type: kind, unit: oneOf(['pixel', 'percent']), origin: point }
const selector = object({ fragment: text }, ends(index))
const playTime = matching(/^(?:(?:(?:[01]?\d|2[0-3]):)?[0-5]?\d:)?[0-5]?\d(?:\.\d{1,9})?$/, 'hh:mm:ss.fff')
const clock = matching(
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:[+-]\d\d:\d\d|Z)$/,
  'YYYY-MM-DDThh:mm:ssZ',
)

const range = tagged('type', {
  spatial: object({
    type: kind,
    shape: tagged('type', {
      rectangle: object({ ...shape, width: number, height: number }, { inside: flag }),
      circle: object({ ...shape, width: number }, { inside: flag }),
      polygon: object({ ...shape, vertices: list(point, 1) }, { inside: flag }),
    }),
  }),
  temporal: object({
    type: kind,
    time: tagged(
      'type',
      {
        npt: object({}, { type: kind, ...ends(playTime) }),
        wallClock: object({ type: kind }, ends(clock)),
      },
      'npt',
    ),
  }),
  frame: object({ type: kind, frame: object({}, ends(index)) }),
  textual: object({
    type: kind,
    text: object({ selectors: list(object({ selector }, { end: selector }), 1) }),
  }),
  identified: object({ type: kind, item: object({ identifier: text, value: text }) }),
})

export const region = object(
  { region: list(range, 1) },
  { name: text, identifier: text, type: text, description: text },
)
