/** CBOR as it is spelt (RFC 8949 3), for spelling it otherwise: lengths, order and repeats are kept, and can be changed. */

export interface Item {
  /** Major type, 0 to 7. */
  major: number
  /** Value, length or tag. */
  argument: bigint
  /** Bytes that the argument takes behind the first; 0 where it stands in that. */
  width: number
  /** Ends with a break, and has no length. */
  indefinite: boolean
  /** Of strings. */
  bytes: Buffer
  /** Of arrays and tags; of maps, keys and values in turn. */
  items: Item[]
}

/** Undefined for what is no CBOR, or has strings in pieces. */
export function readItems(bytes: Buffer): Item | undefined {
  try {
    const reader = { bytes, at: 0 }
    const item = readItem(reader)
    return reader.at === bytes.length ? item : undefined
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

interface Reader {
  readonly bytes: Buffer
  at: number
}

function readItem(reader: Reader): Item {
  const first = reader.bytes.readUInt8(reader.at++)
  const [major, minor] = [first >> 5, first & 31]
  const indefinite = minor === 31
  if (minor > 27 && !(indefinite && (major === 4 || major === 5))) throw new RangeError('another spelling')
  const width = minor < 24 || indefinite ? 0 : 2 ** (minor - 24)
  const argument = width === 0 ? BigInt(minor) : BigInt(`0x${take(reader, width).toString('hex')}`)
  const item: Item = { major, argument, width, indefinite, bytes: Buffer.alloc(0), items: [] }
  if (major === 2 || major === 3) item.bytes = take(reader, Number(argument))
  if (major < 4 || major === 7) return item
  const count = major === 6 ? 1 : Number(argument) * (major === 5 ? 2 : 1)
  while (indefinite ? reader.bytes.readUInt8(reader.at) !== 0xff : item.items.length < count)
    item.items.push(readItem(reader))
  if (indefinite) reader.at++
  return item
}

function take(reader: Reader, length: number): Buffer {
  const end = reader.at + length
  if (end > reader.bytes.length) throw new RangeError('cut off')
  const taken = reader.bytes.subarray(reader.at, end)
  reader.at = end
  return taken
}

export function writeItems({ major, argument, width, indefinite, bytes, items }: Item): Buffer {
  const parts = items.map(writeItems)
  if (indefinite) return Buffer.concat([Buffer.of((major << 5) | 31), ...parts, Buffer.of(0xff)])
  const counted: Record<number, number> = {
    2: bytes.length,
    3: bytes.length,
    4: items.length,
    5: items.length >> 1,
  }
  return Buffer.concat([head(major, BigInt(counted[major] ?? argument), width), bytes, ...parts])
}

/** As wide as it was, or as wide as it must be. */
function head(major: number, argument: bigint, width: number): Buffer {
  const least =
    argument < 24n ? 0 : argument < 0x100n ? 1 : argument < 0x10000n ? 2 : argument < 0x100000000n ? 4 : 8
  const wide = Math.max(width, least)
  if (wide === 0) return Buffer.of((major << 5) | Number(argument))
  const bytes = Buffer.from(argument.toString(16).padStart(wide * 2, '0'), 'hex')
  return Buffer.concat([Buffer.of((major << 5) | (24 + Math.log2(wide))), bytes])
}

export const copyItem = (item: Item): Item => ({ ...item, items: item.items.map(copyItem) })

/** An item and all within it. */
export function allItems(item: Item): Item[] {
  return [item, ...item.items.flatMap(allItems)]
}

const plain = { width: 0, indefinite: false, items: [] }
export const bytesItem = (bytes: Buffer): Item => ({ ...plain, items: [], major: 2, argument: 0n, bytes })
export const textItem = (text: string): Item => ({
  ...plain,
  items: [],
  major: 3,
  argument: 0n,
  bytes: Buffer.from(text),
})
export const numberItem = (value: bigint): Item => ({
  ...plain,
  items: [],
  major: value < 0n ? 1 : 0,
  argument: value < 0n ? -1n - value : value,
  bytes: Buffer.alloc(0),
})
export const listItem = (items: Item[]): Item => ({
  ...plain,
  items,
  major: 4,
  argument: 0n,
  bytes: Buffer.alloc(0),
})

/** The value of a text key of a map. */
export function memberOf(map: Item | undefined, key: string): Item | undefined {
  if (map?.major !== 5) return undefined
  const at = map.items.findIndex(
    (item, index) => index % 2 === 0 && item.major === 3 && item.bytes.toString() === key,
  )
  return at < 0 ? undefined : map.items[at + 1]
}
