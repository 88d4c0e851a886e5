/** What was done to the content, in the words of C2PA: `c2pa.actions.v2` (C2PA 18.15). */
import { digitalSourceTypeOf, type ProvenanceRecord, UsageError } from '@yinji/core'
import { encodeTime } from '../encoding/cbor.ts'
import type { HashedUri } from './boxes.ts'
import { isBound } from './check-statements.ts'
import type { ManifestContent, NewAction } from './manifest.ts'

/** The explicit label is drawn by rules, not by a model. */
const drawnByAlgorithm = 'http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia'

/** References to other assertions of the manifest. */
export interface Relations {
  /** What the content was; undefined for new content. */
  readonly parent: HashedUri | undefined
  readonly components: readonly HashedUri[]
  readonly inputs: readonly HashedUri[]
  /** What an action may be about, by label. */
  readonly others: ReadonlyMap<string, HashedUri>
  /** The soft bindings among those. */
  readonly softBindings: readonly HashedUri[]
}

/**
 * @param now The time of labelling.
 * @throws UsageError when nothing says how the content came to be, or an action is about what is not there.
 */
export function actionsOf(content: ManifestContent, now: Date, relations: Relations) {
  const { actions = [], allActionsIncluded = true } = content
  const placed = relations.components.map((component) => ({
    action: 'c2pa.placed',
    when: encodeTime(now),
    parameters: { ingredients: [component] },
  }))
  const origin = originActions(content, now, relations)
  const stated = actions.map((action) => statedAction(action, content, now, relations))
  const own = origin.length > 0 ? [] : stated.splice(0, 1)
  return {
    actions: [...origin, ...own, ...placed, ...stated, ...labelActions(content, now)],
    allActionsIncluded,
  }
}

/** Either made from nothing, or opened and changed; empty where the first action that is stated says the former. */
function originActions({ record, actions = [] }: ManifestContent, now: Date, relations: Relations) {
  const { parent } = relations
  const made = actions.findLastIndex(({ action }) => action === 'c2pa.created') // one at most (C2PA 18.15.2)
  if (made > 0 || (made === 0 && (record || parent))) throw new UsageError('usage.action.misplaced')
  if (record) return recordedActions(record, now, relations)
  if (parent === undefined && made < 0) throw new UsageError('usage.origin.missing')
  return parent ? [openedAction(parent, now)] : []
}

const openedAction = (parent: HashedUri, when: Date) => ({
  action: 'c2pa.opened',
  when: encodeTime(when),
  parameters: { ingredients: [parent] },
})

/**
 * Content that the system generated and that has a past is only labelled anew, so that happens now; what the system changed,
 * it changed when the record says.
 */
function recordedActions(record: ProvenanceRecord, now: Date, { parent, inputs }: Relations) {
  const createdAt = new Date(record.createdAt)
  const work = (when: Date) => ({
    softwareAgent: record.system ?? { name: record.provider.name },
    digitalSourceType: digitalSourceTypeOf(record.involvement),
    when: encodeTime(when),
    parameters: inputs.length > 0 ? { ingredients: inputs } : undefined,
  })
  if (parent === undefined) return [{ action: 'c2pa.created', ...work(createdAt) }]
  const when = record.involvement === 'generated' ? now : createdAt
  return [openedAction(parent, when), { action: 'c2pa.edited', ...work(when) }]
}

function statedAction(given: NewAction, { generator }: ManifestContent, now: Date, relations: Relations) {
  const { when = now, softwareAgent, relatedAssertions, parameters, ...action } = given
  const related = relatedTo(given, relations)
  const inputs = action.action === 'c2pa.created' ? relations.inputs : []
  const all = {
    ...parameters,
    ...(related.length > 0 && { relatedAssertions: related }),
    ...(inputs.length > 0 && { ingredients: inputs }),
  }
  const { name, version } = generator
  return {
    when: encodeTime(new Date(when)),
    softwareAgent: softwareAgent ?? { name, version },
    parameters: Object.keys(all).length > 0 ? all : undefined,
    ...action,
  }
}

/** A watermark is about the soft binding that leads from it to the manifest. */
function relatedTo(
  { action, relatedAssertions }: NewAction,
  { others, softBindings }: Relations,
): readonly HashedUri[] {
  if (relatedAssertions === undefined) return isBound(action) ? softBindings : []
  return relatedAssertions.map((label) => {
    const reference = others.get(label)
    if (reference) return reference
    throw new UsageError('usage.action.related', { action, label, there: [...others.keys()].join(', ') })
  })
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
