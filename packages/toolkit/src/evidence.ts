/** What the labels of a file say, read from everything its handler found: one reading, many findings. */
import {
  type AigcReading,
  aigcKeys,
  type Finding,
  type Found,
  type FoundLabel,
  finding,
  type Origin,
  readAigc,
  readDigitalSourceType,
} from '@yinji/core'

export interface Evidence {
  /** The label that counts: the strongest one (1 before 2 before 3), the standard slot before others. */
  readonly label: AigcReading | null
  /** Where it stands. */
  readonly site: string | null
  /** Origins that the IPTC properties claim. */
  readonly sources: readonly { readonly code: string; readonly origin: Origin }[]
  /** First value of each property, by local name. */
  readonly properties: ReadonlyMap<string, string>
  readonly findings: readonly Finding[]
}

export function readEvidence(found: Found): Evidence {
  const findings: Finding[] = [...found.findings]
  const labels = found.labels.flatMap((label) => {
    const read = readAigc(label.value, label.site)
    findings.push(...read.findings)
    return read.field === undefined ? [] : [{ field: read.field, ...label }]
  })
  findings.push(...aboutLabels(labels))
  const properties = new Map<string, string>()
  for (const { name, value } of found.properties) if (!properties.has(name)) properties.set(name, value)
  const sources = found.properties
    .filter((property) => property.name === 'DigitalSourceType')
    .map(({ site, value }) => {
      const type = readDigitalSourceType(value)
      findings.push(finding(`metadata.source.${type.origin}`, { at: site, data: { code: type.code } }))
      if (!type.canonical) findings.push(finding('metadata.source.form', { at: site, data: { value } }))
      return { code: type.code, origin: type.origin }
    })
  const system = properties.get('AISystemUsed')
  if (system?.trim()) findings.push(finding('metadata.system.present', { data: { system } }))
  const taken = strongest(labels)
  return { label: taken?.field ?? null, site: taken?.site ?? null, sources, properties, findings }
}

type ReadLabel = FoundLabel & { readonly field: AigcReading }

/** GB 45438-2025 6.1 c): one label, in its slot. */
function aboutLabels(labels: readonly ReadLabel[]): Finding[] {
  const taken = strongest(labels)
  if (taken === undefined) return []
  const { field, site, standard } = taken
  const producer = field.ContentProducer || field.ContentPropagator || '?'
  const findings = [
    finding('metadata.aigc.present', { at: site, data: { producer, label: field.Label ?? null } }),
  ]
  if (!standard) findings.push(finding('metadata.aigc.misplaced', { at: site, data: { site } }))
  if (labels.length > 1)
    findings.push(
      finding('metadata.aigc.duplicate', {
        data: { count: labels.length, sites: labels.map((label) => label.site).join(', ') },
      }),
    )
  const differing = aigcKeys.find((key) => labels.some((label) => label.field[key] !== field[key]))
  if (differing !== undefined) findings.push(finding('metadata.aigc.conflict', { data: { key: differing } }))
  return findings
}

function strongest(labels: readonly ReadLabel[]): ReadLabel | undefined {
  const rank = (label: ReadLabel) => {
    const place = ['1', '2', '3'].indexOf(label.field.Label ?? '')
    return (place < 0 ? 3 : place) * 2 + (label.standard ? 0 : 1)
  }
  return [...labels].sort((a, b) => rank(a) - rank(b))[0]
}
