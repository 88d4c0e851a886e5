/**
 * EXIF orientation (CIPA DC-008 4.6.5.A): from the picture as it is shown to the pixels as they are stored. The
 * label is turned, the picture is not.
 */

/** 1 to 8; anything else counts as 1. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

export function orientationOf(value: number | undefined): Orientation {
  return value !== undefined && Number.isInteger(value) && value >= 1 && value <= 8
    ? (value as Orientation)
    : 1
}

/** Size of the picture as it is shown. */
export function shownSize(
  stored: { readonly width: number; readonly height: number },
  orientation: Orientation,
) {
  return orientation < 5
    ? { width: stored.width, height: stored.height }
    : { width: stored.height, height: stored.width }
}

/**
 * Where a shown pixel is stored.
 * @param size of the stored raster
 */
export function storedPixel(
  x: number,
  y: number,
  size: { readonly width: number; readonly height: number },
  orientation: Orientation,
): readonly [x: number, y: number] {
  const right = size.width - 1
  const bottom = size.height - 1
  switch (orientation) {
    case 1:
      return [x, y]
    case 2:
      return [right - x, y]
    case 3:
      return [right - x, bottom - y]
    case 4:
      return [x, bottom - y]
    case 5:
      return [y, x]
    case 6:
      return [y, bottom - x]
    case 7:
      return [right - y, bottom - x]
    case 8:
      return [right - y, x]
  }
}

/** For quarter turns against the clock, 0 to 3: alone, with top and bottom swapped afterwards, with left and right. */
export const orientations: readonly Readonly<Record<'plain' | 'upended' | 'mirrored', Orientation>>[] = [
  { plain: 1, upended: 4, mirrored: 2 },
  { plain: 8, upended: 5, mirrored: 7 },
  { plain: 3, upended: 2, mirrored: 4 },
  { plain: 6, upended: 7, mirrored: 5 },
]
