/** What the file claims about its origin, the strongest evidence first: manifest, then metadata, then the content. */
import { type EvidenceItem, type OriginReport, readDigitalSourceType } from '@yinji/core'
import type { ActiveManifest } from '@yinji/provenance'
import type { Evidence } from './evidence.ts'

type Claim = OriginReport['involvement']

export interface OriginSources {
  readonly evidence: Evidence
  readonly items: readonly EvidenceItem[]
  readonly active: ActiveManifest | null
  /** The explicit label, where it can be read. */
  readonly visible: string | undefined
}

export function originOf({ evidence, items, active, visible }: OriginSources): OriginReport | null {
  const signed = active && (active.record?.involvement ?? fromCodes(active.digitalSourceTypes))
  const trace = items.find((item) => item.class === 'C' && !item.id.startsWith('c2pa.'))
  const declared = fromMetadata(evidence, items)
  const shown = visible === undefined ? undefined : 'declared'
  const weak = trace ? 'suspected' : captureIn(evidence)
  const involvement = signed ?? declared ?? shown ?? weak
  if (involvement === undefined) return null
  const record = active?.record
  return {
    involvement,
    evidence: signed ? 'manifest' : !declared && shown ? 'visible' : 'metadata',
    provider:
      (signed ? active?.author?.organization : undefined) ??
      evidence.properties.get('publisher') ??
      evidence.label?.ContentProducer ??
      null,
    system: record?.system ?? evidence.properties.get('AISystemUsed') ?? trace?.tool ?? null,
    createdAt: record?.createdAt ?? evidence.properties.get('CreateDate') ?? null,
    contentId: record?.contentId ?? evidence.label?.ProduceID ?? null,
  }
}

/** What unsigned declarations say: a statement of AI before one that leaves it open. */
function fromMetadata({ sources, label }: Evidence, items: readonly EvidenceItem[]): Claim | undefined {
  const byCode = fromCodes(sources.map(({ code }) => code))
  const byLabel = fromLabel(label?.Label)
  const claims = [byCode, byLabel, items.some(({ id }) => id === 'iptc.ai-system') ? 'declared' : undefined]
  const order: readonly Claim[] = ['generated', 'manipulated', 'declared', 'possible', 'suspected']
  return order.find((claim) => claims.includes(claim))
}

/** A capture claim is heard when nothing contradicts it. */
function captureIn({ sources }: Evidence): Claim | undefined {
  return sources.some(({ origin }) => origin === 'capture') ? 'capture' : undefined
}

/** The claim of a list of `digitalSourceType` values; a stronger one decides. */
function fromCodes(values: readonly string[]): Claim | undefined {
  const types = values.map(readDigitalSourceType)
  const ai = types.filter((type) => type.origin === 'ai')
  if (ai.length > 0) return ai.some((type) => type.code.startsWith('trained')) ? 'generated' : 'manipulated'
  if (types.some((type) => type.origin === 'possible')) return 'possible'
  return types.some((type) => type.origin === 'capture') ? 'capture' : undefined
}

/** `Label` of the AIGC field; a value nobody knows still declares AI. */
function fromLabel(label: string | undefined): Claim | undefined {
  if (label === undefined) return undefined
  return label === '2' ? 'possible' : label === '3' ? 'suspected' : 'declared'
}
