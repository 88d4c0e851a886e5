/** For tests only: live videos, signed by the text of the standard alone (C2PA 18.25, 19), without the signing half. */
import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { encodeCbor, Tagged } from '../../encoding/cbor.ts'
import { box, boxesOf, exclusions, hashOf, settle } from '../content/fragments.test-kit.ts'
import { type AssertionSpec, actions, forgeManifest, forgeStore, sha256 } from '../forge.test-kit.ts'
import { type Issued, issuing, now, signer } from '../issue.test-kit.ts'

export const initLabel = 'urn:c2pa:00000000-0000-4000-8000-0000000000ff'
const scheme = Buffer.from('urn:c2pa:verifiable-segment-info')

export interface TestKey {
  readonly id: string
  readonly algorithm: number
  readonly privateKey: KeyObject
  readonly publicKey: ReadonlyMap<number, unknown>
}

/** COSE_Key of RFC 9053 7. */
export function testKey(id = 'key-1', kind: 'ES256' | 'ES384' | 'Ed25519' | 'PS256' = 'ES256'): TestKey {
  const named: Map<number, unknown> = new Map([[2, Buffer.from(id)]])
  const part = (value: unknown) => Buffer.from(String(value), 'base64url')
  if (kind === 'Ed25519') {
    const { privateKey } = generateKeyPairSync('ed25519')
    const { x } = createPublicKey(privateKey).export({ format: 'jwk' })
    return { id, algorithm: -8, privateKey, publicKey: named.set(1, 1).set(-1, 6).set(-2, part(x)) }
  }
  if (kind === 'PS256') {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const { n, e } = createPublicKey(privateKey).export({ format: 'jwk' })
    return { id, algorithm: -37, privateKey, publicKey: named.set(1, 3).set(-1, part(n)).set(-2, part(e)) }
  }
  const [namedCurve, curve, algorithm] =
    kind === 'ES256' ? (['P-256', 1, -7] as const) : (['P-384', 2, -35] as const)
  const { privateKey } = generateKeyPairSync('ec', { namedCurve })
  const { x, y } = createPublicKey(privateKey).export({ format: 'jwk' })
  const publicKey = named.set(1, 2).set(-1, curve).set(-2, part(x)).set(-3, part(y))
  return { id, algorithm, privateKey, publicKey }
}

function rawSignature({ algorithm, privateKey: key }: TestKey, bytes: Uint8Array): Uint8Array {
  if (algorithm === -8) return sign(null, bytes, key)
  if (algorithm === -37) return sign('sha256', bytes, { key, padding: 6, saltLength: 32 })
  return sign(algorithm === -7 ? 'sha256' : 'sha384', bytes, { key, dsaEncoding: 'ieee-p1363' })
}

/** COSE_Sign1_Tagged. */
function cose(
  key: TestKey,
  payload: Uint8Array,
  shown: Uint8Array | null,
  unprotected = new Map<number, unknown>(),
  more: readonly (readonly [unknown, unknown])[] = [],
): Tagged {
  const header = encodeCbor(new Map<unknown, unknown>([[1, key.algorithm], ...more]))
  const signature = rawSignature(key, encodeCbor(['Signature1', header, new Uint8Array(), payload]))
  return new Tagged(18, [header, unprotected, shown, signature])
}

export const at = (seconds: number) => new Date(now.getTime() + seconds * 1000)
const written = (date: Date) => new Tagged(0, date.toISOString().replace('.000', ''))

/** An entry of `c2pa.session-keys`, valid for the hour around `now`. */
export const entryOf = (key: TestKey, change: object = {}, by: Issued = signer) => ({
  key: key.publicKey,
  minSequenceNumber: 0,
  createdAt: written(at(-1800)),
  validityPeriod: 3600,
  signerBinding: cose(key, by.certificate, null),
  ...change,
})

export const bindingBy = (key: TestKey, payload: Uint8Array, shown: Uint8Array | null = null) =>
  cose(key, payload, shown)

export const sessionKeys = (...keys: readonly object[]): AssertionSpec => ({
  label: 'c2pa.session-keys',
  content: { keys },
})

/** What leaves out the boxes of C2PA. */
export const segmentExclusions = [...exclusions, { xpath: '/emsg', data: [{ offset: 12, value: scheme }] }]

export interface Maker {
  readonly label?: string
  readonly assertions?: readonly AssertionSpec[]
  readonly by?: Issued
}

/** A file whose manifest has its hash; the manifest stands behind the first box. */
export function signWhole(bytes: Buffer, { label = initLabel, assertions = [], by = signer }: Maker = {}) {
  const build = (file: Buffer) => {
    const content = { exclusions: segmentExclusions, alg: 'sha256', hash: hashOf(file) }
    const all = [{ label: 'c2pa.hash.bmff.v3', content }, actions, ...assertions]
    const chain = [by.certificate, issuing.certificate]
    return forgeStore([forgeManifest({ label, assertions: all, chain, key: by.privateKey })])
  }
  return settle(bytes, build)
}

export interface InfoShape {
  readonly sequence?: number
  readonly manifest?: string
  /** Seconds after `now` at which it is signed; null: it does not say. */
  readonly time?: number | null
  /** Members of the map instead. */
  readonly info?: object
  readonly hash?: object
  readonly payload?: null
  readonly id?: string
  /** The box around it: version, value, delta of time. */
  readonly box?: { readonly version?: number; readonly value?: string; readonly delta?: number }
  readonly tail?: Uint8Array
}

/** `mfhd` of the first `moof`. */
export const sequenceOf = (media: Buffer) => media.readUInt32BE(media.indexOf('mfhd') + 8)

export function eventBox(message: Uint8Array, { version = 0, value = 'fseg', delta = 0 } = {}): Buffer {
  const numbers = Buffer.alloc(16)
  for (const [index, number] of [1000, delta, 1000, 7].entries()) numbers.writeUInt32BE(number, index * 4)
  const head = Buffer.from([version, 0, 0, 0])
  return box('emsg', head, scheme, Buffer.from(`\0${value}\0`), numbers, message)
}

/** Before the first `moof`. */
export function inserted(media: Buffer, part: Uint8Array): Buffer {
  const moof = boxesOf(media).find(({ type }) => type === 'moof')?.start ?? 0
  return Buffer.concat([media.subarray(0, moof), part, media.subarray(moof)])
}

/** A segment with info that the key signed (19.4). */
export function signInfo(media: Buffer, key: TestKey, shape: InfoShape = {}): Buffer {
  const { sequence = sequenceOf(media), manifest = initLabel, time = 0 } = shape
  const build = (hash: Uint8Array) => {
    const bmffHash = { exclusions: segmentExclusions, alg: 'sha256', hash, ...shape.hash }
    const payload = encodeCbor({ sequenceNumber: sequence, manifestId: manifest, bmffHash, ...shape.info })
    const kid = new Map([[4, Buffer.from(shape.id ?? key.id)]])
    const headers = time === null ? [] : ([['iat', at(time).getTime() / 1000]] as const)
    const signed = cose(key, payload, shape.payload === null ? null : payload, kid, headers)
    const message = Buffer.concat([encodeCbor(signed), shape.tail ?? Buffer.of()])
    return inserted(media, eventBox(message, shape.box))
  }
  return build(hashOf(build(new Uint8Array(32))))
}

export const segmentLabel = (index: number) =>
  `urn:c2pa:00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`

/** `c2pa.livevideo.segment` (19.3.2). */
export const segmentAssertion = (content: object): AssertionSpec => ({
  label: 'c2pa.livevideo.segment',
  content: { continuityMethod: 'c2pa.manifestId', streamId: 'stream-1', ...content },
})

/** Segments that each have a manifest, which names the one before. */
export function signEach(
  media: readonly Buffer[],
  change: (index: number) => Maker & { say?: object } = () => ({}),
) {
  return media.map((bytes, index) => {
    const { say, assertions = [], ...maker } = change(index)
    const said = { sequenceNumber: sequenceOf(bytes), previousManifestId: segmentLabel(index), ...say }
    const all = [segmentAssertion(said), ...assertions]
    return Buffer.from(signWhole(bytes, { label: segmentLabel(index + 1), ...maker, assertions: all }).bytes)
  })
}

export { sha256 }
