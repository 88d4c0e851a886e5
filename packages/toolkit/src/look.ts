/** Searches the content itself for its explicit label, and compares what is there with what the signer states. */
import { type Finding, finding, type Source } from '@yinji/core'
import type { Examination } from './examine.ts'
import type { Workspace } from './workspace.ts'

/** What is needed besides the content. */
export interface LookContext {
  readonly signal: AbortSignal | undefined
  readonly ffmpeg: string | undefined
  readonly workspace: Workspace
}

/** Findings of the `visible` layer. Texts have been read already, so nothing is said about them here. */
export async function lookFor(
  source: Source,
  { handler, validation, findings }: Examination,
  { signal, ffmpeg, workspace }: LookContext,
): Promise<Finding[]> {
  if (handler === undefined || handler.medium === 'text') return []
  if (findings.some(({ code }) => code === 'visible.text.present')) return []
  if (handler.visible?.look === undefined)
    return [finding('visible.look.unchecked', { data: { what: `${handler.id} can’t be decoded here` } })]
  const claimed = validation?.active?.record?.explicit
  const seen = await handler.visible.look(source, {
    signal,
    // Words of the signer's own are searched for as well as the usual ones.
    ...(claimed ? { previous: claimed } : {}),
    ...(ffmpeg === undefined ? {} : { tools: { ffmpeg } }),
    temporaryDirectory: () => workspace.directory(),
    pathOf: (content) => workspace.pathOf(content),
  })
  return seen.state === 'absent' && claimed
    ? [...seen.findings, finding('visible.look.missing', { data: { text: claimed.text } })]
    : [...seen.findings]
}
