/** For tests only: films of six seconds that ffmpeg makes, and what ffmpeg and ffprobe see in them. */
import type { VisibleContext, VisibleLabel } from '@yinji/core'
import { complaints, once, output, run } from '../../programs.test-kit.ts'
import { videoLabeller } from '../labellers.ts'
import { labelling } from '../labelling.test-kit.ts'

export const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25:duration=6']
export const sound = ['-f', 'lavfi', '-i', 'sine=duration=6']
/** A key frame every 1.2 s: the label needs 2.08, so the seam is at 2.4, frame 60. */
export const h264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-g', '30']
export const hevc = [
  ...['-c:v', 'libx265', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-tag:v', 'hvc1', '-an'],
]
export const hevcKeys = 'keyint=30:min-keyint=30:scenecut=0:open-gop=0:log-level=error'
export const vp9 = ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-g', '30', '-an']

const strict = ['-xerror', '-err_detect', 'explode']

/** A picture track and its frames, as ffprobe decodes them. */
interface Seen {
  readonly streams: readonly Readonly<Record<string, unknown>>[]
  readonly frames: readonly { readonly pts: number }[]
  readonly format: { readonly duration: string }
}

export function films() {
  const { inside, contextOf, label } = labelling()
  const ffmpeg = (...args: readonly string[]) => run('ffmpeg', '-v', 'error', ...args)
  const seen = once((name): Seen => {
    const entries = ['-select_streams', 'v', '-show_entries', 'frame=pts:stream:format=duration']
    return JSON.parse(run('ffprobe', '-v', 'error', ...entries, '-of', 'json', inside(name)))
  })
  /** A line for each packet, with checksum, in decode order: `stream, dts, pts, duration, size, checksum`. */
  const lines = once((name) =>
    ffmpeg('-i', inside(name), '-map', '0:v', '-map', '0:a?', '-c', 'copy', '-f', 'framemd5', '-')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split(/,\s*/)),
  )
  const packets = (name: string, kind: 'a' | 'v') =>
    lines(name).filter(([stream]) => (stream === '0') === (kind === 'v'))

  return {
    inside,
    contextOf,
    ffmpeg,
    packets,
    /** Makes a film of pictures and sound. */
    make(name: string, ...options: readonly string[]): void {
      ffmpeg(...picture, ...sound, ...options, inside(name))
    },
    label: (name: string, wish?: Partial<VisibleLabel>, context?: Partial<VisibleContext>) =>
      label(videoLabeller, name, wish, context),
    checksums: (name: string) => packets(name, 'v').map((fields) => fields[5]),
    /** Times of the frames that are shown, in their order. */
    shown: (name: string) => seen(name).frames.map(({ pts }) => pts),
    duration: (name: string) => Number(seen(name).format.duration),
    stream: (name: string) => seen(name).streams[0] ?? {},
    /** What the strictest of players complains about. */
    faults: (name: string) =>
      complaints('ffmpeg', '-v', 'error', ...strict, '-i', inside(name), '-f', 'null', '-'),

    /**
     * Decibels, of the worst frame, outside the lower third where the label is. A fault anywhere in the second film, its
     * sound included, is an error as for `faults`.
     */
    likeness(a: string, b: string): number {
      const crop = 'crop=iw:ih*2/3:0:0,setpts=N/TB/25'
      const graph = `[0:v]${crop}[a];[1:v]${crop}[b];[a][b]psnr=stats_file=-[p]`
      const out = output(
        'ffmpeg',
        ...['-v', 'error', '-i', inside(a), ...strict, '-i', inside(b), '-lavfi', graph],
        ...['-map', '[p]', '-map', '1:a?', '-f', 'null', '-'],
      )
      const values = [...String(out).matchAll(/psnr_avg:(\S+)/g)].map(([, value]) => Number(value))
      return values.reduce((least, value) => Math.min(least, Number.isNaN(value) ? least : value), 99)
    },

    /** Frames in which the corner differs from the source's, by number. */
    labelled(name: string, out: string): number[] {
      const [a, b] = [corners(inside(name)), corners(inside(out))]
      const size = 60 * 24
      if (a.length !== b.length) throw new Error(`${out} has not the frames of ${name}`)
      return Array.from({ length: a.length / size }, (_, frame) => frame).filter((frame) => {
        let sum = 0
        for (let at = frame * size; at < (frame + 1) * size; at++)
          sum += Math.abs((a[at] ?? 0) - (b[at] ?? 0))
        return sum / size > 20
      })
    },
  }
}

/** The corner with the label, 60 × 24 grey pixels a frame. */
const corners = once((path) =>
  output(
    'ffmpeg',
    ...['-v', 'error', '-i', path, '-vf', 'crop=60:24:250:150,format=gray'],
    ...['-vsync', 'passthrough', '-f', 'rawvideo', '-'],
  ),
)
