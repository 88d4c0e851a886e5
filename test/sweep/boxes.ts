/** A manifest store as boxes that can be changed (ISO 19566-5): whatever is done to them, lengths are written anew. */

export interface Box {
  type: string
  /** Of a superbox: the content of its description (`jumd`). */
  description: Buffer | undefined
  /** Of a superbox. */
  children: Box[]
  /** Of any other box. */
  data: Buffer
  /** Its length is written in 64 bits. */
  wide: boolean
}

/** Undefined for what can’t be read. */
export function readBoxes(bytes: Buffer, start = 0, end = bytes.length): Box[] | undefined {
  const boxes: Box[] = []
  for (let at = start; at < end; ) {
    if (end - at < 8) return undefined
    const short = bytes.readUInt32BE(at)
    const wide = short === 1
    if (wide && end - at < 16) return undefined
    const length = wide ? Number(bytes.readBigUInt64BE(at + 8)) : short
    const body = at + (wide ? 16 : 8)
    if (length < body - at || length > end - at) return undefined
    const box = readBox(bytes, bytes.toString('latin1', at + 4, at + 8), body, at + length, wide)
    if (box === undefined) return undefined
    boxes.push(box)
    at += length
  }
  return boxes
}

function readBox(bytes: Buffer, type: string, start: number, end: number, wide: boolean): Box | undefined {
  if (type !== 'jumb')
    return { type, description: undefined, children: [], data: bytes.subarray(start, end), wide }
  const [first, ...children] = readBoxes(bytes, start, end) ?? []
  if (first?.type !== 'jumd') return undefined
  return { type, description: first.data, children, data: Buffer.alloc(0), wide }
}

export function writeBox(box: Box): Buffer {
  const content = contentOf(box)
  const length = content.length + (box.wide ? 16 : 8)
  const head = Buffer.alloc(box.wide ? 16 : 8)
  head.writeUInt32BE(box.wide ? 1 : length, 0)
  head.write(box.type, 4, 'latin1')
  if (box.wide) head.writeBigUInt64BE(BigInt(length), 8)
  return Buffer.concat([head, content])
}

/** What stands behind the header: of a superbox, what is hashed (C2PA 8.4.2.3). */
export function contentOf({ description, children, data }: Box): Buffer {
  if (description === undefined) return data
  return Buffer.concat([writeBox(leaf('jumd', description)), ...children.map(writeBox)])
}

export const leaf = (type: string, data: Buffer): Box => ({
  type,
  description: undefined,
  children: [],
  data,
  wide: false,
})

/** Of a superbox; empty where it has none. */
export function labelOf({ description }: Box): string {
  return description?.toString('utf8', 17).split('\0')[0] ?? ''
}

/** With another label, whatever stands behind it in the description. */
export function relabel(box: Box, label: string): void {
  const { description } = box
  if (description === undefined) return
  const rest = description.subarray(17 + Buffer.byteLength(labelOf(box)))
  box.description = Buffer.concat([description.subarray(0, 17), Buffer.from(label), rest])
}

/** A box and all within it. */
export function allBoxes(box: Box): Box[] {
  return [box, ...box.children.flatMap(allBoxes)]
}

export function copyOf(box: Box): Box {
  const { description, data } = box
  return {
    ...box,
    description: description && Buffer.from(description),
    data: Buffer.from(data),
    children: box.children.map(copyOf),
  }
}

/** The superbox of this label inside, at any depth; the last, where there are several. */
export function named(box: Box, label: string): Box | undefined {
  return allBoxes(box).findLast((one) => one.description !== undefined && labelOf(one) === label)
}
