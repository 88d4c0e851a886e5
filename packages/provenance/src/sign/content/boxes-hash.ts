/**
 * `c2pa.hash.boxes` over a file that streams by (C2PA 18.7). Boxes of metadata have a hash for each kind, and so has what
 * stands between them, so that a changed comment can be told from a changed picture.
 */
import { InternalError, type NamedBoxesBinding, type Source } from '@yinji/core'
import { namedBoxes } from '../../named-boxes/named-boxes.ts'
import { brokenName, manifestName, type Span } from '../../named-boxes/walk.ts'
import type { ContentHash } from './content-hash.ts'
import { Pieces } from './pieces.ts'

/** Boxes that say something about the content and may come more than once, in JPEG, PNG, GIF, JPEG XL. */
const metadata = /^(?:APP\d+|COM|iTXt|zTXt|tEXt|eXIf|tIME|21F[EF]|xml |Exif|jumb|brob)$/

/** First boxes of the formats that c2pa-rs checks box by box; RIFF is not among them. */
const read = /^(?:SOI|PNGh|GIF89a|JXL )$/

/** Boxes that c2pa-rs has no names for, as it has none for filling: it would take the file for an altered one. */
const unread = /^(?:c2pa\.after|SOF(?:[3-9]|1\d)|DAC|DNL|DHP|EXP|TEM|JPG)$/

/**
 * Binds a file by its boxes: JPEG, PNG, GIF and JPEG XL.
 * @param source the finished file, with any bytes in the room.
 * @param room where the manifest will stand. It may be of another length later; names and runs stay the same.
 * @returns undefined for formats whose boxes have no names here, for files that are not made of boxes throughout, and for
 * the rare ones with boxes that other readers don't know: bytes behind the end, filling, arithmetic coding.
 */
export async function bindBoxes(source: Source, room: Span): Promise<NamedBoxesBinding | undefined> {
  const boxes = await namedBoxes(source, room)
  const manifests = boxes?.filter(({ name }) => name === manifestName) ?? []
  if (boxes === undefined || !read.test(boxes[0]?.name ?? '')) return undefined
  if (boxes.some(({ name, filled }) => filled || name === brokenName || unread.test(name))) return undefined
  // Another box of that name could not be told from the manifest.
  if (manifests.length !== 1 || manifests[0]?.start !== room.start) return undefined
  const runs: { kind: string; names: string[]; length: number }[] = []
  for (const { name, start, end } of boxes) {
    const manifest = name === manifestName
    const kind = manifest || metadata.test(name) ? name : ''
    const length = manifest ? 0 : end - start
    const run = runs.at(-1)
    if (run?.kind !== kind) runs.push({ kind, names: [name], length })
    else {
      run.names.push(name)
      run.length += length
    }
  }
  return { kind: 'boxes', runs: runs.map(({ names, length }) => ({ names, length })) }
}

/** A hash for each run; that of the manifest is one of nothing. */
export function hashNamedBoxes({ runs }: NamedBoxesBinding): ContentHash {
  let end = 0
  const pieces = new Pieces(
    runs.map(({ length }) => {
      end += length
      return { start: end - length, end }
    }),
  )
  let taken = 0
  return {
    update(chunk) {
      taken += chunk.byteLength
      pieces.take(chunk)
    },
    digest() {
      if (taken !== end) throw new InternalError('boxes that are not the whole file')
      return { hash: new Uint8Array(0), pieces: pieces.digest() }
    },
  }
}
