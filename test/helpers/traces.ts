/** Files with other people's signs in them, put together byte by byte so that no code of ours is tested with itself. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { crc32, deflateSync } from 'node:zlib'
import { fixtureBytes, fixturePath } from './fixtures.ts'

const run = promisify(execFile)

export type PngTextKind = 'tEXt' | 'zTXt' | 'iTXt' | 'compressed iTXt'

export function pngText(kind: PngTextKind, keyword: string, text: string): Buffer {
  const name = Buffer.from(`${keyword}\0`, 'latin1')
  const body = Buffer.from(text, 'utf8')
  if (kind === 'tEXt') return pngChunk('tEXt', name, body)
  if (kind === 'zTXt') return pngChunk('zTXt', name, Buffer.from([0]), deflateSync(body))
  const packed = kind === 'compressed iTXt'
  const flags = Buffer.from([packed ? 1 : 0, 0, 0, 0])
  return pngChunk('iTXt', name, flags, packed ? deflateSync(body) : body)
}

export function pngChunk(type: string, ...pieces: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat([Buffer.from(type, 'latin1'), ...pieces])
  const size = Buffer.alloc(4)
  size.writeUInt32BE(content.byteLength - 4)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(content))
  return Buffer.concat([size, content, sum])
}

/** The fixture with chunks behind its header, or, `late`, behind the picture data. */
export function pngWith(chunks: readonly Buffer[], late = false): Uint8Array {
  const picture = Buffer.from(fixtureBytes('picture.png'))
  const at = late ? picture.byteLength - 12 : 33
  return Uint8Array.from(Buffer.concat([picture.subarray(0, at), ...chunks, picture.subarray(at)]))
}

/** The fixture with segments behind its start, and whatever follows its end. */
export function jpegWith(segments: readonly Buffer[], trailer: Uint8Array = new Uint8Array(0)): Uint8Array {
  const picture = Buffer.from(fixtureBytes('photo.jpg'))
  return Uint8Array.from(Buffer.concat([picture.subarray(0, 2), ...segments, picture.subarray(2), trailer]))
}

export function segment(marker: number, ...pieces: readonly (string | Uint8Array)[]): Buffer {
  const body = Buffer.concat(
    pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)),
  )
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(body.byteLength + 2, 2)
  return Buffer.concat([head, body])
}

export const exifSegment = (tiff: Uint8Array) => segment(0xe1, 'Exif\0\0', tiff)
export const xmpSegment = (packet: string) =>
  segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0', Buffer.from(packet, 'utf8'))

const exifTags = {
  ImageDescription: 0x010e,
  Make: 0x010f,
  Model: 0x0110,
  Software: 0x0131,
  Artist: 0x013b,
  UserComment: 0x9286,
} as const
export type ExifTag = keyof typeof exifTags

/** A TIFF block with these texts; `UserComment` stands where Exif has it, in a directory of its own. */
export function tiffBlock(texts: Partial<Record<ExifTag, string | Uint8Array>>, little = true): Uint8Array {
  const entries = Object.entries(texts).map(([name, text]) => ({
    tag: exifTags[name as ExifTag],
    bytes: typeof text === 'string' ? Buffer.from(`${text}\0`, 'utf8') : text,
  }))
  const own = entries.filter(({ tag }) => tag < 0x8000)
  const inner = entries.filter(({ tag }) => tag >= 0x8000)
  const outerSize = 2 + (own.length + 1) * 12 + 4
  const innerAt = 8 + outerSize
  let dataAt = innerAt + 2 + inner.length * 12 + 4
  const block = Buffer.alloc(dataAt + entries.reduce((sum, { bytes }) => sum + bytes.byteLength + 1, 0))
  const u16 = (value: number, at: number) =>
    little ? block.writeUInt16LE(value, at) : block.writeUInt16BE(value, at)
  const u32 = (value: number, at: number) =>
    little ? block.writeUInt32LE(value, at) : block.writeUInt32BE(value, at)
  block.write(little ? 'II' : 'MM', 'latin1')
  u16(42, 2)
  u32(8, 4)
  const entry = (at: number, tag: number, type: number, count: number, value: number) => {
    u16(tag, at)
    u16(type, at + 2)
    u32(count, at + 4)
    u32(value, at + 8)
  }
  const list = (start: number, items: typeof entries) => {
    for (const [index, { tag, bytes }] of items.entries()) {
      block.set(bytes, dataAt)
      entry(start + 2 + index * 12, tag, tag === exifTags.UserComment ? 7 : 2, bytes.byteLength, dataAt)
      dataAt += bytes.byteLength
    }
  }
  u16(own.length + 1, 8)
  list(8, own)
  entry(10 + own.length * 12, 0x8769, 4, 1, innerAt)
  u16(inner.length, innerAt)
  list(innerAt, inner)
  return Uint8Array.from(block)
}

/** Samsung's trailer: blocks, a directory that counts back to them, its length, the mark. */
export function sefTrailer(
  blocks: readonly (readonly [type: number, name: string, value: string])[],
): Uint8Array {
  const bodies = blocks.map(([type, name, value]) => {
    const head = Buffer.alloc(8)
    head.writeUInt16LE(type, 2)
    head.writeUInt32LE(name.length, 4)
    return Buffer.concat([head, Buffer.from(name + value, 'utf8')])
  })
  const directory = Buffer.alloc(12 + blocks.length * 12)
  directory.write('SEFH', 'latin1')
  directory.writeUInt32LE(106, 4)
  directory.writeUInt32LE(blocks.length, 8)
  let back = bodies.reduce((sum, body) => sum + body.byteLength, 0)
  for (const [index, body] of bodies.entries()) {
    directory.writeUInt16LE(blocks[index]?.[0] ?? 0, 12 + index * 12 + 2)
    directory.writeUInt32LE(back, 12 + index * 12 + 4)
    directory.writeUInt32LE(body.byteLength, 12 + index * 12 + 8)
    back -= body.byteLength
  }
  const end = Buffer.from('\0\0\0\0SEFT', 'latin1')
  end.writeUInt32LE(directory.byteLength)
  return Uint8Array.from(Buffer.concat([...bodies, directory, end]))
}

/** An XMP packet with these properties of one description. */
export function xmpPacket(properties: string): string {
  return [
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    '<rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"',
    ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"',
    ` xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/">${properties}</rdf:Description></rdf:RDF></x:xmpmeta>`,
  ].join('')
}

/** A fixture that ffmpeg wrote again, codec untouched: tags, user data in the stream. */
export async function remuxed(fixture: string, output: string, options: readonly string[]): Promise<string> {
  const args = ['-v', 'error', '-y', '-i', fixturePath(fixture), '-c', 'copy', ...options, output]
  await run('ffmpeg', args)
  return output
}

/** The fixture behind an ID3v2.3 tag with these frames: name, then text as it stands after the encoding byte. */
export function mp3With(frames: readonly (readonly [id: string, body: Uint8Array])[]): Uint8Array {
  const sound = Buffer.from(fixtureBytes('speech.mp3'))
  const skip = sound.toString('latin1', 0, 3) === 'ID3' ? 10 + synchsafe(sound) : 0
  const body = Buffer.concat(
    frames.map(([id, text]) => {
      const head = Buffer.alloc(10)
      head.write(id, 'latin1')
      head.writeUInt32BE(text.byteLength, 4)
      return Buffer.concat([head, text])
    }),
  )
  const size = [21, 14, 7, 0].map((shift) => (body.byteLength >> shift) & 0x7f)
  const head = Buffer.from([0x49, 0x44, 0x33, 3, 0, 0, ...size])
  return Uint8Array.from(Buffer.concat([head, body, sound.subarray(skip)]))
}

const synchsafe = (bytes: Uint8Array) => [6, 7, 8, 9].reduce((size, at) => size * 128 + (bytes[at] ?? 0), 0)

export const inDirectory = (directory: string) => (name: string) => join(directory, name)
