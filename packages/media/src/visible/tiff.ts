/** An uncompressed TIFF around ink values: the only form in which the encoder takes CMYK from memory. */
import { concat } from '@yinji/core'
import type { Raster } from './raster.ts'

/** TIFF 6.0, one strip, PhotometricInterpretation 5 (separated). */
export function cmykTiff({ pixels, width, height }: Raster): Buffer {
  const entries: readonly (readonly [tag: number, type: 3 | 4, count: number, value: number])[] = [
    [256, 4, 1, width],
    [257, 4, 1, height],
    [258, 3, 4, 0],
    [259, 3, 1, 1],
    [262, 3, 1, 5],
    [273, 4, 1, 0],
    [277, 3, 1, 4],
    [278, 4, 1, height],
    [279, 4, 1, pixels.byteLength],
    [284, 3, 1, 1],
  ]
  const depths = 8 + 2 + entries.length * 12 + 4
  const header = Buffer.alloc(depths + 8)
  header.write('II*\0', 0, 'latin1')
  header.writeUInt32LE(8, 4)
  header.writeUInt16LE(entries.length, 8)
  for (const [index, [tag, type, count, value]] of entries.entries()) {
    const at = 10 + index * 12
    header.writeUInt16LE(tag, at)
    header.writeUInt16LE(type, at + 2)
    header.writeUInt32LE(count, at + 4)
    header.writeUInt32LE(tag === 258 ? depths : tag === 273 ? header.byteLength : value, at + 8)
  }
  for (let channel = 0; channel < 4; channel++) header.writeUInt16LE(8, depths + channel * 2)
  const body = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength)
  return Buffer.from(concat([header, body]).buffer)
}
