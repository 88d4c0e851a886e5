/** For tests only: movies of a few boxes, and what labelling makes of them. */
import { bytesSource, type Source } from '@yinji/core'
import { filled } from '../handler.test-kit.ts'
import { binaryBytes } from './binary.ts'
import { boxesAt, makeBox, noFlags, setUint64, u32, walkBoxes } from './bmff.ts'
import { spliceMovie } from './movie.ts'

export const aigc = '{"Label":"1","ContentProducer":"Acme","ProduceID":"x"}'
export const store = new Uint8Array(777).fill(0xee)
export const ftyp = makeBox('ftyp', binaryBytes('isom\0\0\0\0isom'))

export const u64 = (value: number) => {
  const bytes = new Uint8Array(8)
  setUint64(bytes, 0, value)
  return bytes
}
export const moovOf = (table: Uint8Array, ...rest: readonly Uint8Array[]) =>
  makeBox('moov', makeBox('trak', makeBox('mdia', makeBox('minf', makeBox('stbl', table)))), ...rest)
export const stco = (...offsets: number[]) =>
  makeBox('stco', noFlags, u32(offsets.length), ...offsets.map(u32))

/** The first bytes of a labelled file, which may be a huge one. */
export async function written(
  source: Source,
  edit: { aigc?: string; room: number },
  most = 1 << 20,
): Promise<Uint8Array> {
  const out = filled(source, (await spliceMovie(source, edit)).parts, store)
  return Uint8Array.from(await out.read(0, Math.min(out.size, most)))
}

export async function find(file: Uint8Array, ...path: string[]) {
  const { boxes } = await walkBoxes(bytesSource(file))
  const [first = '', ...rest] = path
  return boxes.filter(({ type }) => type === first).flatMap((box) => boxesAt(file, box, rest))
}
