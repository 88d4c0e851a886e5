/** How a picture track is encoded again: same codec, same pixels, same times, hardly a visible loss. */
import { isBefore } from '../ffmpeg.ts'
import { unsupported, type VideoFacts } from './video-facts.ts'

/** Formats ffmpeg's `overlay` works in without converting the picture. */
const overlayFormats: ReadonlyMap<string, string> = new Map([
  ['yuv420p', 'yuv420'],
  ['yuvj420p', 'yuv420'],
  ['yuv422p', 'yuv422'],
  ['yuvj422p', 'yuv422'],
  ['yuv444p', 'yuv444'],
  ['yuvj444p', 'yuv444'],
  ['yuv420p10le', 'yuv420p10'],
  ['yuv422p10le', 'yuv422p10'],
  ['bgr24', 'rgb'],
  ['rgb24', 'rgb'],
])

/**
 * Reference white in HDR is far below the top of the scale (ITU-R BT.2408): 58 % of a PQ signal, 75 % of an HLG one.
 * A label at 100 % would blind.
 */
const whites: ReadonlyMap<string, number> = new Map([
  ['smpte2084', 0.58],
  ['arib-std-b67', 0.75],
])

/** The filter that lays the second input over the first while an expression of the time holds. */
export function overlayFilter(facts: VideoFacts, at: { left: number; top: number }, when: string): string {
  const format = overlayFormats.get(facts.pixelFormat) ?? unsupported(`pixel format ${facts.pixelFormat}`)
  const white = whites.get(facts.color.transfer ?? '')
  const dim = white === undefined ? [] : [`lutrgb=r=val*${white}:g=val*${white}:b=val*${white}`]
  const range = facts.color.range === 'pc' ? 'full' : 'limited'
  const label = [...dim, `scale=out_range=${range}`].join(',')
  const overlay = `overlay=x=${at.left}:y=${at.top}:format=${format}:eof_action=repeat`
  return `[1:v]${label}[label];[0:v:0][label]${overlay}:enable='${when}'[picture]`
}

/** Options of the encoder, quality first. */
export function encoderOptions(facts: VideoFacts): string[] {
  const encoder = encoders.get(facts.codec) ?? unsupported(`video codec ${facts.codec}`)
  return [...encoder(facts), '-pix_fmt', facts.pixelFormat, ...colorOptions(facts)]
}

type Encoder = (facts: VideoFacts) => readonly string[]

const encoders: ReadonlyMap<string, Encoder> = new Map<string, Encoder>([
  ['h264', h264],
  ['hevc', hevc],
  ['av1', () => ['-c:v', 'libsvtav1', '-preset', '7', '-crf', '22']],
  ['vp9', () => ['-c:v', 'libvpx-vp9', '-crf', '20', '-b:v', '0', '-cpu-used', '3', '-row-mt', '1']],
  ['vp8', () => ['-c:v', 'libvpx', '-crf', '8', '-b:v', '20M', '-deadline', 'good', '-cpu-used', '3']],
  ['mpeg4', () => ['-c:v', 'mpeg4', '-q:v', '2']],
  ['msmpeg4v2', () => ['-c:v', 'msmpeg4v2', '-q:v', '2']],
  ['msmpeg4v3', () => ['-c:v', 'msmpeg4', '-q:v', '2']],
  ['flv1', () => ['-c:v', 'flv', '-q:v', '2']],
  ['ffv1', () => ['-c:v', 'ffv1']],
  ['rawvideo', () => ['-c:v', 'rawvideo']],
  ['huffyuv', () => ['-c:v', 'huffyuv']],
  ['mpeg2video', () => ['-c:v', 'mpeg2video', '-q:v', '2']],
  ['mjpeg', () => ['-c:v', 'mjpeg', '-q:v', '2']],
  [
    'prores',
    ({ tag }) => ['-c:v', 'prores_ks', '-profile:v', proresProfiles.get(tag) ?? '3', '-vendor', 'apl0'],
  ],
])

const proresProfiles: ReadonlyMap<string, string> = new Map([
  ['apco', '0'],
  ['apcs', '1'],
  ['apcn', '2'],
  ['apch', '3'],
])

function h264({ level, interlaced }: VideoFacts): string[] {
  // The level says which devices can play the file. Left to itself, x264 takes a variable frame rate for a huge one.
  const stated = level >= 10 && level <= 62 ? ['-level:v', (level / 10).toFixed(1)] : []
  const fields = interlaced ? ['-flags', '+ilme+ildct'] : []
  return ['-c:v', 'libx264', '-preset', 'fast', '-crf', '18', ...stated, ...fields]
}

function hevc({ tag }: VideoFacts): string[] {
  const named = /^(hvc1|hev1)$/.test(tag) ? ['-tag:v', tag] : []
  return ['-c:v', 'libx265', '-preset', 'fast', '-crf', '20', '-x265-params', 'log-level=error', ...named]
}

export function colorOptions({ color }: VideoFacts): string[] {
  const options: readonly [string, string | undefined][] = [
    ['-color_range', color.range],
    ['-colorspace', color.space],
    ['-color_primaries', color.primaries],
    ['-color_trc', color.transfer],
    ['-chroma_sample_location', color.location],
  ]
  return options.flatMap(([name, value]) => (value === undefined ? [] : [name, value]))
}

/** The frame that is shown last, in ticks. */
export interface LastFrame {
  readonly at: number
  readonly duration: number
}

/**
 * No frame is dropped or doubled, and each keeps its time stamp, in the ticks it was given in. The last frame keeps its
 * duration, which an encoder does not pass on: a screen recording may end with a picture that stands for seconds.
 */
export function timeOptions(facts: VideoFacts, last: LastFrame | undefined, version: string): string[] {
  const { ticks, codec } = facts
  // MPEG-4 part 2 has 16 bits for the ticks, MPEG-2 a fixed list.
  const coarse = codec === 'mpeg2video' || (codec === 'mpeg4' && ticks > 65_535)
  const base = coarse ? [] : ['-enc_time_base', `1:${ticks}`]
  const track = [...base, '-video_track_timescale', `${ticks}`]
  if (isBefore51(version)) return [...everyFrame(version), ...track]
  // Edit lists count in ticks of the whole movie.
  const options = [...everyFrame(version), ...track, '-movie_timescale', `${ticks}`]
  if (last === undefined || coarse) return options
  return [
    ...options,
    '-bsf:v',
    `setts=pts=PTS:dts=DTS:duration='if(gte(PTS,${last.at}),${last.duration},DURATION)'`,
  ]
}

/** No frame is dropped or doubled. */
export const everyFrame = (version: string): string[] => [
  isBefore51(version) ? '-vsync' : '-fps_mode',
  'passthrough',
]

/** And each keeps its time. */
export const everyTime = ({ ticks }: VideoFacts, version: string): string[] => [
  ...everyFrame(version),
  ...['-enc_time_base', `1:${ticks}`],
]

/** 5.1 gave `-vsync` its new name, which later versions insist on. */
const isBefore51 = (version: string) => isBefore(version, [5, 1])
