/** Checks the wishes for an explicit label once, before anything is read or decoded. */
import { UsageError, type VisibleLabel } from '@yinji/core'
import { leastContrast, leastContrastOf, styleOf } from './styles.ts'
import { assertWording } from './wording.ts'

/** 5.2 b), 5.4 c): at least 5 % of the shortest side. */
export const leastShare = 0.05
/** More than this hides what it labels. */
const mostShare = 0.3

/**
 * @throws UsageError `visible.text.wording`, `visible.text.rule`, `visible.size.small`, `visible.seconds.short`,
 * `visible.option.range`, `visible.style.unknown`, `visible.contrast.low`
 */
export function assertLabel(label: VisibleLabel): void {
  const { size, opacity, margin, seconds, every, style } = label
  assertWording(label.text, label.wording)
  if (size !== undefined && size < leastShare)
    throw new UsageError('visible.size.small', { size: percent(size) })
  within('size', size, leastShare, mostShare, 100)
  within('margin', margin, 0, 0.25, 100)
  if (seconds !== undefined && !(seconds >= 2)) throw new UsageError('visible.seconds.short', { seconds })
  within('seconds', seconds, 2, 24 * 3600)
  within('every', every, 1, 24 * 3600)
  within('opacity', opacity, 0, 1, 100)
  const contrast = leastContrastOf(styleOf(style), opacity ?? 1)
  if (contrast < leastContrast)
    throw new UsageError('visible.contrast.low', { style: style ?? 'plate', contrast: contrast.toFixed(1) })
}

/**
 * For documents, which nobody draws before they are read: words have to bring along what they stand out from.
 * @throws UsageError `visible.contrast.low`
 */
export function assertBacked({ style = 'plate' }: Pick<VisibleLabel, 'style'>): void {
  const { plate, outline } = styleOf(style)
  if (plate === undefined && outline === undefined)
    throw new UsageError('visible.contrast.low', { style, contrast: '1.0' })
}

/** @param scale 100 for what people give in per cent */
function within(option: string, value: number | undefined, least: number, most: number, scale = 1): void {
  if (value === undefined || (value >= least && value <= most)) return
  const shown = (number: number) => (scale === 1 ? `${number}` : `${percent(number)} %`)
  throw new UsageError('visible.option.range', {
    option,
    value: shown(value),
    least: shown(least),
    most: shown(most),
  })
}

const percent = (share: number) => Number((share * 100).toFixed(2))
