/** Which assertions are withheld (C2PA 15.10.2): said by a claim that is signed, about a manifest it builds on. */
import { ingredientsOf } from '../ingredients/ingredient.ts'
import { type Context, checkStatements } from '../statements.ts'
import type { Manifest, Store } from '../store.ts'
import { parseUri } from '../uri.ts'

const none: ReadonlySet<string> = new Set()

/**
 * Absolute URIs of withheld assertions. Only manifests that the active one leads to are asked, and only when their
 * signature holds: a manifest that somebody put beside them could otherwise make assertions of others disappear.
 */
export function redactionsOf(store: Store, context: Omit<Context, 'redacted'>): ReadonlySet<string> {
  if (![...store.manifests.values()].some(mentionsRedaction)) return none
  const redacted = new Set<string>()
  const seen = new Set<string>()
  const open: Manifest[] = [store.active]
  for (let manifest = open.pop(); manifest; manifest = open.pop()) {
    if (seen.has(manifest.label)) continue
    seen.add(manifest.label)
    const statements = checkStatements(manifest, { ...context, redacted })
    if (!statements.signed) continue
    for (const url of statements.claim?.redacted ?? []) {
      const target = parseUri(url)?.manifest
      if (target !== undefined && target !== manifest.label && target !== store.active.label)
        redacted.add(url)
    }
    for (const { manifest: reference } of ingredientsOf(statements)) {
      const next = store.manifests.get(parseUri(reference?.url ?? '')?.manifest ?? '')
      if (next) open.push(next)
    }
  }
  return redacted
}

/** Spares the second look at nearly every file there is. */
function mentionsRedaction({ claims }: Manifest): boolean {
  return claims.some(({ body }) =>
    Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes('redacted_assertions'),
  )
}
