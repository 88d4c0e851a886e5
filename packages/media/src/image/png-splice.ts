/** Plans the labelled PNG: which chunks go and which come. Picture data is neither read nor moved apart. */
import { type Edit, InputError, limits, type Room, type Source, type Splice } from '@yinji/core'
import { blankAigc, isBlank } from '../carriers/aigc-text.ts'
import { blankExif } from '../carriers/exif.ts'
import { damagedInput } from '../carriers/faults.ts'
import { type Chunk, readPng, writeChunk } from '../carriers/png-chunks.ts'
import { xmpContent } from '../carriers/png-text.ts'
import { partsOf, type Replacement, replace } from '../carriers/replacements.ts'
import { clearXmp, mergeXmp, saysAnything } from '../carriers/xmp-merge.ts'
import { type PngSite, sitesOf, type XmpSite } from './png-sites.ts'

/** @throws InputError when the file is damaged, or the XMP packet is too large. */
export async function splicePng(source: Source, edit: Edit): Promise<Splice> {
  const { chunks, damage } = await readPng(source)
  if (damage !== undefined) throw damagedInput(source, damage)
  const place = chunks.find(({ type }) => type === 'IHDR')?.end
  if (place === undefined) throw damagedInput(source, 'the IHDR chunk is missing')
  const replacements: Replacement[] = chunks.filter(({ type }) => type === 'caBX').map(drop)
  if (edit.room > 0) replacements.push({ start: place, end: place, parts: [roomFor(edit.room)] })
  const sites = sitesOf(chunks)
  if (saysAnything(edit))
    replacements.push(
      ...xmpReplacements(
        sites.filter((site) => site.kind === 'xmp'),
        edit,
        place,
      ),
    )
  if (edit.aigc !== undefined) replacements.push(...sites.flatMap(clearance))
  return {
    parts: partsOf(source.size, replacements),
    ...(edit.room > 0 ? { binding: { kind: 'data' as const } } : {}),
  }
}

/** The excluded bytes are the whole chunk: length, type, content and CRC. */
const roomFor = (size: number): Room => ({
  kind: 'room',
  length: size + 12,
  embed: (store) => writeChunk('caBX', store),
})

/** The label goes into the first readable packet; what others say of the same is blanked. */
function xmpReplacements(sites: readonly XmpSite[], edit: Edit, place: number): Replacement[] {
  const main = sites.find(({ packet }) => packet !== undefined) ?? sites[0]
  const packet = mergeXmp(main?.packet, edit)
  if (packet.byteLength > limits.metadataBytes)
    throw new InputError('input.size', {
      what: 'The XMP packet',
      bytes: packet.byteLength,
      most: limits.metadataBytes,
    })
  const written = writeChunk('iTXt', ...xmpContent(packet))
  const others = sites
    .filter((site) => site !== main)
    .flatMap(({ chunk, packet: other }) => {
      if (other === undefined) return [drop(chunk)]
      const cleared = clearXmp(other, edit)
      return cleared ? [replace(chunk.start, chunk.end, writeChunk('iTXt', ...xmpContent(cleared)))] : []
    })
  if (main === undefined) return [replace(place, place, written)]
  if (!main.chunk.late) return [...others, replace(main.chunk.start, main.chunk.end, written)]
  return [...others, drop(main.chunk), replace(place, place, written)]
}

/** Labels outside XMP: own chunks go, values in other texts and in Exif are blanked. */
function clearance(site: PngSite): Replacement[] {
  const { chunk } = site
  switch (site.kind) {
    case 'xmp':
      return []
    case 'own':
      return [drop(chunk)]
    case 'exif':
      return [replace(chunk.start, chunk.end, writeChunk(chunk.type, blankExif(chunk.data, site.found)))]
    case 'text': {
      const text = blankAigc(chunk.data.subarray(site.offset), site.fields)
      if (isBlank(text)) return [drop(chunk)]
      return [
        replace(chunk.start, chunk.end, writeChunk(chunk.type, chunk.data.subarray(0, site.offset), text)),
      ]
    }
  }
}

function drop({ start, end }: Chunk): Replacement {
  return replace(start, end)
}
