/** Which assertions are withheld (C2PA 15.10.2): said by a claim that is signed, about a manifest it builds on. */

import { type Context, checkManifest } from '../checked-manifest.ts'
import { ingredientsOf } from '../ingredients/ingredient.ts'
import type { Manifest, Store } from '../store.ts'
import { parseUri } from '../uri.ts'

const none: ReadonlySet<string> = new Set()

/**
 * Absolute URIs of withheld assertions. Only manifests that the active one leads to are asked, and only when their
 * signature holds: a manifest that somebody put beside them could otherwise make assertions of others disappear. Each may
 * withhold of what it was made from, and of nothing else (C2PA 6.8): an ingredient has no say about its neighbours.
 */
export function redactionsOf(store: Store, context: Omit<Context, 'redacted'>): ReadonlySet<string> {
  if (![...store.manifests.values()].some(mentionsRedaction)) return none
  const family = new Map<string, ReadonlySet<string>>()
  const claims: { readonly by: string; readonly url: string }[] = []
  const open: Manifest[] = [store.active]
  for (let manifest = open.pop(); manifest; manifest = open.pop()) {
    const { label } = manifest
    if (family.has(label)) continue
    const checked = checkManifest(manifest, { redacted: none, ...context })
    const parts = checked.signed ? ingredientsOf(checked) : []
    family.set(label, new Set(parts.map((part) => parseUri(part.manifest?.url ?? '')?.manifest ?? '')))
    if (!checked.signed) continue
    claims.push(...(checked.claim?.redacted ?? []).map((url) => ({ by: label, url })))
    open.push(...[...(family.get(label) ?? [])].flatMap((below) => store.manifests.get(below) ?? []))
  }
  const descendants = new Map<string, ReadonlySet<string>>()
  return new Set(
    claims.flatMap(({ by, url }) => {
      const below = descendants.get(by) ?? descendantsOf(by, family)
      descendants.set(by, below)
      const target = parseUri(url)?.manifest ?? ''
      return below.has(target) && target !== store.active.label ? [url] : []
    }),
  )
}

/** Without itself, even where ingredients lead in circles. */
function descendantsOf(label: string, family: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const found = new Set([label])
  for (const one of found) for (const below of family.get(one) ?? []) found.add(below)
  found.delete(label)
  return found
}

/** Spares the second look at nearly every file there is. */
function mentionsRedaction({ claims }: Manifest): boolean {
  return claims.some(({ body }) =>
    Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes('redacted_assertions'),
  )
}
