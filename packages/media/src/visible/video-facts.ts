/** What the video labeller has to know about a file before it draws into it, from what ffprobe reports. */
import { InputError } from '@yinji/core'
import { type Fields, fieldsOf, listOf, type Probe } from '../ffmpeg.ts'

export interface VideoFacts {
  /** Streams that go into the new file, in their order. */
  readonly streams: readonly { readonly index: number; readonly picture: boolean }[]
  readonly codec: string
  /** `avc1`, `hvc1`, `hev1`, … */
  readonly tag: string
  readonly pixelFormat: string
  /** The raster after rotation, in stored pixels. */
  readonly width: number
  readonly height: number
  /** Width of a stored pixel by its height, after rotation. */
  readonly pixelAspect: number
  /** Degrees by which a player turns the stored picture, clockwise: 0, 90, 180 or 270. */
  readonly turn: number
  /** What would be lost if every track were written anew, in words. */
  readonly loss: string | undefined
  /** Seconds after the start of the file at which the first frame is shown. */
  readonly start: number
  /** Seconds that ffmpeg takes off every time stamp. */
  readonly offset: number
  /** Seconds. */
  readonly duration: number
  /** Frames a second, on average. */
  readonly rate: number
  /** Ticks a second: every time stamp is a whole number of them. */
  readonly ticks: number
  /** As ffprobe names it. */
  readonly profile: string
  readonly level: number
  /** How many pictures the decoder may have to hold back, to show them in order. */
  readonly reorder: number
  readonly interlaced: boolean
  readonly default: boolean
  readonly color: Readonly<
    Record<'range' | 'space' | 'primaries' | 'transfer' | 'location', string | undefined>
  >
}

/** @throws InputError `visible.content.unsupported` when drawing would lose part of the content. */
export function videoFacts(probe: Probe): VideoFacts {
  const pictures = probe.streams.filter(
    (stream) => text(stream, 'codec_type') === 'video' && !isCover(stream),
  )
  const [picture, another] = pictures
  if (picture === undefined) unsupported('it has no picture')
  if (another !== undefined) unsupported('it has more than one picture track')
  for (const stream of probe.streams) refuseDepth(stream)
  const turn = ((-rotation(picture) % 360) + 360) % 360
  const turned = turn % 180 === 90
  const [width, height] = [number(picture, 'width'), number(picture, 'height')]
  if (!(width > 0 && height > 0)) unsupported('its picture size is unknown')
  const aspect = ratio(text(picture, 'sample_aspect_ratio').replace(':', '/')) || 1
  const index = number(picture, 'index')
  return {
    streams: probe.streams
      .filter((stream) => stream === picture || isKept(stream))
      .map((stream) => ({ index: number(stream, 'index'), picture: stream === picture })),
    codec: text(picture, 'codec_name'),
    tag: text(picture, 'codec_tag_string'),
    pixelFormat: text(picture, 'pix_fmt'),
    width: turned ? height : width,
    height: turned ? width : height,
    pixelAspect: turned ? 1 / aspect : aspect,
    turn,
    loss: probe.streams.map((stream) => lossOf(stream, probe)).find((loss) => loss !== undefined),
    ...timing(picture, probe.format),
    profile: text(picture, 'profile'),
    level: number(picture, 'level'),
    reorder: number(picture, 'has_b_frames'),
    interlaced: /^(tt|bb|tb|bt)$/.test(text(picture, 'field_order')),
    default: fieldsOf(picture['disposition'])['default'] === 1 || index === 0,
    color: {
      range: known(picture, 'color_range'),
      space: known(picture, 'color_space'),
      primaries: known(picture, 'color_primaries'),
      transfer: known(picture, 'color_transfer'),
      location: known(picture, 'chroma_location'),
    },
  }
}

/** The raster as it is stored, before a player turns it. */
export function storedSize({ width, height, turn }: VideoFacts): { width: number; height: number } {
  return turn % 180 === 90 ? { width: height, height: width } : { width, height }
}

export function unsupported(what: string): never {
  throw new InputError('visible.content.unsupported', { what })
}

function timing(
  picture: Fields,
  format: Fields,
): Pick<VideoFacts, 'start' | 'offset' | 'duration' | 'rate' | 'ticks'> {
  const duration = number(picture, 'duration') || number(format, 'duration')
  const rate = ratio(text(picture, 'avg_frame_rate')) || ratio(text(picture, 'r_frame_rate')) || 25
  return {
    start: Math.max(0, number(picture, 'start_time') - number(format, 'start_time')),
    offset: number(format, 'start_time'),
    duration,
    rate,
    ticks: Math.round(1 / ratio(text(picture, 'time_base'))) || 90_000,
  }
}

/** Cover art stands in `udta`, and the whole of that is carried over. */
const isCover = (stream: Fields) => fieldsOf(stream['disposition'])['attached_pic'] === 1

const isKept = (stream: Fields) => /^(audio|subtitle)$/.test(text(stream, 'codec_type'))

/** Data tracks don't survive a new container. */
function lossOf(stream: Fields, { chapters }: Probe): string | undefined {
  const tag = text(stream, 'codec_tag_string')
  // ffmpeg makes time codes and chapters anew from what it read.
  const remade = tag === 'tmcd' || (tag === 'text' && chapters.length > 0)
  return text(stream, 'codec_type') === 'data' && !remade ? `a data track (${tag})` : undefined
}

/** Stops at pictures that need more than their pixels. */
function refuseDepth(stream: Fields): void {
  if (text(fieldsOf(stream['tags']), 'alpha_mode') === '1') unsupported('a picture that is see-through')
  for (const data of listOf(stream['side_data_list'])) {
    const name = text(data, 'side_data_type')
    if (/DOVI|Spherical|Stereo 3D/.test(name)) unsupported(name)
  }
}

/** Degrees; older versions of ffprobe have it among the tags. */
function rotation(picture: Fields): number {
  const matrix = listOf(picture['side_data_list']).find((data) => 'rotation' in data)
  return Math.round(matrix ? number(matrix, 'rotation') : number(fieldsOf(picture['tags']), 'rotate'))
}

function text(fields: Fields, key: string): string {
  const value = fields[key]
  return typeof value === 'string' ? value : ''
}

function number(fields: Fields, key: string): number {
  const value = Number(fields[key])
  return Number.isFinite(value) ? value : 0
}

function known(fields: Fields, key: string): string | undefined {
  const value = text(fields, key)
  return value === '' || value === 'unknown' || value === 'unspecified' ? undefined : value
}

/** `30000/1001` as a number; 0 when it is none. */
function ratio(value: string): number {
  const [above, below] = value.split('/').map(Number)
  return above && below ? above / below : 0
}
