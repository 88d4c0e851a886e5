/** The verdict. Nothing else in the code decides what a file is worth. */
import type { Finding, Layer } from './finding.ts'

/** Every verdict, best first. */
export const verdicts = ['trusted', 'valid', 'labeled', 'unlabeled', 'invalid', 'unchecked'] as const
/**
 * `trusted` intact, signer anchored · `valid` intact, signer unknown · `labeled` says so, unsigned ·
 * `unlabeled` says nothing (which is no proof of human work) · `invalid` contradicts itself ·
 * `unchecked` could not be told.
 */
export type Verdict = (typeof verdicts)[number]

/** Integrity and trust are two questions: an unknown signer over intact content is `valid`, never `invalid`. */
export function judge(findings: readonly Finding[]): Verdict {
  const any = (test: (finding: Finding) => boolean) => findings.some(test)
  if (any((finding) => finding.level === 'error')) return 'invalid'
  if (any((finding) => finding.level === 'unchecked')) return 'unchecked'
  const has = (code: Finding['code']) => any((finding) => finding.code === code)
  if (has('manifest.content.intact'))
    return has('manifest.signer.trusted') && !stranger.some(has) ? 'trusted' : 'valid'
  if (any((finding) => labelling.has(finding.code))) return 'labeled'
  return 'unlabeled'
}

/** Where a trusted signer is not the only one who had a hand in it. */
const stranger = ['manifest.update.untrusted', 'manifest.fragment.untrusted'] as const

/** Unsigned declarations of AI origin (evidence class B). */
const labelling: ReadonlySet<string> = new Set([
  'metadata.aigc.present',
  'metadata.source.ai',
  'metadata.system.present',
  'visible.text.present',
  'visible.look.present',
])

/** What can be said of a layer. */
export const layerStates = ['present', 'absent', 'broken', 'unchecked'] as const
/** `present` and in order, `absent`, `broken`, or `unchecked` because it could not be told. */
export type LayerState = (typeof layerStates)[number]

/** The state of one layer, from its findings alone. */
export function layerState(layer: Layer, findings: readonly Finding[]): LayerState {
  const own = findings.filter((finding) => finding.layer === layer)
  if (own.some((finding) => finding.level === 'error')) return 'broken'
  if (own.some((finding) => finding.level === 'unchecked')) return 'unchecked'
  if (own.some((finding) => finding.level === 'pass')) return 'present'
  if (own.some((finding) => finding.code === 'visible.look.absent')) return 'absent'
  const open = ['visible.claim.present', 'visible.look.unchecked']
  return own.some((finding) => open.includes(finding.code)) ? 'unchecked' : 'absent'
}
