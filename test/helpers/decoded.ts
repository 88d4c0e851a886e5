/** What a file decodes to, by programs we did not write: equal digests mean equal pictures, samples and packets. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import type { Medium } from '@yinji/core'
import sharp from 'sharp'

const run = promisify(execFile)

/** Digest of the decoded picture, or of every packet of every stream. */
export async function decodedDigest(path: string, medium: Medium): Promise<string> {
  if (medium === 'image') {
    const { data, info } = await sharp(path, { pages: -1 })
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true })
    return createHash('sha256')
      .update(`${info.width}x${info.height}x${info.channels}`)
      .update(data)
      .digest('hex')
  }
  const { stdout } = await run('ffmpeg', [
    '-v',
    'error',
    '-i',
    path,
    '-map',
    '0',
    '-c',
    'copy',
    '-f',
    'streamhash',
    '-hash',
    'sha256',
    '-',
  ])
  return stdout
}

/** Decodes everything and returns what the decoder complained about: empty when it is content. */
export async function decodeComplaints(path: string, medium: Medium): Promise<string> {
  if (medium === 'image') {
    await sharp(path, { failOn: 'warning' }).raw().toBuffer()
    return ''
  }
  const { stderr } = await run('ffmpeg', ['-v', 'warning', '-i', path, '-map', '0', '-f', 'null', '-'])
  // A plain WAV does not name its speakers; ffmpeg says that it assumes left and right.
  return stderr.replace(/^Guessed Channel Layout.*\n/gm, '')
}
