/** Walks the chunks of a PNG (ISO/IEC 15948 chapter 5) without reading picture data, and writes chunks. */
import { crc32 } from 'node:zlib'
import { concat, limits, type Source } from '@yinji/core'
import { binaryBytes, uint32 } from './binary.ts'
import { fourLetters, setUint32 } from './integers.ts'
import { Window } from './window.ts'

export const pngSignature = binaryBytes('\x89PNG\r\n\x1a\n')

export interface Chunk {
  readonly type: string
  /** Offset of the length field. */
  readonly start: number
  /** Offset after the CRC. */
  readonly end: number
  /** Whether picture data came before it. */
  readonly late: boolean
  /** The content, where a label or manifest can stand in it; else empty. */
  readonly data: Uint8Array
  /** Whether the CRC holds; not looked at where `data` is not. */
  readonly sound: boolean
}

export interface PngStructure {
  /** All chunks but picture data. */
  readonly chunks: readonly Chunk[]
  /** Bytes after IEND. */
  readonly trailing: number
  /** What is broken, in words; what stands before it was read. */
  readonly damage: string | undefined
}

const wanted: ReadonlySet<string> = new Set(['tEXt', 'zTXt', 'iTXt', 'eXIf', 'caBX'])
const none = new Uint8Array(0)
/** IDAT and fdAT. */
const pixels: ReadonlySet<number> = new Set([0x49444154, 0x66644154])

/**
 * Most encoders cut picture data into chunks of 8 to 64 KB, so a read goes on over many headers, the further the longer
 * the walk is. To chunks of more than `smallChunk` the next header gets a read of its own, which takes less time.
 */
const smallChunk = 256 * 1024
const reads = { first: 16 * 1024, least: 4 * 1024, most: 1024 * 1024 }

export async function readPng(source: Source): Promise<PngStructure> {
  const window = new Window(source, { reuse: true })
  const chunks: Chunk[] = []
  const broken = (damage: string): PngStructure => ({ chunks, trailing: 0, damage })
  let late = false
  let held = 0
  let ahead = reads.first
  for (let at = pngSignature.byteLength, count = 0; count < limits.items; count++) {
    if (window.peekUint32(at + 4) === undefined) {
      if ((await window.load(at, 8, ahead)).byteLength < 8) return broken('the IEND chunk is missing')
      ahead = Math.min(4 * ahead, reads.most)
    }
    const length = window.peekUint32(at) ?? 0
    const name = window.peekUint32(at + 4) ?? 0
    const end = at + length + 12
    if (length > smallChunk) ahead = reads.least
    if (late && pixels.has(name) && end <= source.size) {
      at = end
      continue
    }
    const type = fourLetters(window.peek(at, 8) ?? none, 4)
    if (!/^[A-Za-z]{4}$/.test(type)) return broken('a chunk has no name')
    if (count === 0 && type !== 'IHDR' && type !== 'CgBI') return broken('the IHDR chunk is missing')
    if (end > source.size) return broken(`the ${type} chunk is longer than the file`)
    if (pixels.has(name)) late = true
    else {
      if (wanted.has(type)) held += length
      if (held > limits.metadataBytes) return broken('too much metadata')
      chunks.push({ type, start: at, end, late, ...(await contentOf(window, type, at, length)) })
      if (type === 'IEND')
        return late
          ? { chunks, trailing: source.size - end, damage: undefined }
          : broken('it holds no picture data')
    }
    at = end
  }
  return broken('too many chunks')
}

async function contentOf(window: Window, type: string, at: number, length: number) {
  if (!wanted.has(type)) return { data: none, sound: true }
  const whole = window.peek(at, length + 12) ?? (await window.load(at, length + 12))
  return {
    // A copy, so that a few bytes don't hold on to everything that was read with them.
    data: new Uint8Array(whole.subarray(8, 8 + length)),
    sound: crc32(whole.subarray(4, 8 + length)) === uint32(whole, 8 + length),
  }
}

/** A chunk with length and CRC. */
export function writeChunk(type: string, ...pieces: readonly Uint8Array[]): Uint8Array {
  const out = concat([new Uint8Array(4), binaryBytes(type), ...pieces, new Uint8Array(4)])
  setUint32(out, 0, out.byteLength - 12)
  setUint32(out, out.byteLength - 4, crc32(out.subarray(4, out.byteLength - 4)))
  return out
}
