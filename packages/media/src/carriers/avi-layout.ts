/** The parts of an AVI file (AVI RIFF File Reference; OpenDML 1.02 for those behind the first RIFF), headers only. */
import { limits, type Source } from '@yinji/core'
import { partialIndexes, readStreamIndexes } from './avi-index.ts'
import { fourLetters, uint32le } from './integers.ts'
import { type Riff, type RiffChunk, readRiff } from './riff.ts'

interface Span {
  readonly start: number
  readonly end: number
}

export interface Avi {
  readonly riff: Riff
  readonly hdrl?: RiffChunk
  readonly movi?: RiffChunk
  /** `LIST INFO` before `movi`, where readers look for it. */
  readonly info?: RiffChunk
  /** The RIFFs of type AVIX behind the first one. */
  readonly more: readonly Span[]
  /** Offset after the last RIFF. */
  readonly end: number
  readonly damage?: string
}

export async function readAvi(source: Source): Promise<Avi> {
  const riff = await readRiff(source)
  const lists = new Map<string, RiffChunk>()
  for (const chunk of riff.chunks.filter(({ id }) => id === 'LIST').slice(0, mostLists)) {
    const type = fourLetters(await source.read(chunk.start + 8, chunk.start + 12), 0)
    if (!lists.has(type) && !(type === 'INFO' && lists.has('movi'))) lists.set(type, chunk)
  }
  const [hdrl, movi, info] = [lists.get('hdrl'), lists.get('movi'), lists.get('INFO')]
  const { end, more, damage } = await walkExtensions(source, riff.end)
  const fault =
    riff.damage ??
    (hdrl === undefined ? 'no hdrl list' : movi === undefined ? 'no movi list' : undefined) ??
    damage ??
    (await indexFault(source, hdrl))
  return {
    riff,
    more,
    end,
    ...(hdrl ? { hdrl } : {}),
    ...(movi ? { movi } : {}),
    ...(info ? { info } : {}),
    ...(fault === undefined ? {} : { damage: fault }),
  }
}

/** A file has three or four. */
const mostLists = 1000

/** The RIFFs of type AVIX that follow the first one. */
async function walkExtensions(source: Source, from: number) {
  const more: Span[] = []
  let at = from
  for (let count = 0; at + 12 <= source.size && count < limits.items; count++) {
    const header = await source.read(at, at + 12)
    if (fourLetters(header, 0) !== 'RIFF' || fourLetters(header, 8) !== 'AVIX') break
    const end = at + 8 + uint32le(header, 4)
    if (end > source.size) return { end: at, more, damage: 'a RIFF AVIX is cut off' }
    more.push({ start: at, end })
    at = Math.min(source.size, end + (end % 2))
  }
  return { end: at, more }
}

async function indexFault(source: Source, hdrl: RiffChunk | undefined): Promise<string | undefined> {
  const beyond = partialIndexes(await readStreamIndexes(source, hdrl)).some(
    (offset) => offset + 8 > source.size,
  )
  return beyond ? 'the index leads beyond the end' : undefined
}
