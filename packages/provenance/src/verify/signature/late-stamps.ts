/**
 * Time stamps made after signing (C2PA 18.18): `c2pa.time-stamp` assertions of update manifests. They need no checking
 * here, for a token is signed by its authority, over the one signature it is for; who carries it is of no matter.
 */
import { readCbor } from '../../encoding/cbor.ts'
import { isBytes, isFields, isText } from '../fields.ts'
import type { Store } from '../store.ts'

/** Tokens looked at for one manifest: each costs a signature check. */
const most = 4

/** Tokens by the label of the manifest they are for. */
export function lateStampsOf({ manifests }: Store): ReadonlyMap<string, readonly Uint8Array[]> {
  const found = new Map<string, Uint8Array[]>()
  for (const { assertions } of manifests.values()) {
    const [content, ...others] = assertions.get('c2pa.time-stamp')?.contents ?? []
    const value = content?.type === 'cbor' && others.length === 0 ? readCbor(content.data) : undefined
    if (!isFields(value)) continue
    for (const [label, token] of value) {
      if (!isText(label)) continue
      const known = found.get(label) ?? []
      if (isBytes(token) && known.length < most) found.set(label, [...known, token])
    }
  }
  return found
}
