/** What plain text and Markdown have in common: one read of the whole, and its faults. */
import {
  type Finding,
  type Found,
  type FoundLabel,
  finding,
  InputError,
  limits,
  type Source,
} from '@yinji/core'
import { damagedInput, damageFindings } from '../carriers/faults.ts'
import { textFault } from './encoding.ts'

/** Names of formats that are text as well, and that a line in front or invisible characters would break. */
const structured =
  /\.(?:html?|xhtml|xml|svg|xsl|rss|atom|json[5cl]?|ndjson|geojson|csv|tsv|ya?ml|toml|ini|cfg|conf|env|properties|[cm]?[jt]sx?|css|s[ac]ss|less|py|rb|php|pl|lua|java|kt|swift|go|rs|c|h|cc|cpp|hpp|cs|m|sh|bash|zsh|fish|ps1|bat|cmd|sql|tex|bib|rtf|ps|eps|pem|crt|key|srt|vtt|ass|ics|vcf|eml|mht|diff|patch|log|lock|mdx)$/i
const structuredStart =
  /^(?:\ufeff)?\s*(?:<!doctype|<html|<\?xml|<svg|<\?php|%!PS|%PDF|\{\\rtf|#!|-----BEGIN (?!C2PA))/i

/** Whether a text is of a kind with its own rules, by name or by how it begins. */
export function isStructured(head: Uint8Array, name = ''): boolean {
  return structured.test(name) || structuredStart.test(Buffer.from(head.subarray(0, 64)).toString('utf8'))
}

export interface TextRead {
  /** Undefined when the file is too large. */
  readonly text: Buffer | undefined
  readonly findings: readonly Finding[]
}

/** The whole text for reading; what is wrong with it is a finding. */
export async function readText(source: Source): Promise<TextRead> {
  if (source.size > limits.textBytes) {
    const data = { bytes: source.size, most: limits.textBytes }
    return { text: undefined, findings: [finding('asset.size.exceeded', { data })] }
  }
  const text = asBuffer(await source.read(0, source.size))
  const fault = textFault(text)
  if (fault === undefined) return { text, findings: [] }
  if (fault.kind === 'damage') return { text, findings: damageFindings(fault.what) }
  const data = { encoding: fault.encoding }
  return { text: undefined, findings: [finding('asset.encoding.unsupported', { data })] }
}

/** The whole text for writing. @throws InputError `input.size`, `input.encoding`, `input.damaged` */
export async function requireText(source: Source): Promise<Buffer> {
  const name = source.name ?? ''
  if (source.size > limits.textBytes)
    throw new InputError('input.size', { what: name, bytes: source.size, most: limits.textBytes })
  const text = asBuffer(await source.read(0, source.size))
  const fault = textFault(text)
  if (fault === undefined) return text
  if (fault.kind === 'encoding') throw new InputError('input.encoding', { name })
  throw damagedInput(source, fault.what)
}

/**
 * What a text says.
 * @param visible the label that people read
 */
export function foundInText(
  { findings }: TextRead,
  manifests: Pick<Found, 'manifest' | 'findings'>,
  visible: string | undefined,
  labels: readonly FoundLabel[] = [],
): Found {
  return {
    labels,
    properties: [],
    ...(manifests.manifest === undefined ? {} : { manifest: manifests.manifest }),
    ...(visible === undefined ? {} : { visible }),
    findings: [
      ...findings,
      ...manifests.findings,
      ...(visible === undefined ? [] : [finding('visible.text.present', { data: { text: visible } })]),
    ],
  }
}

/** Ranges in order, those that touch as one. */
export function mergeRanges(ranges: readonly Range[]): Range[] {
  const merged: { start: number; end: number }[] = []
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1)
    if (last && start <= last.end) last.end = Math.max(last.end, end)
    else merged.push({ start, end })
  }
  return merged
}

/** Offsets in bytes, `end` exclusive. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** A copy without some ranges, which are in order and apart. */
export function without(content: Buffer, ranges: readonly Range[]): Buffer {
  if (ranges.length === 0) return content
  const kept: Buffer[] = []
  let at = 0
  for (const { start, end } of ranges) {
    kept.push(content.subarray(at, start))
    at = end
  }
  return Buffer.concat([...kept, content.subarray(at)])
}

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
