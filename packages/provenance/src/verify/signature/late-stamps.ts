/**
 * Time stamps made after signing: `c2pa.time-stamp` assertions of update manifests (C2PA 18.18), and evidence records, which
 * stand in an assertion of ours in the same way. They need no checking here, for a token is signed by its authority and is
 * over the signatures it is for; who carries it is of no matter.
 */
import { readCbor } from '../../encoding/cbor.ts'
import { evidenceLabel } from '../../timestamp/evidence.ts'
import { isBytes, isFields, isText } from '../fields.ts'
import type { Node, Store } from '../store.ts'
import type { Stamp } from './cose-signature.ts'

/** Stamps looked at for one manifest: each costs a signature check. */
const most = 4

/** By the label of the manifest they are for. */
export function lateStampsOf({ manifests }: Store): ReadonlyMap<string, readonly Stamp[]> {
  const found = new Map<string, Stamp[]>()
  for (const { assertions } of manifests.values()) {
    collect(assertions.get('c2pa.time-stamp'), (token) => ({ version: 'late', token }), found)
    collect(assertions.get(evidenceLabel), (token) => ({ version: 'late', form: 'evidence', token }), found)
  }
  return found
}

function collect(
  assertion: Node | undefined,
  stamp: (token: Uint8Array) => Stamp,
  found: Map<string, Stamp[]>,
): void {
  const [content, ...others] = assertion?.contents ?? []
  const value = content?.type === 'cbor' && others.length === 0 ? readCbor(content.data) : undefined
  if (!isFields(value)) return
  for (const [label, token] of value) {
    if (!isText(label)) continue
    const known = found.get(label) ?? []
    if (isBytes(token)) found.set(label, [...known, stamp(token)].slice(-most)) // the newest renew those before
  }
}
