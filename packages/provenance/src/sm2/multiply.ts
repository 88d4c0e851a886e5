/**
 * Sums of multiples of points, for public numbers: by tables for points that come again and again, by sliding windows
 * (interleaved, so that they share their doublings) for those seen a first time. Digits are signed, which halves the
 * tables, because −P costs nothing.
 */
import { addPoint, double, type Jacobian, negate, normalize, type Point } from './curve.ts'

/** Bits of a window of the tables: 43 windows of 32 points, some 150 KB and ten milliseconds for a point. */
const window = 6
const windows = Math.ceil(257 / window)
/** Bits of a sliding window: the odd multiples up to 15 P. */
const sliding = 5
/** Uses after which a table has earned the milliseconds it takes. */
const worthwhile = 8

/** A point that comes to be multiplied; it remembers what was computed for it. */
export class Base {
  readonly #point: Point
  #uses = 0
  #table: readonly (readonly Point[])[] | undefined
  #odd: readonly Point[] | undefined

  constructor(point: Point) {
    this.#point = point
  }

  /** `[w][i]` is (i + 1) · 2^(6w) · P; undefined as long as the point is new. */
  use(): readonly (readonly Point[])[] | undefined {
    this.#uses++
    if (this.#table === undefined && this.#uses > worthwhile) this.#table = tableOf(this.#point)
    return this.#table
  }

  /** P, 3P, 5P … 15P. */
  get odd(): readonly Point[] {
    this.#odd ??= oddMultiples(this.#point)
    return this.#odd
  }
}

/** Σ k·P for 0 ≤ k < 2^256. */
export function sumOf(terms: readonly (readonly [k: bigint, base: Base])[]): Jacobian {
  const prepared = terms.map(([k, base]) => ({ k, base, table: base.use() }))
  const slow = prepared.filter(({ table }) => table === undefined)
  let sum = slide(slow.map(({ k, base }) => ({ digits: slidingDigits(k), odd: base.odd })))
  for (const { k, table } of prepared) if (table) sum = addByTable(sum, k, table)
  return sum
}

function addByTable(to: Jacobian, k: bigint, table: readonly (readonly Point[])[]): Jacobian {
  let sum = to
  for (const [index, digit] of windowDigits(k).entries()) {
    const multiple = table[index]?.[Math.abs(digit) - 1]
    if (multiple) sum = addPoint(sum, digit < 0 ? negate(multiple) : multiple)
  }
  return sum
}

function slide(terms: readonly { readonly digits: readonly number[]; readonly odd: readonly Point[] }[]) {
  let sum: Jacobian
  for (let bit = Math.max(0, ...terms.map(({ digits }) => digits.length)) - 1; bit >= 0; bit--) {
    sum = double(sum)
    for (const { digits, odd } of terms) {
      const digit = digits[bit] ?? 0
      const multiple = odd[(Math.abs(digit) - 1) / 2]
      if (multiple) sum = addPoint(sum, digit < 0 ? negate(multiple) : multiple)
    }
  }
  return sum
}

/** Digits of −31 … 32 to the base 64, lowest first. */
function windowDigits(k: bigint): number[] {
  const digits: number[] = []
  let carry = 0
  for (let index = 0; index < windows; index++) {
    let digit = bitsOf(k, index * window, window) + carry
    carry = digit > 1 << (window - 1) ? 1 : 0
    digit -= carry << window
    digits.push(digit)
  }
  return digits
}

/** Odd digits of −15 … 15 with at least four zeros between them, lowest bit first. */
function slidingDigits(k: bigint): number[] {
  const digits: number[] = []
  const bits = [...k.toString(2)].reverse().map(Number)
  let carry = 0
  for (let at = 0; at < bits.length + 1 || carry > 0; ) {
    if (((bits[at] ?? 0) ^ carry) === 0) {
      digits[at++] = 0
      continue
    }
    let digit = carry
    for (let bit = 0; bit < sliding; bit++) digit += (bits[at + bit] ?? 0) << bit
    carry = digit >= 1 << (sliding - 1) ? 1 : 0
    digits[at++] = digit - (carry << sliding)
    for (let bit = 1; bit < sliding; bit++) digits[at++] = 0
  }
  return digits
}

function bitsOf(k: bigint, from: number, count: number): number {
  return Number((k >> BigInt(from)) & ((1n << BigInt(count)) - 1n))
}

function tableOf(point: Point): Point[][] {
  const size = 1 << (window - 1)
  const all: NonNullable<Jacobian>[] = []
  let start = point
  for (let index = 0; index < windows; index++) {
    const multiples = multiplesOf(start, start, size)
    all.push(...multiples)
    const [next] = normalize(finite(double(multiples.at(-1)))) // 2 · 32 P
    start = next ?? point
  }
  const points = normalize(all)
  return Array.from({ length: windows }, (_, index) => points.slice(index * size, (index + 1) * size))
}

function oddMultiples(point: Point): Point[] {
  const [twice = point] = normalize(finite(double({ z: 1n, ...point })))
  return normalize(multiplesOf(point, twice, 1 << (sliding - 2)))
}

/** first, first + step, first + 2 step … The group’s order is prime and far above: no sum is infinite. */
function multiplesOf(first: Point, step: Point, count: number): NonNullable<Jacobian>[] {
  const points: NonNullable<Jacobian>[] = [{ z: 1n, ...first }]
  for (let sum: Jacobian = points[0]; points.length < count; ) {
    sum = addPoint(sum, step)
    points.push(...finite(sum))
  }
  return points
}

function finite(point: Jacobian): NonNullable<Jacobian>[] {
  if (point === undefined) throw new RangeError('a multiple at infinity')
  return [point]
}
