/**
 * How finely a JPEG was quantised: the quality of the Independent JPEG Group's scale whose tables are just as fine,
 * so that writing the picture again costs as little as may be and does not bloat it either.
 */

/** Annex K of ITU-T T.81, in zigzag order. */
const luminance = [
  16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58,
  51, 61, 60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103,
  62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
]
const chrominance = [
  17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
]

/**
 * The quality, 1 to 100.
 * @param segments contents of the DQT segments
 */
export function estimateQuality(segments: readonly Uint8Array[]): number {
  const tables = segments.flatMap(tablesIn)
  const qualities = tables.map(({ id, values }) => qualityOf(values, id === 0 ? luminance : chrominance))
  return qualities.length === 0 ? 90 : Math.max(...qualities)
}

/** B.2.4.1: precision and number in one byte, then 64 values of one or two bytes. */
function tablesIn(segment: Uint8Array): { id: number; values: number[] }[] {
  const tables: { id: number; values: number[] }[] = []
  for (let at = 0; at < segment.byteLength; ) {
    const head = segment[at] ?? 0
    const width = head >> 4 === 0 ? 1 : 2
    at++
    if (at + 64 * width > segment.byteLength) break
    const values = Array.from({ length: 64 }, (_, index) =>
      width === 1
        ? (segment[at + index] ?? 0)
        : ((segment[at + index * 2] ?? 0) << 8) | (segment[at + index * 2 + 1] ?? 0),
    )
    tables.push({ id: head & 15, values })
    at += 64 * width
  }
  return tables
}

/** The lowest quality that is not coarser on the whole. */
function qualityOf(values: readonly number[], base: readonly number[]): number {
  const wanted = sum(values)
  for (let quality = 1; quality < 100; quality++) {
    const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - quality * 2
    if (
      sum(base.map((value) => Math.min(255, Math.max(1, Math.floor((value * scale + 50) / 100))))) <= wanted
    )
      return quality
  }
  return 100
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
