/** Decides what a labelled file will say: the record, the explicit label, and what becomes of earlier labels. */
import { randomUUID } from 'node:crypto'
import {
  type AigcField,
  aigcKeys,
  aigcOf,
  type Finding,
  finding,
  type MediaHandler,
  type ProvenanceRecord,
  parseRecord,
  UsageError,
  type VisibleLabel,
  wordingRules,
} from '@yinji/core'
import { assertLabel, leastShare } from '@yinji/media'
import type { ManifestPlace } from './deliver.ts'
import type { Examination } from './examine.ts'
import type { Identity } from './identity.ts'
import { codeToSign, signedBy } from './security.ts'
import type { LabelOptions, LabelRecord } from './types.ts'

export interface Plan {
  readonly record: ProvenanceRecord
  readonly aigc: AigcField
  /** The label to draw now. */
  readonly draw: VisibleLabel | undefined
  /** The label an earlier, still valid manifest says is in the content. */
  readonly previous: VisibleLabel | undefined
  /** The label that will stand in the content afterwards. */
  readonly explicit: VisibleLabel | undefined
  /** Whether the file says exactly this already. */
  readonly unchanged: boolean
  readonly findings: readonly Finding[]
}

/** The caller's wishes, and for the rest what the record and the rule say. */
function wantedLabel(
  { visible }: Pick<LabelOptions, 'visible'>,
  { involvement }: ProvenanceRecord,
): VisibleLabel | undefined {
  if (visible === false) return undefined
  const text = wordingRules[visible?.wording ?? 'cn'].texts[involvement]
  const label: VisibleLabel = { text, position: 'bottom-right', ...visible }
  assertLabel(label)
  return label
}

export function planLabel(
  handler: MediaHandler,
  before: Examination,
  partial: LabelRecord,
  options: LabelOptions & {
    readonly identity: Identity | undefined
    readonly now: Date
    readonly place: ManifestPlace
    /** Where the manifest will be served. */
    readonly address: string | undefined
  },
): Plan {
  const record = resolveRecord(partial, before, options.identity, options.now)
  const intact = before.findings.some((found) => found.code === 'manifest.content.intact')
  const previous = (intact ? before.validation?.active?.record?.explicit : undefined) ?? undefined
  const wanted = wantedLabel(options, record)
  const kept = previous !== undefined && (wanted === undefined || sameVisible(wanted, previous, handler))
  const draw = handler.visible && !kept ? wanted : undefined
  const explicit = draw ?? (kept ? previous : undefined)
  const findings: Finding[] = []
  if (kept) findings.push(finding('visible.kept', { data: { text: previous.text } }))
  else if (previous && draw && handler.medium !== 'text' && handler.medium !== 'document')
    findings.push(finding('visible.stacked', { data: { text: previous.text } }))
  findings.push(...withoutEffect(handler, options), ...namedBefore(handler, before, options.address))
  const producer = before.evidence.label?.ContentProducer
  if (producer !== undefined && producer !== aigcOf(record).ContentProducer)
    findings.push(finding('metadata.aigc.replaced', { data: { producer } }))
  const signed = options.security === 'off' ? record : withEarlierCode(record, before, options.identity)
  const unchanged =
    !saysMore(handler, options) &&
    draw === undefined &&
    saysAlready(handler, before, signed, explicit, options)
  const said = unchanged ? signed : record
  return { record: said, aigc: aigcOf(said), draw, previous, explicit, findings, unchanged }
}

/** The record with the security code that is in the file, where this identity would only sign the same again. */
function withEarlierCode(
  record: ProvenanceRecord,
  { evidence, security }: Examination,
  identity: Identity | undefined,
): ProvenanceRecord {
  const code = codeToSign(record, identity)
  const text = code && evidence.label?.[code]
  if (code === undefined || !text || !signedBy(identity, security, code)) return record
  return code === 'ReservedCode1' ? { ...record, reservedCode1: text } : { ...record, reservedCode2: text }
}

/** Fills in what the caller left out: who from the identity, id and time from a label of the same producer. */
function resolveRecord(
  partial: LabelRecord,
  before: Examination,
  identity: Identity | undefined,
  now: Date,
): ProvenanceRecord {
  const provider = partial.provider ?? identity?.provider
  if (provider === undefined) throw new UsageError('usage.identity.required')
  const system = partial.system ?? identity?.system
  const probe = parseRecord({
    ...partial,
    provider,
    contentId: partial.contentId ?? 'x',
    createdAt: partial.createdAt ?? now.toISOString(),
  })
  const signed = before.validation?.active?.record
  const earlier = before.evidence.label ?? signed?.aigc
  const own = earlier?.ContentProducer === aigcOf(probe).ContentProducer
  const contentId = partial.contentId ?? ((own && earlier?.ProduceID) || randomUUID())
  return parseRecord({
    ...partial,
    provider,
    ...(system === undefined ? {} : { system }),
    contentId,
    createdAt:
      partial.createdAt ?? (own && signed?.contentId === contentId ? signed.createdAt : now.toISOString()),
  })
}

/** Wishes that this format has no use for. */
function withoutEffect(
  { id, medium, mediaTypes, slots }: MediaHandler,
  { thumbnail, updatable, place }: LabelOptions & { readonly place: ManifestPlace },
): Finding[] {
  const grows = place === 'beside' || !slots.manifest?.fixed
  return [
    ...(thumbnail && medium !== 'image' ? [noThumbnail(mediaTypes[0])] : []),
    ...(updatable && grows ? [finding('manifest.room.unneeded', { data: { format: id } })] : []),
  ]
}

/** A manifest elsewhere was not fetched, and is of what the file was: the new label does not name it. */
function namedBefore(
  { slots }: MediaHandler,
  { found }: Examination,
  address: string | undefined,
): Finding[] {
  const url = found?.properties.find(({ name }) => name === 'provenance')?.value.trim() ?? ''
  const dropped = slots.xmp !== undefined && /^https?:/i.test(url) && url !== address
  return dropped ? [finding('metadata.reference.dropped', { data: { url } })] : []
}

/** There is no small picture of this. */
export function noThumbnail(mediaType: string): Finding {
  return finding('manifest.thumbnail.none', { data: { mediaType } })
}

/** What the record does not hold is always written. */
function saysMore({ slots }: MediaHandler, options: LabelOptions): boolean {
  if (options.updatable && slots.manifest?.fixed) return true
  const { ingredients, actions, assertions, softBindings, identities, thumbnail } = options
  const lists = [ingredients, actions, assertions, softBindings, identities]
  const words = [options.training, options.disclosure, options.binding, options.remote]
  return thumbnail === true || lists.some((list) => list?.length) || words.some((word) => word !== undefined)
}

/** Whether labelling again would only add a copy of what is there: same record, same label, own valid signature. */
function saysAlready(
  handler: MediaHandler,
  before: Examination,
  record: ProvenanceRecord,
  explicit: VisibleLabel | undefined,
  options: { readonly place: ManifestPlace; readonly identity: Identity | undefined },
): boolean {
  const { evidence, found, validation } = before
  if (before.findings.some(({ level }) => level === 'error' || level === 'warning')) return false
  const field = aigcOf(record)
  const labelled =
    handler.slots.aigc === undefined || aigcKeys.every((key) => evidence.label?.[key] === field[key])
  if (!labelled || found?.labels.some((label) => !label.standard)) return false
  if (options.place === 'nowhere') return found?.manifest === undefined && evidence.label !== null
  if ((options.place === 'beside') !== (before.sidecar !== undefined)) return false
  const signed = validation?.active?.record
  return (
    before.findings.some(({ code }) => code === 'manifest.content.intact') &&
    before.findings.some(({ code }) => code === 'manifest.signer.trusted') &&
    signed != null &&
    aigcKeys.every((key) => signed.aigc[key] === field[key]) &&
    signed.involvement === record.involvement &&
    signed.createdAt === record.createdAt &&
    signed.explicit?.text === explicit?.text &&
    validation?.signer?.organization === options.identity?.provider.name
  )
}

/** Whether the label would look, or sound, as the one that is there. Any corner will do for `auto`. */
function sameVisible(a: VisibleLabel, b: VisibleLabel, { medium, visible }: MediaHandler): boolean {
  const placed = visible?.placed === true
  const timed = medium !== 'image'
  const usual = medium === 'document' ? 0 : leastShare
  return (
    a.text === b.text &&
    (!placed || a.position === 'auto' || a.position === b.position) &&
    (!placed || (a.style ?? 'plate') === (b.style ?? 'plate')) &&
    (!placed || (a.size ?? usual) === (b.size ?? usual)) &&
    (!timed || (a.moment ?? 'start') === (b.moment ?? 'start'))
  )
}
