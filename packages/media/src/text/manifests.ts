/** The signed manifest of a text, in either of its two forms (C2PA A.8, A.9). */
import { type Finding, type FoundManifest, finding } from '@yinji/core'
import { findArmour } from './armour.ts'
import { mergeRanges, type Range } from './document.ts'
import { findWrappers } from './wrapper.ts'

export interface TextManifests {
  readonly manifest?: FoundManifest
  readonly findings: readonly Finding[]
  /** Everything a writer has to leave out, in order and apart. */
  readonly ranges: readonly Range[]
}

export const wrapperSite = 'variation selectors'
export const armourSite = 'manifest block'

/** A text with more than one manifest counts as one without any (A.8.4.1, A.9.4). */
export function findManifests(text: Buffer): TextManifests {
  const wrappers = findWrappers(text).map((wrapper) => ({ ...wrapper, url: undefined, text: true }))
  const blocks = findArmour(text).map((block) => ({ ...block, foreignPadding: false, text: false }))
  const all = [...wrappers, ...blocks].sort((a, b) => a.start - b.start)
  const findings: Finding[] = []
  const whole = all.filter(({ store, url }) => store !== undefined || url !== undefined)
  if (whole.length > 1) findings.push(finding('manifest.text.multiple', { data: { count: whole.length } }))
  for (const candidate of all) {
    const at = candidate.text ? wrapperSite : armourSite
    if (candidate.url !== undefined)
      findings.push(finding('manifest.text.external', { at, data: { url: candidate.url } }))
    else if (candidate.store === undefined)
      findings.push(finding('manifest.text.damaged', { at, data: { what: at } }))
    else if (candidate.foreignPadding) findings.push(finding('manifest.text.padding', { at }))
  }
  const [only] = whole
  const ranges = mergeRanges(all)
  if (whole.length !== 1 || only?.store === undefined) return { findings, ranges }
  const manifest: FoundManifest = {
    site: only.text ? wrapperSite : armourSite,
    store: only.store,
    excluded: { start: only.start, length: only.end - only.start },
    binding: only.text ? 'text' : 'data',
  }
  return { manifest, findings, ranges }
}
