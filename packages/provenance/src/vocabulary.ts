/** Words the standard defines: actions (C2PA 18.15.1), reasons (18.15.4.2), and what they ask for. */

/** Every predefined action, up to C2PA 2.5; `c2pa.color_adjustments` and `c2pa.watermarked` are old names. */
export const predefinedActions = [
  'c2pa.addedText',
  'c2pa.adjustedColor',
  'c2pa.changedSpeed',
  'c2pa.color_adjustments',
  'c2pa.converted',
  'c2pa.created',
  'c2pa.cropped',
  'c2pa.deleted',
  'c2pa.drawing',
  'c2pa.dubbed',
  'c2pa.edited',
  'c2pa.edited.metadata',
  'c2pa.enhanced',
  'c2pa.filtered',
  'c2pa.mastered',
  'c2pa.mixed',
  'c2pa.opened',
  'c2pa.orientation',
  'c2pa.placed',
  'c2pa.published',
  'c2pa.redacted',
  'c2pa.remixed',
  'c2pa.removed',
  'c2pa.repackaged',
  'c2pa.resized',
  'c2pa.resized.proportional',
  'c2pa.transcoded',
  'c2pa.translated',
  'c2pa.trimmed',
  'c2pa.unknown',
  'c2pa.watermarked',
  'c2pa.watermarked.bound',
  'c2pa.watermarked.unbound',
] as const

/** Actions that leave the content as it is: all that an update manifest may tell besides what it withholds (C2PA 11.2.3). */
export const updateActions = ['c2pa.published', 'c2pa.edited.metadata', 'c2pa.opened'] as const
/** One of the actions that leave the content as it is. */
export type UpdateActionName = (typeof updateActions)[number]

/** Reasons for a redaction that the standard names (C2PA 18.15.4.2). */
export const redactionReasons = [
  'c2pa.PII.present',
  'c2pa.invalid.data',
  'c2pa.trade-secret.present',
  'c2pa.government.confidential',
] as const

/** How much of a model’s work people looked after: `humanOversightLevel` of `c2pa.ai-disclosure` (C2PA 2.4). */
export const oversightLevels = ['fully_autonomous', 'prompt_guided', 'human_validated'] as const

const predefined: ReadonlySet<string> = new Set(predefinedActions)

/**
 * Whether a text names an action (C2PA 18.15.1): a predefined one, one of the font actions, or somebody's own under a reversed
 * domain.
 */
export function isActionName(text: string): boolean {
  if (text.startsWith('c2pa.')) return predefined.has(text)
  return /^[A-Za-z0-9][\w-]*(?:\.[\w-]+)+$/.test(text)
}
