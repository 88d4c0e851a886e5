/**
 * Time stamps made after signing (C2PA 18.18): for those who sign where no authority can be reached, or who do not want
 * to wait for one with every file. They stand in an assertion of an update manifest, by the label of the manifest.
 */
import { readCbor } from '../encoding/cbor.ts'
import { CoseError, type CoseSign1, chainsOf, parseCoseSign1 } from '../encoding/cose.ts'
import { type ContentBox, isSuperBox, type SuperBox, uuids } from '../encoding/jumbf.ts'
import type { TimeStamper } from '../signers/signer.ts'
import { evidenceLabel } from '../timestamp/evidence.ts'
import { readCertificate } from '../trust/certificate.ts'
import { readStore } from './ingredient.ts'
import type { NewAssertion } from './manifest.ts'
import { unpacked } from './manifest-box.ts'
import { stampedStructure } from './signature.ts'

const tokens = 'c2pa.time-stamp'

/**
 * Stamps every signature of the store that has no time stamp yet and whose certificate is still valid; one request each,
 * or one for many files when `timestamp` is `batched`. A record is no token: who asks for tokens gets one beside it.
 * The token is over the bare signature: C2PA 18.18.3 can be read as a structure around it, c2pa-rs looks for this form
 * alone, and our own reader takes both.
 * @param now After the end of a certificate a stamp proves nothing any more, so none is asked for.
 * @returns The assertion for `signUpdate`; undefined when there is nothing to stamp.
 * @throws InputError when the store is damaged; SignError `sign.timestamp.failed`
 */
export async function lateStamps(
  store: Uint8Array,
  timestamp: TimeStamper,
  now: Date = new Date(),
): Promise<NewAssertion | undefined> {
  const manifests = readStore(store, '').children.filter(isSuperBox).map(unpacked)
  const labels = timestamp.form === 'evidence' ? [tokens, evidenceLabel] : [tokens]
  const label = labels.at(-1) ?? tokens
  const known = new Set<unknown>(
    manifests.flatMap((manifest) => labels.flatMap((one) => [...stampsIn(manifest, one).keys()])),
  )
  const content = new Map<string, Uint8Array>()
  for (const manifest of manifests) {
    const cose = known.has(manifest.label) ? undefined : signatureToStamp(manifest, labels, now)
    if (cose) content.set(manifest.label, await timestamp.stamp(stamped(cose, timestamp)))
  }
  return content.size > 0 ? { label, content } : undefined
}

/** Records are over the structure as in the header: a bare signature can have the size of a node of the hash tree. */
function stamped({ protectedBytes, signature }: CoseSign1, { form }: TimeStamper): Uint8Array {
  return form === 'evidence' ? stampedStructure(protectedBytes, signature) : signature
}

/** Time stamps that this manifest brings for others, by their labels, in an assertion of that label. */
export function stampsIn(manifest: SuperBox, label: string): ReadonlyMap<unknown, unknown> {
  const assertions = childOf(manifest, uuids.assertionStore)
  const assertion = assertions?.children.filter(isSuperBox).find((box) => box.label === label)
  const content = assertion && cborBox(assertion)
  const value = content && readCbor(content.payload)
  return value instanceof Map ? value : new Map()
}

/** Undefined when it has a time stamp, comes too late for one, or can't be read. */
function signatureToStamp(manifest: SuperBox, labels: readonly string[], now: Date): CoseSign1 | undefined {
  const box = childOf(manifest, uuids.signature)
  const bytes = box && cborBox(box)?.payload
  if (bytes === undefined) return undefined
  try {
    const cose = parseCoseSign1(bytes)
    const { unprotected } = cose
    if (['sigTst2', 'sigTst', ...labels].some((name) => unprotected.has(name))) return undefined
    const [chain] = chainsOf(cose)
    const leaf: unknown = Array.isArray(chain) ? chain[0] : chain
    const certificate = leaf instanceof Uint8Array ? readCertificate(leaf) : undefined
    return certificate && certificate.notAfter > now ? cose : undefined
  } catch (error) {
    if (error instanceof CoseError) return undefined
    throw error
  }
}

export function childOf(box: SuperBox, uuid: string): SuperBox | undefined {
  return box.children.filter(isSuperBox).find((child) => child.uuid === uuid)
}

export function cborBox(box: SuperBox): ContentBox | undefined {
  return box.children.find((child): child is ContentBox => !isSuperBox(child) && child.type === 'cbor')
}
