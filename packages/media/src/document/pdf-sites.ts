/** What a PDF holds for us: entries of the Info dictionary, the XMP packet, the manifest among the associated files. */
import { InputError, type Source } from '@yinji/core'
import { type AigcInText, findAigc } from '../carriers/aigc-text.ts'
import { PdfFile } from '../carriers/pdf-file.ts'
import { listOf, PdfDamage, type PdfObject } from '../carriers/pdf-object.ts'
import { nameOf, type PdfDictionary, type PdfValue, stringBytes, textOf } from '../carriers/pdf-values.ts'

export interface PdfSites {
  readonly file: PdfFile
  readonly catalog: PdfObject & { readonly value: PdfDictionary }
  /** Empty where there is none. */
  readonly info: PdfDictionary
  readonly infoLabels: readonly InfoLabel[]
  readonly metadata: { readonly object: PdfObject; readonly packet: Uint8Array | undefined } | undefined
  readonly manifests: readonly PdfManifest[]
  /** The author allows no changes, or only such as a label is not (12.8.2.2). */
  readonly certified: boolean
}

export interface InfoLabel {
  readonly key: string
  readonly value: string
  /** The entry's bytes and what of them is a field, where the entry is about something else. */
  readonly within?: { readonly bytes: Uint8Array; readonly fields: readonly AigcInText[] }
}

export interface PdfManifest {
  /** The file specification. */
  readonly specification: PdfValue
  readonly stream: PdfObject
  /** Of the store in the file; undefined when its bytes are not stored plainly. */
  readonly extent: { readonly start: number; readonly length: number }
  readonly store: Uint8Array | undefined
}

/** Associated files of a document; invoices have a handful. */
const mostFiles = 1000

/** @returns words when the file is damaged, `encrypted` when nothing in it can be read. */
export async function readPdf(
  source: Source,
): Promise<PdfSites | { readonly fault: string; readonly encrypted?: true }> {
  try {
    const file = await PdfFile.open(source)
    if (file.isEncrypted) return { fault: 'it is encrypted', encrypted: true }
    return await sitesOf(file)
  } catch (error) {
    if (error instanceof PdfDamage) return { fault: error.message }
    throw error
  }
}

/** What can be changed. @throws InputError `input.damaged`, `input.encrypted`, `input.signed` */
export async function requirePdf(source: Source): Promise<PdfSites> {
  const sites = await readPdf(source)
  const name = source.name ?? ''
  if ('fault' in sites) {
    if (sites.encrypted) throw new InputError('input.encrypted', { name })
    throw new InputError('input.damaged', { what: sites.fault, name })
  }
  if (sites.certified) throw new InputError('input.signed', { name })
  return sites
}

async function sitesOf(file: PdfFile): Promise<PdfSites> {
  const { entries } = file.xref.trailer
  const root = entries.get('Root')
  const catalog = root?.kind === 'reference' ? await file.object(root.number) : undefined
  if (catalog?.value.kind !== 'dictionary' || !catalog.value.entries.has('Pages'))
    throw new PdfDamage('the catalog is missing')
  const { value } = catalog
  if ((await file.dictionary(value.entries.get('Pages'))) === undefined)
    throw new PdfDamage('the pages are missing')
  const info = (await file.dictionary(entries.get('Info'))) ?? { kind: 'dictionary', entries: new Map() }
  const permissions = await file.dictionary(value.entries.get('Perms'))
  return {
    file,
    catalog: { ...catalog, value },
    info,
    infoLabels: await labelsOf(file, info),
    metadata: await metadataOf(file, value),
    manifests: await manifestsOf(file, value),
    certified: permissions?.entries.has('DocMDP') === true,
  }
}

async function labelsOf(file: PdfFile, info: PdfDictionary): Promise<InfoLabel[]> {
  const labels: InfoLabel[] = []
  for (const [key, entry] of info.entries) {
    const value = await file.resolve(entry)
    const raw = stringBytes(value)
    if (raw === undefined) continue
    if (/^AIGC$/i.test(key)) {
      labels.push({ key, value: textOf(value) ?? '' })
      continue
    }
    const bytes = new Uint8Array(Buffer.from(raw, 'latin1'))
    const fields = findAigc(bytes)
    for (const [index, field] of fields.entries())
      labels.push({ key, value: field.value, ...(index === 0 ? { within: { bytes, fields } } : {}) })
  }
  return labels
}

async function metadataOf(file: PdfFile, catalog: PdfDictionary): Promise<PdfSites['metadata']> {
  const entry = catalog.entries.get('Metadata')
  const object = entry?.kind === 'reference' ? await file.object(entry.number) : undefined
  return object?.stream && { object, packet: await file.bytes(object) }
}

/** C2PA A.4: a file specification whose relationship is C2PA_Manifest, among the associated files of the catalog. */
async function manifestsOf(file: PdfFile, catalog: PdfDictionary): Promise<PdfManifest[]> {
  const manifests: PdfManifest[] = []
  for (const specification of listOf(await file.resolve(catalog.entries.get('AF'))).slice(0, mostFiles)) {
    const described = await file.dictionary(specification)
    if (nameOf(await file.resolve(described?.entries.get('AFRelationship'))) !== 'C2PA_Manifest') continue
    const embedded = await file.dictionary(described?.entries.get('EF'))
    const to = embedded?.entries.get('F') ?? embedded?.entries.get('UF')
    const stream = to?.kind === 'reference' ? await file.object(to.number) : undefined
    const extent = stream && (await file.extent(stream))
    if (stream && extent) manifests.push({ specification, stream, extent, store: await file.bytes(stream) })
  }
  return manifests
}
