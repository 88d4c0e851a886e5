/** What was done to the content, in the words of C2PA: `c2pa.actions.v2` and `c2pa.ai-disclosure` (C2PA 18.14, 2.4). */
import { digitalSourceTypeOf } from '@yinji/core'
import { encodeTime } from '../cbor.ts'
import type { ManifestContent } from '../draft.ts'
import type { HashedUri } from './boxes.ts'

/** The explicit label is drawn by rules, not by a model. */
const drawnByAlgorithm = 'http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia'

/**
 * @param now The time of labelling.
 * @param parent The `parentOf` ingredient; undefined for new content.
 */
export function actionsOf(content: ManifestContent, now: Date, parent: HashedUri | undefined) {
  return {
    actions: [...originActions(content, now, parent), ...labelActions(content, now)],
    allActionsIncluded: true,
  }
}

/**
 * Either made from nothing, or opened and changed. Content that the system generated and that has a past is only
 * labelled anew, so that happens now; what the system changed, it changed when the record says.
 */
function originActions({ record }: ManifestContent, now: Date, parent: HashedUri | undefined) {
  const createdAt = new Date(record.createdAt)
  const work = (when: Date) => ({
    softwareAgent: record.system ?? { name: record.provider.name },
    digitalSourceType: digitalSourceTypeOf(record.involvement),
    when: encodeTime(when),
  })
  if (parent === undefined) return [{ action: 'c2pa.created', ...work(createdAt) }]
  const when = record.involvement === 'generated' ? now : createdAt
  return [
    { action: 'c2pa.opened', when: encodeTime(when), parameters: { ingredients: [parent] } },
    { action: 'c2pa.edited', ...work(when) },
  ]
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
