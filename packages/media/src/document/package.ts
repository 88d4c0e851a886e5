/**
 * What document packages have in common: a ZIP with XML parts, one of which takes the AIGC field. Each format says where
 * its labels stand and what to write; entries that do not change are copied as they are, compressed.
 */
import {
  type Copy,
  copy,
  type Edit,
  type Found,
  type FoundLabel,
  finding,
  InputError,
  limits,
  type MediaHandler,
  type Source,
  type Splice,
} from '@yinji/core'
import { binaryBytes, hasAscii } from '../carriers/binary.ts'
import { damagedInput, damageFindings } from '../carriers/faults.ts'
import { together } from '../carriers/found.ts'
import { uint16le, uint32le } from '../carriers/integers.ts'
import { updateWithinZip } from '../carriers/update-within.ts'
import { scanXml, type Xml } from '../carriers/xml.ts'
import { packetText } from '../carriers/xmp-text.ts'
import { readEntry, readZip, type Zip, ZipDamage } from '../carriers/zip.ts'
import { manifestEntry, readManifestEntry } from '../carriers/zip-manifest.ts'
import { replaceEntries } from '../carriers/zip-write.ts'

export interface PackageFormat
  extends Pick<MediaHandler, 'id' | 'mediaTypes' | 'extensions' | 'matches' | 'visible'> {
  /** Where the field goes. */
  readonly site: string
  /** Set where the format itself forbids the part that C2PA puts a manifest into. */
  readonly forbidsManifest?: true
  /** @throws ZipDamage */
  open(parts: Parts): Promise<Labelling>
}

/** The labels of one package, and how to set another. */
export interface Labelling {
  readonly labels: readonly FoundLabel[]
  /** Its content can't be read without a password or a licence. */
  readonly encrypted?: boolean
  /** A signature covers what a label would change. */
  readonly signed?: boolean
  /** Parts that a label or a manifest may change, by name. */
  readonly changing: ReadonlySet<string>
  /** New parts by name. @throws ZipDamage when there is no place for the field */
  write(aigc: string): Promise<ReadonlyMap<string, string>>
  /**
   * Parts that must know of the manifest's part, given those that change anyway (C2PA A.6.3).
   * @throws ZipDamage
   */
  declare?(written: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, string>>
}

/** The parts of a package, read when asked for. */
export class Parts {
  readonly #source: Source
  readonly zip: Zip
  readonly #read = new Map<string, Xml | undefined>()

  constructor(source: Source, zip: Zip) {
    this.#source = source
    this.zip = zip
  }

  has(name: string): boolean {
    return this.zip.entries.has(name)
  }

  /** Undefined where there is none. @throws ZipDamage */
  async xml(name: string): Promise<Xml | undefined> {
    if (this.#read.has(name)) return this.#read.get(name)
    const entry = this.zip.entries.get(name)
    const xml = entry && scanXml(packetText(await readEntry(this.#source, entry, mostPart)))
    this.#read.set(name, xml)
    return xml
  }

  /** A part that can be edited. @throws ZipDamage also when it is missing or not well-formed */
  async sound(name: string): Promise<Xml> {
    const xml = await this.xml(name)
    if (xml === undefined) throw new ZipDamage(`the part ${name} is missing`)
    if (xml.fault !== undefined) throw new ZipDamage(`${name}: ${xml.fault}`)
    return xml
  }
}

/** Property and package documents: the longest, the package document of a dictionary, has some megabytes. */
const mostPart = limits.metadataBytes / 4

export function packageHandler({ site, open, forbidsManifest, ...format }: PackageFormat): MediaHandler {
  const opened = async (source: Source) => {
    const head = await source.read(0, Math.min(source.size, 512))
    if (isCompound(head)) return encryptedPackage(source, head)
    const parts = new Parts(source, await readZip(source))
    return { parts, ...(await open(parts)) }
  }
  const handler: MediaHandler = {
    ...format,
    medium: 'document',
    slots: forbidsManifest
      ? { aigc: site }
      : { aigc: site, manifest: { place: manifestEntry, binding: 'collection', fixed: true } },
    read: (source) => readPackage(source, opened),
    splice: (source, edit) => splicePackage(source, edit, opened),
    ...(forbidsManifest
      ? {}
      : { update: (source, store) => updateWithinZip(handler, source, store.byteLength) }),
    content: (source) => packageContent(source, opened),
  }
  return handler
}

type Opened = (source: Source) => Promise<Labelling & { readonly parts?: Parts }>

async function readPackage(source: Source, open: Opened): Promise<Found> {
  try {
    const { labels, encrypted, parts } = await open(source)
    const { manifest, findings } = parts ? await readManifestEntry(source, parts.zip) : { findings: [] }
    return {
      labels,
      properties: [],
      ...(manifest === undefined ? {} : { manifest }),
      findings: [...(encrypted ? [finding('asset.encrypted')] : []), ...findings],
    }
  } catch (error) {
    if (!(error instanceof ZipDamage)) throw error
    return together([{ findings: damageFindings(error.message) }])
  }
}

async function splicePackage(source: Source, { aigc, room }: Edit, open: Opened): Promise<Splice> {
  const name = source.name ?? ''
  try {
    const labelling = await open(source)
    if (labelling.encrypted) throw new InputError('input.encrypted', { name })
    if (labelling.parts === undefined) return { parts: [copy(0, source.size)] }
    if (labelling.signed && aigc !== undefined) throw new InputError('input.signed', { name })
    const labelled = aigc === undefined ? new Map<string, string>() : await labelling.write(aigc)
    const texts = room > 0 ? ((await labelling.declare?.(labelled)) ?? labelled) : labelled
    const contents = new Map([...texts].map(([part, text]) => [part, binaryBytes(text)]))
    return replaceEntries(source, labelling.parts.zip, contents, room)
  } catch (error) {
    if (error instanceof ZipDamage) throw new InputError('input.damaged', { what: error.message, name })
    throw error
  }
}

/** Every entry that no label changes, with its header: they are copied as they are, in their order. */
async function packageContent(source: Source, open: Opened): Promise<Copy[]> {
  try {
    const { parts, changing } = await open(source)
    if (parts === undefined) return [copy(0, source.size)]
    return [...parts.zip.entries.values()]
      .filter(({ name }) => name !== manifestEntry && !changing.has(name))
      .sort((a, b) => a.start - b.start)
      .map(({ start, end }) => copy(start, end))
  } catch (error) {
    if (!(error instanceof ZipDamage)) throw error
    throw damagedInput(source, error.message)
  }
}

/** A compound file (MS-CFB): what Office makes of a package with a password (MS-OFFCRYPTO 1.3). */
export function isCompound(head: Uint8Array): boolean {
  return hasAscii(head, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')
}

async function encryptedPackage(source: Source, head: Uint8Array): Promise<Labelling> {
  const directory = (uint32le(head, 48) + 1) * 2 ** Math.min(uint16le(head, 30), 16)
  const names = Buffer.from(await source.read(directory, directory + 4096))
  if (!names.includes(Buffer.from('EncryptedPackage', 'utf16le'))) throw new ZipDamage('it is no package')
  return { labels: [], encrypted: true, changing: new Set(), write: async () => new Map() }
}

export function isZip(head: Uint8Array): boolean {
  return hasAscii(head, 'PK\x03\x04')
}

/** The media type that EPUB and ODF store as their first entry; undefined where there is none. */
export function declaredType(head: Uint8Array): string | undefined {
  if (!isZip(head) || uint16le(head, 26) !== 8 || !hasAscii(head, 'mimetype', 30)) return undefined
  const start = 38 + uint16le(head, 28)
  const text = Buffer.from(head.subarray(start, start + 128)).toString('latin1')
  return /^[\w.+/-]+?(?=\s*PK)/.exec(text)?.[0]
}
