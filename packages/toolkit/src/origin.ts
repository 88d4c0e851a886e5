/** What the file claims about its origin, the strongest evidence first: manifest, then metadata, then the content. */
import { type OriginReport, type Report, readDigitalSourceType } from '@yinji/core'
import type { ActiveManifest } from '@yinji/provenance'
import type { Evidence } from './evidence.ts'

type Claim = OriginReport['involvement']

export function originOf(
  evidence: Evidence,
  active: ActiveManifest | null,
  signer: Report['signer'],
  visible: string | undefined,
): OriginReport | null {
  const signed = active && (active.record?.involvement ?? fromCodes(active.digitalSourceTypes))
  const declared =
    fromCodes(evidence.sources.map((source) => source.code)) ?? fromLabel(evidence.label?.Label)
  const involvement = signed ?? declared ?? (visible === undefined ? undefined : 'declared')
  if (involvement === undefined) return null
  const record = active?.record
  return {
    involvement,
    evidence: signed ? 'manifest' : declared ? 'metadata' : 'visible',
    provider:
      (signed ? signer?.organization : undefined) ??
      evidence.properties.get('publisher') ??
      evidence.label?.ContentProducer ??
      null,
    system: record?.system ?? evidence.properties.get('AISystemUsed') ?? null,
    createdAt: record?.createdAt ?? evidence.properties.get('CreateDate') ?? null,
    contentId: record?.contentId ?? evidence.label?.ProduceID ?? null,
  }
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
