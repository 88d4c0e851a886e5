/**
 * CBOR as C2PA uses it: written in the core deterministic encoding (RFC 8949 4.2.1, asked for by C2PA 10.1), read
 * tolerantly enough for old files and strictly enough that two readers can't understand the same bytes differently.
 */
import { isUtf8 } from 'node:buffer'
import { concat, limits } from '@yinji/core'
import { decode, decodeFirst, encode, Tagged, Token, Tokenizer, Type } from 'cborg'

/** A value under a tag, e.g. 0 for date and time (RFC 8949 3.4.1) or 18 for COSE_Sign1 (RFC 9052 4.2). */
export { Tagged }

/** Not CBOR, or not within bounds. The message names what was wrong with it. */
export class CborError extends Error {
  override readonly name = 'CborError'
}

/** A number that is written as a float though it is whole, where a schema has floats alone. */
export class Float {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

/** Keys in the order of cborg's own: by kind, then shorter ones first. For keys without tags that is bytewise order. */
const encodeOptions = {
  ignoreUndefinedProperties: true,
  typeEncoders: {
    Object: (value: unknown) => (value instanceof Float ? [new Token(Type.float, value.value)] : null),
  },
}

/**
 * The bytes of a value: shortest forms, map keys in bytewise order. Plain objects and `Map`s become maps (integer keys
 * need a `Map`), `Tagged` a tag, `Uint8Array` a byte string; members that are undefined are left out.
 */
export function encodeCbor(value: unknown): Uint8Array {
  return encode(value, encodeOptions)
}

/** A map of members that are encoded already, in the order in which they stand; fewer than 24. */
export function encodeMembers(members: readonly (readonly [key: string, value: Uint8Array])[]): Uint8Array {
  return concat([
    Uint8Array.of(0xa0 | members.length),
    ...members.flatMap(([key, value]) => [encodeCbor(key), value]),
  ])
}

/** Date and time as text under tag 0, in UTC with seconds. */
export function encodeTime(date: Date): Tagged {
  return new Tagged(0, date.toISOString().replace(/\.\d+Z$/, 'Z'))
}

/** Tags are kept as they are: what one means is for the reader of the structure to say. */
const anyTag = new Proxy<Record<number, (content: () => unknown) => Tagged>>(
  {},
  {
    get: (_, tag) =>
      typeof tag === 'string' ? (content: () => unknown) => new Tagged(Number(tag), content()) : undefined,
  },
)

/**
 * The one value these bytes hold. Every map is a `Map` (keys belong to whoever wrote the file), every tag a `Tagged`,
 * integers beyond 2^53 are `bigint`; byte strings are copies. Accepted because files have them: indefinite lengths of
 * arrays and maps, integers longer than needed. Refused: a key that stands twice, text that is not UTF-8, bytes after the value,
 * `undefined`, NaN and infinities, more than `limits.depth` levels or `limits.items` values.
 * @throws CborError
 */
export function decodeCbor(bytes: Uint8Array): unknown {
  return bounded(bytes, decode)
}

/** The same; undefined, which no value is, when the bytes hold none within these bounds. */
export function readCbor(bytes: Uint8Array): unknown {
  return orUndefined(() => decodeCbor(bytes))
}

/** The first value, whatever follows it: where a box is longer than what it holds. */
export function readFirstCbor(bytes: Uint8Array): unknown {
  return orUndefined(() => bounded(bytes, (data, options) => decodeFirst(data, options)[0]))
}

/**
 * The members of the map that these bytes hold, by their text keys, each as it stands, encoded: what a signature is over can’t
 * be told from its value. Undefined when the bytes hold no such map within these bounds.
 */
export function readMembers(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> | undefined {
  const value = readCbor(bytes)
  if (!(value instanceof Map)) return undefined
  const members = new Map<string, Uint8Array>()
  let rest = bytes.subarray(headLength(bytes[0] ?? 0))
  const next = () => {
    const [item, left] = decodeFirst(rest, decodeOptions)
    const encoded = rest.subarray(0, rest.byteLength - left.byteLength)
    rest = left
    return { item, encoded }
  }
  for (let left = value.size; left > 0; left--) {
    const key = next().item
    const { encoded } = next()
    if (typeof key === 'string') members.set(key, encoded)
  }
  return members
}

/** Of a map, by its first byte (RFC 8949 3). */
function headLength(first: number): number {
  const minor = first & 31
  return minor < 24 || minor === 31 ? 1 : 1 + 2 ** (minor - 24)
}

function orUndefined(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    if (error instanceof CborError) return undefined
    throw error
  }
}

function bounded(bytes: Uint8Array, read: typeof decode): unknown {
  try {
    return read(bytes, { tokenizer: new BoundedTokenizer(bytes, decodeOptions), ...decodeOptions })
  } catch (error) {
    if (error instanceof CborError) throw error
    throw new CborError(error instanceof Error ? error.message : 'not CBOR', { cause: error })
  }
}

const decodeOptions = {
  useMaps: true,
  rejectDuplicateMapKeys: true,
  allowBigInt: true,
  allowUndefined: false,
  allowNaN: false,
  allowInfinity: false,
  tags: anyTag,
}

/** Counts values and levels before the recursive decoder gets there. */
class BoundedTokenizer extends Tokenizer {
  /** What each open array, map or tag still waits for; `Infinity` until a break comes. */
  readonly #open: { left: number; isMap: boolean; odd: boolean }[] = []
  #values = 0

  override next(): Token {
    const start = this.pos()
    const token = super.next()
    if (token.type === Type.string) this.#checkText(start)
    this.#values += 1
    if (this.#values > limits.items) throw new CborError('too many values')
    if (token.type === Type.break) this.#close()
    else {
      this.#count()
      this.#openFor(token)
    }
    while (this.#open.at(-1)?.left === 0) this.#open.pop()
    return token
  }

  /** Text is UTF-8 (RFC 8949 3.1): what others refuse must not be read as something like it. */
  #checkText(start: number): void {
    const minor = (this.data[start] ?? 0) & 31
    const head = minor < 24 ? 1 : 1 + 2 ** (minor - 24)
    if (!isUtf8(this.data.subarray(start + head, this.pos()))) throw new CborError('text that is not UTF-8')
  }

  #count(): void {
    const top = this.#open.at(-1)
    if (top === undefined) return
    top.left -= 1
    top.odd = !top.odd
  }

  #close(): void {
    const top = this.#open.pop()
    if (top?.left !== Number.POSITIVE_INFINITY || (top.isMap && top.odd))
      throw new CborError('a break that ends nothing')
  }

  #openFor({ type, value }: Token): void {
    const isMap = type === Type.map
    const left = isMap ? value * 2 : type === Type.array ? value : type === Type.tag ? 1 : 0
    if (left === 0) return
    if (this.#open.length >= limits.depth) throw new CborError('nested too deeply')
    this.#open.push({ left, isMap, odd: false })
  }
}
