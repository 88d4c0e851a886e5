/** The assertions that an identity assertion refers to (CAWG identity 5.1.1, 7.1): each is claimed, once, and one of them is the hard binding. */

import type { CheckedManifest } from '../checked-manifest.ts'
import type { Claim, Reference } from '../claim.ts'
import { ingredientsOf } from '../ingredients/ingredient.ts'
import { baseLabel, parseUri } from '../uri.ts'
import type { SignerPayload } from './assertion.ts'
import type { IdentityStatus } from './status.ts'

/** Manifests that hold or not, by label: those that were reached from the active one. */
type Known = ReadonlyMap<string, CheckedManifest>

/** An assertion of a manifest. */
interface Place {
  readonly manifest: string
  readonly label: string
}

const hardBinding = /^c2pa\.hash\.(?!multi-asset)/

/** What an identity assertion of one manifest may refer to. */
interface Scope {
  readonly manifest: string
  /** The claims of the manifest itself and of all that it was made from, by label, and in them the assertions by theirs. */
  readonly claims: ReadonlyMap<string, Listed>
  /** Label of the manifest whose hard binding counts. */
  readonly bound: string | undefined
}

interface Listed {
  readonly claim: Claim
  readonly assertions: ReadonlyMap<string, Reference>
}

/** Scopes of the manifests of one store: each claim is gone through once, however many refer to it. */
export class Scopes {
  readonly #known: Known
  readonly #listed = new Map<CheckedManifest, Listed | undefined>()
  readonly #parts = new Map<CheckedManifest, readonly CheckedManifest[]>()
  readonly #scopes = new Map<CheckedManifest, Scope>()

  constructor(known: Known) {
    this.#known = known
  }

  of(own: CheckedManifest): Scope {
    return cached(this.#scopes, own, () => this.#scopeOf(own))
  }

  #scopeOf(own: CheckedManifest): Scope {
    const claims = new Map<string, Listed>()
    const open = new Set([own]) // grows while it is gone through
    for (const one of open) {
      const listed = cached(this.#listed, one, listedIn)
      if (listed) claims.set(one.manifest.label, listed)
      for (const part of this.#partsOf(one)) open.add(part)
    }
    return { manifest: own.manifest.label, claims, bound: this.#boundBy(own) }
  }

  #partsOf(one: CheckedManifest): readonly CheckedManifest[] {
    return cached(this.#parts, one, () =>
      ingredientsOf(one).flatMap(
        ({ manifest }) => this.#known.get(parseUri(manifest?.url ?? '')?.manifest ?? '') ?? [],
      ),
    )
  }

  /** An update speaks of the content of the one manifest that it updates (C2PA 15.12). */
  #boundBy(own: CheckedManifest): string | undefined {
    const passed = new Set<CheckedManifest>()
    let at: CheckedManifest | undefined = own
    while (at?.manifest.kind === 'update' && !passed.has(at)) {
      passed.add(at)
      at = this.#partsOf(at)[0]
    }
    return at?.manifest.label
  }
}

function cached<K, V>(cache: Map<K, V>, key: K, make: (key: K) => V): V {
  const known = cache.get(key)
  if (known !== undefined || cache.has(key)) return known as V
  const made = make(key)
  cache.set(key, made)
  return made
}

/** Of manifests that do not hold nothing can be signed. */
function listedIn({ claim, manifest, sound }: CheckedManifest): Listed | undefined {
  if (claim === undefined || !sound) return undefined
  const places = claim.assertions.map(
    (one) => [placeOf(one.url, manifest.label)?.label ?? one.url, one] as const,
  )
  return { claim, assertions: new Map(places) }
}

/** What is wrong with the list. */
export function referenceProblems(
  { references }: SignerPayload,
  { manifest, claims, bound }: Scope,
): IdentityStatus[] {
  const problems = new Set<IdentityStatus>()
  const seen = new Set<string>()
  let binds = false
  for (const reference of references) {
    const place = placeOf(reference.url, manifest)
    const key = place ? `${place.manifest} ${place.label}` : reference.url
    if (seen.has(key)) problems.add('cawg.identity.assertion.duplicate')
    seen.add(key)
    if (!place || !isClaimed(place, reference, claims.get(place.manifest))) {
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
function isClaimed({ label }: Place, { hash, algorithm }: Reference, listed: Listed | undefined): boolean {
  const claimed = listed?.assertions.get(label)
  if (listed === undefined || claimed === undefined) return false
  const usual = listed.claim.algorithm
  const same = (algorithm ?? usual) === (claimed.algorithm ?? usual)
  return same && Buffer.compare(claimed.hash, hash) === 0
}
