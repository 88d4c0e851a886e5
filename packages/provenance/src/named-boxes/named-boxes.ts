/** The boxes of a file under the names that `c2pa.hash.boxes` has for them (C2PA 18.7.3): JPEG, PNG, GIF, RIFF and JPEG XL. */
import type { Source } from '@yinji/core'
import { gifBox } from './gif.ts'
import { jpegBox } from './jpeg.ts'
import { jxlBox } from './jxl.ts'
import { pngBox } from './png.ts'
import { padded, riffBoxes } from './riff.ts'
import { type Named, type Span, type Step, walk } from './walk.ts'

/** Undefined for formats that are not known here, and for files of too many boxes. */
export async function namedBoxes(source: Source, manifest: Span): Promise<Named[] | undefined> {
  const head = Buffer.from(await source.read(0, 12)).toString('latin1')
  if (head.startsWith('RIFF')) return walk(source, padded(manifest, source.size), riffBoxes())
  const step = stepFor(head)
  return step && walk(source, manifest, step)
}

function stepFor(head: string): Step | undefined {
  if (head.startsWith('\xff\xd8')) return jpegBox
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return pngBox
  if (/^GIF8[79]a/.test(head)) return gifBox
  return head === '\0\0\0\x0cJXL \r\n\x87\n' ? jxlBox : undefined
}
