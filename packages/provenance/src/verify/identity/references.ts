/** The assertions that an identity assertion refers to (CAWG identity 5.1.1, 7.1): each is claimed, once, and one of them is the hard binding. */
import type { Claim, Reference } from '../claim.ts'
import { ingredientsOf } from '../ingredients/ingredient.ts'
import type { Statements } from '../statements.ts'
import { baseLabel, parseUri } from '../uri.ts'
import type { SignerPayload } from './assertion.ts'
import type { IdentityStatus } from './status.ts'

/** Manifests that hold or not, by label: those that were reached from the active one. */
export type Known = ReadonlyMap<string, Statements>

/** An assertion of a manifest. */
interface Place {
  readonly manifest: string
  readonly label: string
}

const hardBinding = /^c2pa\.hash\.(?!multi-asset)/

/** What is wrong with the list. */
export function referenceProblems(
  { references }: SignerPayload,
  own: Statements,
  known: Known,
): IdentityStatus[] {
  const problems = new Set<IdentityStatus>()
  const seen = new Set<string>()
  const claims = claimsBelow(own, known)
  const bound = boundBy(own, known)
  let binds = false
  for (const reference of references) {
    const place = placeOf(reference.url, own.manifest.label)
    const key = place ? `${place.manifest} ${place.label}` : reference.url
    if (seen.has(key)) problems.add('cawg.identity.assertion.duplicate')
    seen.add(key)
    const claim = place && claims.get(place.manifest)
    if (!place || !claim || !isClaimed(place, reference, claim)) {
      problems.add('cawg.identity.assertion.mismatch')
      continue
    }
    if (!hardBinding.test(baseLabel(place.label))) continue
    binds = true
    if (place.manifest !== bound) problems.add('cawg.identity.hard_binding_incorrect')
  }
  if (!binds) problems.add('cawg.identity.hard_binding_missing')
  return [...problems]
}

/** Labels of what is signed, for people. */
export function labelsOf({ references }: SignerPayload): string[] {
  return references.map(({ url }) => url.slice(url.lastIndexOf('/') + 1).slice(0, 200))
}

/** `self#jumbf=c2pa/…` is a spelling of the examples in CAWG identity 5.2.1: absolute, without the slash. */
function placeOf(url: string, own: string): Place | undefined {
  const uri = parseUri(url.replace(/^self#jumbf=c2pa\//, 'self#jumbf=/c2pa/'))
  const [store, label, ...rest] = uri?.path ?? []
  if (store !== 'c2pa.assertions' || label === undefined || rest.length > 0) return undefined
  return { manifest: uri?.manifest ?? own, label }
}

/** With the same hash, by the same algorithm. */
function isClaimed({ manifest, label }: Place, { hash, algorithm }: Reference, claim: Claim): boolean {
  return claim.assertions.some((claimed) => {
    const place = placeOf(claimed.url, manifest)
    if (place?.manifest !== manifest || place.label !== label) return false
    const same = (algorithm ?? claim.algorithm) === (claimed.algorithm ?? claim.algorithm)
    return same && Buffer.compare(claimed.hash, hash) === 0
  })
}

/** The claims of the manifest itself and of all that it was made from. */
function claimsBelow(own: Statements, known: Known): ReadonlyMap<string, Claim> {
  const claims = new Map<string, Claim>()
  const open = [own]
  for (let at = open.pop(); at; at = open.pop()) {
    if (at.claim === undefined || claims.has(at.manifest.label)) continue
    claims.set(at.manifest.label, at.claim)
    for (const { manifest } of ingredientsOf(at)) {
      const next = known.get(parseUri(manifest?.url ?? '')?.manifest ?? '')
      if (next) open.push(next)
    }
  }
  return claims
}

/** Label of the manifest whose hard binding counts: an update speaks of the content of the one it updates (C2PA 15.12). */
function boundBy(own: Statements, known: Known): string | undefined {
  const passed = new Set<Statements>()
  let at: Statements | undefined = own
  while (at?.manifest.kind === 'update' && !passed.has(at)) {
    passed.add(at)
    at = known.get(parseUri(ingredientsOf(at)[0]?.manifest?.url ?? '')?.manifest ?? '')
  }
  return at?.manifest.label
}
