/** Withholding statements of an earlier manifest (C2PA 6.8): they are taken out, and the claim says which. */
import { UsageError } from '@yinji/core'
import { encodeBox, isSuperBox, type SuperBox, uuids } from '../encoding/jumbf.ts'
import { readStore } from './ingredient.ts'
import type { UpdateContent } from './manifest.ts'

/** Assertions that must stay (C2PA 6.8), and those the chain of manifests hangs on. */
const essential = /^c2pa\.(?:actions|hash|ingredient)\b/

export interface RedactedStore {
  readonly bytes: Uint8Array
  /** Absolute URIs of what was withheld, as the claim lists them. */
  readonly uris: readonly string[]
}

/** @throws UsageError when an assertion must stay or is not there */
export function redactedStore({ parent, redactions = [], title }: UpdateContent): RedactedStore {
  if (redactions.length === 0) return { bytes: parent.store, uris: [] }
  const store = readStore(parent.store, title ?? '')
  const manifest = activeManifest(store)
  const assertions = manifest?.children.filter(isSuperBox).find(({ uuid }) => uuid === uuids.assertionStore)
  if (manifest === undefined || assertions === undefined)
    throw new UsageError('usage.update.invalid', { what: redactions[0]?.label })
  const withheld = redactions.map(({ label }) => {
    const box = assertions.children.filter(isSuperBox).find((candidate) => candidate.label === label)
    if (box === undefined || essential.test(label))
      throw new UsageError('usage.update.invalid', { what: label })
    return box
  })
  const kept = rebuilt(assertions, new Map(withheld.map((box) => [box, nothing])))
  const bytes = rebuilt(store, new Map([[manifest, rebuilt(manifest, new Map([[assertions, kept]]))]]))
  const uris = redactions.map(({ label }) => `self#jumbf=/c2pa/${manifest.label}/c2pa.assertions/${label}`)
  return { bytes, uris }
}

const nothing = new Uint8Array(0)

/** A superbox with other bytes in the place of some of its children; everything else stays byte for byte. */
function rebuilt(box: SuperBox, changes: ReadonlyMap<SuperBox, Uint8Array>): Uint8Array {
  const parts: Uint8Array[] = []
  let at = box.headerLength
  for (const [child, bytes] of [...changes].sort(([a], [b]) => a.offset - b.offset)) {
    const start = child.offset - box.offset
    parts.push(box.bytes.subarray(at, start), bytes)
    at = start + child.bytes.byteLength
  }
  return encodeBox('jumb', ...parts, box.bytes.subarray(at))
}

function activeManifest(store: SuperBox): SuperBox | undefined {
  const kinds: readonly string[] = [uuids.manifest, uuids.updateManifest]
  return store.children.filter(isSuperBox).findLast(({ uuid }) => kinds.includes(uuid))
}
