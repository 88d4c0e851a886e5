/**
 * The curve of SM2 (GB/T 32918.5-2017 annex A, `1.2.156.10197.1.301`): y² = x³ − 3x + b over a prime field.
 *
 * Point arithmetic for *verifying* only: everything here is public, so it may take a time that depends on its numbers.
 * Secret numbers never come here; see `signature.ts`. It is our own because the libraries at hand reach half the speed:
 * they use formulas made for secrets. Points are Jacobian, (X : Y : Z) with x = X/Z², y = Y/Z³; coordinates are
 * reduced after multiplications and may be negative.
 */

export const p = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn
export const n = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n
export const b = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n

/** An affine point; never the point at infinity. */
export interface Point {
  readonly x: bigint
  readonly y: bigint
}

export const base: Point = {
  x: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  y: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
}

/** Undefined is the point at infinity. */
export type Jacobian = { readonly x: bigint; readonly y: bigint; readonly z: bigint } | undefined

export function isOnCurve({ x, y }: Point): boolean {
  if (x < 0n || x >= p || y < 0n || y >= p) return false
  return (y * y - right(x)) % p === 0n
}

const right = (x: bigint) => (((x * x) % p) * x - 3n * x + b) % p

/** The point with this x and the y of the wanted parity; undefined when there is none. */
export function pointAt(x: bigint, odd: boolean): Point | undefined {
  if (x >= p) return undefined
  const y = power(mod(right(x), p), (p + 1n) / 4n) // p ≡ 3 mod 4
  const root = { x, y: (y & 1n) === (odd ? 1n : 0n) ? y : p - y }
  return isOnCurve(root) ? root : undefined
}

export function double(a: Jacobian): Jacobian {
  if (a === undefined) return undefined
  const delta = (a.z * a.z) % p
  const gamma = (a.y * a.y) % p
  const beta = (a.x * gamma) % p
  const alpha = (3n * (a.x - delta) * (a.x + delta)) % p
  const x = (alpha * alpha - 8n * beta) % p
  const z = (2n * a.y * a.z) % p
  const y = (alpha * (4n * beta - x) - 8n * gamma * gamma) % p
  return { x, y, z } // y is never 0: the order of the curve is odd
}

/** a + b, b affine. */
export function addPoint(a: Jacobian, b: Point): Jacobian {
  if (a === undefined) return { x: b.x, y: b.y, z: 1n }
  const zz = (a.z * a.z) % p
  const h = (b.x * zz - a.x) % p
  const r = (((b.y * zz) % p) * a.z - a.y) % p
  if (h === 0n) return r === 0n ? double(a) : undefined
  const hh = (h * h) % p
  const hhh = (hh * h) % p
  const v = (a.x * hh) % p
  const x = (r * r - hhh - 2n * v) % p
  return { x, y: (r * (v - x) - a.y * hhh) % p, z: (a.z * h) % p }
}

export function negate({ x, y }: Point): Point {
  return { x, y: p - y }
}

/** Affine forms of finite points, with one inversion for all of them. */
export function normalize(points: readonly NonNullable<Jacobian>[]): Point[] {
  const products: bigint[] = []
  let product = 1n
  for (const { z } of points) {
    products.push(product)
    product = (product * z) % p
  }
  let inverse = invert(product, p)
  const affine: Point[] = new Array(points.length)
  for (let index = points.length - 1; index >= 0; index--) {
    const { x, y, z } = points[index] ?? { x: 0n, y: 0n, z: 1n }
    const own = (inverse * (products[index] ?? 1n)) % p
    inverse = (inverse * z) % p
    const square = (own * own) % p
    affine[index] = { x: mod(x * square, p), y: mod(((y * square) % p) * own, p) }
  }
  return affine
}

export function mod(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus
  return rest < 0n ? rest + modulus : rest
}

/** The inverse modulo a prime (extended Euclid). */
export function invert(value: bigint, modulus: bigint): bigint {
  let [a, m, x, u] = [mod(value, modulus), modulus, 1n, 0n]
  while (a > 1n) {
    const quotient = m / a
    ;[a, m] = [m - quotient * a, a]
    ;[x, u] = [u - quotient * x, x]
  }
  return mod(x, modulus)
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (const bit of exponent.toString(2)) {
    result = (result * result) % p
    if (bit === '1') result = (result * base) % p
  }
  return result
}
