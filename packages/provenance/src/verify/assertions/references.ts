/**
 * What the claim and assertions of the standard refer to by a hashed URI is there and is what was meant (C2PA 15.10.3.3):
 * icons, thumbnails, embedded data, the ingredients of actions. Ingredients have rules of their own for their manifests (15.11.3).
 */
import { limits } from '@yinji/core'
import type { CheckedManifest, Context } from '../checked-manifest.ts'
import { type Fields, isBytes, isFields, isText } from '../fields.ts'
import { digestOf, inWords } from '../hashes.ts'
import type { StatusCode } from '../status.ts'
import type { Manifest, Node, Store } from '../store.ts'
import { assertionUri, manifestUri, parseUri } from '../uri.ts'

export interface Reference {
  /** Undefined where there should be one. */
  readonly url: string | undefined
  readonly hash: unknown
  /** Its own, or the one of the nearest structure around it that has one, or the claim's (15.4.2). */
  readonly algorithm: unknown
}

/**
 * Fields of ingredients that lead to other manifests, or repeat what a validator said of them; and what is said about an
 * assertion, which no validator is to check (15.10.3.1).
 */
const notFollowed: ReadonlySet<unknown> = new Set([
  'activeManifest',
  'c2pa_manifest',
  'claimSignature',
  'embeddedOriginalPreservationImage', // alternatives.ts
  'metadata',
  'validationResults',
  'validationStatus',
])
const standard = /^c2pa\.(?!hash\.(?!multi-asset))/

/** Writers of claims of version 1 did not agree what such a hash is over. */
export function checkReferences(checked: CheckedManifest, store: Store, context: Context): void {
  if (checked.claim?.version !== 2) return
  let room: number = limits.items
  for (const { label, at, value } of placesIn(checked)) {
    const told = new Set<StatusCode>()
    for (const reference of referencesIn(value, checked.claim.algorithm)) {
      if (room-- <= 0) return
      const status = statusOf(reference, checked, store, context)
      if (status === undefined || told.has(status)) continue
      told.add(status)
      const url = reference.url?.slice(0, 200) ?? '—'
      const algorithm = inWords(reference.algorithm)
      if (status === 'algorithm.unsupported')
        checked.log.report('manifest.hash.algorithm', { status, at, algorithm })
      else checked.log.report('manifest.reference.broken', { status, at, label, url })
    }
  }
}

/** Where references may stand: the icon of the claim's software (15.6.2), and assertions of the standard. */
function* placesIn({ manifest, claim, assertions }: CheckedManifest) {
  const label = 'c2pa.claim.v2'
  yield { label, at: `${manifestUri(manifest.label)}/${label}`, value: new Map([['icon', claim?.icon]]) }
  for (const { label, fields } of assertions)
    if (standard.test(label)) yield { label, at: assertionUri(manifest.label, label), value: fields }
}

/** Fields that hold nothing but a hashed URI, so that one without `url` leads nowhere. */
const always: ReadonlySet<unknown> = new Set(['icon', 'thumbnail'])

/** Maps with a URI into the store, however deep: decoded CBOR is bounded. */
function* referencesIn(value: unknown, inherited: unknown): Generator<Reference> {
  if (Array.isArray(value)) for (const entry of value) yield* referencesIn(entry, inherited)
  if (!isFields(value)) return
  const algorithm = value.get('alg') ?? inherited
  const url = value.get('url')
  if (isText(url) && url.startsWith('self#jumbf=')) yield { url, hash: value.get('hash'), algorithm }
  for (const [key, entry] of value as Fields) {
    if (notFollowed.has(key)) continue
    if (always.has(key) && isFields(entry) && entry.has('hash') && !isText(entry.get('url')))
      yield { url: undefined, hash: entry.get('hash'), algorithm }
    yield* referencesIn(entry, algorithm)
  }
}

/** Whether a later manifest withholds what the URI leads to. */
export function isWithheld(
  url: string,
  { manifest }: Pick<CheckedManifest, 'manifest'>,
  { redacted }: Pick<Context, 'redacted'>,
): boolean {
  const uri = parseUri(url)
  return !!uri && redacted.has(`${manifestUri(uri.manifest ?? manifest.label)}/${uri.path.join('/')}`)
}

/** What is wrong with it; undefined when nothing is. What a later manifest withholds can't be held against anybody. */
export function statusOf(
  { url, hash, algorithm }: Reference,
  checked: Pick<CheckedManifest, 'manifest'>,
  { manifests }: Pick<Store, 'manifests'>,
  context: Pick<Context, 'hashes' | 'redacted'>,
): 'hashedURI.missing' | 'hashedURI.mismatch' | 'algorithm.unsupported' | undefined {
  const uri = parseUri(url ?? '')
  const target = uri && (uri.manifest === undefined ? checked.manifest : manifests.get(uri.manifest))
  if (isWithheld(url ?? '', checked, context)) return undefined
  const node = target && nodeAt(target, uri.path)
  if (node === undefined) return 'hashedURI.missing'
  const digest = digestOf(algorithm)
  if (digest === undefined) return 'algorithm.unsupported'
  return isBytes(hash) && context.hashes.matches(node.body, digest, hash) ? undefined : 'hashedURI.mismatch'
}

function nodeAt({ assertions, others }: Manifest, path: readonly string[]): Node | undefined {
  const [store, label = ''] = path
  return store === 'c2pa.assertions' && path.length === 2 ? assertions.get(label) : others.get(path.join('/'))
}
