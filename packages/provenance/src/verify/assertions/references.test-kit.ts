/** For tests only: what an assertion refers to, in its own manifest or in the one before. */
import { type AssertionSpec, forgeManifest, forgeStore, sha256 } from '../forge.test-kit.ts'
import { readStore } from '../store.ts'

/** No hash of anything. */
export const zero = new Uint8Array(32)
export const dataHash: AssertionSpec = {
  label: 'c2pa.hash.data',
  content: { alg: 'sha256', hash: zero, pad: zero },
}

/** The manifest before the active one, by its label. */
export const earlierLabel = 'urn:c2pa:00000000-0000-4000-8000-0000000000aa'
export const forgeEarlier = (...assertions: readonly AssertionSpec[]): Uint8Array =>
  forgeManifest({ label: earlierLabel, assertions: [dataHash, ...assertions] })
/** Where an assertion of it is. */
export const inEarlier = (label: string): string =>
  `self#jumbf=/c2pa/${earlierLabel}/c2pa.assertions/${label}`

/** The hash by which others refer to an assertion of a manifest. */
export function hashWithin(manifest: Uint8Array, label: string): Uint8Array {
  const assertion = readStore(forgeStore([manifest])).active.assertions.get(label)
  if (assertion === undefined) throw new Error(`no ${label}`)
  return sha256(assertion.body)
}
