/**
 * TIFF 6.0 and BigTIFF: the AIGC field and the IPTC properties in the XMP packet of tag 700 in the first directory
 * (GB 45438-2025 Annex E, TC260-PG-20259A), the manifest as tag 52545 in the last one (C2PA A.3.6). Of several pages the standard
 * wants one more directory that has nothing else; such are read, but not written: libtiff, and with it libvips and ImageMagick,
 * refuses the whole file for a page without a size, while c2pa-rs takes the tag from the last page as well. Also reads fields
 * in Exif and in texts. A DNG is a TIFF, and nothing in it is moved. Other camera raw files look alike, but what may be added to them only
 * their makers know.
 */
import {
  type Copy,
  type Finding,
  type Found,
  type FoundManifest,
  InputError,
  type MediaHandler,
  type Source,
} from '@yinji/core'
import { hasAscii } from '../carriers/binary.ts'
import { damageFindings, severalStores, storeFindings, uncoveredFindings } from '../carriers/faults.ts'
import { labelsElsewhere, together } from '../carriers/found.ts'
import { readTiff, type TiffStructure } from '../carriers/tiff.ts'
import { tiffLayout } from '../carriers/tiff-layout.ts'
import { updateWithin } from '../carriers/update-within.ts'
import { readXmp } from '../carriers/xmp.ts'
import { imageLabeller } from '../visible/image.ts'
import { tiffContent, tiffDirectories } from './tiff-content.ts'
import { type Held, sitesOf } from './tiff-sites.ts'
import { spliceTiff } from './tiff-splice.ts'

const xmpSite = 'IFD0 XMP'
const manifestSite = 'tag 52545'

const raw =
  /\.(?:3fr|arw|cr2|cr3|crw|dcr|erf|fff|iiq|k25|kdc|mef|mos|mrw|nef|nrw|orf|pef|ptx|raf|raw|rw2|rwl|sr2|srf|srw)$/i

export const tiff: MediaHandler = {
  id: 'tiff',
  medium: 'image',
  mediaTypes: ['image/tiff'],
  extensions: ['tif', 'tiff', 'dng'],
  slots: { aigc: xmpSite, xmp: xmpSite, manifest: { place: manifestSite, binding: 'data', fixed: true } },
  matches: (head, name = '') =>
    tiffLayout(head) !== undefined && !hasAscii(head, 'CR\x02', 8) && !raw.test(name),
  async read(source) {
    const structure = await readTiff(source)
    return 'layout' in structure
      ? found(source, structure)
      : together([{ findings: damageFindings(structure.damage) }])
  },
  splice: spliceTiff,
  update: (source, store) => updateWithin(tiff, source, store.byteLength),
  content: tiffContent,
  visible: imageLabeller,
}

async function found(source: Source, structure: TiffStructure): Promise<Found> {
  const { packets, stores, texts, properties, damage } = await sitesOf(source, structure)
  const [store] = stores
  const inside = together([
    ...packets.map(({ data, page }) => readXmp(data, `IFD${page} XMP`, page === 0)),
    ...texts.map(({ name, fields }) => ({ labels: labelsElsewhere(name, fields) })),
    { properties, findings: storeFindings(manifestSite, stores.length > 1 && severalStores) },
    { findings: damageFindings(structure.damage ?? damage) },
    { findings: store ? await picturesIn(store, structure, source) : [] },
  ])
  return store ? { manifest: manifestOf(structure, store), ...inside } : inside
}

/**
 * Pictures, directories and values that stand in the store: no hash covers it, so that they could be replaced. Whoever made the file
 * before it was signed may have let a strip lead there.
 */
async function picturesIn(
  { entry: own }: Held,
  structure: TiffStructure,
  source: Source,
): Promise<Finding[]> {
  const isInside = ({ start, end }: Pick<Copy, 'start' | 'end'>) => start < own.end && end > own.start
  const pieces = await tiffContent(source).catch(noneWhenDamaged)
  const directories = await tiffDirectories(source, structure)
  const values = directories.flatMap(({ entries }) => entries).filter(({ at }) => at !== own.at)
  return uncoveredFindings([
    ...pieces.filter(isInside).map(({ start }) => `StripOffsets ${start}`),
    ...directories.filter(isInside).map(({ start }) => `IFD ${start}`),
    ...values.filter((value) => !value.inline && isInside(value)).map(({ tag }) => `tag ${tag}`),
  ])
}

/** What is damaged is told elsewhere. */
function noneWhenDamaged(error: unknown): readonly Copy[] {
  if (error instanceof InputError) return []
  throw error
}

/** c2pa-rs leaves out the length of the store as well, which stands in the entry. */
function manifestOf({ layout }: TiffStructure, { entry, data }: Held): FoundManifest {
  return {
    site: manifestSite,
    store: data,
    excluded: { start: entry.start, length: data.byteLength },
    alsoExcluded: [{ start: entry.at + 4, length: layout.word }],
    binding: 'data',
  }
}
