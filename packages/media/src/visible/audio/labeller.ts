/**
 * The explicit label of sound (GB 45438-2025 5.3): the rhythm `短长 短短` or a spoken label, joined on before, after or
 * between the content and never mixed into it, so that the content stays what it is, sample by sample or packet by
 * packet.
 */
import type { Drawn, Moment, Source, VisibleContext, VisibleLabel, VisibleLabeller } from '@yinji/core'
import { usualInterval } from './joins.ts'

type Join = (source: Source, label: VisibleLabel, context: VisibleContext) => Promise<Drawn>

const how = 'rhythm 短长 短短 or voice, before, after or between the content'

/** What was joined on, and where. */
function place({ sound = 'rhythm', moment = 'start', every }: VisibleLabel): string {
  const what = typeof sound === 'object' ? 'your sound' : sound === 'voice' ? 'voice' : 'rhythm 短长 短短'
  const interval = every ?? (moment === 'throughout' ? usualInterval : undefined)
  return `${what}, ${places[moment]}${interval === undefined ? '' : `, and every ${interval} s`}`
}

const places: Readonly<Record<Moment, string>> = {
  start: 'before the content',
  end: 'after the content',
  both: 'before and after the content',
  throughout: 'before and after the content',
}

/** A label that stands there already stays: joined-on sound can't be told from content well enough to be replaced. */
const once =
  (join: Join): VisibleLabeller['apply'] =>
  async (source, label, context) =>
    context.previous === undefined ? join(source, label, context) : { source, label, path: 'spliced' }

/** Pure TypeScript; any linear or floating-point PCM. */
export const wavLabeller: VisibleLabeller = {
  how,
  place,
  apply: once(async (...job) => (await import('./wav.ts')).joinWav(...job)),
  look: async (...job) => (await import('./look.ts')).lookIntoWav(...job),
}

/**
 * The label is encoded by ffmpeg, which is loaded when needed: reading and writing metadata has no use for it.
 * @param format demuxer of ffmpeg's
 */
function compressed(format: string, join: () => Promise<Join>): VisibleLabeller {
  return {
    how,
    place,
    needs: 'ffmpeg',
    apply: once(async (...job) => (await join())(...job)),
    look: async (...job) => (await import('./look.ts')).lookInto(format)(...job),
  }
}

/** Packets of the content are copied. */
export const mp3Labeller: VisibleLabeller = compressed('mp3', async () => (await import('./mp3.ts')).joinMp3)
/** Samples stay as they are. */
export const flacLabeller: VisibleLabeller = compressed(
  'flac',
  async () => (await import('./flac.ts')).joinFlac,
)
/** Packets of AAC-LC are copied; other codecs are encoded again. */
export const m4aLabeller: VisibleLabeller = compressed('mov', async () => (await import('./m4a.ts')).joinM4a)
/** Packets of Opus and Vorbis are copied; other codecs are encoded again. */
export const oggLabeller: VisibleLabeller = compressed('ogg', async () => (await import('./ogg.ts')).joinOgg)
