/**
 * MPEG audio frame headers (ISO/IEC 11172-3 2.4.1.3, ISO/IEC 13818-3, and the unofficial MPEG-2.5). A header is four
 * bytes without a checksum, so a single one proves little: frames are believed when they follow each other.
 */

export interface MpegFrame {
  /** 1, 2, or 2.5. */
  readonly version: 1 | 2 | 2.5
  readonly layer: 1 | 2 | 3
  /** Bits per second. */
  readonly bitrate: number
  /** Samples per second. */
  readonly rate: number
  readonly channels: 1 | 2
  /** 0 stereo, 1 joint stereo, 2 two channels, 3 one channel. */
  readonly mode: number
  /** Whether two bytes of CRC follow the header. */
  readonly protected: boolean
  /** Samples per channel in the frame. */
  readonly samples: number
  /** Bytes of the frame, header included. */
  readonly length: number
}

const bitratesV1 = {
  1: [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  2: [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  3: [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
} as const
const bitratesV2 = {
  1: [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  2: [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  3: [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const
const rates = [44100, 48000, 32000] as const

/** The header at `at`, or undefined: no sync, a reserved value, or free format, whose length can't be known. */
export function mpegFrame(bytes: Uint8Array, at: number): MpegFrame | undefined {
  const [a, b, c, d] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]
  if (a !== 0xff || b === undefined || c === undefined || d === undefined || (b & 0xe0) !== 0xe0)
    return undefined
  const version = ([2.5, undefined, 2, 1] as const)[(b >> 3) & 3]
  const layer = ([undefined, 3, 2, 1] as const)[(b >> 1) & 3]
  const base = rates[(c >> 2) & 3]
  if (version === undefined || layer === undefined || base === undefined) return undefined
  const bitrate = ((version === 1 ? bitratesV1 : bitratesV2)[layer][(c >> 4) - 1] ?? 0) * 1000
  if (bitrate === 0) return undefined
  const rate = version === 1 ? base : version === 2 ? base / 2 : base / 4
  const samples = layer === 1 ? 384 : layer === 3 && version !== 1 ? 576 : 1152
  const slot = layer === 1 ? 4 : 1
  const length = (Math.floor(((samples / 8 / slot) * bitrate) / rate) + ((c >> 1) & 1)) * slot
  const mode = d >> 6
  return {
    version,
    layer,
    bitrate,
    rate,
    channels: mode === 3 ? 1 : 2,
    mode,
    protected: (b & 1) === 0,
    samples,
    length,
  }
}

/** Whether two frames can belong to one stream: version, layer and sampling rate never change within it. */
export function alike(one: MpegFrame, other: MpegFrame): boolean {
  return one.version === other.version && one.layer === other.layer && one.rate === other.rate
}

/**
 * Offset of the first frame at or after `from` that is followed by `count - 1` others like it, or by fewer that end
 * exactly where the bytes end.
 */
export function findFrames(
  bytes: Uint8Array,
  from: number,
  count: number,
  like?: MpegFrame,
): number | undefined {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const first = mpegFrame(bytes, at)
    // Layer I is extinct, and its sync is the byte order mark of UTF-16.
    if (first === undefined || first.layer === 1 || (like !== undefined && !alike(like, first))) continue
    if (runs(bytes, at, first, count)) return at
  }
  return undefined
}

function runs(bytes: Uint8Array, start: number, first: MpegFrame, count: number): boolean {
  let at = start
  for (let seen = 0; seen < count; seen++) {
    if (at === bytes.byteLength) return seen > 0
    const next = mpegFrame(bytes, at)
    if (next === undefined || !alike(first, next)) return false
    at += next.length
  }
  return true
}
