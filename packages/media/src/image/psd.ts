/**
 * Photoshop documents, PSD and PSB: the AIGC field and the IPTC properties in the XMP packet of image resource 1060
 * (XMP specification part 3, 1.1.5). C2PA defines no place for a manifest.
 */
import {
  type Copy,
  copy,
  type Edit,
  type Found,
  type MediaHandler,
  type Source,
  type Splice,
} from '@yinji/core'
import { blankExif, readExif } from '../carriers/exif.ts'
import { exifProperties } from '../carriers/exif-texts.ts'
import { damagedInput, damageFindings } from '../carriers/faults.ts'
import { exifLabels, together } from '../carriers/found.ts'
import { setUint32 } from '../carriers/integers.ts'
import { isPsd, type Psd, type Resource, readPsd, resource, resourceIds } from '../carriers/psd-resources.ts'
import { growth, partsOf, type Replacement, replace } from '../carriers/replacements.ts'
import { readXmp } from '../carriers/xmp.ts'
import { clearXmp, mergeXmp, saysAnything } from '../carriers/xmp-merge.ts'

const site = 'image resource XMP'

export const psd: MediaHandler = {
  id: 'psd',
  medium: 'image',
  mediaTypes: ['image/vnd.adobe.photoshop', 'image/x-photoshop'],
  extensions: ['psd', 'psb'],
  slots: { aigc: site, xmp: site },
  matches: isPsd,
  read: async (source) => found(await readPsd(source)),
  splice,
  content,
}

const blocks = ({ resources }: Psd, id: number) => resources.filter((block) => block.id === id)

function found(file: Psd): Found {
  return together([
    ...blocks(file, resourceIds.xmp).map(({ data }, index) => readXmp(data, site, index === 0)),
    ...blocks(file, resourceIds.exif).map(({ data }) => ({
      labels: exifLabels('Exif', readExif(data)),
      properties: exifProperties(data, 'Exif'),
    })),
    { findings: damageFindings(file.damage) },
  ])
}

/** Everything but the image resources: header and colours, layers, the picture. */
async function content(source: Source): Promise<Copy[]> {
  const { lengthAt, end, damage } = await readPsd(source)
  if (damage !== undefined) throw damagedInput(source, damage)
  return [copy(0, lengthAt), copy(end, source.size)]
}

/** @throws InputError when the file is damaged or its resources would outgrow their four-byte length. */
async function splice(source: Source, edit: Edit): Promise<Splice> {
  const file = await readPsd(source)
  if (file.damage !== undefined) throw damagedInput(source, file.damage)
  const base = file.lengthAt + 4
  const at = ({ start, end }: Resource, ...values: readonly Uint8Array[]) =>
    replace(base + start, base + end, ...values)
  const [main, ...others] = blocks(file, resourceIds.xmp)
  const changes: Replacement[] = []
  if (saysAnything(edit)) {
    const packet = resource(resourceIds.xmp, mergeXmp(main?.data, edit))
    changes.push(main ? at(main, packet) : replace(file.end, file.end, packet))
    for (const other of others) {
      const cleared = clearXmp(other.data, edit)
      if (cleared) changes.push(at(other, resource(resourceIds.xmp, cleared)))
    }
  }
  if (edit.aigc !== undefined)
    for (const block of blocks(file, resourceIds.exif)) {
      const texts = readExif(block.data)
      if (texts.length > 0) changes.push(at(block, resource(resourceIds.exif, blankExif(block.data, texts))))
    }
  const length = new Uint8Array(4)
  setUint32(length, 0, file.end - base + growth(changes))
  return { parts: partsOf(source.size, [replace(file.lengthAt, base, length), ...changes]) }
}
