/**
 * The label among the packets of AAC in M4A (GB 45438-2025 5.3; ISO/IEC 14496-12, -14). The content's packets stay as
 * they are, where they are; the label's, encoded with the same configuration, come in a box of their own, and the sample
 * table plays them in turn. Edit list, durations and iTunes' `iTunSMPB` follow, so that nothing of either end is lost.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  bytes,
  bytesSource,
  concat,
  type Drawn,
  InputError,
  type Source,
  splicedSource,
  type VisibleContext,
  type VisibleLabel,
} from '@yinji/core'
import { type Box, findBox, makeBox, walkBoxes } from '../../carriers/bmff.ts'
import { patchMovie } from '../../carriers/bmff-offsets.ts'
import { type LoadedBox, loadBox } from '../../carriers/movie.ts'
import { layOut } from '../../carriers/movie-layout.ts'
import { carryTags } from '../../carriers/movie-tags.ts'
import { type Fail, OffsetMap } from '../../carriers/offset-map.ts'
import { partsOf } from '../../carriers/replacements.ts'
import { runFfmpeg } from '../../ffmpeg.ts'
import { clipFor } from './clip.ts'
import { loudnessAt } from './decode.ts'
import { encodeJoined, type SoundFacts, soundFacts } from './encode.ts'
import { joinTimes, noSound } from './joins.ts'
import { type Edit, joinedMovie, type SoundTrack, soundTrack } from './m4a-movie.ts'
import type { Sample } from './sample-table.ts'
import { soundOf } from './sound.ts'
import { waveFile } from './wave-file.ts'

const timeoutSeconds = 60

/** @throws InputError when the file is damaged; ToolError when ffmpeg is missing or fails. */
export async function joinM4a(source: Source, label: VisibleLabel, context: VisibleContext): Promise<Drawn> {
  const fail: Fail = (what) => {
    throw new InputError('input.damaged', { what, name: source.name ?? '' })
  }
  const { boxes, damage } = await walkBoxes(source)
  if (damage !== undefined) fail(damage)
  const moov = await loadBox(source, findBox(boxes, 'moov') ?? fail('no moov box'))
  if (typeof moov === 'string') return fail(moov)
  const track = soundTrack(moov)
  const isWhole = !boxes.some(({ type }) => type === 'moof')
  if (isWhole && typeof track !== 'string' && track.samples.length === 0) throw noSound(source)
  const facts = await soundFacts(source, 'mov', context)
  const obstacle = obstacleOf(facts, track, boxes)
  if (label.encode === true || obstacle !== undefined || typeof track === 'string') {
    const what = obstacle ?? (typeof track === 'string' ? track : 'as asked')
    const drawn = await encodeJoined(source, label, context, facts, what)
    return { ...drawn, source: await carryTags(source, drawn.source) }
  }
  const clips = await encodedClips(facts, track, label, context)
  if (typeof clips === 'string') {
    const drawn = await encodeJoined(source, label, context, facts, clips)
    return { ...drawn, source: await carryTags(source, drawn.source) }
  }
  return { source: await joined(source, boxes, moov, track, clips, fail), label, path: 'spliced' }
}

function obstacleOf(
  facts: SoundFacts,
  track: SoundTrack | string,
  boxes: readonly Box[],
): string | undefined {
  if (facts.codec !== 'aac') return facts.codec.toUpperCase()
  // Only their decoders are free: no label can be made like them, and AAC-LC is what every player knows.
  if (facts.profile !== 'LC') return `${facts.profile}, which becomes AAC-LC`
  if (boxes.some(({ type }) => type === 'moof')) return 'fragments'
  if (typeof track === 'string') return track
  return track.timescale === facts.rate ? undefined : `a time scale of ${track.timescale}`
}

/** A label as packets. */
export interface PacketClip {
  /** How many packets of content come before. */
  readonly before: number
  readonly data: Uint8Array
  /** Their places count from the start of `data`. */
  readonly packets: readonly Sample[]
  /** Ticks that the encoder put before and after the label. */
  readonly priming: number
  readonly padding: number
}

async function encodedClips(
  facts: SoundFacts,
  track: SoundTrack,
  label: VisibleLabel,
  context: VisibleContext,
): Promise<PacketClip[] | string> {
  const { rate, channels, seconds } = facts
  const times = joinTimes(label, seconds)
  const levels = await loudnessAt(facts, times, context)
  const sound = await soundOf(label, context)
  const clips: PacketClip[] = []
  for (const [index, time] of times.entries()) {
    const before = packetsBefore(track, time)
    const place = {
      rate,
      channels,
      lufs: levels[index],
      before: before > 0,
      after: before < track.samples.length,
    }
    const samples = await clipFor(sound, place)
    const made = await encodeAac(samples, facts, context)
    if (typeof made === 'string') return made
    // Object type, rate and channels: the first 13 bits of AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1).
    if (made.track.config >> 3 !== track.config >> 3) return 'another configuration of AAC'
    clips.push({ ...packetsOf(made.bytes, made.track, samples.length), before })
    context.onProgress?.((index + 1) / times.length)
  }
  return clips
}

function packetsBefore({ samples, edit, timescale }: SoundTrack, time: number): number {
  if (!Number.isFinite(time)) return samples.length
  if (time === 0) return 0
  const ticks = (samples[0]?.ticks ?? 1024) || 1024
  return Math.min(samples.length, Math.ceil(((edit?.mediaTime ?? 0) + time * timescale) / ticks))
}

async function encodeAac(
  samples: Float64Array,
  { rate, channels, bitrate }: SoundFacts,
  { tools, signal, ...context }: VisibleContext,
): Promise<{ bytes: Uint8Array; track: SoundTrack } | string> {
  const directory = await context.temporaryDirectory()
  const [input, output] = [join(directory, 'label.wav'), join(directory, 'label.m4a')]
  await writeFile(input, waveFile(samples, rate, channels))
  const wanted = bitrate > 0 ? ['-b:a', `${Math.round(bitrate)}`] : []
  await runFfmpeg(
    {
      inputs: [{ path: input, options: ['-f', 'wav'] }],
      options: ['-c:a', 'aac', ...wanted, '-map_metadata', '-1', '-f', 'ipod', '-y'],
      output,
    },
    { tools, signal, timeoutSeconds },
  )
  const file = new Uint8Array(await readFile(output))
  const source = bytesSource(file)
  const moov = findBox((await walkBoxes(source)).boxes, 'moov')
  const loaded = moov === undefined ? 'no moov box' : await loadBox(source, moov)
  const track = typeof loaded === 'string' ? loaded : soundTrack(loaded)
  return typeof track === 'string' ? track : { bytes: file, track }
}

function packetsOf(file: Uint8Array, { samples, edit }: SoundTrack, length: number) {
  const packets: Sample[] = []
  let at = 0
  for (const { size, ticks } of samples) {
    packets.push({ at, size, ticks })
    at += size
  }
  const data = concat(samples.map((sample) => file.subarray(sample.at, sample.at + sample.size)))
  const priming = edit?.mediaTime ?? 0
  const total = samples.reduce((sum, { ticks }) => sum + ticks, 0)
  return { data, packets, priming, padding: Math.max(0, total - priming - length) }
}

/** The file with a box for the labels before the media, and tables that play them. */
async function joined(
  source: Source,
  boxes: readonly Box[],
  moov: LoadedBox,
  track: SoundTrack,
  clips: readonly PacketClip[],
  fail: Fail,
): Promise<Source> {
  const place = (findBox(boxes, 'mdat') ?? fail('no mdat box')).start
  const box = makeBox('mdat', ...clips.map(({ data }) => data))
  const insertion = { start: place, end: place, parts: [bytes(box)] }
  const wider = splicedSource(source, partsOf(source.size, [insertion]))
  const map = new OffsetMap([insertion])
  const movie = moov.bytes.slice()
  if (!patchMovie(movie, map, fail)) fail('chunk offsets beyond 32 bits')
  const first = place + box.byteLength - clips.reduce((sum, { data }) => sum + data.byteLength, 0)
  const samples = interleaved(
    track.samples.map((one) => ({ ...one, at: map.move(one.at) })),
    clips,
    first,
  )
  const fresh = joinedMovie({ ...moov, bytes: movie }, track, samples, newEdit(track, samples, clips))
  const { boxes: all } = await walkBoxes(wider)
  const { changes } = layOut(all, findBox(all, 'moov') ?? fail('no moov box'), fresh, { room: 0 }, fail)
  return splicedSource(wider, partsOf(wider.size, changes), source.name)
}

function interleaved(content: readonly Sample[], clips: readonly PacketClip[], first: number): Sample[] {
  const out: Sample[] = []
  let [done, at] = [0, first]
  for (const { before, packets, data } of clips) {
    for (; done < before; done++) out.push(content[done] ?? { at: 0, size: 0, ticks: 0 })
    for (const packet of packets) out.push({ ...packet, at: at + packet.at })
    at += data.byteLength
  }
  for (; done < content.length; done++) out.push(content[done] ?? { at: 0, size: 0, ticks: 0 })
  return out
}

/** What of the longer media is played: without what the encoders put at its two ends. */
function newEdit(
  { samples: old, edit }: SoundTrack,
  samples: readonly Sample[],
  clips: readonly PacketClip[],
): Edit {
  const ticks = (list: readonly Sample[]) => list.reduce((sum, one) => sum + one.ticks, 0)
  const [first, last] = [clips[0], clips.at(-1)]
  const mediaTime = first?.before === 0 ? first.priming : (edit?.mediaTime ?? 0)
  const oldPadding = edit === undefined ? 0 : Math.max(0, ticks(old) - edit.mediaTime - edit.ticks)
  const padding =
    last !== undefined && last.before === old.length && old.length > 0 ? last.padding : oldPadding
  return { mediaTime, ticks: ticks(samples) - mediaTime - padding }
}
