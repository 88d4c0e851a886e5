/**
 * Where the content of a PDF stands: every object in use but those that a label may write. Objects never move, and a newer
 * one takes the place of an older one here as it does for readers.
 */
import { type Copy, copy, type Source } from '@yinji/core'
import { damagedInput } from '../carriers/faults.ts'
import { Budget, PdfDamage, type PdfObject, readObject } from '../carriers/pdf-object.ts'
import { nameOf, type PdfDictionary } from '../carriers/pdf-values.ts'
import { type PdfSites, readPdf } from './pdf-sites.ts'

/** In the order of their numbers. @throws InputError when the file is damaged, or has more objects than are worth it. */
export async function pdfContent(source: Source): Promise<Copy[]> {
  const sites = await readPdf(ahead(source))
  if ('fault' in sites) throw damagedInput(source, sites.fault)
  const { file } = sites
  const own = labelObjects(sites)
  try {
    const budget = new Budget()
    const ranges: Copy[] = []
    for (const [number, entry] of [...file.xref.entries].sort(([a], [b]) => a - b)) {
      if (entry.kind !== 'plain' || own.has(number)) continue
      const object = await readObject(file.source, entry.offset, budget)
      if (object.number !== number) throw new PdfDamage('an object is not where the table says')
      if (isOurs(object)) continue
      const stream = await file.extent(object)
      const end = stream ? stream.start + stream.length : (object.end ?? entry.offset)
      ranges.push(copy(entry.offset, end))
    }
    return ranges
  } catch (error) {
    if (!(error instanceof PdfDamage)) throw error
    throw damagedInput(source, error.message)
  }
}

/** Catalog, its names and metadata, the Info dictionary, manifests: a label writes them anew. */
function labelObjects({ file, catalog, metadata, manifests }: PdfSites): ReadonlySet<number> {
  const values = [file.xref.trailer.entries.get('Info'), catalog.value.entries.get('Names')]
  return new Set([
    catalog.number,
    ...[metadata?.object, ...manifests.map(({ stream }) => stream)].flatMap((object) => object?.number ?? []),
    ...[...values, ...manifests.map(({ specification }) => specification)].flatMap((value) =>
      value?.kind === 'reference' ? value.number : [],
    ),
  ])
}

/** Cross-references, metadata, manifests, and nodes of name trees, also those that nothing leads to any more. */
function isOurs({ value }: PdfObject): boolean {
  if (value.kind !== 'dictionary') return false
  const named = (key: string) => nameOf(value.entries.get(key))
  return (
    /^(?:XRef|Metadata)$/.test(named('Type') ?? '') ||
    named('Subtype') === 'application/c2pa' ||
    named('AFRelationship') === 'C2PA_Manifest' ||
    isNameTree(value)
  )
}

const isNameTree = ({ entries }: PdfDictionary) =>
  entries.size > 0 && [...entries.keys()].every((key) => /^(?:Limits|Names|Kids)$/.test(key))

/** Objects are small and mostly stand one behind the other: one read serves many. */
function ahead(source: Source): Source {
  const size = 256 * 1024
  let start = 0
  let held: Uint8Array = new Uint8Array(0)
  return {
    name: source.name,
    size: source.size,
    async read(from, to) {
      if (to - from > size) return source.read(from, to)
      if (from < start || to > start + held.byteLength) {
        held = await source.read(from, Math.min(source.size, from + size))
        start = from
      }
      return held.subarray(from - start, to - start)
    },
  }
}
