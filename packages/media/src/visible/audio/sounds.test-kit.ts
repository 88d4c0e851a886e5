/** For tests only: sounds that ffmpeg makes, labelled, and what ffmpeg and ffprobe hear in them. */
import { extname } from 'node:path'
import type { VisibleContext, VisibleLabel, VisibleLabeller } from '@yinji/core'
import { once, output, run } from '../../programs.test-kit.ts'
import { labelling } from '../labelling.test-kit.ts'
import { flacLabeller, m4aLabeller, mp3Labeller, oggLabeller, wavLabeller } from './labeller.ts'

const labellers: Readonly<Record<string, VisibleLabeller>> = {
  '.flac': flacLabeller,
  '.m4a': m4aLabeller,
  '.mp3': mp3Labeller,
  '.ogg': oggLabeller,
  '.opus': oggLabeller,
  '.wav': wavLabeller,
}

/** The labeller for the kind that a name ends with. */
export const labellerOf = (name: string): VisibleLabeller => labellers[extname(name)] ?? wavLabeller

/** Sixteen seconds that never repeat: quiet at first and loud after half of it. */
const sweep = 'aevalsrc=(0.05+0.25*gt(t\\,8))*sin(2*PI*(300+40*t)*t):duration=16:sample_rate=44100'

interface Tagged {
  readonly tags?: { readonly title?: string }
}

interface Probed {
  readonly packets: readonly { readonly pts_time: string; readonly data_hash: string }[]
  readonly streams: readonly (Tagged & {
    readonly sample_rate: string
    readonly channels: number
    readonly bit_rate?: string
  })[]
  readonly format: Tagged & { readonly duration: string }
}

const probed = once((path): Probed => {
  const facts = ['stream=sample_rate,channels,bit_rate', 'stream_tags=title', 'format=duration']
  const entries = ['packet=pts_time,data_hash', ...facts, 'format_tags=title'].join(':')
  const shown = ['-select_streams', 'a', '-show_entries', entries, '-show_data_hash', 'md5', '-of', 'json']
  return JSON.parse(run('ffprobe', '-v', 'error', ...shown, path))
})

/** Files are known by their names; each is asked for once. */
export function sounds() {
  const { inside, contextOf, label, look } = labelling()

  /** A sound of ffmpeg's own making. */
  function generate(name: string, source: string, ...args: readonly string[]): void {
    output('ffmpeg', '-v', 'error', '-f', 'lavfi', '-i', source, '-bitexact', ...args, inside(name))
  }

  return {
    inside,
    contextOf,
    generate,
    /** The sweep, in stereo where nothing else is asked for. */
    make: (name: string, ...args: readonly string[]) =>
      generate(name, sweep, '-ac', '2', '-metadata', 'title=Sweep', ...args),
    label: (name: string, wish: Partial<VisibleLabel> = {}, context?: Partial<VisibleContext>) =>
      label(labellerOf(name), name, { position: 'auto', ...wish }, context),
    look: (name: string, context?: Partial<VisibleContext>) => look(labellerOf(name), name, context),
    /** What is played, as signed samples of 16 bits. */
    samples: once((name, ...args) => {
      const decoded = ['-map', '0:a', '-f', 's16le', '-']
      return output('ffmpeg', '-v', 'error', ...args, '-i', inside(name), ...decoded)
    }),
    /** Hashes of the packets in their order. */
    packets: (name: string) => probed(inside(name)).packets.map(({ data_hash }) => data_hash),
    /** Seconds at which they are played. */
    times: (name: string) => probed(inside(name)).packets.map(({ pts_time }) => Number(pts_time)),
    seconds: (name: string) => Number(probed(inside(name)).format.duration),
    stream: (name: string) => probed(inside(name)).streams[0],
    /** The title of the file; Ogg has it in the stream. */
    title(name: string): string | undefined {
      const { format, streams } = probed(inside(name))
      const { tags } = /\.(ogg|opus)$/.test(name) ? (streams[0] ?? {}) : format
      return tags?.title
    },
  }
}
