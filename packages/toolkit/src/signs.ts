/**
 * Grades everything a file says about AI by the evidence table: signed, declared, traces, hints; and says where it
 * contradicts itself.
 */
import {
  type EvidenceItem,
  evidenceIn,
  evidenceOf,
  evidenceTable,
  type Finding,
  type Found,
  finding,
  type MediaHandler,
  readDigitalSourceType,
} from '@yinji/core'
import type { Validation } from '@yinji/provenance'
import type { Evidence } from './evidence.ts'

/** What the signs need to know of a manifest. */
type Checked = Pick<Validation, 'active' | 'findings'>

export interface Signs {
  /** Strongest class first. */
  readonly items: readonly EvidenceItem[]
  readonly findings: readonly Finding[]
}

export function signsOf(
  { medium }: Pick<MediaHandler, 'medium'>,
  found: Found,
  evidence: Evidence,
  validation: Checked | undefined,
): Signs {
  const items = [
    ...fromManifest(found, validation),
    ...(evidence.label === null ? [] : [evidenceOf('gb45438.aigc', evidence.site)]),
    ...evidenceIn(found.properties, medium),
  ].sort((a, b) => a.class.localeCompare(b.class))
  const findings = items.flatMap((item) => aboutItem(item))
  if (items.some((item) => item.class !== 'D') && claimsCapture(evidence, validation))
    findings.push(finding('metadata.origin.conflict'))
  return { items, findings }
}

/** A manifest by itself says nothing about AI: cameras sign as well. */
function fromManifest(found: Found, validation: Checked | undefined): EvidenceItem[] {
  const types = validation?.active?.digitalSourceTypes ?? []
  if (!types.some((type) => readDigitalSourceType(type).origin === 'ai')) return []
  const has = (code: Finding['code']) => validation?.findings.some((item) => item.code === code) === true
  const broken = validation?.findings.some(({ level }) => level === 'error') === true
  const intact = has('manifest.content.intact') && !broken
  const id = !intact ? 'unverified' : has('manifest.signer.trusted') ? 'signed' : 'declared'
  return [evidenceOf(`c2pa.${id}`, found.manifest?.site ?? null)]
}

/** Declarations have findings of their own; traces and hints are told here. */
function aboutItem({ id, class: grade, at, tool }: EvidenceItem): Finding[] {
  const row = evidenceTable.find((candidate) => candidate.id === id)
  if (row?.by !== 'properties' || grade === 'A' || grade === 'B') return []
  const facts = { at: at ?? undefined, data: { tool, evidence: id } }
  return [finding(grade === 'C' ? 'metadata.trace.tool' : 'metadata.trace.hint', facts)]
}

/** A capture claim of the metadata, or of a manifest that says nothing about AI. */
function claimsCapture({ sources }: Evidence, validation: Checked | undefined): boolean {
  const signed = (validation?.active?.digitalSourceTypes ?? []).map(
    (type) => readDigitalSourceType(type).origin,
  )
  const captured = signed.includes('capture') && !signed.includes('ai')
  return captured || sources.some(({ origin }) => origin === 'capture')
}
