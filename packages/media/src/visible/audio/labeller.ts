/**
 * The explicit label of sound (GB 45438-2025 5.3): the rhythm `短长 短短` or a spoken label, joined on before, after or
 * between the content and never mixed into it, so that the content stays what it is, sample by sample or packet by
 * packet.
 */
import type { Drawn, Source, VisibleContext, VisibleLabel, VisibleLabeller } from '@yinji/core'

type Join = (source: Source, label: VisibleLabel, context: VisibleContext) => Promise<Drawn>

const how = 'rhythm 短长 短短 or voice, before, after or between the content'

/** A label that stands there already stays: joined-on sound can't be told from content well enough to be replaced. */
const once =
  (join: Join): VisibleLabeller['apply'] =>
  async (source, label, context) =>
    context.previous === undefined ? join(source, label, context) : { source, label, path: 'spliced' }

/** Pure TypeScript; any linear or floating-point PCM. */
export const wavLabeller: VisibleLabeller = {
  how,
  apply: once(async (...job) => (await import('./wav.ts')).joinWav(...job)),
}

/** The label is encoded by ffmpeg; the content is only copied. */
export const mp3Labeller: VisibleLabeller = {
  how,
  needs: 'ffmpeg',
  apply: once(async (...job) => (await import('./mp3.ts')).joinMp3(...job)),
}
