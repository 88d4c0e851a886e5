/**
 * The indexes of an AVI file: `idx1` (AVI RIFF File Reference, AVIOLDINDEX), whose offsets count from the beginning of
 * `movi` or of the file, and those of OpenDML 1.02 (`indx`, `ix##`), which count from the beginning of the file.
 */
import { limits, type Source } from '@yinji/core'
import { fourLetters, setUint32le, setUint64le, uint16le, uint32le, uint64le } from './integers.ts'
import type { Fail, OffsetMap } from './offset-map.ts'
import { type Replacement, replace } from './replacements.ts'
import type { Riff, RiffChunk } from './riff.ts'

/** A chunk of an index in memory. */
interface IndexChunk {
  /** Offset of its payload in the file. */
  readonly at: number
  readonly payload: Uint8Array
}

/** Bytes before the entries of an OpenDML index. */
const headBytes = 24
const ofIndexes = 0
const ofChunks = 1

const kindOf = ({ payload }: IndexChunk) => payload[3]
const base = ({ payload }: IndexChunk) => uint64le(payload, 12)

/** Entries that are both counted and there. */
function entries({ payload }: IndexChunk): { offset: number; size: number }[] {
  const size = uint16le(payload, 0) * 4
  if (size < 8) return []
  const count = Math.min(uint32le(payload, 4), Math.floor((payload.byteLength - headBytes) / size))
  return Array.from({ length: Math.max(0, count) }, (_, index) => ({
    offset: headBytes + index * size,
    size,
  }))
}

/** The `indx` chunks of every stream. @param hdrl the header list, or undefined when it is missing */
export async function readStreamIndexes(source: Source, hdrl: RiffChunk | undefined): Promise<IndexChunk[]> {
  if (hdrl === undefined || hdrl.end - hdrl.start > limits.metadataBytes) return []
  const bytes = await source.read(hdrl.start, hdrl.end)
  return chunksIn(bytes, 12, bytes.byteLength)
    .filter(({ id, start }) => id === 'LIST' && fourLetters(bytes, start) === 'strl')
    .flatMap(({ start, end }) => chunksIn(bytes, start + 4, end))
    .filter(({ id, start, end }) => id === 'indx' && end - start >= headBytes)
    .map(({ start, end }) => ({ at: hdrl.start + start, payload: bytes.subarray(start, end) }))
}

function chunksIn(bytes: Uint8Array, from: number, to: number) {
  const chunks: { id: string; start: number; end: number }[] = []
  for (let at = from; at + 8 <= to && chunks.length < 10_000; ) {
    const end = at + 8 + uint32le(bytes, at + 4)
    if (end > to) break
    chunks.push({ id: fourLetters(bytes, at), start: at + 8, end })
    at = end + (end % 2)
  }
  return chunks
}

/** Where the indexes of indexes lead. */
export function partialIndexes(indexes: readonly IndexChunk[]): number[] {
  const supers = indexes.filter((index) => kindOf(index) === ofIndexes)
  return supers
    .flatMap((index) => entries(index).map(({ offset }) => uint64le(index.payload, offset)))
    .filter((offset) => offset > 0)
}

/** Moves every offset that counts from the beginning of the file. */
export async function patchOpenDml(
  source: Source,
  hdrl: RiffChunk | undefined,
  map: OffsetMap,
  fail: Fail,
): Promise<Replacement[]> {
  const indexes = await readStreamIndexes(source, hdrl)
  const patched = indexes.flatMap((index) =>
    kindOf(index) === ofIndexes ? patchSuper(index, map) : patchChunks(index, map, fail),
  )
  let total = 0
  for (const start of new Set(partialIndexes(indexes))) {
    const header = await source.read(start, start + 8 + headBytes)
    const size = uint32le(header, 4)
    const named = /^(ix..|..ix)$/s.test(fourLetters(header, 0))
    if (!named || start + 8 + size > source.size) continue
    total += size
    if (total > limits.metadataBytes) fail(`indexes of more than ${limits.metadataBytes} bytes`)
    const index = { at: start + 8, payload: await source.read(start + 8, start + 8 + size) }
    patched.push(...patchChunks(index, map, fail))
  }
  return patched
}

function patchSuper(index: IndexChunk, map: OffsetMap): Replacement[] {
  return entries(index)
    .map(({ offset }) => ({ offset, target: uint64le(index.payload, offset) }))
    .filter(({ target }) => target > 0)
    .map(({ offset, target }) => put64(index.at + offset, map.move(target)))
}

/** The base moves with the chunk the first entry leads to; entries that move otherwise are corrected one by one. */
function patchChunks(index: IndexChunk, map: OffsetMap, fail: Fail): Replacement[] {
  if (kindOf(index) !== ofChunks || index.payload.byteLength < headBytes) return []
  const old = base(index)
  const list = entries(index)
  const first = old + uint32le(index.payload, list[0]?.offset ?? index.payload.byteLength)
  const fresh = Math.max(0, old + map.move(first) - first)
  const patches = fresh === old ? [] : [put64(index.at + 12, fresh)]
  const fields = list.flatMap(({ offset, size }) => (size >= 12 ? [offset, offset + 8] : [offset]))
  for (const field of fields) {
    const relative = uint32le(index.payload, field)
    const moved = map.move(old + relative) - fresh
    if (moved < 0 || moved > 0xffffffff) fail('an index that leads too far')
    if (moved !== relative) patches.push(put32(index.at + field, moved))
  }
  return patches
}

/** Whether an index leads into a range of the file, or stands in it: the first place that does, or an index nobody can go through. */
export async function indexedIn(
  source: Source,
  { riff, hdrl, movi }: { riff: Riff; hdrl?: RiffChunk; movi?: RiffChunk },
  range: { readonly start: number; readonly end: number },
): Promise<number | undefined> {
  const isInside = (at: number) => at > range.start && at < range.end
  const indexes = await readStreamIndexes(source, hdrl)
  const supers = partialIndexes(indexes)
  const astray = supers.find(isInside)
  if (astray !== undefined) return astray
  for (const index of indexes) {
    const place = placesIn(index).find(isInside)
    if (place !== undefined) return place
  }
  let total = 0
  for (const [count, start] of [...new Set(supers)].entries()) {
    const end = Math.min(source.size, start + 8 + uint32le(await source.read(start, start + 8), 4))
    total += end - start
    if (count >= mostIndexes || total > limits.metadataBytes) return start
    const payload = await source.read(start + 8, end)
    const place = placesIn({ at: start + 8, payload }).find(isInside)
    if (place !== undefined) return place
  }
  return movi && oldPlaceIn(source, riff, movi, isInside)
}

/** A stream has a few hundred. */
const mostIndexes = 10_000

/** Where the chunks stand that an index of chunks leads to. */
function placesIn(index: IndexChunk): number[] {
  if (kindOf(index) !== ofChunks || index.payload.byteLength < headBytes) return []
  return entries(index).map(({ offset }) => base(index) + uint32le(index.payload, offset))
}

async function oldPlaceIn(
  source: Source,
  riff: Riff,
  movi: RiffChunk,
  isInside: (at: number) => boolean,
): Promise<number | undefined> {
  const chunk = riff.chunks.find(({ id }) => id === 'idx1')
  if (chunk === undefined) return undefined
  if (chunk.end - chunk.start > limits.metadataBytes) return chunk.start
  const start = chunk.start + 8
  const origin = (await isAbsolute(source, start, chunk.end, movi)) ? 0 : movi.start + 8
  const bytes = await source.read(start, chunk.end)
  for (let at = 0; at + 16 <= bytes.byteLength; at += 16) {
    const place = origin + uint32le(bytes, at + 8)
    if (isInside(place)) return place
  }
  return undefined
}

/** Moves the offsets of `idx1` where they count from the beginning of the file. */
export async function patchOldIndex(
  source: Source,
  riff: Riff,
  movi: RiffChunk,
  map: OffsetMap,
  fail: Fail,
): Promise<Replacement[]> {
  const chunk = riff.chunks.find(({ id }) => id === 'idx1')
  if (chunk === undefined || map.move(movi.start) === movi.start) return []
  const start = chunk.start + 8
  if (!(await isAbsolute(source, start, chunk.end, movi))) return []
  if (chunk.end - start > limits.metadataBytes) fail(`an index of ${chunk.end - start} bytes`)
  const bytes = (await source.read(start, chunk.end)).slice()
  for (let at = 0; at + 16 <= bytes.byteLength; at += 16) {
    const moved = map.move(uint32le(bytes, at + 8))
    if (moved > 0xffffffff) fail('an index that leads too far')
    setUint32le(bytes, at + 8, moved)
  }
  return [replace(start, chunk.end, bytes)]
}

/** Whether the first entries find their chunks by counting from the beginning of the file, and not from `movi`. */
async function isAbsolute(source: Source, start: number, end: number, movi: RiffChunk): Promise<boolean> {
  const head = await source.read(start, Math.min(end, start + 16 * 8))
  for (let at = 0; at + 16 <= head.byteLength; at += 16) {
    const id = fourLetters(head, at)
    const offset = uint32le(head, at + 8)
    const found = async (where: number) => {
      const letters = fourLetters(await source.read(where, where + 4), 0)
      return letters === id || (id === 'rec ' && letters === 'LIST')
    }
    if (await found(movi.start + 8 + offset)) return false
    if (offset > movi.start && offset < movi.end && (await found(offset))) return true
  }
  return false
}

function put32(at: number, value: number): Replacement {
  const field = new Uint8Array(4)
  setUint32le(field, 0, value)
  return replace(at, at + 4, field)
}

function put64(at: number, value: number): Replacement {
  const field = new Uint8Array(8)
  setUint64le(field, 0, value)
  return replace(at, at + 8, field)
}
