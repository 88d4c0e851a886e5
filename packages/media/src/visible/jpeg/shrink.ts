/** The label as it looks in a smaller copy of the picture. */
import type { Overlay } from '../raster.ts'

interface Size {
  readonly width: number
  readonly height: number
}

/** Every pixel is the mean of those it stands for, weighed by what can be seen of them. */
export function shrunk(overlay: Overlay, from: Size, to: Size): Overlay {
  const [scaleX, scaleY] = [from.width / to.width, from.height / to.height]
  const left = Math.floor(overlay.left / scaleX)
  const top = Math.floor(overlay.top / scaleY)
  const width = Math.ceil((overlay.left + overlay.width) / scaleX) - left
  const height = Math.ceil((overlay.top + overlay.height) / scaleY) - top
  const pixels = new Uint8Array(width * height * 4)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [firstX, firstY] = [
        Math.floor((left + x) * scaleX) - overlay.left,
        Math.floor((top + y) * scaleY) - overlay.top,
      ]
      const [lastX, lastY] = [
        firstX + Math.max(1, Math.round(scaleX)),
        firstY + Math.max(1, Math.round(scaleY)),
      ]
      pixels.set(mean(overlay, firstX, firstY, lastX, lastY), (y * width + x) * 4)
    }
  return { pixels, width, height, left, top }
}

function mean(
  { pixels, width, height }: Overlay,
  left: number,
  top: number,
  right: number,
  bottom: number,
): number[] {
  const sums = [0, 0, 0, 0]
  for (let y = Math.max(0, top); y < Math.min(bottom, height); y++)
    for (let x = Math.max(0, left); x < Math.min(right, width); x++) {
      const [red = 0, green = 0, blue = 0, alpha = 0] = pixels.subarray(
        (y * width + x) * 4,
        (y * width + x) * 4 + 4,
      )
      for (const [index, value] of [red * alpha, green * alpha, blue * alpha, alpha].entries())
        sums[index] = (sums[index] ?? 0) + value
    }
  const alpha = sums[3] ?? 0
  const count = (right - left) * (bottom - top)
  const colours = sums.slice(0, 3).map((sum) => (alpha === 0 ? 0 : Math.round(sum / alpha)))
  return [...colours, Math.round(alpha / count)]
}
