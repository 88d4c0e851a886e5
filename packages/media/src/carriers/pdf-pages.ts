/** The pages of a PDF in their order, with what they inherit (ISO 32000-2 7.7.3), and how they are shown. */
import { limits } from '@yinji/core'
import type { PdfFile } from './pdf-file.ts'
import { listOf, PdfDamage } from './pdf-object.ts'
import { dictionary, numberOf, type PdfDictionary, type PdfValue } from './pdf-values.ts'

export interface PdfPage {
  readonly number: number
  readonly value: PdfDictionary
  /** Its own or inherited; empty where there are none. */
  readonly resources: PdfDictionary
  /** What of it is shown, in its own units. */
  readonly box: PdfBox
  /** Clockwise, when it is shown. */
  readonly rotation: 0 | 90 | 180 | 270
  /** Points to its unit (14.11.5 UserUnit). */
  readonly unit: number
}

export interface PdfBox {
  readonly left: number
  readonly bottom: number
  readonly width: number
  readonly height: number
}

const inheritable = ['Resources', 'MediaBox', 'CropBox', 'Rotate']

/**
 * The pages, from the first or from the last.
 * @throws PdfDamage where the tree is none
 */
export async function* pagesOf(
  file: PdfFile,
  catalog: PdfDictionary,
  from: 'first' | 'last',
): AsyncGenerator<PdfPage> {
  const root = catalog.entries.get('Pages')
  if (root) yield* walk({ file, from, seen: new Set() }, root, dictionary([]), 0)
}

interface Walk {
  readonly file: PdfFile
  readonly from: 'first' | 'last'
  readonly seen: Set<number>
}

async function* walk(
  way: Walk,
  node: PdfValue,
  inherited: PdfDictionary,
  depth: number,
): AsyncGenerator<PdfPage> {
  const { file, from, seen } = way
  if (depth > limits.depth) throw new PdfDamage('the page tree is nested too deeply')
  if (node.kind !== 'reference') throw new PdfDamage('a page is not an object of its own')
  if (seen.has(node.number)) return
  seen.add(node.number)
  const value = await file.dictionary(node)
  if (value === undefined) return // readers pass over pages that are missing
  const known = new Map(inherited.entries)
  for (const key of inheritable) {
    const own = value.entries.get(key)
    if (own) known.set(key, own)
  }
  const kids = await file.resolve(value.entries.get('Kids'))
  if (kids === undefined) return yield await pageOf(file, node.number, value, dictionary(known))
  const ordered = from === 'first' ? listOf(kids) : listOf(kids).toReversed()
  for (const kid of ordered) yield* walk(way, kid, dictionary(known), depth + 1)
}

async function pageOf(
  file: PdfFile,
  number: number,
  value: PdfDictionary,
  inherited: PdfDictionary,
): Promise<PdfPage> {
  const turned = numberOf(await file.resolve(inherited.entries.get('Rotate'))) ?? 0
  const unit = numberOf(await file.resolve(value.entries.get('UserUnit'))) ?? 1
  const media = (await boxOf(file, inherited.entries.get('MediaBox'))) ?? letter
  const crop = await boxOf(file, inherited.entries.get('CropBox'))
  const quarter = ((Math.round(turned / 90) % 4) + 4) % 4
  return {
    number,
    value,
    resources: (await file.dictionary(inherited.entries.get('Resources'))) ?? dictionary([]),
    box: crop ? common(crop, media) : media,
    rotation: ([0, 90, 180, 270] as const)[quarter] ?? 0,
    unit: unit > 0 && unit < 1e6 ? unit : 1,
  }
}

/** What readers take where the size of the page is missing. */
const letter: PdfBox = { left: 0, bottom: 0, width: 612, height: 792 }

/** Any two opposite corners (7.9.5). */
async function boxOf(file: PdfFile, value: PdfValue | undefined): Promise<PdfBox | undefined> {
  const items = listOf(await file.resolve(value))
  const sides: number[] = []
  for (const item of items.slice(0, 4)) sides.push(numberOf(await file.resolve(item)) ?? Number.NaN)
  const [x1 = Number.NaN, y1 = Number.NaN, x2 = Number.NaN, y2 = Number.NaN] = sides
  const [width, height] = [Math.abs(x2 - x1), Math.abs(y2 - y1)]
  if (!(width > 0 && height > 0 && width < 1e7 && height < 1e7)) return undefined
  return { left: Math.min(x1, x2), bottom: Math.min(y1, y2), width, height }
}

/** Nothing outside of the medium is shown, whatever the crop says (14.11.2). */
function common(crop: PdfBox, media: PdfBox): PdfBox {
  const left = Math.max(crop.left, media.left)
  const bottom = Math.max(crop.bottom, media.bottom)
  const width = Math.min(crop.left + crop.width, media.left + media.width) - left
  const height = Math.min(crop.bottom + crop.height, media.bottom + media.height) - bottom
  return width > 0 && height > 0 ? { left, bottom, width, height } : media
}
