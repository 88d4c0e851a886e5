/**
 * The boxes of a JPEG XL file (ISO/IEC 18181-2): signature, `ftyp`, metadata, codestream. A naked codestream has none.
 * Metadata may be compressed with Brotli (`brob`, clause 9.6).
 */
import { limits, type Source } from '@yinji/core'
import { binaryBytes, binaryText, hasAscii, uint32 } from './binary.ts'
import { type Box, makeBox, walkBoxes } from './bmff.ts'
import { Unpacker } from './unpack.ts'

/** The signature box and the beginning of a codestream (clauses 9.1 and ISO/IEC 18181-1 annex C). */
export const signature = makeBox('JXL ', Uint8Array.of(0x0d, 0x0a, 0x87, 0x0a))
export const fileType = makeBox('ftyp', binaryBytes('jxl \0\0\0\0jxl '))

export const isNaked = (head: Uint8Array) => head[0] === 0xff && head[1] === 0x0a

export function isContainer(head: Uint8Array): boolean {
  return signature.every((byte, index) => head[index] === byte)
}

/** Metadata and where it stands. */
export interface JxlBox {
  readonly box: Box
  readonly content: Uint8Array
  readonly compressed: boolean
}

export interface Jxl {
  /** Empty when the file is a naked codestream. */
  readonly boxes: readonly Box[]
  readonly xmp: readonly JxlBox[]
  readonly exif: readonly JxlBox[]
  /** Manifest stores: `jumb` boxes that are described as `c2pa` (C2PA A.3.9). */
  readonly stores: readonly Box[]
  readonly damage?: string
}

export async function readJxl(source: Source): Promise<Jxl> {
  const none = { boxes: [], xmp: [], exif: [], stores: [] }
  if (isNaked(await source.read(0, 2))) return none
  const { boxes, damage } = await walkBoxes(source)
  const [xmp, exif, stores]: [JxlBox[], JxlBox[], Box[]] = [[], [], []]
  let fault = damage ?? (await codestreamFault(source, boxes))
  const unpacker = new Unpacker(limits.metadataBytes)
  for (const box of boxes) {
    if (box.type === 'jumb' && (await isStore(source, box))) stores.push(box)
    const kind = await kindOf(source, box)
    if (kind === undefined) continue
    const content = await load(source, box, unpacker)
    if (content === undefined || xmp.length + exif.length >= most)
      fault ??= `${kind.trim()} box that can’t be read`
    else (kind === 'Exif' ? exif : xmp).push({ box, content, compressed: box.type === 'brob' })
  }
  return { boxes, xmp, exif, stores, ...(fault === undefined ? {} : { damage: fault }) }
}

/** Two or three are usual. */
const most = 64

async function kindOf(source: Source, box: Box): Promise<'xml ' | 'Exif' | undefined> {
  const type = box.type === 'brob' ? binaryText(await source.read(box.content, box.content + 4)) : box.type
  return type === 'xml ' || type === 'Exif' ? type : undefined
}

async function load(source: Source, box: Box, unpacker: Unpacker): Promise<Uint8Array | undefined> {
  if (box.end - box.content > unpacker.left) return undefined
  const stored = await source.read(box.content, box.end)
  return box.type === 'brob' ? unpacker.take(stored.subarray(4), 'br') : unpacker.take(stored, '')
}

/** The description comes first: type, toggles, label (ISO/IEC 19566-5). */
async function isStore(source: Source, { content, end }: Box): Promise<boolean> {
  const head = await source.read(content, Math.min(end, content + 30))
  return hasAscii(head, 'jumd', 4) && hasAscii(head, 'c2pa', 8) && hasAscii(head, 'c2pa\0', 25)
}

/** The last part of a codestream in parts says that it is the last (clause 9.9). */
async function codestreamFault(source: Source, boxes: readonly Box[]): Promise<string | undefined> {
  if (boxes[0]?.type !== 'JXL ' || boxes[1]?.type !== 'ftyp') return 'no ftyp box at the start'
  if (boxes.some(({ type }) => type === 'jxlc')) return undefined
  const last = boxes.filter(({ type }) => type === 'jxlp').at(-1)
  if (last === undefined) return 'no codestream'
  const index = uint32(await source.read(last.content, last.content + 4), 0)
  return index >= 0x8000_0000 ? undefined : 'the codestream is cut off'
}
