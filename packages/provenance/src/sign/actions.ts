/** What was done to the content, in the words of C2PA: `c2pa.actions.v2` and `c2pa.ai-disclosure` (C2PA 18.15, 2.4). */
import { digitalSourceTypeOf, readDigitalSourceType, UsageError } from '@yinji/core'
import { encodeTime } from '../encoding/cbor.ts'
import { isActionName } from '../vocabulary.ts'
import type { HashedUri } from './boxes.ts'
import type { ManifestContent, NewAction } from './manifest.ts'

/** The explicit label is drawn by rules, not by a model. */
const drawnByAlgorithm = 'http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia'

/** References to the ingredient assertions, by what the ingredients were used for. */
export interface Relations {
  /** Undefined for new content. */
  readonly parent: HashedUri | undefined
  readonly components: readonly HashedUri[]
  readonly inputs: readonly HashedUri[]
}

/**
 * @param now The time of labelling.
 * @throws UsageError when an action or a source type is none of the vocabulary.
 */
export function actionsOf(content: ManifestContent, now: Date, relations: Relations) {
  const placed = relations.components.map((component) => ({
    action: 'c2pa.placed',
    when: encodeTime(now),
    parameters: { ingredients: [component] },
  }))
  return {
    actions: [
      ...originActions(content, now, relations),
      ...placed,
      ...(content.actions ?? []).map((action) => otherAction(action, content, now)),
      ...labelActions(content, now),
    ],
    allActionsIncluded: true,
  }
}

/**
 * Either made from nothing, or opened and changed. Content that the system generated and that has a past is only
 * labelled anew, so that happens now; what the system changed, it changed when the record says.
 */
function originActions({ record }: ManifestContent, now: Date, { parent, inputs }: Relations) {
  const createdAt = new Date(record.createdAt)
  const work = (when: Date) => ({
    softwareAgent: record.system ?? { name: record.provider.name },
    digitalSourceType: digitalSourceTypeOf(record.involvement),
    when: encodeTime(when),
    parameters: inputs.length > 0 ? { ingredients: inputs } : undefined,
  })
  if (parent === undefined) return [{ action: 'c2pa.created', ...work(createdAt) }]
  const when = record.involvement === 'generated' ? now : createdAt
  return [
    { action: 'c2pa.opened', when: encodeTime(when), parameters: { ingredients: [parent] } },
    { action: 'c2pa.edited', ...work(when) },
  ]
}

/** Those are said from what is known of the content and its ingredients. */
const derived: ReadonlySet<string> = new Set([
  'c2pa.created',
  'c2pa.opened',
  'c2pa.placed',
  'c2pa.redacted',
  'c2pa.removed', // of what was removed there would have to be an ingredient
])

function otherAction(
  { when, softwareAgent, ...action }: NewAction,
  { generator, assertions = [] }: ManifestContent,
  now: Date,
) {
  if (!isActionName(action.action) || derived.has(action.action))
    throw new UsageError('usage.action.unknown', { action: action.action })
  const type = action.digitalSourceType
  if (type !== undefined && !(readDigitalSourceType(type).known && /^http:\/\//.test(type)))
    throw new UsageError('usage.source.unknown', { value: type })
  const missing = missingIn(action, assertions)
  if (missing !== undefined)
    throw new UsageError('usage.action.incomplete', { action: action.action, missing })
  const { name, version } = generator
  return { ...action, when: encodeTime(when ?? now), softwareAgent: softwareAgent ?? { name, version } }
}

/** What an action can't go without (C2PA 18.15.4); undefined where nothing is missing. */
function missingIn(
  { action, parameters = {} }: NewAction,
  assertions: ManifestContent['assertions'] & object,
): string | undefined {
  if (action === 'c2pa.translated')
    return ['sourceLanguage', 'targetLanguage'].find((name) => typeof parameters[name] !== 'string')
  const watermark = action === 'c2pa.watermarked' || action === 'c2pa.watermarked.bound'
  const bound = assertions.some(({ label }) => label === 'c2pa.soft-binding')
  return watermark && !bound ? 'c2pa.soft-binding' : undefined
}

/** A label that was there before was added by an earlier manifest's actions. */
function labelActions({ explicit, drawn, parent, mediaType, generator }: ManifestContent, now: Date) {
  const isNew = drawn ?? (parent === undefined || parent === 'unsigned')
  if (explicit === undefined || !isNew) return []
  return [
    {
      action: mediaType.startsWith('audio/') ? 'c2pa.edited' : 'c2pa.addedText',
      description: 'AI label (GB 45438-2025)',
      when: encodeTime(now),
      softwareAgent: { name: generator.name, version: generator.version },
      digitalSourceType: drawnByAlgorithm,
    },
  ]
}

export function aiDisclosureOf({ record }: ManifestContent) {
  return { modelType: 'c2pa.types.model', modelName: record.system?.name }
}
