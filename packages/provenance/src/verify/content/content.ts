/** Holds the content against the manifest (C2PA 15.12): finds the one hard binding and has it checked. */

import type { Assertion, CheckedManifest } from '../checked-manifest.ts'
import type { Claim } from '../claim.ts'
import { type Fields, isFields, listOf } from '../fields.ts'
import { digestOf, inWords } from '../hashes.ts'
import { announcesSegments, checkLive } from '../live/live.ts'
import type { Log } from '../log.ts'
import type { StatusCode } from '../status.ts'
import { assertionUri, baseLabel, manifestUri, parseUri } from '../uri.ts'
import { type Binding, type Compared, type Content, unchecked } from './binding.ts'
import { bmffHash } from './bmff-hash.ts'
import { boxesHash } from './boxes-hash.ts'
import { collectionHash } from './collection-hash.ts'
import { dataHash } from './data-hash.ts'
import { type ComparePart, compareParts, isMultiAsset } from './multi-asset.ts'

const hardBinding = /^c2pa\.hash\.(?:data|boxes|collection\.data|bmff\.v[23])$/
const otherBinding = /^c2pa\.hash\./

interface Method {
  readonly name: 'dataHash' | 'boxesHash' | 'collectionHash' | 'bmffHash'
  readonly compare: typeof dataHash
}

const methods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['c2pa.hash.data', { name: 'dataHash', compare: dataHash }],
  ['c2pa.hash.boxes', { name: 'boxesHash', compare: boxesHash }],
  ['c2pa.hash.collection.data', { name: 'collectionHash', compare: collectionHash }],
  ['c2pa.hash.bmff.v2', { name: 'bmffHash', compare: bmffHash }],
  ['c2pa.hash.bmff.v3', { name: 'bmffHash', compare: bmffHash }],
])

/** @param bound the manifest that speaks of the content */
export async function checkContent(bound: CheckedManifest, content: Content, log: Log): Promise<Compared> {
  const assertion = bindingOf(bound, log)
  if (assertion === undefined) return unchecked
  const at = assertionUri(bound.manifest.label, assertion.label)
  const method = methods.get(assertion.base)
  if (method === undefined) {
    log.report('manifest.binding.unsupported', { at, label: assertion.label })
    return unchecked
  }
  const binding = readBinding(bound, assertion, `assertion.${method.name}.malformed`, log)
  if (binding === undefined) return unchecked
  const compared = await compareWith(method, binding, bound, content)
  if (compared.outcome === 'mismatch' && !content.later && bound.assertions.some(isMultiAsset))
    return { ...compared, outcome: await checkParts(bound, content, log) }
  if (compared.outcome === 'match') log.status(`assertion.${method.name}.match`, at)
  if (compared.outcome === 'mismatch') {
    const { status = `assertion.${method.name}.mismatch`, boxes } = compared
    log.report('manifest.content.altered', { status, at })
    if (boxes) log.report('manifest.boxes.altered', { at, boxes: boxes.join(', ') })
  }
  return compared
}

/** With segments beside it, or without. */
async function compareWith(
  { name, compare }: Method,
  binding: Binding,
  bound: CheckedManifest,
  content: Content,
): Promise<Compared> {
  const { fragments } = content
  const { at, log } = binding
  if (content.later && !(name === 'bmffHash' && binding.fields.has('hash') && binding.fields.has('merkle'))) {
    log.report('manifest.media.unseen', { at })
    return unchecked
  }
  const whole = () => compare(binding, { ...content, fragments: undefined })
  if (fragments === undefined) {
    const compared = await whole()
    const open = compared.outcome === 'match' && !content.live && announcesSegments(bound)
    if (open) log.report('manifest.fragment.absent', { at })
    return compared
  }
  if (bindsFragments(binding)) return compare(binding, content)
  if (name === 'bmffHash') return checkLive(bound, { ...content, fragments }, whole, log)
  log.report('manifest.fragment.unbound', { at })
  return unchecked
}

/** Where the whole is another, its parts may still be those that were signed (C2PA 15.12.4). */
async function checkParts(bound: CheckedManifest, content: Content, log: Log): Promise<Compared['outcome']> {
  const compare: ComparePart = async (assertion, method, part) => {
    const problem = 'assertion.multiAssetHash.malformed'
    const binding = readBinding(bound, assertion, problem, log)
    return binding && methods.get(method)?.compare(binding, part)
  }
  const { outcome, at, status, what, removed } = await compareParts(bound, content, compare)
  if (outcome === 'match') log.status(status, at)
  if (removed > 0) log.report('manifest.parts.removed', { at, count: removed })
  if (outcome === 'mismatch') log.report('manifest.content.altered', { status, at })
  if (outcome === 'unchecked' && what !== undefined)
    log.report('manifest.binding.malformed', { status, at, what })
  return outcome
}

/** A file that is hashed as one says nothing about others (C2PA 18.6.3), unless they say which of it they are (C2PA 19). */
function bindsFragments({ fields }: Binding): boolean {
  return fields.has('merkle') && !fields.has('hash')
}

function readBinding(
  { manifest, claim }: CheckedManifest,
  { label, fields, created }: Assertion,
  status: StatusCode,
  log: Log,
): Binding | undefined {
  const at = assertionUri(manifest.label, label)
  if (fields === undefined || (claim?.version === 2 && !created)) {
    const what = fields === undefined ? 'no CBOR map' : 'the signer does not vouch for it'
    log.report('manifest.binding.malformed', { status, at, what })
    return undefined
  }
  const algorithms = algorithmsIn(fields, claim)
  const digest = digestOf(algorithms[0])
  const unsupported = algorithms.find((algorithm) => digestOf(algorithm) === undefined)
  if (digest !== undefined && unsupported === undefined) return { fields, digest, at, log }
  const what = { status: 'algorithm.unsupported' as const, algorithm: inWords(unsupported) }
  log.report('manifest.hash.algorithm', { at, ...what })
  return undefined
}

/** The one of the whole, then those of parts that have their own (C2PA 15.4.1, 15.12.3, 18.6.3). */
function algorithmsIn(fields: Fields, claim: Claim | undefined): unknown[] {
  const parts = [...listOf(fields, 'boxes'), ...listOf(fields, 'merkle')]
  const own = parts.map((part) => (isFields(part) ? part.get('alg') : undefined))
  return [
    fields.get('alg') ?? claim?.algorithm,
    ...own.filter((algorithm) => (algorithm ?? undefined) !== undefined),
  ]
}

/** Exactly one (C2PA 15.10.1.2). One whose own hash does not hold was reported with the assertions. */
function bindingOf({ manifest, claim, assertions }: CheckedManifest, log: Log): Assertion | undefined {
  const labels = (claim?.assertions ?? []).map(({ url }) => parseUri(url)?.path[1] ?? '')
  const hard = labels.filter((label) => hardBinding.test(baseLabel(label)))
  const at = manifestUri(manifest.label)
  if (hard.length > 1) {
    const status = 'assertion.multipleHardBindings'
    log.report('manifest.binding.multiple', { status, at, labels: hard.join(', ') })
  }
  if (hard.length === 1) return assertions.find(({ label }) => label === hard[0])
  if (hard.length === 0 && claim !== undefined) {
    const other = labels.find((label) => otherBinding.test(label))
    if (other !== undefined) log.report('manifest.binding.unsupported', { at, label: other })
    else log.report('manifest.binding.missing', { status: 'claim.hardBindings.missing', at })
  }
  return undefined
}
