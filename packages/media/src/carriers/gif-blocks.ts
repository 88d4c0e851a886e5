/** Walks the blocks of a GIF (GIF89a specification) without decoding pictures, and writes sub-blocks. */
import { limits, type Source } from '@yinji/core'
import { binaryText } from './binary.ts'
import { Window } from './window.ts'

export interface GifBlock {
  readonly kind: 'application' | 'comment' | 'control' | 'picture' | 'other'
  /** Identifier and authentication code of an application extension, eleven characters. */
  readonly application: string
  /** Offset of the introducer. */
  readonly start: number
  /** Offset after the terminator. */
  readonly end: number
  /** Sub-blocks as they stand, with sizes and terminator; empty where nothing of interest can be in them. */
  readonly raw: Uint8Array
}

export interface GifStructure {
  /** `87a` or `89a`. */
  readonly version: string
  /** Offset of the first block, behind the global colour table. */
  readonly first: number
  readonly blocks: readonly GifBlock[]
  /** Bytes behind the trailer. */
  readonly trailing: number
  readonly damage: string | undefined
}

const none = new Uint8Array(0)
/** Sub-blocks have at most 255 bytes, so that following them means to read everything. */
const ahead = 256 * 1024
/** Applications with nothing to say to us: how often to repeat, colour profiles. */
const mute: ReadonlySet<string> = new Set(['NETSCAPE2.0', 'ANIMEXTS1.0', 'ICCRGBG1012'])

export const isGif = (head: Uint8Array): boolean => /^GIF8[79]a$/.test(binaryText(head.subarray(0, 6)))

export async function readGif(source: Source): Promise<GifStructure> {
  const walker = new Walker(source)
  const head = await walker.window.load(0, 13)
  const version = binaryText(head.subarray(3, 6))
  const first = 13 + tableBytes(head[10] ?? 0)
  const damage = await walker.walk(first)
  const { blocks, end } = walker
  return { version, first, blocks, trailing: damage === undefined ? source.size - end : 0, damage }
}

class Walker {
  readonly window: Window
  readonly blocks: GifBlock[] = []
  /** Behind the trailer. */
  end = 0
  #held = 0
  #pictures = 0
  readonly #source: Source

  constructor(source: Source) {
    this.#source = source
    this.window = new Window(source)
  }

  /** Returns what is broken, in words. */
  async walk(first: number): Promise<string | undefined> {
    for (let at = first; this.blocks.length < limits.items; ) {
      const [introducer, label = 0] = await this.window.load(at, 2, ahead)
      if (introducer === 0x3b) {
        this.end = at + 1
        return this.#pictures > 0 ? undefined : 'it holds no picture'
      }
      if (introducer === undefined) return 'the trailer is missing'
      const end =
        introducer === 0x2c
          ? await this.#picture(at)
          : introducer === 0x21
            ? await this.#extension(at, label)
            : undefined
      if (end === undefined) return 'an unknown block'
      if (end < 0) return 'a block is cut off'
      if (this.#held > limits.metadataBytes) return 'too much metadata'
      at = end
    }
    return 'too many blocks'
  }

  /** Image descriptor, local colour table, code size, then sub-blocks. */
  async #picture(at: number): Promise<number> {
    const descriptor = await this.window.load(at, 10, ahead)
    if (descriptor.byteLength < 10) return -1
    const end = await this.#skip(at + 10 + tableBytes(descriptor[9] ?? 0) + 1)
    if (end < 0) return -1
    this.#pictures++
    this.blocks.push({ kind: 'picture', application: '', start: at, end, raw: none })
    return end
  }

  async #extension(at: number, label: number): Promise<number> {
    const header = await this.window.load(at, 14, ahead)
    const isApplication = label === 0xff && header[2] === 11 && header.byteLength === 14
    const application = isApplication ? binaryText(header.subarray(3, 14)) : ''
    const data = at + (isApplication ? 14 : 2)
    const end = await this.#skip(data)
    if (end < 0) return -1
    const kind = isApplication
      ? 'application'
      : label === 0xfe
        ? 'comment'
        : label === 0xf9
          ? 'control'
          : 'other'
    const wanted = kind === 'comment' || (isApplication && !mute.has(application))
    if (wanted) this.#held += end - data
    const raw = wanted && this.#held <= limits.metadataBytes ? await this.#source.read(data, end) : none
    this.blocks.push({ kind, application, start: at, end, raw })
    return end
  }

  /** Offset after the terminator of the sub-blocks that begin here; -1 when the file ends before it. */
  async #skip(from: number): Promise<number> {
    for (let at = from; ; ) {
      const [size] = this.window.peek(at, 1) ?? (await this.window.load(at, 1, ahead))
      if (size === undefined) return -1
      if (size === 0) return at + 1
      at += size + 1
    }
  }
}

/** Length of the colour table that a packed field announces. */
function tableBytes(packed: number): number {
  return (packed & 0x80) === 0 ? 0 : 3 * 2 ** ((packed & 7) + 1)
}

/** The bytes in sub-blocks. */
export function joinSubBlocks(raw: Uint8Array): Uint8Array {
  const out = new Uint8Array(raw.byteLength)
  let length = 0
  for (let at = 0; at < raw.byteLength && raw[at] !== 0; ) {
    const piece = raw.subarray(at + 1, at + 1 + (raw[at] ?? 0))
    out.set(piece, length)
    length += piece.byteLength
    at += piece.byteLength + 1
  }
  return out.subarray(0, length)
}

/** Length of so many bytes in sub-blocks, terminator included. */
export function subBlocksLength(size: number): number {
  return size + Math.ceil(size / 255) + 1
}

/** Bytes cut into sub-blocks of 255, ended by the terminator. */
export function cutSubBlocks(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(subBlocksLength(data.byteLength))
  let at = 0
  for (let from = 0; from < data.byteLength; from += 255) {
    const piece = data.subarray(from, from + 255)
    out[at] = piece.byteLength
    out.set(piece, at + 1)
    at += piece.byteLength + 1
  }
  return out
}
