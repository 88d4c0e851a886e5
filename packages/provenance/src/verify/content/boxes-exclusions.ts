/**
 * Ranges of boxes that a hash over boxes leaves out (C2PA 18.7.1, 15.12.3). Metadata of the file may be left out (9.2.6), so that it
 * can be changed later; frames of boxes and everything else may not.
 */
import { limits } from '@yinji/core'
import { metadataHead, metadataStart } from '../../named-boxes/metadata.ts'
import type { Named } from '../../named-boxes/walk.ts'
import { isFields, isNatural } from '../fields.ts'
import type { Content } from './binding.ts'

export interface Exclusion {
  /** Which of the boxes of the run. */
  readonly index: number
  /** From the start of that box. */
  readonly start: number
  /** Exclusive. */
  readonly end: number
}

/** Ascending and not overlapping, none where the field is absent; undefined for what is not of this form. */
export function readExclusions(value: unknown, boxes: number): readonly Exclusion[] | undefined {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value) || value.length === 0 || value.length > limits.items) return undefined
  const exclusions: Exclusion[] = []
  for (const entry of value) {
    if (!isFields(entry)) return undefined
    const [start, length] = [entry.get('start'), entry.get('length')]
    const index = entry.get('boxIndex') ?? (boxes === 1 ? 0 : undefined)
    if (!isNatural(start) || !isNatural(length) || !isNatural(index) || index >= boxes) return undefined
    const end = start + length
    const last = exclusions.at(-1)
    const ascending = !last || index > last.index || (index === last.index && start >= last.end)
    if (!ascending || !Number.isSafeInteger(end)) return undefined
    exclusions.push({ index, start, end })
  }
  return exclusions.filter(({ start, end }) => end > start) // none of no length
}

/** The first that leaves out more than metadata, or reaches beyond its box; undefined when all are as they should be. */
export async function excessive(
  exclusions: readonly Exclusion[],
  run: readonly Named[],
  { source }: Pick<Content, 'source'>,
): Promise<Exclusion | undefined> {
  let known: { readonly box: Named; readonly from: number } | undefined
  for (const exclusion of exclusions) {
    const box = run[exclusion.index]
    if (box === undefined) return exclusion
    if (known?.box !== box) {
      const head = await source.read(box.start, Math.min(box.end, box.start + metadataHead))
      known = { box, from: metadataStart(box.name, head) ?? Number.POSITIVE_INFINITY }
    }
    if (exclusion.start < known.from || exclusion.end > box.end - box.start) return exclusion
  }
  return undefined
}

/** `APP1 4–300`: first and last byte, from the start of the box. */
export function inWords({ index, start, end }: Exclusion, names: readonly string[]): string {
  return `${names[index]} ${start}–${end - 1}`
}
