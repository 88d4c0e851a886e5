/** Plans the labelled PDF: one incremental update with the Info dictionary, the XMP packet, the manifest, the catalog. */
import type { Edit, Room, Source, Splice } from '@yinji/core'
import { blankAigc } from '../carriers/aigc-text.ts'
import { addName, removeName } from '../carriers/pdf-names.ts'
import { listOf } from '../carriers/pdf-object.ts'
import { PdfUpdate } from '../carriers/pdf-update.ts'
import {
  array,
  dictionary,
  hexString,
  literal,
  name,
  number,
  type PdfDictionary,
  type PdfValue,
  reference,
  withEntries,
} from '../carriers/pdf-values.ts'
import { clearXmp, mergeXmp } from '../carriers/xmp-merge.ts'
import { type PdfSites, requirePdf } from './pdf-sites.ts'

/** @throws InputError `input.damaged`, `input.encrypted`, `input.signed` */
export async function splicePdf(source: Source, edit: Edit): Promise<Splice> {
  const sites = await requirePdf(source)
  const update = new PdfUpdate(sites.file)
  const info = putInfo(sites, update, edit)
  let catalog = sites.catalog.value
  catalog = putMetadata(sites, update, edit, catalog)
  catalog = await putManifest(sites, update, edit.room, catalog)
  if (catalog !== sites.catalog.value) update.put(sites.catalog.number, catalog)
  return { parts: update.finish(info), ...(edit.room > 0 ? { binding: { kind: 'data' } } : {}) }
}

/** The Info dictionary with the label as its own entry and nowhere else; its reference for the trailer. */
function putInfo(sites: PdfSites, update: PdfUpdate, { aigc }: Edit): PdfValue | undefined {
  const earlier = sites.file.xref.trailer.entries.get('Info')
  if (aigc === undefined) return earlier
  const changes: Record<string, PdfValue | undefined> = Object.create(null)
  for (const { key, within } of sites.infoLabels)
    if (/^AIGC$/i.test(key)) changes[key] = undefined
    else if (within) changes[key] = hexString(blankAigc(within.bytes, within.fields))
  const info = withEntries(withEntries(sites.info, changes), { AIGC: literal(aigc) })
  const usable = earlier?.kind === 'reference' && sites.file.xref.entries.has(earlier.number)
  const target = usable ? earlier : reference(update.allocate())
  update.put(target.number, info)
  return target
}

function putMetadata(sites: PdfSites, update: PdfUpdate, edit: Edit, catalog: PdfDictionary): PdfDictionary {
  const { metadata } = sites
  let packet = metadata?.packet
  if (metadata && packet === undefined) return catalog // packed in a way we do not read: better left than replaced
  const cleared = packet && edit.aigc !== undefined ? clearXmp(packet, { aigc: edit.aigc }) : undefined
  if (cleared) packet = cleared
  const { xmp, provenance } = edit
  if (xmp || provenance) packet = mergeXmp(packet, { provenance, ...(xmp && { xmp }) })
  if (packet === undefined || packet === metadata?.packet) return catalog
  const value = metadata?.object.value
  const head = withEntries(value?.kind === 'dictionary' ? value : dictionary([]), {
    Type: name('Metadata'),
    Subtype: name('XML'),
    Filter: undefined,
    DecodeParms: undefined,
    DL: undefined,
  })
  const object = metadata?.object.number ?? update.allocate()
  update.putStream(object, head, packet)
  return metadata ? catalog : withEntries(catalog, { Metadata: reference(object) })
}

/** The old manifest's objects serve for the new one; without a new one it is taken off the lists. */
async function putManifest(
  sites: PdfSites,
  update: PdfUpdate,
  room: number,
  catalog: PdfDictionary,
): Promise<PdfDictionary> {
  const { file, manifests } = sites
  const [first, ...others] = room > 0 ? manifests : [undefined, ...manifests]
  let result = catalog
  for (const other of others) if (other) result = await removeFile(sites, update, result, other.specification)
  if (room === 0) return result
  const kept = first?.specification.kind === 'reference' ? first : undefined
  if (first && !kept) result = await removeFile(sites, update, result, first.specification)
  const stream = kept?.stream.number ?? update.allocate()
  const specification =
    kept?.specification.kind === 'reference' ? kept.specification.number : update.allocate()
  update.putStream(stream, streamHead(room), roomFor(room))
  update.put(specification, fileSpecification(stream))
  if (kept) return result
  const listed = listOf(await file.resolve(result.entries.get('AF')))
  result = withEntries(result, { AF: array(...listed, reference(specification)) })
  return addName(file, update, result, reference(specification))
}

async function removeFile(
  { file }: PdfSites,
  update: PdfUpdate,
  catalog: PdfDictionary,
  specification: PdfValue,
): Promise<PdfDictionary> {
  const listed = listOf(await file.resolve(catalog.entries.get('AF'))).filter(
    (item) => item !== specification,
  )
  const result = withEntries(catalog, { AF: listed.length > 0 ? array(...listed) : undefined })
  return specification.kind === 'reference' ? removeName(file, update, result, specification) : result
}

const mediaType = name('application#2Fc2pa')

const streamHead = (size: number) =>
  dictionary([
    ['Type', name('EmbeddedFile')],
    ['Subtype', mediaType],
    ['Params', dictionary([['Size', number(size)]])],
  ])

const fileName = 'content_credential.c2pa'

const fileSpecification = (stream: number) =>
  dictionary([
    ['Type', name('Filespec')],
    ['Subtype', mediaType], // here as well (C2PA A.4.1)
    ['AFRelationship', name('C2PA_Manifest')],
    ['F', literal(fileName)],
    ['UF', literal(fileName)],
    ['Desc', literal('C2PA Manifest Store')],
    [
      'EF',
      dictionary([
        ['F', reference(stream)],
        ['UF', reference(stream)],
      ]),
    ],
  ])

/** The hash leaves out the bytes of the stream and nothing else. */
const roomFor = (size: number): Room => ({ kind: 'room', length: size, embed: (store) => store })
