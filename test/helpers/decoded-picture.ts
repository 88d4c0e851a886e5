/** Pictures that sharp can't decode, by ImageMagick (HEVC, JPEG 2000, Photoshop) and ffmpeg (sequences, JPEG XL). */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A program that writes the decoded picture, and its arguments; undefined when sharp will do. */
async function decoderOf(path: string): Promise<readonly [string, readonly string[]] | undefined> {
  await using file = await open(path)
  const { buffer } = await file.read(Buffer.alloc(12), 0, 12, 0)
  const head = buffer.toString('latin1')
  if (/ftyp(hei|hev|mif1|msf1)/.test(head)) return ['convert', [path, '-depth', '16', 'ppm:-']]
  const options = ['-v', 'warning', '-f']
  const coder = head.startsWith('8BPS')
    ? 'psd'
    : head.startsWith('BM')
      ? 'bmp'
      : head.includes('jP  ')
        ? 'jp2'
        : undefined
  if (coder !== undefined) return ['convert', [`${coder}:${path}`, '-depth', '16', 'ppm:-']]
  if (head.includes('ftypavis')) return ['ffmpeg', [...options, 'mov', '-i', path, '-f', 'framehash', '-']]
  if (head.startsWith('\xff\x0a') || head.includes('JXL '))
    return ['ffmpeg', [...options, 'jpegxl_pipe', '-i', path, '-f', 'framehash', '-']]
  return undefined
}

/** Digest of the decoded picture; undefined when sharp will do. */
export async function pictureDigest(path: string): Promise<string | undefined> {
  const decoded = await decode(path)
  return decoded && createHash('sha256').update(decoded.stdout).digest('hex')
}

/** What the decoder complained about; undefined when sharp will do. */
export async function pictureComplaints(path: string): Promise<string | undefined> {
  return (await decode(path))?.stderr.toString()
}

async function decode(path: string) {
  const decoder = await decoderOf(path)
  return decoder && run(decoder[0], decoder[1], { encoding: 'buffer', maxBuffer: 1 << 30 })
}
