/** Pictures in shades of grey, made smaller by averaging: what the search for labels works on. */

/** One byte per pixel, row by row. */
export interface GreyRaster {
  readonly pixels: Uint8Array | Float32Array
  readonly width: number
  readonly height: number
}

/** Averages over areas when it gets smaller, interpolates when it gets larger. */
export function scaled(
  raster: GreyRaster,
  width: number,
  height: number,
): GreyRaster & { pixels: Float32Array } {
  const columns = weights(raster.width, width)
  const rows = weights(raster.height, height)
  const wide = new Float32Array(width * raster.height)
  for (let y = 0; y < raster.height; y++)
    for (let x = 0; x < width; x++) {
      const { from, shares } = columns[x] as Weights
      let sum = 0
      for (let n = 0; n < shares.length; n++)
        sum += (raster.pixels[y * raster.width + from + n] as number) * (shares[n] as number)
      wide[y * width + x] = sum
    }
  const pixels = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    const { from, shares } = rows[y] as Weights
    for (let n = 0; n < shares.length; n++) {
      const share = shares[n] as number
      for (let x = 0; x < width; x++)
        pixels[y * width + x] =
          (pixels[y * width + x] as number) + (wide[(from + n) * width + x] as number) * share
    }
  }
  return { pixels, width, height }
}

interface Weights {
  readonly from: number
  readonly shares: readonly number[]
}

/** For each new pixel the old ones it covers, with their shares. */
function weights(before: number, after: number): Weights[] {
  const step = before / after
  const reach = Math.max(1, step)
  return Array.from({ length: after }, (_, index) => {
    const middle = (index + 0.5) * step
    const from = Math.max(0, Math.floor(middle - reach))
    const until = Math.min(before, Math.ceil(middle + reach))
    const raw = Array.from({ length: until - from }, (_, n) =>
      Math.max(0, 1 - Math.abs(from + n + 0.5 - middle) / reach),
    )
    const sum = raw.reduce((a, b) => a + b, 0)
    return { from, shares: raw.map((share) => share / sum) }
  })
}

/** Sums over any rectangle in four look-ups. */
export class Sums {
  readonly #stride: number
  readonly #sums: Float64Array
  readonly #squares: Float64Array
  constructor({ pixels, width, height }: GreyRaster) {
    this.#stride = width + 1
    this.#sums = new Float64Array((width + 1) * (height + 1))
    this.#squares = new Float64Array((width + 1) * (height + 1))
    for (let y = 0; y < height; y++) {
      let sum = 0
      let square = 0
      for (let x = 0; x < width; x++) {
        const value = pixels[y * width + x] as number
        sum += value
        square += value * value
        const at = (y + 1) * this.#stride + x + 1
        this.#sums[at] = (this.#sums[at - this.#stride] as number) + sum
        this.#squares[at] = (this.#squares[at - this.#stride] as number) + square
      }
    }
  }
  /** Sum of squared differences from the mean. */
  spread(left: number, top: number, width: number, height: number): number {
    const a = top * this.#stride + left
    const b = a + height * this.#stride
    const of = (sums: Float64Array) =>
      (sums[b + width] as number) - (sums[b] as number) - (sums[a + width] as number) + (sums[a] as number)
    return of(this.#squares) - of(this.#sums) ** 2 / (width * height)
  }
}
