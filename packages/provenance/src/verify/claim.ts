/** The claim, in its two versions (C2PA 10.2), converted into one shape. */
import { limits } from '@yinji/core'
import { type Fields, fieldsOf, isBytes, isFields, isText, textOf } from './fields.ts'

export interface Claim {
  readonly version: 1 | 2
  /** Name and version of the software that wrote it. */
  readonly generator: string | null
  /** Version of C2PA it says it follows, since 2.4. */
  readonly specVersion: string | undefined
  readonly title: string | null
  /** The icon of that software, which may stand in the manifest. */
  readonly icon: unknown
  /** URI of the signature. */
  readonly signature: string
  /** Hash algorithm for references that name none, nor stand in anything that does; undefined when there is none. */
  readonly algorithm: unknown
  /** Assertions the signer vouches for, then those it passes on. Version 1 does not tell them apart. */
  readonly assertions: readonly ClaimedAssertion[]
  /** URIs of assertions of other manifests that are withheld. */
  readonly redacted: readonly string[]
}

export interface ClaimedAssertion extends Reference {
  readonly created: boolean
}

/** A hashed URI (C2PA 8.4.2). */
export interface Reference {
  readonly url: string
  readonly hash: Uint8Array
  /** As it stands, whatever it is; undefined when there is none. */
  readonly algorithm: unknown
}

export function readReference(value: unknown): Reference | undefined {
  if (!isFields(value)) return undefined
  const url = value.get('url')
  const hash = value.get('hash')
  return isText(url) && isBytes(hash) ? { url, hash, algorithm: value.get('alg') } : undefined
}

/** The claim, or what is wrong with it. */
export function readClaim(value: unknown, version: 1 | 2): Claim | string {
  if (!isFields(value)) return 'no map'
  const signature = textOf(value, 'signature')
  if (signature === undefined) return 'signature'
  if (!isText(value.get('instanceID'))) return 'instanceID'
  const assertions =
    version === 2 ? readSplitList(value) : readList(value.get('assertions'), 'assertions', true)
  if (isText(assertions)) return assertions
  if (assertions.length > limits.assertions) return 'too many assertions'
  if (new Set(assertions.map(({ url }) => url)).size < assertions.length) return 'an assertion listed twice'
  const info = generatorInfo(value, version)
  if (version === 2 && textOf(info, 'name') === undefined) return 'claim_generator_info'
  const redacted = value.get('redacted_assertions') ?? []
  if (!Array.isArray(redacted) || !redacted.every(isText) || redacted.length > limits.assertions)
    return 'redacted_assertions'
  return {
    version,
    generator: nameOf(info) ?? textOf(value, 'claim_generator') ?? null,
    specVersion: textOf(info, 'specVersion'),
    title: textOf(value, 'dc:title') ?? null,
    icon: info?.get('icon'),
    signature,
    algorithm: value.get('alg'),
    assertions,
    redacted,
  }
}

function readSplitList(value: Fields): readonly ClaimedAssertion[] | string {
  const created = readList(value.get('created_assertions'), 'created_assertions', true)
  if (isText(created)) return created
  if (!value.has('gathered_assertions')) return created
  const gathered = readList(value.get('gathered_assertions'), 'gathered_assertions', false)
  return isText(gathered) ? gathered : [...created, ...gathered]
}

function readList(value: unknown, name: string, created: boolean): readonly ClaimedAssertion[] | string {
  if (!Array.isArray(value) || (created && value.length === 0)) return name
  const references: ClaimedAssertion[] = []
  for (const entry of value) {
    const reference = readReference(entry)
    if (reference === undefined) return name
    references.push({ created, ...reference })
  }
  return references
}

/** One map in version 2, a list of maps in version 1. */
function generatorInfo(value: Fields, version: 1 | 2): Fields | undefined {
  const info = value.get('claim_generator_info')
  if (version === 1 && Array.isArray(info)) return isFields(info[0]) ? info[0] : undefined
  return fieldsOf(value, 'claim_generator_info')
}

/** `Name 1.2.3` of a generator-info map. */
export function nameOf(info: Fields | undefined): string | undefined {
  const name = textOf(info, 'name')
  const version = textOf(info, 'version')
  return name === undefined || version === undefined ? name : `${name} ${version}`
}
