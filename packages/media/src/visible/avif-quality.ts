/** How finely an AVIF was quantised, on the scale of the encoder here, so that it is written as finely. */

/** `base_q_idx` (AV1 5.9.12) that libheif has libaom write for a quality, whatever the picture. */
const scale: readonly (readonly [quality: number, quantiser: number])[] = [
  [1, 255],
  [10, 236],
  [20, 216],
  [30, 196],
  [40, 172],
  [50, 148],
  [60, 120],
  [70, 92],
  [80, 60],
  [90, 32],
  [95, 16],
  [100, 0],
]

/** The quality, 1 to 100, that is not coarser. */
export function estimateAv1Quality(quantiser: number): number {
  const at = Math.max(
    1,
    scale.findIndex(([, value]) => value <= quantiser),
  )
  const [[low, coarse], [high, fine]] = [scale[at - 1] ?? [1, 255], scale[at] ?? [100, 0]]
  const share = Math.min(1, Math.max(0, (coarse - quantiser) / (coarse - fine)))
  return Math.ceil(low + (high - low) * share)
}
