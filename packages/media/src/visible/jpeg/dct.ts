/** The cosine transform of a block and its inverse (ITU-T T.81 A.3.3), exact, so that what is not drawn on stays. */

const cosines = Float64Array.from({ length: 64 }, (_, index) => {
  const [u, x] = [index >> 3, index & 7]
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16)
})

/** Where the k-th coefficient of a block stands, row by row (A.3.6, figure A.6). */
export const zigzag = Uint8Array.from([
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46,
  53, 60, 61, 54, 47, 55, 62, 63,
])

const half = new Float64Array(64)

/** Turns coefficients, row by row, into samples around 0; in place. */
export function inverse(block: Float64Array): void {
  for (let row = 0; row < 64; row += 8)
    for (let x = 0; x < 8; x++) {
      let sum = 0
      for (let u = 0; u < 8; u++) sum += (cosines[u * 8 + x] ?? 0) * (block[row + u] ?? 0)
      half[row + x] = sum
    }
  for (let x = 0; x < 8; x++)
    for (let y = 0; y < 8; y++) {
      let sum = 0
      for (let v = 0; v < 8; v++) sum += (cosines[v * 8 + y] ?? 0) * (half[v * 8 + x] ?? 0)
      block[y * 8 + x] = sum
    }
}

/** Turns samples around 0 into coefficients; in place. */
export function forward(block: Float64Array): void {
  for (let row = 0; row < 64; row += 8)
    for (let u = 0; u < 8; u++) {
      let sum = 0
      for (let x = 0; x < 8; x++) sum += (cosines[u * 8 + x] ?? 0) * (block[row + x] ?? 0)
      half[row + u] = sum
    }
  for (let u = 0; u < 8; u++)
    for (let v = 0; v < 8; v++) {
      let sum = 0
      for (let y = 0; y < 8; y++) sum += (cosines[v * 8 + y] ?? 0) * (half[y * 8 + u] ?? 0)
      block[v * 8 + u] = sum
    }
}
