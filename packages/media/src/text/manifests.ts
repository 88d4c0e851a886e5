/** The signed manifest of a text, in either of its two forms (C2PA A.8, A.9). */
import { type Finding, type FoundManifest, finding } from '@yinji/core'
import { type Around, findArmour, isWhole } from './armour.ts'
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

interface Candidate {
  readonly store: Uint8Array | undefined
  readonly url: string | undefined
  readonly empty: boolean
  readonly foreignPadding: boolean
  /** A wrapper, not a block. */
  readonly text: boolean
  /** Of a block: what stands around it, as the hash leaves it out. */
  readonly around?: Around
}

/** Of one kind or of both; for one of each the standard has no status. */
function multipleIn(whole: readonly Candidate[]): Finding[] {
  if (whole.length < 2) return []
  const wrappers = whole.filter(({ text }) => text).length
  const status =
    whole.length - wrappers > 1
      ? 'manifest.structuredText.multipleReferences'
      : wrappers > 1
        ? 'manifest.text.multipleWrappers'
        : undefined
  return [finding('manifest.text.multiple', { data: { ...(status && { status }), count: whole.length } })]
}

function problemOf(
  { text, store, url, empty, foreignPadding, around }: Candidate,
  isComment: IsComment,
): Finding[] {
  const at = text ? wrapperSite : armourSite
  if (url !== undefined) {
    const status = /^https?:/i.test(url) ? {} : { status: 'manifest.structuredText.noResolutionPath' }
    return [finding('manifest.text.external', { at, data: { ...status, url } })]
  }
  if (store === undefined) {
    const kind = empty ? 'emptyReference' : 'malformedReference'
    const status = text ? 'manifest.text.corruptedWrapper' : `manifest.structuredText.${kind}`
    return [finding('manifest.text.damaged', { at, data: { status, what: at } })]
  }
  if (around && !(isWhole(around) && isComment(around))) {
    const what = `${around.open} … ${around.close}`.trim()
    return [finding('manifest.binding.partial', { at, data: { what } })]
  }
  return foreignPadding ? [finding('manifest.text.padding', { at })] : []
}

type IsComment = (around: Around) => boolean

/**
 * A text with more than one manifest counts as one without any (C2PA 15.5.2.1, A.8.7.1, A.9.3).
 * @param isComment whether a line that begins and ends like this is a comment in the text, whole as it is. Default: any is.
 */
export function findManifests(text: Buffer, isComment: IsComment = () => true): TextManifests {
  const wrappers = findWrappers(text).map((wrapper) => ({
    url: undefined,
    empty: false,
    text: true,
    ...wrapper,
  }))
  const blocks = findArmour(text).map((block) => ({ foreignPadding: false, text: false, ...block }))
  const all = [...wrappers, ...blocks].sort((a, b) => a.start - b.start)
  const whole = all.filter(({ store, url }) => store !== undefined || url !== undefined)
  const findings = [...multipleIn(whole), ...all.flatMap((one) => problemOf(one, isComment))]
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
