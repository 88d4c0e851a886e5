/** The cosine transform of a block and its inverse (ITU-T T.81 A.3.3), exact, so that what is not drawn on stays. */

/** Half the cosine of so many sixteenths of a half turn. */
const cosine = (sixteenths: number) => Math.cos((sixteenths * Math.PI) / 16) / 2
const [c1, c2, c3, c4, c5, c6, c7] = [
  cosine(1),
  cosine(2),
  cosine(3),
  cosine(4),
  cosine(5),
  cosine(6),
  cosine(7),
] as const

/** Where the k-th coefficient of a block stands, row by row (A.3.6, figure A.6). */
export const zigzag = Uint8Array.from([
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46,
  53, 60, 61, 54, 47, 55, 62, 63,
])

/** Turns coefficients, row by row, into samples around 0; in place. */
export function inverse(block: Float64Array): void {
  for (let row = 0; row < 64; row += 8) inverse8(block, row, 1)
  for (let column = 0; column < 8; column++) inverse8(block, column, 8)
}

/** Turns samples around 0 into coefficients; in place. */
export function forward(block: Float64Array): void {
  for (let row = 0; row < 64; row += 8) forward8(block, row, 1)
  for (let column = 0; column < 8; column++) forward8(block, column, 8)
}

/**
 * Eight values, `step` apart: even and odd halves apart, since cosines repeat themselves in a mirror. Plain variables:
 * most processes label one picture, and taking arrays apart is slow until the code is compiled.
 */
function inverse8(block: Float64Array, at: number, step: number): void {
  const x0 = block[at] as number
  const x1 = block[at + step] as number
  const x2 = block[at + 2 * step] as number
  const x3 = block[at + 3 * step] as number
  const x4 = block[at + 4 * step] as number
  const x5 = block[at + 5 * step] as number
  const x6 = block[at + 6 * step] as number
  const x7 = block[at + 7 * step] as number
  const sum = (x0 + x4) * c4
  const difference = (x0 - x4) * c4
  const outer = x2 * c2 + x6 * c6
  const inner = x2 * c6 - x6 * c2
  const o0 = x1 * c1 + x3 * c3 + x5 * c5 + x7 * c7
  const o1 = x1 * c3 - x3 * c7 - x5 * c1 - x7 * c5
  const o2 = x1 * c5 - x3 * c1 + x5 * c7 + x7 * c3
  const o3 = x1 * c7 - x3 * c5 + x5 * c3 - x7 * c1
  block[at] = sum + outer + o0
  block[at + step] = difference + inner + o1
  block[at + 2 * step] = difference - inner + o2
  block[at + 3 * step] = sum - outer + o3
  block[at + 4 * step] = sum - outer - o3
  block[at + 5 * step] = difference - inner - o2
  block[at + 6 * step] = difference + inner - o1
  block[at + 7 * step] = sum + outer - o0
}

/** The same matrix, turned over. */
function forward8(block: Float64Array, at: number, step: number): void {
  const x0 = block[at] as number
  const x1 = block[at + step] as number
  const x2 = block[at + 2 * step] as number
  const x3 = block[at + 3 * step] as number
  const x4 = block[at + 4 * step] as number
  const x5 = block[at + 5 * step] as number
  const x6 = block[at + 6 * step] as number
  const x7 = block[at + 7 * step] as number
  const s0 = x0 + x7
  const s1 = x1 + x6
  const s2 = x2 + x5
  const s3 = x3 + x4
  const d0 = x0 - x7
  const d1 = x1 - x6
  const d2 = x2 - x5
  const d3 = x3 - x4
  block[at] = (s0 + s1 + s2 + s3) * c4
  block[at + step] = d0 * c1 + d1 * c3 + d2 * c5 + d3 * c7
  block[at + 2 * step] = (s0 - s3) * c2 + (s1 - s2) * c6
  block[at + 3 * step] = d0 * c3 - d1 * c7 - d2 * c1 - d3 * c5
  block[at + 4 * step] = (s0 - s1 - s2 + s3) * c4
  block[at + 5 * step] = d0 * c5 - d1 * c1 + d2 * c7 + d3 * c3
  block[at + 6 * step] = (s0 - s3) * c6 - (s1 - s2) * c2
  block[at + 7 * step] = d0 * c7 - d1 * c5 + d2 * c3 - d3 * c1
}
