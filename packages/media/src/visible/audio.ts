/**
 * The explicit label of audio: the rhythm label `短长 短短` of GB 45438-2025 5.3, joined on before the content and
 * never mixed into it, so that the content stays what it is, sample by sample or packet by packet.
 */
import type { VisibleLabeller } from '@yinji/core'
import { prependToWav } from './wav-rhythm.ts'

const how = 'rhythm 短长 短短 before the content'

/** Pure TypeScript; any linear or floating-point PCM. */
export const wavLabeller: VisibleLabeller = {
  how,
  // The rhythm has no words that could change: one that stands there already stays.
  apply: async (source, label, context) => ({
    source: context.previous === undefined ? await prependToWav(source, context) : source,
    label,
    path: 'spliced',
  }),
}

/** The label is encoded by ffmpeg; the content is only copied. */
export const mp3Labeller: VisibleLabeller = {
  how,
  needs: 'ffmpeg',
  async apply(source, label, context) {
    if (context.previous !== undefined) return { source, label, path: 'spliced' }
    // Loaded when needed: reading and writing metadata has no use for ffmpeg.
    const { prependToMp3 } = await import('./mp3-rhythm.ts')
    return { source: await prependToMp3(source, context), label, path: 'spliced' }
  },
}
