/** For tests only: manifests made to measure, right ones and wrong ones, without the signing half. */
import { createHash, type KeyObject, sign } from 'node:crypto'
import { bytesSource, type FoundManifest, judge } from '@yinji/core'
import { encodeCbor, Tagged } from '../encoding/cbor.ts'
import { encodeBox, encodeSuperBox, uuids } from '../encoding/jumbf.ts'
import type { Revocation } from '../revocation/revocation.ts'
import type { TrustAnchors } from '../trust/anchors.ts'
import { createTrust } from '../trust/trust.ts'
import { issuing, now, pem, root, signer } from './issue.test-kit.ts'
import { validateManifest } from './validate.ts'

const encoder = new TextEncoder()
const concat = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts))

export interface AssertionSpec {
  readonly label: string
  readonly content: unknown
  /** Which list of the claim names it; null for none. */
  readonly list?: 'created_assertions' | 'gathered_assertions' | null
  /** Stands in the claim with this hash instead of its own. */
  readonly hash?: Uint8Array
  /** Raw content instead of CBOR of `content`; it may be over the hashes of other assertions of the manifest. */
  readonly raw?: Uint8Array | ((hashOf: (label: string) => Uint8Array) => Uint8Array)
  /** Kind of the box. Default `cbor`. */
  readonly type?: 'cbor' | 'json'
  /** What the description calls the content. Default: what it is. */
  readonly described?: keyof typeof uuids
  /** What stands in the box. Default: the content. */
  readonly children?: readonly Uint8Array[]
}

export interface ManifestSpec {
  readonly label?: string
  readonly kind?: 'manifest' | 'updateManifest'
  readonly assertions: readonly AssertionSpec[]
  /** Of the claim. Default 2. */
  readonly version?: 1
  readonly claim?: Readonly<Record<string, unknown>>
  /** Changes the finished claim before (`sealed`) or after it is signed. */
  readonly afterSigning?: (claim: Uint8Array) => Uint8Array
  readonly claimBoxes?: (box: Uint8Array) => readonly Uint8Array[]
  readonly chain?: readonly Uint8Array[]
  readonly key?: KeyObject
  readonly unprotected?: ReadonlyMap<unknown, unknown>
  /** Leaves the chain out of the protected header. */
  readonly protectsChain?: false
  /** Further protected headers. */
  readonly headers?: readonly (readonly [unknown, unknown])[]
}

export const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()
const cborBox = (uuid: string, label: string, bytes: Uint8Array, type: 'cbor' | 'json' = 'cbor') =>
  encodeSuperBox({ uuid, label, children: [encodeBox(type, bytes)] })

export const created = {
  action: 'c2pa.created',
  digitalSourceType: 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia',
  softwareAgent: { name: 'Painter', version: '1' },
  when: new Tagged(0, '2026-05-01T00:00:00Z'),
}
export const actions: AssertionSpec = {
  label: 'c2pa.actions.v2',
  content: { actions: [created], allActionsIncluded: true },
}

/** Stands for the hash of another assertion of the same manifest. */
class HashOf {
  readonly label: string
  constructor(label: string) {
    this.label = label
  }
}

/** A hashed URI to another assertion of the same manifest. */
export const refer = (label: string) => ({
  url: `self#jumbf=c2pa.assertions/${label}`,
  hash: new HashOf(label) as unknown,
})

/** The boxes of assertions, those that are referred to before those that refer. */
function assertionBoxes(specs: readonly AssertionSpec[]): Uint8Array[] {
  const hashOf = (wanted: string) => {
    const target = specs.find(({ label }) => label === wanted)
    return target ? sha256(boxOf(target).subarray(8)) : new Uint8Array(32)
  }
  const resolved = (value: unknown): unknown => {
    if (value instanceof HashOf) return hashOf(value.label)
    if (Array.isArray(value)) return value.map(resolved)
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
      return value
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, resolved(entry)]))
  }
  const boxOf = ({
    label,
    content,
    raw,
    type = 'cbor',
    described = type,
    children,
  }: AssertionSpec): Uint8Array => {
    const given = typeof raw === 'function' ? raw(hashOf) : raw
    const inner = children ?? [encodeBox(type, given ?? encodeCbor(resolved(content)))]
    return encodeSuperBox({ uuid: uuids[described], label, children: inner })
  }
  return specs.map(boxOf)
}

/** One manifest superbox, signed. */
export function forgeManifest(spec: ManifestSpec): Uint8Array {
  const { label = 'urn:c2pa:00000000-0000-4000-8000-000000000001' } = spec
  const boxes = assertionBoxes(spec.assertions)
  const own = spec.version === 1 ? 'assertions' : 'created_assertions'
  const references = (list: string) =>
    spec.assertions.flatMap((assertion, index) => {
      if ((assertion.list === undefined ? own : assertion.list) !== list) return []
      const hash = assertion.hash ?? sha256((boxes[index] ?? new Uint8Array()).subarray(8))
      return [{ url: `self#jumbf=c2pa.assertions/${assertion.label}`, hash }]
    })
  const gathered = references('gathered_assertions')
  const claim = encodeCbor({
    instanceID: 'xmp:iid:1',
    claim_generator_info: { name: 'Forge', version: '1.0', specVersion: '2.4.0' },
    signature: 'self#jumbf=c2pa.signature',
    [own]: references(own),
    ...(gathered.length > 0 ? { gathered_assertions: gathered } : {}),
    alg: 'sha256',
    ...spec.claim,
  })
  const chain = spec.chain ?? [signer.certificate, issuing.certificate]
  const protectedHeader = encodeCbor(
    new Map<unknown, unknown>([
      [1, -7],
      ...(spec.protectsChain === false ? [] : ([[33, chain]] as const)),
      ...(spec.headers ?? []),
    ]),
  )
  const signed = encodeCbor(['Signature1', protectedHeader, new Uint8Array(), claim])
  const signature = sign('sha256', signed, { key: spec.key ?? signer.privateKey, dsaEncoding: 'ieee-p1363' })
  const cose = encodeCbor(new Tagged(18, [protectedHeader, spec.unprotected ?? new Map(), null, signature]))
  const claimBox = cborBox(
    uuids.claim,
    `c2pa.claim${spec.version === 1 ? '' : '.v2'}`,
    spec.afterSigning?.(claim) ?? claim,
  )
  return encodeSuperBox({
    uuid: uuids[spec.kind ?? 'manifest'],
    label,
    children: [
      encodeSuperBox({ uuid: uuids.assertionStore, label: 'c2pa.assertions', children: boxes }),
      ...(spec.claimBoxes?.(claimBox) ?? [claimBox]),
      cborBox(uuids.signature, 'c2pa.signature', cose),
    ],
  })
}

export function forgeStore(manifests: readonly Uint8Array[]): Uint8Array {
  return encodeSuperBox({ uuid: uuids.store, label: 'c2pa', children: manifests })
}

export interface Signed {
  readonly bytes: Uint8Array
  readonly found: FoundManifest
}

export interface FileSpec extends Partial<ManifestSpec> {
  readonly before?: Uint8Array
  readonly after?: Uint8Array
  readonly binding?: FoundManifest['binding']
  /** Exclusions instead of the right ones. */
  readonly exclusions?: ((start: number, length: number) => unknown) | undefined
  /** Hash of the content instead of the right one, given what the right one covers. */
  readonly contentHash?: (covered: Uint8Array) => Uint8Array
  /** Manifests before the active one. */
  readonly earlier?: readonly Uint8Array[]
}

/** A file of bytes with a store in the middle, bound by `c2pa.hash.data`. */
export function forgeFile(spec: FileSpec = {}): Signed {
  const { before = encoder.encode('HEAD'.repeat(100)), after = encoder.encode('TAIL'.repeat(100)) } = spec
  const hash = (spec.contentHash ?? sha256)(concat(before, after))
  let store: Uint8Array = new Uint8Array(1000)
  for (let pass = 0; pass < 5; pass++) {
    const { length } = store
    const exclusions = (spec.exclusions ?? ((start: number, size: number) => [{ start, length: size }]))(
      before.length,
      length,
    )
    const bound = {
      label: 'c2pa.hash.data',
      content: { exclusions, alg: 'sha256', hash, pad: new Uint8Array() },
    }
    store = forgeStore([
      ...(spec.earlier ?? []),
      forgeManifest({ ...spec, assertions: [bound, ...(spec.assertions ?? [actions])] }),
    ])
    if (store.length === length) break
  }
  const excluded = { start: before.length, length: store.length }
  return {
    bytes: concat(before, store, after),
    found: { site: 'test', store, excluded, binding: spec.binding ?? 'data' },
  }
}

export interface CheckOptions {
  readonly anchors?: readonly (string | TrustAnchors)[]
  readonly timestampAnchors?: string[]
  /** For who else stands behind it. Default: the root of the kit. */
  readonly identityAnchors?: readonly string[]
  readonly identityIssuers?: ReadonlySet<string>
  readonly revocation?: Revocation
  readonly at?: Date
  /** Segments that were given with it. */
  readonly fragments?: readonly Uint8Array[]
}

async function* sources(segments: readonly Uint8Array[]) {
  for (const [index, bytes] of segments.entries()) yield bytesSource(bytes, `seg${index + 1}.m4s`)
}

/** Validates a signed file; the root of the kit is trusted unless other anchors are given. */
export async function check({ bytes, found }: Signed, options: CheckOptions = {}) {
  const { anchors = [pem(root)], identityAnchors = [pem(root)], identityIssuers, timestampAnchors } = options
  const { revocation, at = now, fragments } = options
  const validation = await validateManifest({
    assetSha256: true,
    found,
    source: bytesSource(bytes),
    fragments: fragments && sources(fragments),
    trust: createTrust({ anchors, timestampAnchors, identityAnchors, identityIssuers }),
    revocation,
    now: at,
  })
  const codes = validation.findings.map(({ code }) => code)
  return { ...validation, codes, verdict: judge(validation.findings) }
}

export const forged = (spec: FileSpec) => check(forgeFile(spec))

/** A copy with one bit changed. */
export function flipped({ bytes, found }: Signed, at: number): Signed {
  const copy = Uint8Array.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ 1
  const { start, length } = found.excluded
  return { bytes: copy, found: { ...found, store: copy.subarray(start, start + length) } }
}
