/** `c2pa.hash.bmff.v2` and `.v3`: a hash over boxes and where they stand (C2PA 15.12.2, 18.6). */
import { createHash } from 'node:crypto'
import { BoxError, boxesBetween } from './bmff-boxes.ts'
import { type Cut, cutBoxes, remaining } from './bmff-cut.ts'
import { type Exclusion, readExclusions } from './bmff-exclusions.ts'
import type { Binding, Compared, Content } from './content.ts'
import { isBytes } from './fields.ts'
import { readForest } from './merkle.ts'
import { pour, type Range } from './stream.ts'

const unchecked: Compared = { outcome: 'unchecked', sha256: undefined }

export async function bmffHash(binding: Binding, content: Content): Promise<Compared> {
  const { fields, at, log } = binding
  const exclusions = readExclusions(fields.get('exclusions'))
  const expected = fields.get('hash')
  if (typeof exclusions === 'string') return malformed(binding, exclusions)
  if (!isBytes(expected)) {
    if (!fields.has('merkle')) return malformed(binding, 'hash')
    log.report('manifest.binding.unsupported', { at, label: 'fragments' })
    return unchecked
  }
  const cuts = await cutsOf(content, exclusions)
  if (typeof cuts !== 'string') return compare(binding, content, cuts, expected)
  log.report('manifest.binding.unsupported', { at, label: cuts })
  return unchecked
}

function malformed({ at, log }: Binding, what: string): Compared {
  log.report('manifest.binding.malformed', { status: 'assertion.bmffHash.malformed', at, what })
  return unchecked
}

async function cutsOf(
  { source, signal }: Content,
  exclusions: readonly Exclusion[],
): Promise<Cut[] | string> {
  try {
    return await cutBoxes(source, await boxesBetween(source, 0, source.size), exclusions, signal)
  } catch (error) {
    if (error instanceof BoxError) return error.message
    throw error
  }
}

/**
 * The main hash comes first: it covers where the media stand, so hashes of pieces that do not fit the file mean a
 * changed file when it fails, and a wrong manifest when it holds.
 */
async function compare(
  binding: Binding,
  content: Content,
  cuts: readonly Cut[],
  expected: Uint8Array,
): Promise<Compared> {
  const { fields, digest, at, log } = binding
  const forest = readForest(fields.get('merkle'), digest, cuts)
  const hash = createHash(digest)
  const main = cuts.flatMap((cut) => rangesOf(cut, hash))
  const pieces = forest === undefined || typeof forest === 'string' ? [] : [forest.ranges]
  const sha256 = await pour(content, [main, ...pieces])
  if (Buffer.compare(hash.digest(), expected) !== 0) return { outcome: 'mismatch', sha256 }
  if (typeof forest === 'string') return { ...malformed(binding, forest), sha256 }
  const others = unexpected(cuts, forest !== undefined)
  if (others.length > 0) {
    const status = 'assertion.bmffHash.additionalExclusionsPresent'
    log.report('manifest.binding.partial', { status, at, what: others.join(', ') })
  }
  return { outcome: forest === undefined || forest.holds() ? 'match' : 'mismatch', sha256 }
}

/** A box that is not excluded in its entirety is preceded by its offset, so that it can't change places. */
function rangesOf(cut: Cut, into: Range['into']): Range[] {
  if (cut.whole) return []
  const prefix = new Uint8Array(8)
  new DataView(prefix.buffer).setBigUint64(0, BigInt(cut.box.start))
  const [first = { start: cut.box.start, end: cut.box.start }, ...rest] = remaining(cut)
  return [{ ...first, prefix, into }, ...rest.map((range) => ({ ...range, into }))]
}

/** Extended type of the box that holds the manifest (C2PA A.5.1). */
const manifestBox = 'd8fec3d61b0e483c92975828877ec481'

/** Exclusions beyond those the standard asks for, or that leave out nothing but unused space: they may hide content. */
function unexpected(cuts: readonly Cut[], hashedPiecewise: boolean): string[] {
  const used = new Set(cuts.flatMap(({ by }) => by))
  return [...used].filter((exclusion) => !isExpected(exclusion, hashedPiecewise)).map(({ xpath }) => xpath)
}

function isExpected({ xpath, data, subset }: Exclusion, hashedPiecewise: boolean): boolean {
  const path = xpath.replace(/\[\d+\]/g, '')
  if (path === '/uuid')
    return data.some(
      ({ offset, value }) => offset === 8 && Buffer.from(value).toString('hex') === manifestBox,
    )
  if (path === '/mdat') return hashedPiecewise && subset?.[0]?.offset === 16
  return ['/ftyp', '/mfra', '/free', '/skip'].includes(path)
}
