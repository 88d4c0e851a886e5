/** The label on one page of a PDF: what was there is saved and restored around (ISO 32000-2 8.4.2), ours comes last. */
import { wordings } from '@yinji/core'
import { binaryText } from '../../carriers/binary.ts'
import type { PdfFile } from '../../carriers/pdf-file.ts'
import { listOf } from '../../carriers/pdf-object.ts'
import type { PdfPage } from '../../carriers/pdf-pages.ts'
import {
  array,
  dictionary,
  integerOf,
  type PdfDictionary,
  type PdfReference,
  type PdfValue,
  withEntries,
} from '../../carriers/pdf-values.ts'
import { meetsWording } from '../wording.ts'
import { unclosed } from './balance.ts'
import { wordsIn } from './words.ts'

/** Before everything else on a page that carries a label. */
const saving = 'q\n'

/** Behind everything else. @param states to go back to ours @param matrix from the plate to the page */
const showing = (states: number, matrix: string, form: string) =>
  `\n${'Q '.repeat(states)}\nq ${matrix} cm /${form} Do Q\n`

const shown = /^\n(?:Q )+\nq [-.\d ]+ cm \/(AILabel\d*) Do Q\n$/
/** Ours are far shorter. */
const mostBytes = 4096

export interface PageLabel {
  /** Name of the form among the resources. */
  readonly form: string
  readonly words: string
  readonly stream: PdfValue
}

/** Our own labels on a page, as we write them, in the order in which they are drawn. @throws PdfDamage */
export async function labelsOn(file: PdfFile, page: PdfPage): Promise<PageLabel[]> {
  const labels: PageLabel[] = []
  for (const stream of await contentsOf(file, page)) {
    const [, form] = shown.exec((await shortStream(file, stream)) ?? '') ?? []
    if (form === undefined) continue
    const forms = await file.dictionary(page.resources.entries.get('XObject'))
    const words = wordsIn((await shortStream(file, forms?.entries.get(form))) ?? '')
    if (words !== undefined && wordings.some((wording) => meetsWording(words, wording)))
      labels.push({ form, words, stream })
  }
  return labels
}

/** The page as it was before. @throws PdfDamage */
export async function withoutLabels(file: PdfFile, page: PdfPage): Promise<PdfPage> {
  const labels = await labelsOn(file, page)
  if (labels.length === 0) return page
  const contents = [...(await contentsOf(file, page))]
  for (const { stream } of labels) {
    const at = contents.indexOf(stream)
    contents.splice(at, 1)
    for (let before = at - 1; before >= 0; before--) {
      if ((await shortStream(file, contents[before])) !== saving) continue
      contents.splice(before, 1)
      break
    }
  }
  const forms = await file.dictionary(page.resources.entries.get('XObject'))
  const left = withEntries(
    forms ?? dictionary([]),
    Object.fromEntries(labels.map(({ form }) => [form, undefined])),
  )
  const resources = withEntries(page.resources, { XObject: left.entries.size > 0 ? left : undefined })
  return { ...page, resources, value: withContents(page.value, contents, resources) }
}

export interface Placing {
  readonly form: PdfReference
  /** From the plate to the page. */
  readonly matrix: string
  /** The object of a content stream. */
  stream(content: string): PdfReference
}

/** The page with the label on top. @throws PdfDamage */
export async function withLabel(
  file: PdfFile,
  page: PdfPage,
  { form, matrix, stream }: Placing,
): Promise<PdfDictionary> {
  const forms = (await file.dictionary(page.resources.entries.get('XObject'))) ?? dictionary([])
  let free = 'AILabel'
  for (let next = 2; forms.entries.has(free); next++) free = `AILabel${next}`
  const resources = withEntries(page.resources, { XObject: withEntries(forms, { [free]: form }) })
  const before = await contentsOf(file, page)
  const show = showing((await unclosed(file, before)) + 1, matrix, free)
  return withContents(page.value, [stream(saving), ...before, stream(show)], resources)
}

function withContents(page: PdfDictionary, contents: readonly PdfValue[], resources: PdfDictionary) {
  return withEntries(page, {
    Contents: contents.length > 0 ? array(...contents) : undefined,
    Resources: resources,
  })
}

async function contentsOf(file: PdfFile, { value }: PdfPage): Promise<readonly PdfValue[]> {
  const entry = value.entries.get('Contents')
  const resolved = await file.resolve(entry)
  if (resolved === undefined || entry === undefined) return []
  return resolved.kind === 'array' ? listOf(resolved) : [entry]
}

/** Undefined where it is long, and for everything else than a stream. */
async function shortStream(file: PdfFile, value: PdfValue | undefined): Promise<string | undefined> {
  const object = value?.kind === 'reference' ? await file.object(value.number) : undefined
  if (object?.stream === undefined || object.value.kind !== 'dictionary') return undefined
  const length = integerOf(await file.resolve(object.value.entries.get('Length')))
  if (length === undefined || length > mostBytes) return undefined
  const bytes = await file.bytes(object)
  return bytes && binaryText(bytes)
}
