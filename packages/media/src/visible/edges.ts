/** What the explicit labels of texts and documents have in common (GB 45438-2025 5.1). */
import { UsageError, type VisibleLabel } from '@yinji/core'
import { assertWording } from './wording.ts'

/** The ends of a text: the first line, the last. */
export type Edge = 'start' | 'end'

/** Where a text is labelled. Nothing in it can be labelled all the way through; both ends come nearest. */
export function edgesOf({ moment = 'start' }: Pick<VisibleLabel, 'moment'>): readonly Edge[] {
  return moment === 'start' || moment === 'end' ? [moment] : ['start', 'end']
}

/** Where a label stands, for the receipt: in the beginning, at the end, and all the way through. */
export function placeAt(start: string, end: string, throughout = `${start}, ${end}`) {
  const places = { start, end, both: `${start}, ${end}`, throughout }
  return ({ moment = 'start' }: Pick<VisibleLabel, 'moment'>): string => places[moment]
}

/** Which pages, slides or sheets carry the label. */
export function atMoment<T>(
  { moment = 'start' }: Pick<VisibleLabel, 'moment'>,
  pages: readonly T[],
): readonly T[] {
  if (moment === 'throughout') return pages
  return [
    ...new Set([
      ...(moment === 'end' ? [] : pages.slice(0, 1)),
      ...(moment === 'start' ? [] : pages.slice(-1)),
    ]),
  ]
}

/**
 * Words that meet their rule and stay on one line.
 * @throws UsageError `visible.text.wording`, `visible.text.rule`, `visible.glyph.missing`
 */
export function assertLine({ text, wording }: Pick<VisibleLabel, 'text' | 'wording'>): void {
  assertWording(text, wording)
  const control = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.exec(text)?.[0]
  if (control === undefined) return
  const number = control.charCodeAt(0).toString(16).padStart(4, '0')
  throw new UsageError('visible.glyph.missing', { glyph: `U+${number}` })
}
