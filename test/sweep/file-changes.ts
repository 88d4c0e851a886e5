/** Changes to a file: bytes, and what its format is made of. */
import { crc32 } from 'node:zlib'
import { absurd } from '../helpers/absurd.ts'
import type { Chance } from './chance.ts'
import type { Sample } from './samples.ts'
import { type Unit, unitsOf } from './units.ts'

export interface Changed {
  readonly file: Buffer
  readonly what: string
}

export type FileChange = (sample: Sample, chance: Chance) => Changed

/** In the manifest, near where it begins and ends, or anywhere. */
function placeIn({ file, manifest }: Sample, chance: Chance): number {
  const { start, length } = manifest
  const where = chance.fraction()
  if (where < 0.35) return start + chance.below(length)
  if (where < 0.6) return clamp(chance.of([start, start + length]) + chance.between(-48, 48), file.length)
  if (where < 0.75) return clamp(chance.of([0, file.length - 1]) + chance.between(-64, 64), file.length)
  return chance.below(file.length)
}

const clamp = (at: number, length: number) => Math.max(0, Math.min(length - 1, at))
const where = ({ manifest: { start, length } }: Sample, at: number) =>
  at < start
    ? `${start - at} before`
    : at < start + length
      ? `${at - start} inside`
      : `${at - start - length} behind`

/** The first bytes of a unit are its length and name: they are chosen more often. */
function headIn(sample: Sample, chance: Chance): number {
  const { start, end } = chance.of(unitsOf(sample.file, sample.handler))
  return start + chance.below(Math.min(end - start, 16))
}

const flipped: FileChange = (sample, chance) => {
  const file = Buffer.from(sample.file)
  const at = chance.happens(0.5) ? placeIn(sample, chance) : headIn(sample, chance)
  const bit = 1 << chance.below(8)
  file[at] = (file[at] ?? 0) ^ bit
  return { file, what: `bit ${bit} at ${at} (${where(sample, at)})` }
}
const overwritten: FileChange = (sample, chance) => {
  const file = Buffer.from(sample.file)
  const at = chance.happens(0.5) ? placeIn(sample, chance) : headIn(sample, chance)
  const value = chance.happens(0.6)
    ? Buffer.from(chance.of(absurd), 'hex')
    : chance.bytes(chance.between(1, 8))
  value.copy(file, at)
  return { file, what: `${value.toString('hex')} at ${at} (${where(sample, at)})` }
}
const inserted: FileChange = (sample, chance) => {
  const at = chance.happens(0.5)
    ? placeIn(sample, chance)
    : chance.of(unitsOf(sample.file, sample.handler)).start
  const more = chance.happens(0.5) ? chance.bytes(chance.between(1, 40)) : Buffer.alloc(chance.between(1, 40))
  return {
    file: spliced(sample.file, at, at, more),
    what: `${more.length} bytes into ${at} (${where(sample, at)})`,
  }
}
const taken: FileChange = (sample, chance) => {
  const at = placeIn(sample, chance)
  const end = Math.min(sample.file.length, at + chance.between(1, 40))
  return {
    file: spliced(sample.file, at, end),
    what: `${end - at} bytes out of ${at} (${where(sample, at)})`,
  }
}
const cut: FileChange = (sample, chance) => {
  const at = placeIn(sample, chance)
  return { file: sample.file.subarray(0, at), what: `cut at ${at} (${where(sample, at)})` }
}
const appended: FileChange = (sample, chance) => {
  const tail = chance.of<() => Buffer>([
    () => chance.bytes(chance.between(1, 64)),
    () => Buffer.alloc(chance.between(1, 64)),
    () => Buffer.from('\n'),
    () => sample.file,
    () => unitOf(sample, chance),
    () => sample.file.subarray(sample.manifest.start, sample.manifest.start + sample.manifest.length),
  ])()
  return { file: Buffer.concat([sample.file, tail]), what: `${tail.length} bytes appended` }
}
const prepended: FileChange = (sample, chance) => {
  const head = chance.happens(0.5) ? chance.bytes(chance.between(1, 16)) : unitOf(sample, chance)
  return { file: Buffer.concat([head, sample.file]), what: `${head.length} bytes in front` }
}

function unitOf(sample: Sample, chance: Chance): Buffer {
  const { start, end } = chance.of(unitsOf(sample.file, sample.handler))
  return sample.file.subarray(start, end)
}

const unitGone: FileChange = (sample, chance) => {
  const { start, end } = chance.of(unitsOf(sample.file, sample.handler))
  return { file: spliced(sample.file, start, end), what: `unit ${start}–${end} gone` }
}
const unitTwice: FileChange = (sample, chance) => {
  const units = unitsOf(sample.file, sample.handler)
  const { start, end } = chance.of(units)
  const at = chance.of(units).end
  return {
    file: spliced(sample.file, at, at, sample.file.subarray(start, end)),
    what: `unit ${start}–${end} again at ${at}`,
  }
}
const unitsSwapped: FileChange = (sample, chance) => {
  const units = unitsOf(sample.file, sample.handler)
  const [a, b] = [chance.of(units), chance.of(units)].sort((x, y) => x.start - y.start) as [Unit, Unit]
  if (a.end > b.start) return unitTwice(sample, chance)
  const { file } = sample
  const parts = [file.subarray(0, a.start), file.subarray(b.start, b.end), file.subarray(a.end, b.start)]
  const swapped = Buffer.concat([...parts, file.subarray(a.start, a.end), file.subarray(b.end)])
  return { file: swapped, what: `units ${a.start} and ${b.start} swapped` }
}
/** What a viewer may show and nobody signed. */
const unitNew: FileChange = (sample, chance) => {
  const at = chance.of(unitsOf(sample.file, sample.handler)).end
  const unit = newUnit(sample.handler, chance)
  return {
    file: spliced(sample.file, at, at, unit),
    what: `${describe(unit)} new at ${at} (${where(sample, at)})`,
  }
}
const describe = (unit: Buffer) => JSON.stringify(unit.toString('latin1', 0, 24))

function newUnit(handler: string, chance: Chance): Buffer {
  const data = chance.bytes(chance.below(40))
  const size = Buffer.alloc(4)
  if (handler === 'jpeg') {
    const segment = Buffer.from([
      0xff,
      chance.of([0xe0, 0xe1, 0xe2, 0xeb, 0xed, 0xfe, 0xdc, 0xd9, 0xc4]),
      0,
      0,
    ])
    segment.writeUInt16BE(data.length + 2, 2)
    return Buffer.concat([segment, data])
  }
  if (handler === 'png') {
    const chunk = Buffer.concat([
      Buffer.from(chance.of(['tEXt', 'IDAT', 'caBX', 'PLTE', 'fdAT', 'zzzz', 'IEND'])),
      data,
    ])
    size.writeUInt32BE(data.length)
    const sum = Buffer.alloc(4)
    sum.writeUInt32BE(crc32(chunk))
    return Buffer.concat([size, chunk, sum])
  }
  if (['webp', 'wav', 'avi'].includes(handler)) {
    size.writeUInt32LE(data.length)
    const name = Buffer.from(chance.of(['C2PA', 'JUNK', 'XMP ', 'data', 'LIST', 'ALPH', 'VP8 ']))
    return Buffer.concat([name, size, data, Buffer.alloc(data.length & 1)])
  }
  if (['mp4', 'mov', 'm4a', 'heic', 'avif', 'jxl', 'jp2'].includes(handler)) {
    size.writeUInt32BE(data.length + 8)
    return Buffer.concat([
      size,
      Buffer.from(chance.of(['free', 'skip', 'mdat', 'uuid', 'mfra', 'ftyp', 'jumb', 'emsg'])),
      data,
    ])
  }
  return chance.of([
    Buffer.from('<!-- x -->'),
    Buffer.from('<script>document.body.innerHTML=""</script>'),
    Buffer.from('\n7 0 obj\n<< /Type /Page >>\nendobj\n'),
    Buffer.from('\u00a0\ufe0f\u200b'),
    data,
  ])
}

function spliced(file: Buffer, start: number, end: number, more: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([file.subarray(0, start), more, file.subarray(end)])
}

/** Lengths and checksums that a careful attacker puts right. */
function mended({ file, what }: Changed, handler: string): Changed {
  const fixed = Buffer.from(file)
  if (['webp', 'wav', 'avi'].includes(handler) && fixed.length > 8) fixed.writeUInt32LE(fixed.length - 8, 4)
  else if (handler === 'png')
    for (const { start, end } of unitsOf(fixed, handler))
      if (end - start >= 12) fixed.writeUInt32BE(crc32(fixed.subarray(start + 4, end - 4)), end - 4)
  return { file: fixed, what: `${what}, mended` }
}

const changes: readonly FileChange[] = [
  flipped,
  flipped,
  overwritten,
  overwritten,
  inserted,
  taken,
  cut,
  appended,
  prepended,
  unitGone,
  unitTwice,
  unitsSwapped,
  unitNew,
  unitNew,
]

export function changeFile(sample: Sample, chance: Chance): Changed {
  const changed = chance.of(changes)(sample, chance)
  return chance.happens(0.5) ? mended(changed, sample.handler) : changed
}
