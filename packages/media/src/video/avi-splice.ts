/** Plans the labelled AVI: the list of texts, the manifest, and every index that counts from the beginning of the file. */
import { bytes, type Edit, limits, type Part, partLength, type Source, type Splice } from '@yinji/core'
import { withoutLabels } from '../audio/wav-labels.ts'
import { patchOldIndex, patchOpenDml } from '../carriers/avi-index.ts'
import { type Avi, readAvi } from '../carriers/avi-layout.ts'
import { binaryBytes, encodeUtf8 } from '../carriers/binary.ts'
import { damagedInput } from '../carriers/faults.ts'
import { type Fail, OffsetMap } from '../carriers/offset-map.ts'
import { growth, partsOf, type Replacement } from '../carriers/replacements.ts'
import type { RiffChunk } from '../carriers/riff.ts'
import { infoWithout, isWholeInfo } from '../carriers/riff-info.ts'
import { riffManifestParts } from '../carriers/riff-manifest.ts'
import { chunkHeader, chunkParts, resized } from '../carriers/riff-write.ts'

/** @throws InputError when the file is damaged, or grows beyond what RIFF can say. */
export async function spliceAvi(source: Source, edit: Edit): Promise<Splice> {
  const fail: Fail = (what) => {
    throw damagedInput(source, what)
  }
  const avi = await readAvi(source)
  if (avi.damage !== undefined) fail(avi.damage)
  const movi = avi.movi ?? fail('no movi list')
  const changes: Replacement[] = []
  for (const chunk of avi.riff.chunks.filter((one) => one !== avi.info || edit.aigc === undefined)) {
    const parts = chunk.id === 'C2PA' ? [] : await withoutLabels(source, chunk, edit)
    if (parts !== undefined) changes.push({ parts, ...wholeOf(chunk) })
  }
  if (edit.aigc !== undefined) changes.push(...(await labelled(source, avi, movi, edit.aigc, fail)))
  const { end } = avi.riff
  if (edit.room > 0) changes.push({ start: end, end, parts: riffManifestParts(edit.room) })
  const sized = resized(source, avi.riff, changes)
  const map = new OffsetMap(sized)
  const indexes = map.still
    ? []
    : [
        ...(await patchOldIndex(source, avi.riff, movi, map, fail)),
        ...(await patchOpenDml(source, avi.hdrl, map, fail)),
      ]
  const all = [...sized, ...indexes]
  if (overlap(all)) fail('indexes within one another')
  return { parts: partsOf(source.size, all), ...(edit.room > 0 ? { binding: { kind: 'data' } } : {}) }
}

/** A chunk with its pad byte. */
const wholeOf = ({ start, end, padded }: RiffChunk) => ({
  start,
  end: end + ((end - start) % 2 === 1 && padded ? 1 : 0),
})

/** The list of texts with the label in it, and the padding behind it as much smaller, so that the media stays. */
async function labelled(
  source: Source,
  { riff, info }: Avi,
  movi: RiffChunk,
  aigc: string,
  fail: Fail,
): Promise<Replacement[]> {
  const kept = info === undefined ? [] : await textsOf(source, info, fail)
  const label = chunkParts('AIGC', [bytes(binaryBytes(encodeUtf8(`${aigc}\0`)))])
  const parts = chunkParts('LIST', [...(kept.length === 0 ? [bytes(binaryBytes('INFO'))] : kept), ...label])
  const before = riff.chunks[riff.chunks.indexOf(movi) - 1]
  const junk = info === undefined ? before : riff.chunks[riff.chunks.indexOf(info) + 1]
  const padding = junk && (await isPadding(source, junk)) ? junk : undefined
  const at = info === undefined ? (padding ?? movi).start : undefined
  const list = info === undefined ? { start: at ?? 0, end: at ?? 0, parts } : { parts, ...wholeOf(info) }
  const rest = padding && shrunk(padding, growth([list]))
  return rest === undefined ? [list] : [list, rest]
}

/** What else the list says, ended evenly. */
async function textsOf(source: Source, info: RiffChunk, fail: Fail): Promise<Part[]> {
  if (info.end - info.start > limits.metadataBytes) fail(`a list of ${info.end - info.start} bytes`)
  const payload = await source.read(info.start + 8, info.end)
  if (!isWholeInfo(payload)) fail('the INFO list breaks off')
  const kept = infoWithout(payload)
  const size = kept.reduce((sum, part) => sum + partLength(part), 0)
  return size % 2 === 0 ? kept : [...kept, bytes(new Uint8Array(1))]
}

/** Larger padding is somebody's purpose. */
const mostPadding = 1024 * 1024

/** Cameras keep notes in chunks of this name: only zeros mean nothing. */
async function isPadding(source: Source, { id, start, end }: RiffChunk): Promise<boolean> {
  if (id !== 'JUNK' || end - start > mostPadding) return false
  return (await source.read(start + 8, end)).every((byte) => byte === 0)
}

function shrunk(junk: RiffChunk, by: number): Replacement | undefined {
  const whole = wholeOf(junk)
  const size = whole.end - whole.start - by
  if (size === 0) return { parts: [], ...whole }
  if (size < 8 || size > mostPadding || by === 0) return undefined
  return { parts: [bytes(chunkHeader('JUNK', size - 8)), bytes(new Uint8Array(size - 8))], ...whole }
}

function overlap(changes: readonly Replacement[]): boolean {
  const ordered = [...changes].sort((a, b) => a.start - b.start || a.end - b.end)
  return ordered.some(({ start }, index) => start < (ordered[index - 1]?.end ?? 0))
}
