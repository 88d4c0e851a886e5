/**
 * The image resources of a Photoshop document (Adobe Photoshop File Formats Specification, "Image Resources Section"):
 * small blocks between the colour data and the layers. Layers and pixels are not read, and nothing points at them.
 */
import { limits, type Source } from '@yinji/core'
import { hasAscii, uint16, uint32 } from './binary.ts'
import { setUint16, setUint32 } from './integers.ts'

/** Resources that concern us, by number. */
export const resourceIds = { exif: 1058, xmp: 1060 } as const

/** One block; offsets within the section. */
export interface Resource {
  readonly id: number
  readonly start: number
  /** Its data, without the padding to an even length. */
  readonly data: Uint8Array
  /** After the padding. */
  readonly end: number
}

export interface Psd {
  /** Offset of the four bytes that say how long the section is. */
  readonly lengthAt: number
  /** End of the section. */
  readonly end: number
  readonly resources: readonly Resource[]
  readonly damage?: string
}

const headerSize = 26

/** `8BPS`, version 1 (PSD) or 2 (PSB), six zeros. */
export function isPsd(head: Uint8Array): boolean {
  const version = uint16(head, 4)
  return hasAscii(head, '8BPS') && (version === 1 || version === 2) && !head.subarray(6, 12).some(Boolean)
}

export async function readPsd(source: Source): Promise<Psd> {
  const fail = (damage: string): Psd => ({ lengthAt: 0, end: 0, resources: [], damage })
  const head = await source.read(0, headerSize + 4)
  if (head.byteLength < headerSize + 4) return fail('the header is cut off')
  const lengthAt = headerSize + 4 + uint32(head, headerSize)
  const length = await source.read(lengthAt, lengthAt + 4)
  if (length.byteLength < 4) return fail('the colour data is cut off')
  const start = lengthAt + 4
  const end = start + uint32(length, 0)
  // Behind the section stand at least the length of the layers and the compression of the picture.
  if (end + 6 > source.size) return fail('the image resources are cut off')
  if (end - start > limits.metadataBytes) return fail(`image resources of ${end - start} bytes`)
  const { resources, damage } = blocksIn(await source.read(start, end))
  return { lengthAt, end, resources, ...(damage === undefined ? {} : { damage }) }
}

/** Other programs than Photoshop have signatures of their own. */
const signatures = ['8BIM', 'MeSa', 'PHUT', 'AgHg', 'DCSR']

function blocksIn(section: Uint8Array): { resources: Resource[]; damage?: string } {
  const resources: Resource[] = []
  for (let start = 0; start < section.byteLength; ) {
    const named = start + 6
    const sizeAt = named + even(1 + (section[named] ?? 0))
    const from = sizeAt + 4
    const to = from + uint32(section, sizeAt)
    if (!signatures.some((name) => hasAscii(section, name, start)))
      return { resources, damage: `no image resource at ${start}` }
    if (from > section.byteLength || to > section.byteLength)
      return { resources, damage: 'an image resource is cut off' }
    const end = Math.min(from + even(to - from), section.byteLength)
    resources.push({ id: uint16(section, start + 4), start, data: section.subarray(from, to), end })
    start = end
  }
  return { resources }
}

const even = (size: number) => size + (size % 2)

/** A block without a name. */
export function resource(id: number, data: Uint8Array): Uint8Array {
  const block = new Uint8Array(12 + even(data.byteLength))
  block.set([0x38, 0x42, 0x49, 0x4d]) // 8BIM
  setUint16(block, 4, id)
  setUint32(block, 8, data.byteLength)
  block.set(data, 12)
  return block
}
