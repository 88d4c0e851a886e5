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
import { pour, type Range } from './stream.ts'

/** A run of boxes with one hash. */
interface Run {
  readonly names: readonly string[]
  readonly expected: Uint8Array
  readonly digest: Digest
  /** The signer says that nobody need compare it. */
  readonly ignored: boolean
}

export async function boxesHash(binding: Binding, content: Content): Promise<Compared> {
  const { fields, at, log } = binding
  const runs = readRuns(fields.get('boxes'), binding)
  if (typeof runs === 'string') {
    log.report('manifest.binding.malformed', { status: 'assertion.boxesHash.malformed', at, what: runs })
    return unchecked
  }
  const named = runs === undefined ? undefined : await namedBoxes(content.source, content.found.excluded)
  if (runs === undefined || named === undefined) {
    log.report('manifest.binding.unsupported', { at, label: 'c2pa.hash.boxes' })
    return unchecked
  }
  const ignored = runs.filter((run) => run.ignored).flatMap(({ names }) => names)
  if (ignored.length > 0) {
    const status = 'assertion.boxesHash.additionalExclusionsPresent'
    log.report('manifest.binding.partial', { status, at, what: ignored.slice(0, told).join(', ') })
  }
  return compare(runs, named, content)
}

/** Undefined when there is something in them that came later than this; or what is wrong with them. */
function readRuns(value: unknown, { digest }: Binding): Run[] | string | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > limits.items) return 'boxes'
  const runs: Run[] = []
  for (const entry of value) {
    const names: unknown = isFields(entry) ? entry.get('names') : undefined
    if (!isFields(entry) || !Array.isArray(names) || names.length === 0 || !names.every(isText))
      return 'names'
    const expected = entry.get('hash')
    const algorithm = entry.get('alg')
    const own = algorithm === undefined ? digest : digestOf(algorithm)
    if (!isBytes(expected)) return 'hash'
    if (own === undefined || entry.has('exclusions')) return undefined
    if (names.includes(manifestName) && names.length > 1) return 'the manifest together with other boxes'
    runs.push({ names, expected, digest: own, ignored: entry.get('excluded') === true })
  }
  return runs
}

/** Every box of the file must be named, in order, and the manifest is the one thing that no hash covers. */
async function compare(runs: readonly Run[], boxes: readonly Named[], content: Content): Promise<Compared> {
  const ranges: Range[] = []
  const hashes: { readonly names: readonly string[]; readonly hash: Hash; readonly expected: Uint8Array }[] =
    []
  let next = 0
  let complete = true
  for (const { names, expected, digest, ignored } of runs) {
    const run = boxes.slice(next, next + names.length)
    next += names.length
    const [first, last] = [run[0], run.at(-1)]
    complete &&= run.length === names.length && run.every(({ name }, index) => name === names[index])
    if (!complete || first === undefined || last === undefined) break
    const manifest = first.name === manifestName && first.start === content.found.excluded.start
    if (ignored || manifest) continue
    const hash = createHash(digest)
    hashes.push({ names, hash, expected })
    ranges.push({ start: first.start, end: last.end, into: hash })
  }
  const sha256 = await pour(content, [ranges])
  if (!complete || next !== boxes.length) return { outcome: 'mismatch', sha256, ...strangers(runs, boxes) }
  const altered = hashes.filter(({ hash, expected }) => Buffer.compare(hash.digest(), expected) !== 0)
  const what = altered.map(({ names }) => [...new Set([names[0], names.at(-1)])].join(' … '))
  return altered.length === 0
    ? { outcome: 'match', sha256 }
    : { outcome: 'mismatch', sha256, boxes: what.slice(0, told) }
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
