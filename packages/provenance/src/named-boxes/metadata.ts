/** Where named boxes hold metadata of the file (C2PA 9.2.6): EXIF, XMP, IPTC and comments. */

/** Bytes of a box that tell whether it holds metadata. */
export const metadataHead = 48

/** Bytes of its frame: markers, lengths, types. */
const frames: readonly (readonly [RegExp, number])[] = [
  [/^(?:APP1|APP13|COM)$/, 4],
  [/^(?:eXIf|iTXt|tEXt|zTXt|tIME|EXIF|XMP |_PMX)$/, 8],
  [/^INFO$/, 12],
  [/^21FE$/, 2],
  [/^21FF$/, 14],
]

/** Some boxes are anybody's: what stands in them tells whose. */
const marks: ReadonlyMap<string, RegExp> = new Map([
  ['APP1', /^.{4}(?:Exif\0\0|http:\/\/ns\.adobe\.com\/(?:xap\/1\.0|xmp\/extension)\/\0)/s],
  ['APP13', /^.{4}Photoshop 3\.0\0/s],
  ['21FF', /^.{3}XMP DataXMP/s],
])

/**
 * Where metadata begins in a box of this name that begins with these bytes; undefined when it holds something else.
 * @param head the first `metadataHead` bytes of the box, or all of it.
 */
export function metadataStart(name: string, head: Uint8Array): number | undefined {
  const text = Buffer.from(head).toString('latin1')
  if (name === 'Exif' || name === 'xml ' || name === 'brob') return startInJxl(name, text)
  if (marks.get(name)?.test(text) === false) return undefined
  return frames.find(([names]) => names.test(name))?.[1]
}

/** A size of 1 announces eight bytes more of it; what is compressed says first what it is. */
function startInJxl(name: string, head: string): number | undefined {
  const frame = Buffer.from(head, 'latin1').readUInt32BE(0) === 1 ? 16 : 8
  if (name !== 'brob') return frame
  return /^(?:Exif|xml )$/.test(head.slice(frame, frame + 4)) ? frame + 4 : undefined
}
