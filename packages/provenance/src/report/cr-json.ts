/**
 * Content Credentials JSON (crJSON, of C2PA 2.4 and 2.5): the manifests of a store and what validation found, for those who
 * compare with other tools. A view for reading, not a form to verify.
 */
import { createHash } from 'node:crypto'
import { readCbor } from '../encoding/cbor.ts'
import type { Delta, Results, Status, Validation } from '../validation.ts'
import type { Node } from '../verify/store.ts'
import { type Manifest, readStore, StoreError } from '../verify/store.ts'
import { baseLabel } from '../verify/uri.ts'
import { identityJson } from './identity.ts'
import { base64, type Json, toJson } from './json.ts'
import { signatureJson } from './signature.ts'

/** A crJSON document: plain JSON. */
export type CrJson = { readonly [key: string]: Json }

/** Who writes the document, and when the validation was made. */
export interface CrJsonOptions {
  /** The software that writes the document. */
  readonly generator: { readonly name: string; readonly version: string }
  readonly validationTime: Date
}

/** The version of C2PA whose rules the validation follows. */
const specVersion = '2.4.0'

/**
 * The crJSON of a store, active manifest first. A store that can’t be read has no manifests.
 * @param store The store as it stands; undefined for content without one.
 * @param validation What was found about it.
 */
export function crJsonOf(
  store: Uint8Array | undefined,
  validation: Validation | undefined,
  options: CrJsonOptions,
): CrJson {
  const { name, version } = options.generator
  return {
    '@context': { '@vocab': 'https://c2pa.org/crjson', extras: 'https://c2pa.org/crjson/extras' },
    manifests: manifestsOf(store).map((manifest) => manifestJson(manifest, validation, options)),
    jsonGenerator: { name, version },
  }
}

/** The active one first (3.4). A store that can't be read has none. */
function manifestsOf(store: Uint8Array | undefined): Manifest[] {
  if (store === undefined) return []
  try {
    return [...readStore(store).manifests.values()].reverse()
  } catch (error) {
    if (error instanceof StoreError) return []
    throw error
  }
}

function manifestJson(manifest: Manifest, validation: Validation | undefined, options: CrJsonOptions): Json {
  const own = validation?.manifests.find(({ label }) => label === manifest.label)
  const prefix = `self#jumbf=/c2pa/${manifest.label}/`
  const deltas = (validation?.deltas ?? []).filter(({ assertion }) => assertion.startsWith(prefix))
  const assertions: Record<string, Json> = Object.create(null)
  for (const [label, node] of manifest.assertions) assertions[label] = assertionJson(node, prefix)
  return {
    label: manifest.label,
    isUpdateManifest: manifest.kind === 'update',
    isCompressedManifest: manifest.compressed,
    assertions,
    ...claimJson(manifest.claims[0]),
    signature: signatureJson(manifest.signatures[0]?.contents[0]?.data),
    validationResults: Object.assign({}, resultsJson(own?.results), {
      specVersion,
      validationTime: options.validationTime.toISOString(),
    }),
    ...(deltas.length > 0 && { ingredientDeltas: deltas.map(deltaJson) }),
  }
}

/** What can't be put into JSON is an empty object (3.6.1); of a file only its kind and the hash of its box is told. */
function assertionJson({ label, contents, body }: Node, prefix: string): Json {
  const [first, second] = contents
  if (first?.type === 'cbor' && baseLabel(label) === 'cawg.identity')
    return identityJson(readCbor(first.data)) ?? {}
  if (first?.type === 'cbor') return toJson(readCbor(first.data)) ?? {}
  if (first?.type === 'json') return parsed(first.data)
  if (first?.type !== 'bfdb' || second?.type !== 'bidb') return {}
  const description = Buffer.from(first.data.subarray(1)).toString('utf8')
  return {
    format: description.split('\0')[0] ?? '',
    identifier: `${prefix}c2pa.assertions/${label}`,
    hash: base64(createHash('sha256').update(body).digest()),
  }
}

function parsed(bytes: Uint8Array): Json {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as Json
  } catch {
    return {}
  }
}

/** `claim` or `claim.v2`, with the lists that the schema wants even when they are empty (3.5.2). */
function claimJson(node: Node | undefined): CrJson {
  const bytes = node?.contents[0]?.data
  const claim = bytes ? toJson(readCbor(bytes)) : null
  const fields = claim !== null && typeof claim === 'object' && !Array.isArray(claim) ? (claim as CrJson) : {}
  if (node?.label === 'c2pa.claim') return { claim: fields }
  return { 'claim.v2': { gathered_assertions: [], redacted_assertions: [], ...fields } }
}

function deltaJson({ assertion, results }: Delta): Json {
  return { ingredientAssertionURI: assertion, validationDeltas: resultsJson(results) }
}

function resultsJson(results: Results | undefined): CrJson {
  const list = (statuses: readonly Status[] = []) =>
    statuses.map(({ code, url, explanation }) => ({
      code,
      ...(url === undefined ? {} : { url }),
      ...(explanation === undefined ? {} : { explanation }),
    }))
  return {
    success: list(results?.success),
    informational: list(results?.informational),
    failure: list(results?.failure),
  }
}
