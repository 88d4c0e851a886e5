/** What a file decodes to, by programs we did not write: equal digests mean equal pictures, samples and packets. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import type { Medium } from '@yinji/core'
import sharp from 'sharp'
import { documentDigest } from './decoded-document.ts'
import { pictureComplaints, pictureDigest } from './decoded-picture.ts'

const run = promisify(execFile)

/** Digest of the decoded picture, or of every packet of every stream. */
export async function decodedDigest(path: string, medium: Medium): Promise<string> {
  if (medium === 'document') return documentDigest(path)
  if (medium === 'image') {
    const digest = await pictureDigest(path)
    if (digest !== undefined) return digest
    const hash = createHash('sha256')
    // The pages of a TIFF need not be of one size, so they are decoded one by one.
    const { format, pages = 1 } = await sharp(path).metadata()
    const reads = format === 'tiff' ? Array.from({ length: pages }, (_, page) => ({ page })) : [{ pages: -1 }]
    for (const options of reads) {
      const { data, info } = await sharp(path, options)
        .raw({ depth: 'ushort' })
        .toBuffer({ resolveWithObject: true })
      hash.update(`${info.width}x${info.height}x${info.channels}`).update(data)
    }
    return hash.digest('hex')
  }
  const { stdout } = await run('ffmpeg', [
    '-v',
    'error',
    '-i',
    path,
    '-ignore_unknown',
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
  if (medium === 'document') {
    await documentDigest(path)
    return ''
  }
  if (medium === 'image') {
    const complaints = await pictureComplaints(path)
    if (complaints !== undefined) return complaints
    await sharp(path, { failOn: 'warning' }).raw().toBuffer()
    return ''
  }
  const args = ['-v', 'warning', '-i', path, '-ignore_unknown', '-map', '0', '-f', 'null', '-']
  const { stderr } = await run('ffmpeg', args)
  // A plain WAV does not name its speakers; ffmpeg says that it assumes left and right. Of the stream in Ogg that holds
  // a manifest, it says that it is no sound, and passes over it.
  const known = [
    /^Guessed Channel Layout/,
    /^\[ogg @ \w+\] Codec not found$/,
    /stream 1 \(Unknown: none\): unknown codec$/,
    /^Consider increasing the value/,
    /^Cannot map stream #0:1 - unsupported type\.$/,
  ]
  return stderr
    .split('\n')
    .filter((line) => !known.some((pattern) => pattern.test(line)))
    .join('\n')
}
