/**
 * `c2pa.hash.boxes`: hashes over runs of boxes, by name and in order (C2PA 15.12.3, 18.7). Of formats whose boxes are not known
 * here nothing can be said.
 */
import { createHash, type Hash } from 'node:crypto'
import { limits } from '@yinji/core'
import { namedBoxes } from '../../named-boxes/named-boxes.ts'
import { manifestName, type Named } from '../../named-boxes/walk.ts'
import { isBytes, isFields, isText } from '../fields.ts'
import { type Digest, digestOf } from '../hashes.ts'
import { type Binding, type Compared, type Content, unchecked } from './binding.ts'
import { type Exclusion, excessive, inWords, readExclusions } from './boxes-exclusions.ts'
import { pour, type Range } from './stream.ts'

/** A run of boxes with one hash. */
interface Run {
  readonly names: readonly string[]
  readonly expected: Uint8Array
  readonly digest: Digest
  /** The signer says that nobody need compare it. */
  readonly ignored: boolean
  readonly exclusions: readonly Exclusion[]
}

export async function boxesHash(binding: Binding, content: Content): Promise<Compared> {
  const { fields, at, log } = binding
  const runs = readRuns(fields.get('boxes'), binding)
  if (typeof runs === 'string') {
    const status = runs === 'hash' ? 'assertion.boxesHash.mismatch' : 'assertion.boxesHash.malformed'
    log.report('manifest.binding.malformed', { status, at, what: runs })
    return unchecked
  }
  const named = await namedBoxes(content.source, content.found.excluded)
  if (named === undefined) {
    log.report('manifest.binding.unsupported', { at, label: 'c2pa.hash.boxes' })
    return unchecked
  }
  const placed = place(runs, named)
  if (placed && (await hides(placed, binding, content))) return unchecked
  const left = runs.flatMap(({ names, ignored, exclusions }) =>
    ignored ? names : exclusions.map((exclusion) => inWords(exclusion, names)),
  )
  if (left.length > 0) {
    const status = 'assertion.boxesHash.additionalExclusionsPresent'
    log.report('manifest.binding.partial', { status, at, what: left.slice(0, told).join(', ') })
  }
  if (placed) return compare(placed, content)
  return { outcome: 'mismatch', sha256: await pour(content, []), ...strangers(runs, named) }
}

/** Or what is wrong with them. Digests that are not known here were reported before. */
function readRuns(value: unknown, { digest }: Binding): Run[] | string {
  if (!Array.isArray(value) || value.length === 0 || value.length > limits.items) return 'boxes'
  const runs: Run[] = []
  for (const entry of value) {
    const names: unknown = isFields(entry) ? entry.get('names') : undefined
    if (!isFields(entry) || !Array.isArray(names) || names.length === 0 || !names.every(isText))
      return 'names'
    const expected = entry.get('hash')
    if (!isBytes(expected)) return 'hash'
    if (names.includes(manifestName) && names.length > 1) return 'the manifest together with other boxes'
    const exclusions = readExclusions(entry.get('exclusions'), names.length)
    if (exclusions === undefined) return 'exclusions'
    runs.push({
      names,
      expected,
      digest: digestOf(entry.get('alg')) ?? digest,
      ignored: entry.get('excluded') === true,
      exclusions,
    })
  }
  return runs
}

interface Placed extends Run {
  /** Those of the file. */
  readonly boxes: readonly Named[]
}

/** Every box of the file must be named, in order; undefined when they are not. */
function place(runs: readonly Run[], boxes: readonly Named[]): readonly Placed[] | undefined {
  const names = runs.flatMap((run) => run.names)
  if (names.length !== boxes.length || boxes.some(({ name }, index) => name !== names[index]))
    return undefined
  let next = 0
  return runs.map((run) => {
    next += run.names.length
    return { boxes: boxes.slice(next - run.names.length, next), ...run }
  })
}

/** The manifest is the one thing that no hash covers. */
function isManifest({ boxes: [first] }: Placed, { found }: Content): boolean {
  return first?.name === manifestName && first.start === found.excluded.start
}

/** Whether some hash leaves out more than metadata; that is reported. */
async function hides(placed: readonly Placed[], { at, log }: Binding, content: Content): Promise<boolean> {
  const { start, length } = content.found.excluded
  for (const run of placed) {
    if (run.ignored || isManifest(run, content)) continue
    const exclusion = await excessive(run.exclusions, run.boxes, content)
    if (exclusion === undefined) continue
    log.report('manifest.binding.exclusion', {
      status: 'assertion.boxesHash.mismatch',
      at,
      signed: inWords(exclusion, run.names),
      found: length > 0 ? `${start}–${start + length - 1}` : '—',
    })
    return true
  }
  return false
}

async function compare(placed: readonly Placed[], content: Content): Promise<Compared> {
  const hashed = placed
    .filter((run) => !run.ignored && !isManifest(run, content))
    .map((run) => ({ hash: createHash(run.digest), ...run }))
  const sha256 = await pour(content, [hashed.flatMap(rangesOf)])
  const altered = hashed.filter(({ hash, expected }) => Buffer.compare(hash.digest(), expected) !== 0)
  const what = altered.map(({ names }) => [...new Set([names[0], names.at(-1)])].join(' … '))
  return altered.length === 0
    ? { outcome: 'match', sha256 }
    : { outcome: 'mismatch', sha256, boxes: what.slice(0, told) }
}

/** From the first box of a run to the end of the last, but for what is left out. */
function rangesOf({ boxes, exclusions, hash }: Placed & { readonly hash: Hash }): Range[] {
  const ranges: Range[] = []
  let at = boxes[0]?.start ?? 0
  for (const { index, start, end } of exclusions) {
    const from = boxes[index]?.start ?? 0
    if (from + start > at) ranges.push({ start: at, end: from + start, into: hash })
    at = from + end
  }
  const last = boxes.at(-1)?.end ?? 0
  if (last > at) ranges.push({ start: at, end: last, into: hash })
  return ranges
}

/** How many boxes are told by name. */
const told = 10

/** Boxes that the signer did not list (15.12.3); none where some are gone, or stand in another order. */
function strangers(runs: readonly Run[], boxes: readonly Named[]): Pick<Compared, 'status' | 'boxes'> {
  const listed = new Map<string, number>()
  for (const name of runs.flatMap(({ names }) => names)) listed.set(name, (listed.get(name) ?? 0) + 1)
  const unknown = boxes.filter(({ name }) => {
    const left = listed.get(name) ?? 0
    listed.set(name, left - 1)
    return left <= 0
  })
  if (unknown.length === 0) return {}
  const names = [...new Set(unknown.map(({ name }) => name))].slice(0, told)
  return { status: 'assertion.boxesHash.unknownBox', boxes: names }
}
