/**
 * WebP (RFC 9649): the AIGC field and the IPTC properties in the XMP packet of a chunk `XMP ` (GB 45438-2025 Annex E,
 * TC260-PG-20259A), the manifest in a chunk `C2PA` (C2PA A.3.7). Also reads fields that services put into Exif.
 */
import type { Edit, Found, MediaHandler, Source, Splice } from '@yinji/core'
import { blankExif } from '../carriers/exif.ts'
import {
  damagedInput,
  damageFindings,
  severalStores,
  storeFindings,
  trailingFindings,
} from '../carriers/faults.ts'
import { exifLabels, together } from '../carriers/found.ts'
import { partsOf, type Replacement, replace } from '../carriers/replacements.ts'
import { isRiff, type RiffChunk } from '../carriers/riff.ts'
import { riffManifest, riffManifestParts, riffManifestSite } from '../carriers/riff-manifest.ts'
import { chunkParts, resized } from '../carriers/riff-write.ts'
import { updateWithin } from '../carriers/update-within.ts'
import { readXmp } from '../carriers/xmp.ts'
import { clearXmp, mergeXmp, saysAnything } from '../carriers/xmp-merge.ts'
import { imageLabeller } from '../visible/image.ts'
import { extendedHeader, xmpFlag } from './webp-canvas.ts'
import { readWebp, type WebpStructure } from './webp-chunks.ts'

const xmpSite = 'RIFF XMP'

export const webp: MediaHandler = {
  id: 'webp',
  medium: 'image',
  mediaTypes: ['image/webp'],
  extensions: ['webp'],
  slots: { aigc: xmpSite, xmp: xmpSite, manifest: { place: riffManifestSite, binding: 'data', fixed: true } },
  matches: (head) => isRiff(head, 'WEBP'),
  read: async (source) => found(source, await readWebp(source)),
  splice,
  update: (source, store) => updateWithin(webp, source, store.byteLength),
  visible: imageLabeller,
}

function found(source: Source, { riff, packets, stores, exif, texts, damage }: WebpStructure): Found {
  const [store] = stores
  const trailing = source.size - riff.end
  const inside = together([
    ...packets.map(({ data }) => readXmp(data, xmpSite, true)),
    { labels: exif.flatMap((site) => exifLabels('RIFF EXIF', site.found)), properties: texts },
    { findings: storeFindings(riffManifestSite, stores.length > 1 && severalStores) },
    { findings: damage === undefined ? trailingFindings(trailing) : damageFindings(damage) },
  ])
  return store ? { manifest: riffManifest(store.chunk, store.data), ...inside } : inside
}

/** @throws InputError when the file is damaged or would outgrow the four-byte size of a RIFF. */
async function splice(source: Source, edit: Edit): Promise<Splice> {
  const webp = await readWebp(source)
  const { riff, stores, exif } = webp
  if (webp.damage !== undefined) throw damagedInput(source, webp.damage)
  const changes: Replacement[] = stores.map(({ chunk }) => chunkReplacement(chunk))
  if (saysAnything(edit)) {
    changes.push(...packetReplacements(webp, edit))
    changes.push(...(await announcement(source, webp)))
  }
  if (edit.aigc !== undefined)
    for (const { chunk, data, found: texts, offset } of exif) {
      const at = chunk.start + 8 + offset
      changes.push(replace(at, chunk.end, blankExif(data.subarray(offset), texts)))
    }
  // Last, so that it stands behind a packet that is put at the same place.
  changes.push({ start: riff.end, end: riff.end, parts: riffManifestParts(edit.room) })
  return {
    parts: partsOf(source.size, resized(source, riff, changes)),
    ...(edit.room > 0 ? { binding: { kind: 'data' as const } } : {}),
  }
}

/** The label goes into the first packet; what others say of the same is blanked. */
function packetReplacements({ riff, packets }: WebpStructure, edit: Edit): Replacement[] {
  const [main, ...others] = packets
  const written = mergeXmp(main?.data, edit)
  const cleared = others.flatMap(({ chunk, data }) => {
    const rest = clearXmp(data, edit)
    return rest ? [chunkReplacement(chunk, rest)] : []
  })
  if (main) return [chunkReplacement(main.chunk, written), ...cleared]
  const parts = chunkParts('XMP ', [{ kind: 'bytes', bytes: written }])
  return [{ start: riff.end, end: riff.end, parts }, ...cleared]
}

/** The header that says that there is XMP: the flag in an old one, or a new one before the picture. */
async function announcement(source: Source, { extended, image }: WebpStructure): Promise<Replacement[]> {
  if (extended !== undefined) {
    const at = extended.start + 8
    const [flags = 0] = await source.read(at, at + 1)
    return (flags & xmpFlag) === 0 ? [replace(at, at + 1, Uint8Array.of(flags | xmpFlag))] : []
  }
  const header = image && (await extendedHeader(source, image))
  if (image === undefined || header === undefined)
    throw damagedInput(source, 'the picture has no proper beginning')
  return [replace(image.start, image.start, header)]
}

/** A chunk with its pad byte, by another one of the same name; without content it is left out. */
function chunkReplacement(chunk: RiffChunk, data?: Uint8Array): Replacement {
  const odd = (chunk.end - chunk.start) % 2 === 1
  return {
    start: chunk.start,
    end: chunk.end + (odd && chunk.padded ? 1 : 0),
    parts: data ? chunkParts(chunk.id, [{ kind: 'bytes', bytes: data }]) : [],
  }
}
