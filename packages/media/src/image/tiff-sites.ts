/** Finds what the directories of a TIFF hold for us: XMP packets, manifests, AIGC fields in texts and Exif. */
import { type FoundProperty, limits, type Source } from '@yinji/core'
import { type AigcInText, findAigc } from '../carriers/aigc-text.ts'
import { exifTexts } from '../carriers/exif.ts'
import { exifEvidence, exifText } from '../carriers/exif-texts.ts'
import { readDirectory, type TiffDirectory, type TiffEntry, type TiffStructure } from '../carriers/tiff.ts'

export const xmpTag = 700
export const manifestTag = 0xcd41
const exifTag = 34665

export interface Held {
  readonly entry: TiffEntry
  /** Number of the page, from 0. */
  readonly page: number
  readonly data: Uint8Array
}

/** A text with an AIGC field in it. */
export interface TextSite extends Held {
  readonly name: string
  readonly fields: readonly AigcInText[]
}

export interface TiffSites {
  /** In page order. */
  readonly packets: readonly Held[]
  /** The one that counts comes first: in the last directory, or, as it used to be, in the first one. */
  readonly stores: readonly Held[]
  readonly texts: readonly TextSite[]
  /** Texts for the evidence table. */
  readonly properties: readonly FoundProperty[]
  readonly damage: string | undefined
}

export async function sitesOf(source: Source, tiff: TiffStructure): Promise<TiffSites> {
  const collector = new Collector(source, tiff.layout.little)
  for (const [page, { entries }] of tiff.pages.entries()) {
    await collector.collect(entries, page, '')
    const pointer = entries.find(({ tag }) => tag === exifTag)
    const exif = pointer && (await readDirectory(source, tiff.layout, exifAt(tiff, pointer)))
    if (exif) await collector.collect(exif.entries, page, 'Exif ')
  }
  const { packets, stores, texts, properties, tooMuch } = collector
  const last = tiff.pages.length - 1
  const rank = ({ page }: Held) => (page === last ? 0 : page === 0 ? 1 : 2)
  return {
    packets,
    stores: [...stores].sort((a, b) => rank(a) - rank(b)),
    texts,
    properties,
    damage: tooMuch ? 'too much metadata' : undefined,
  }
}

/** A directory that is there for the manifest and shows nothing. */
export function isManifestOnly({ entries }: TiffDirectory): boolean {
  return entries.length > 0 && entries.every(({ tag }) => tag === manifestTag)
}

function exifAt({ layout }: TiffStructure, { raw }: TiffEntry): number {
  return layout.size(raw, 4 + layout.word)
}

class Collector {
  readonly packets: Held[] = []
  readonly stores: Held[] = []
  readonly texts: TextSite[] = []
  readonly properties: FoundProperty[] = []
  tooMuch = false
  readonly #source: Source
  readonly #little: boolean
  #bytes = 0

  constructor(source: Source, little: boolean) {
    this.#source = source
    this.#little = little
  }

  async collect(entries: readonly TiffEntry[], page: number, owner: string): Promise<void> {
    for (const entry of entries) {
      const name = exifTexts.get(entry.tag) ?? exifEvidence.get(entry.tag)
      const isXmp = entry.tag === xmpTag && owner === ''
      const isStore = entry.tag === manifestTag && entry.type === undefinedType && owner === ''
      const isText = name !== undefined && [1, 2, 7].includes(entry.type)
      if (entry.inline || entry.end > this.#source.size || !(isXmp || isStore || isText)) continue
      this.#bytes += entry.end - entry.start
      this.tooMuch ||= this.#bytes > limits.metadataBytes
      if (this.tooMuch) return
      const data = await this.#source.read(entry.start, entry.end)
      if (isXmp) this.packets.push({ entry, page, data })
      else if (isStore) this.stores.push({ entry, page, data })
      else {
        const fields = findAigc(data)
        const site = `${owner || `IFD${page} `}${name}`
        this.#keep(entry, page, data)
        if (fields.length > 0) this.texts.push({ entry, page, data, name: site, fields })
      }
    }
  }

  #keep({ tag }: TiffEntry, page: number, data: Uint8Array): void {
    const name = exifEvidence.get(tag)
    if (name === undefined || this.properties.length >= limits.evidenceTexts) return
    const value = exifText(data, { tag, little: this.#little })
    if (value !== '') this.properties.push({ site: `IFD${page} Exif`, name, value })
  }
}

export const undefinedType = 7
