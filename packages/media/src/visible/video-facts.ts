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
  readonly level: number
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
  for (const stream of probe.streams) refuseLoss(stream, probe)
  const turned = Math.abs(rotation(picture)) % 180 === 90
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
    ...timing(picture, probe.format),
    level: number(picture, 'level'),
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

/** Stops at what would not survive: data tracks, and pictures that need more than their pixels. */
function refuseLoss(stream: Fields, { chapters }: Probe): void {
  const tag = text(stream, 'codec_tag_string')
  // ffmpeg makes time codes and chapters anew from what it read.
  const remade = tag === 'tmcd' || (tag === 'text' && chapters.length > 0)
  if (text(stream, 'codec_type') === 'data' && !remade) unsupported(`a data track (${tag})`)
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
