/** A small picture of a picture, for those who look at manifests (C2PA 18.13.1). */
import type { Source } from '@yinji/core'

/** Longest side in pixels: enough to recognise a picture, little enough to be some kilobytes. */
const longest = 256

/** The picture as a JPEG of at most 256 pixels; undefined for one that can’t be decoded here. */
export async function thumbnailOf(
  source: Source,
): Promise<{ mediaType: string; bytes: Uint8Array } | undefined> {
  const { default: sharp } = await import('sharp') // heavy, and rarely asked for
  const input = Buffer.from(await source.read(0, source.size))
  const picture = sharp(input, { limitInputPixels: 2 ** 28 })
    .rotate()
    .resize({ width: longest, height: longest, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: 70 })
  const bytes = await picture.toBuffer().catch(() => undefined)
  return bytes && { mediaType: 'image/jpeg', bytes }
}
