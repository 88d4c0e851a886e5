/**
 * The explicit label of PDF (GB 45438-2025 5.1): words on a plate at the corner of a page as it is shown, appended as an
 * incremental update of its own. Text, not a picture of it: it can be found, copied and read aloud.
 */
import {
  type Drawn,
  finding,
  InputError,
  type Seen,
  type Source,
  splicedSource,
  type VisibleLabel,
} from '@yinji/core'
import { binaryBytes } from '../carriers/binary.ts'
import { damagedInput } from '../carriers/faults.ts'
import { PdfDamage } from '../carriers/pdf-object.ts'
import { type PdfPage, pagesOf } from '../carriers/pdf-pages.ts'
import { isSigned } from '../carriers/pdf-signatures.ts'
import { PdfUpdate } from '../carriers/pdf-update.ts'
import { dictionary, type PdfReference, reference } from '../carriers/pdf-values.ts'
import { type PdfSites, readPdf, requirePdf } from '../document/pdf-sites.ts'
import { assertBacked } from './check-label.ts'
import { labelsOn, withLabel, withoutLabels } from './pdf/page-labels.ts'

/** 5.1 asks for legible words and names no size: on A4 these have 15 points, and leave the margins to spare. */
const share = 0.025

/** @throws UsageError, InputError `input.damaged`, `input.encrypted`, `input.signed`, `visible.content.signed` */
export async function apply(source: Source, label: VisibleLabel): Promise<Drawn> {
  assertBacked(label)
  const sites = await requirePdf(source)
  const position = label.position === 'auto' ? 'bottom-right' : label.position
  try {
    await refuseUnfit(sites, source)
    const parts = await update(sites, { ...label, position })
    const drawn = { ...splicedSource(source, parts), name: source.name }
    return { source: drawn, label: { ...label, position }, path: 'spliced' }
  } catch (error) {
    if (error instanceof PdfDamage) throw damagedInput(source, error.message)
    throw error
  }
}

async function refuseUnfit({ file, catalog }: PdfSites, source: Source): Promise<void> {
  const { value } = catalog
  if (await isSigned(file, value)) throw new InputError('visible.content.signed', { name: source.name ?? '' })
  const rendered = await file.resolve(value.entries.get('NeedsRendering'))
  if (rendered?.kind === 'token' && rendered.raw === 'true')
    throw new InputError('visible.content.unsupported', { what: 'an XFA form has no pages of its own' })
}

type Placed = VisibleLabel & { readonly position: Exclude<VisibleLabel['position'], 'auto'> }

async function update({ file, catalog }: PdfSites, label: Placed) {
  const { layOutLabel, place } = await import('./render.ts')
  const { putForm } = await import('./pdf/form.ts')
  const changes = new PdfUpdate(file)
  const tagged = (await file.dictionary(catalog.value.entries.get('StructTreeRoot'))) !== undefined
  const forms = new Map<string, PdfReference>()
  const streams = new Map<string, PdfReference>()
  const stream = (content: string): PdfReference => {
    const known = streams.get(content) ?? reference(changes.allocate())
    if (!streams.has(content)) changes.putStream(known.number, dictionary([]), binaryBytes(content))
    streams.set(content, known)
    return known
  }
  const { targets, stale } = await choose({ file, catalog }, label)
  for (const page of targets) {
    const size = sizeOf(page)
    const drawing = await layOutLabel(label, { bright: true, share, ...size })
    const key = JSON.stringify(drawing.plate)
    const form = forms.get(key) ?? putForm(changes, label, drawing, tagged)
    forms.set(key, form)
    const { left, top } = place(label.position, size, { margin: drawing.margin, ...drawing.plate })
    const matrix = matrixOf(page, left, size.height - top - drawing.plate.height)
    const bare = await withoutLabels(file, page)
    changes.put(page.number, await withLabel(file, bare, { form, matrix, stream }))
  }
  for (const page of stale) changes.put(page.number, (await withoutLabels(file, page)).value)
  return changes.finish(file.xref.trailer.entries.get('Info'))
}

/** The pages to label, and those whose label of an earlier time has to go. @throws PdfDamage */
async function choose(
  { file, catalog }: Pick<PdfSites, 'file' | 'catalog'>,
  { moment = 'start' }: VisibleLabel,
) {
  const ends = await endsOf({ file, catalog })
  const [first, last = first] = ends
  if (first === undefined || last === undefined) throw new PdfDamage('it has no pages')
  const isLabelled = async (page: PdfPage) => (await labelsOn(file, page)).length > 0
  const earlier = (await isLabelled(first)) || (await isLabelled(last))
  const all: PdfPage[] = []
  if (moment === 'throughout' || earlier)
    for await (const page of pagesOf(file, catalog.value, 'first')) all.push(page)
  const targets =
    moment === 'throughout' ? all : moment === 'start' ? [first] : moment === 'end' ? [last] : ends
  const chosen = new Set(targets.map(({ number }) => number))
  const stale: PdfPage[] = []
  if (earlier)
    for (const page of all) if (!chosen.has(page.number) && (await isLabelled(page))) stale.push(page)
  return { targets, stale }
}

/** The first page and the last, where it is another one. */
async function endsOf({ file, catalog }: Pick<PdfSites, 'file' | 'catalog'>): Promise<PdfPage[]> {
  const found = new Map<number, PdfPage>()
  for (const from of ['first', 'last'] as const)
    for await (const page of pagesOf(file, catalog.value, from)) {
      found.set(page.number, page)
      break
    }
  return [...found.values()]
}

/** As it is shown, in points. */
function sizeOf({ box, rotation, unit }: PdfPage) {
  const [width, height] = [box.width * unit, box.height * unit]
  return rotation % 180 === 0 ? { width, height } : { width: height, height: width }
}

/** From the plate to the page: what is at (x, y) points of the page as it is shown, counted from its lower left corner. */
function matrixOf({ box, rotation, unit }: PdfPage, x: number, y: number): string {
  const [u, v, one] = [x / unit, y / unit, 1 / unit]
  const [right, top] = [box.left + box.width, box.bottom + box.height]
  const matrix = {
    0: [one, 0, 0, one, box.left + u, box.bottom + v],
    90: [0, one, -one, 0, right - v, box.bottom + u],
    180: [-one, 0, 0, -one, right - u, top - v],
    270: [0, -one, one, 0, box.left + v, top - u],
  }[rotation]
  return matrix.map((value) => Number(value.toFixed(5)).toString()).join(' ')
}

/** Our own label on the first page or the last. */
export async function look(source: Source): Promise<Seen> {
  const sites = await readPdf(source)
  try {
    if ('fault' in sites) throw new PdfDamage(sites.fault)
    for (const page of await endsOf(sites)) {
      const [label] = await labelsOn(sites.file, page)
      if (label === undefined) continue
      const { words: text } = label
      return { state: 'present', text, findings: [finding('visible.text.present', { data: { text } })] }
    }
    return { state: 'absent', findings: [finding('visible.look.absent')] }
  } catch (error) {
    if (!(error instanceof PdfDamage)) throw error
    const what = `not possible: ${error.message}`
    return { state: 'unchecked', findings: [finding('visible.look.unchecked', { data: { what } })] }
  }
}
