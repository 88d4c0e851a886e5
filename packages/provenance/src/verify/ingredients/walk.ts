/** The way from a manifest down to everything it was made from, depth first (C2PA 15.11.3.3). */
import { limits } from '@yinji/core'
import type { Delta, Status } from '../../validation.ts'
import { checkActions } from '../assertions/actions.ts'
import { checkAlternatives } from '../assertions/alternatives.ts'
import { checkReferences } from '../assertions/references.ts'
import { type CheckedManifest, type Context, checkManifest } from '../checked-manifest.ts'
import { inWords } from '../hashes.ts'
import type { Log } from '../log.ts'
import { outcomeOf, type StatusCode } from '../status.ts'
import type { Manifest, Store } from '../store.ts'
import { assertionUri, manifestUri, parseUri } from '../uri.ts'
import { acknowledgement, deltaOf } from './deltas.ts'
import { type Ingredient, ingredientsOf } from './ingredient.ts'
import { type HashContext, referenceStatus, signatureStatus } from './ingredient-hash.ts'
import { Troubles } from './troubles.ts'

interface Visit {
  readonly checked: CheckedManifest
  readonly edges: readonly Ingredient[]
  next: number
}

/** An ingredient assertion, who states it, and the manifest it names, if that is there. */
interface Edge {
  readonly ingredient: Ingredient
  readonly from: CheckedManifest
  readonly assertion: string
  readonly target: Manifest | undefined
}

/** An ingredient assertion with a manifest, what it recorded of that, and whether it is that one. */
interface Followed {
  readonly assertion: string
  readonly recorded: Ingredient['recorded']
  readonly about: Status
  readonly target: CheckedManifest | undefined
}

/** One walk: every manifest is checked once, however many were made from it. */
export class Walk {
  /** Manifests that were reached, by label; first the one the walk is from. */
  readonly known = new Map<string, CheckedManifest>()
  readonly troubles = new Troubles()
  /** Ingredients before what was made from them. */
  readonly order: CheckedManifest[] = []
  readonly deltas: Delta[] = []
  /** Labels of manifests of which nobody can tell whether they are those that were taken in. */
  readonly unchecked = new Set<string>()
  readonly #store: Store
  readonly #context: Context
  readonly #log: Log
  readonly #withheld: ReadonlySet<string | undefined>
  readonly #acknowledged = new Set<string>()
  readonly #open: Visit[] = []
  readonly #followed: Followed[] = []

  constructor(store: Store, context: Context, log: Log) {
    this.#store = store
    this.#context = context
    this.#log = log
    this.#withheld = new Set([...context.redacted].map((url) => parseUri(url)?.manifest))
  }

  from(active: CheckedManifest): void {
    this.#enter(active)
    for (let top = this.#open.at(-1); top; top = this.#open.at(-1)) {
      const ingredient = top.edges[top.next++]
      if (ingredient) this.#follow(ingredient, top.checked)
      else this.#leave()
    }
    this.#compareResults()
  }

  /**
   * When all is known: what is found out about a manifest comes in part from its own ingredients. Each ingredient repeats what is
   * known of its manifest, which others may share, so there is room for so many results.
   */
  #compareResults(): void {
    let room: number = limits.items
    for (const { assertion, recorded, about, target } of this.#followed) {
      const results = target?.log.resultsWith(about) ?? { success: [], informational: [], failure: [about] }
      room -= results.success.length + results.informational.length + results.failure.length
      if (room < 0) {
        const status = 'manifest.inaccessible.malformed'
        this.#log.report('manifest.store.malformed', { status, what: 'it holds too many ingredients' })
        return
      }
      this.deltas.push(deltaOf(assertion, recorded, results))
    }
  }

  #enter(checked: CheckedManifest): void {
    this.known.set(checked.manifest.label, checked)
    this.#open.push(visit(checked))
  }

  #leave(): void {
    const left = this.#open.pop()
    if (left) this.order.push(left.checked)
  }

  #follow(ingredient: Ingredient, from: CheckedManifest): void {
    for (const failure of ingredient.acknowledged) this.#acknowledged.add(failure)
    const assertion = assertionUri(from.manifest.label, ingredient.label)
    const target = targetOf(this.#store, ingredient, assertion, this.troubles)
    if (ingredient.manifest === undefined) {
      if (!ingredient.broken && ingredient.relationship !== 'inputTo')
        from.log.status('ingredient.unknownProvenance', assertion)
      return
    }
    const code = this.#compare({ ingredient, from, assertion, target })
    const about = { code, url: target ? manifestUri(target.label) : ingredient.manifest.url }
    const { recorded } = ingredient
    this.#followed.push({ assertion, recorded, about, target: target && this.#reached(target) })
  }

  /** Whether the manifest is the one that was taken in; tells people where it is not, or nobody can say. */
  #compare(edge: Edge): StatusCode {
    const { ingredient, from, assertion: at, target } = edge
    const { manifest, title } = ingredient
    const context = {
      hashes: this.#context.hashes,
      withheld: this.#withheld.has(target?.label),
      claim: from.claim,
    }
    const status = target ? referenceStatus(ingredient, target, context) : 'ingredient.manifest.missing'
    if (target && status === 'ingredient.manifest.validated') checkSignature(edge, target, context)
    const url = manifest?.url ?? at
    if (status === 'algorithm.unsupported') {
      this.unchecked.add(target?.label ?? '')
      const algorithm = inWords(manifest?.algorithm ?? from.claim?.algorithm)
      this.#log.report('manifest.hash.algorithm', { status, at, algorithm })
    } else if (outcomeOf(status) === 'failure') {
      this.troubles.note(target?.label ?? url, title, [status])
      const known =
        ingredient.failures.includes(status) || this.#acknowledged.has(acknowledgement(at, status))
      const named = title ?? (target ? manifestUri(target.label) : url)
      if (!known) this.#log.report('manifest.ingredient.mismatch', { status, at, title: named })
    }
    return status
  }

  /** What the manifest states, checked now if it was not yet: then its own ingredients come next. */
  #reached(target: Manifest): CheckedManifest {
    const known = this.known.get(target.label)
    if (known) return known
    const checked = checkManifest(target, this.#context)
    checkActions(checked, this.#store, this.#context)
    checkReferences(checked, this.#store, this.#context)
    checkAlternatives(checked, this.#store, this.#context)
    this.#enter(checked)
    return checked
  }
}

function visit(checked: CheckedManifest): Visit {
  const { log } = checked
  const edges = ingredientsOf(checked)
  const at = manifestUri(checked.manifest.label)
  const parents = edges.filter(({ relationship }) => relationship === 'parentOf').length
  if (checked.manifest.kind === 'update' && checked.sound && (parents !== 1 || edges.length !== 1))
    log.report('manifest.update.invalid', {
      status: 'manifest.update.wrongParents',
      at,
      what: 'ingredients',
    })
  else if (parents > 1)
    log.report('manifest.claim.malformed', {
      status: 'manifest.multipleParents',
      at,
      what: 'more than one parentOf ingredient',
    })
  for (const { label, relationship, broken, unvalidated, sourced } of edges) {
    const what = broken ? 'activeManifest' : relationship === undefined ? 'relationship' : undefined
    const wrong = what ?? (unvalidated ? 'validationResults' : sourced ? 'digitalSourceType' : undefined)
    if (wrong === undefined) continue
    const uri = assertionUri(checked.manifest.label, label)
    log.report('manifest.ingredient.malformed', {
      status: 'assertion.ingredient.malformed',
      at: uri,
      what: wrong,
    })
  }
  return { checked, edges, next: 0 }
}

/** Where the manifest itself was compared, its signature is a reference like others (C2PA 15.10.3.3). */
function checkSignature(edge: Edge, target: Manifest, context: HashContext): void {
  const { ingredient, from, assertion: at } = edge
  const { label, signature } = ingredient
  if (signature === undefined || from.claim?.version !== 2) return
  const kind = signatureStatus(ingredient, target, context).split('.').at(-1)
  if (kind !== 'missing' && kind !== 'mismatch') return
  from.log.report('manifest.reference.broken', { status: `hashedURI.${kind}`, at, label, url: signature.url })
}

/** The manifest of an ingredient, when it is there. What was found wrong when it was taken in is not forgotten. */
function targetOf(
  store: Store,
  { title, manifest: reference, failures }: Ingredient,
  assertion: string,
  troubles: Troubles,
): Manifest | undefined {
  const uri = reference && parseUri(reference.url)
  const target = uri?.path.length === 0 ? store.manifests.get(uri.manifest ?? '') : undefined
  troubles.note(target?.label ?? reference?.url ?? assertion, title, failures)
  return target
}
