/**
 * Between which frames of an MP3 the labels go. Before the first and behind the last need no search; for those in
 * between the frames are followed from one to the next, since nothing in the file tells where they are.
 */
import { type Source, throwIfAborted, type VisibleContext } from '@yinji/core'
import { alike, type MpegFrame, mpegFrame } from '../../audio/mpeg.ts'
import { mainDataBegin, mainDataSize } from '../../audio/side-info.ts'
import { crc16 } from '../../audio/xing.ts'
import { Window } from '../../carriers/window.ts'

export interface FrameJoin {
  /** Offset in the file. */
  readonly at: number
  /** How many frames of content come before; Infinity, when all do. */
  readonly frame: number
  readonly last: boolean
  /** Bytes of the frames before that the next frame uses. */
  readonly reservoir: Uint8Array
  /** The beginning of the next frame. */
  readonly header?: Uint8Array
  /** Checksum over the content between the join before and this one; known only where frames were followed. */
  readonly crc?: number
}

const none = new Uint8Array(0)
/** Frames that a reservoir of 511 bytes can reach over, at the lowest bitrate. */
const mostBack = 64

/** A place for each of the times, ascending; those that fall behind the last frame share its end. */
export async function frameJoins(
  source: Source,
  audio: { readonly start: number; readonly end: number },
  like: MpegFrame,
  times: readonly number[],
  context: VisibleContext,
): Promise<FrameJoin[]> {
  const first = times[0] === 0 ? [{ at: audio.start, frame: 0, last: false, reservoir: none }] : []
  const middle = times.filter((time) => time > 0 && Number.isFinite(time))
  const found = middle.length === 0 ? [] : await follow(source, audio, like, middle, context)
  const last = times.at(-1) === Number.POSITIVE_INFINITY
  return [
    ...first,
    ...found,
    ...(last ? [{ at: audio.end, frame: Number.POSITIVE_INFINITY, last, reservoir: none }] : []),
  ]
}

async function follow(
  source: Source,
  audio: { readonly start: number; readonly end: number },
  like: MpegFrame,
  times: readonly number[],
  { signal }: VisibleContext,
): Promise<FrameJoin[]> {
  const window = new Window(source)
  const joins: FrameJoin[] = []
  const back: { at: number; frame: MpegFrame }[] = []
  let crc = 0
  let at = audio.start
  for (let count = 0; at < audio.end && joins.length < times.length; count++) {
    if (count % 1000 === 0) throwIfAborted(signal)
    const bytes = await window.load(at, 4 * 1441)
    const frame = mpegFrame(bytes, 0)
    if (frame === undefined || !alike(frame, like)) break
    if ((count * frame.samples) / frame.rate >= (times[joins.length] ?? 0)) {
      const header = bytes.slice(0, 64)
      const reservoir = await dataBefore(source, back, mainDataBegin(bytes, 0, frame))
      joins.push({ at, frame: count, last: false, reservoir, header, crc })
      crc = 0
    }
    crc = crc16(bytes.subarray(0, frame.length), crc)
    back.push({ at, frame })
    if (back.length > mostBack) back.shift()
    at += frame.length
  }
  return joins
}

/** The last bytes of granule data that stand before a frame. */
async function dataBefore(
  source: Source,
  back: readonly { readonly at: number; readonly frame: MpegFrame }[],
  count: number,
): Promise<Uint8Array> {
  const out = new Uint8Array(count)
  let missing = count
  for (let index = back.length - 1; index >= 0 && missing > 0; index--) {
    const { at, frame } = back[index] ?? { at: 0, frame: undefined }
    if (frame === undefined) break
    const take = Math.min(missing, mainDataSize(frame))
    const end = at + frame.length
    out.set(await source.read(end - take, end), missing - take)
    missing -= take
  }
  return out
}
