/**
 * A list of whom to trust, signed by whoever keeps it: a ministry’s register of providers, or one machine’s store on its
 * way to another without a network. Our own format, `yinji.trust-list/1`; there is none for provider codes yet.
 *
 *     {"schema":"yinji.signed-list/1","payload":"<base64 of the list>","algorithm":"SM3withSM2",
 *      "publicKey":"<base64 of SubjectPublicKeyInfo>","signature":"<base64>"}
 *
 * The signature covers the payload’s bytes as they stand, so nobody has to agree on a canonical JSON. A list has a
 * number that only grows: whoever has seen one refuses an older one.
 */
import { createHash, createPublicKey, verify } from 'node:crypto'
import {
  InputError,
  problem,
  signedListSchema,
  type TrustList,
  type TrustListInput,
  trustListSchema,
} from '@yinji/core'
import type { LabelSigner } from '../security/signer.ts'
import { sm2Fingerprint } from '../security/vouch.ts'
import type { Signer } from '../signers/signer.ts'
import { readSm2PublicKey, writeSm2PublicKey } from '../sm2/keys.ts'
import { sm2Verify } from '../sm2/signature.ts'
import { readCertificate } from './certificate.ts'

/** A list whose signature holds, and the key it holds by: whether that is the right one is for the reader to say. */
export interface SignedTrustList {
  readonly list: TrustList
  /** SHA-256 of the signing key’s SubjectPublicKeyInfo, lower-case hex. */
  readonly key: string
  /** SHA-256 of the list’s bytes, lower-case hex. */
  readonly digest: string
}

/** Who may sign a list: an identity’s SM2 key, or the key of its manifests. */
export type ListSigner = LabelSigner | Signer

/** Writes and signs a list. @throws InputError when it is no list. */
export async function signTrustList(input: TrustListInput, signer: ListSigner): Promise<string> {
  const payload = Buffer.from(JSON.stringify(parse(trustListSchema, input)))
  const sm2 = 'publicKey' in signer
  const publicKey = sm2 ? writeSm2PublicKey(signer.publicKey) : spkiOf(signer)
  return `${JSON.stringify({
    schema: 'yinji.signed-list/1',
    payload: payload.toString('base64'),
    algorithm: sm2 ? 'SM3withSM2' : 'ES256',
    publicKey: Buffer.from(publicKey).toString('base64'),
    signature: Buffer.from(await signer.sign(payload)).toString('base64'),
  })}\n`
}

/** Reads a list and checks its signature. @throws InputError when it is none or the signature does not hold. */
export function readTrustList(text: string): SignedTrustList {
  const envelope = parse(signedListSchema, json(text))
  const payload = Buffer.from(envelope.payload, 'base64')
  const publicKey = Buffer.from(envelope.publicKey, 'base64')
  const signature = Buffer.from(envelope.signature, 'base64')
  const key = keyOf(envelope.algorithm, publicKey, payload, signature)
  if (key === undefined) throw new InputError('input.list.signature')
  const list = parse(trustListSchema, json(payload.toString('utf8')))
  for (const { certificate } of [...list.anchors, ...list.pins])
    if (certificate !== undefined && readCertificate(Buffer.from(certificate, 'base64')) === undefined)
      throw new InputError('input.list.malformed', { problem: problem('a certificate can’t be read') })
  return { list, key, digest: createHash('sha256').update(payload).digest('hex') }
}

/** The fingerprint of the key, when the signature is its own. */
function keyOf(
  algorithm: 'SM3withSM2' | 'ES256',
  publicKey: Uint8Array,
  payload: Uint8Array,
  signature: Uint8Array,
): string | undefined {
  if (algorithm === 'SM3withSM2') {
    const sm2 = readSm2PublicKey(publicKey)
    return sm2 && sm2Verify(sm2.key, payload, signature) ? sm2Fingerprint(sm2.key) : undefined
  }
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' })
    if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return undefined
    const holds = verify('sha256', payload, { key, dsaEncoding: 'ieee-p1363' }, signature)
    const spki = key.export({ format: 'der', type: 'spki' })
    return holds ? createHash('sha256').update(spki).digest('hex') : undefined
  } catch {
    return undefined // no key, or no signature of its kind
  }
}

function spkiOf({ chain, algorithm }: Signer): Uint8Array {
  const leaf = chain[0] && readCertificate(chain[0])
  if (leaf === undefined || algorithm !== 'ES256') throw new InputError('input.list.signer')
  return leaf.publicKey.export({ format: 'der', type: 'spki' })
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new InputError('input.list.malformed', { problem: problem('no JSON') }, { cause: error })
  }
}

type Schema<T> = {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: T }
    | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } }
}
type Issue = { readonly path: readonly PropertyKey[]; readonly message: string }

function parse<T>(schema: Schema<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new InputError('input.list.malformed', {
    problem: `${issue?.path.join('.') || 'list'}: ${issue?.message}`,
  })
}
