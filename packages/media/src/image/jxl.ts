/**
 * JPEG XL (ISO/IEC 18181-2): the AIGC field and the IPTC properties in an `xml ` box, the manifest in a `jumb` box of the top
 * level (C2PA A.3.9). Only files made of boxes can hold either, so a naked codestream gets boxes around it.
 */
import { type Finding, type Found, limits, type MediaHandler, type Source } from '@yinji/core'
import { isAigcBox } from '../carriers/bmff-labels.ts'
import { isXmpBox, readXmpBox } from '../carriers/bmff-xmp.ts'
import { exifProperties } from '../carriers/exif-texts.ts'
import { damageFindings, severalStores, storeFindings } from '../carriers/faults.ts'
import { exifLabels, type FoundHere, together } from '../carriers/found.ts'
import { exifOf } from '../carriers/heif-metadata.ts'
import { isContainer, isNaked, type Jxl, type JxlBox, readJxl } from '../carriers/jxl-boxes.ts'
import { readAigcBox } from '../carriers/movie.ts'
import { updateInPlace } from '../carriers/update-in-place.ts'
import { readXmp } from '../carriers/xmp.ts'
import { spliceJxl } from './jxl-splice.ts'

export const jxl: MediaHandler = {
  id: 'jxl',
  medium: 'image',
  mediaTypes: ['image/jxl'],
  extensions: ['jxl'],
  slots: { aigc: 'xml XMP', xmp: 'xml XMP', manifest: { place: 'jumb', binding: 'data', boxes: true } },
  matches: (head) => isContainer(head) || isNaked(head),
  read,
  splice: spliceJxl,
  update: (source, store) => updateInPlace(jxl, source, store.byteLength),
}

/** More labels or faults than this say nothing new. */
const most = 64

async function read(source: Source): Promise<Found> {
  const file = await readJxl(source)
  const places: Partial<FoundHere>[] = [
    { findings: damageFindings(file.damage) },
    ...file.xmp.map(readPacket),
    ...file.exif.map(readTags),
  ]
  for (const box of file.boxes.filter((one) => isXmpBox(one) || isAigcBox(one)).slice(0, most))
    places.push(isXmpBox(box) ? await readXmpBox(source, box) : await readAigcBox(source, box))
  const { manifest, findings: about } = await readStore(source, file)
  const { labels, properties, findings } = together([...places, { findings: about }])
  return {
    labels: labels.slice(0, most),
    properties,
    findings: findings.slice(0, most),
    ...(manifest === undefined ? {} : { manifest }),
  }
}

function readPacket({ content, compressed }: JxlBox): FoundHere {
  return readXmp(content, compressed ? 'brob XMP' : 'xml XMP', !compressed)
}

function readTags({ content }: JxlBox): Partial<FoundHere> {
  const { start, found } = exifOf(content)
  return { labels: exifLabels('Exif', found), properties: exifProperties(content.subarray(start), 'Exif') }
}

async function readStore(
  source: Source,
  { stores }: Jxl,
): Promise<Pick<Found, 'manifest'> & { readonly findings: readonly Finding[] }> {
  const [box, ...others] = stores
  if (box === undefined) return { findings: [] }
  const length = box.end - box.start
  if (length > limits.manifestBytes) return { findings: storeFindings('jumb', `${length} bytes`) }
  const manifest = {
    site: 'jumb',
    store: await source.read(box.start, box.end),
    excluded: { start: box.start, length },
    binding: 'data' as const,
  }
  return { manifest, findings: storeFindings('jumb', others.length > 0 && severalStores) }
}
