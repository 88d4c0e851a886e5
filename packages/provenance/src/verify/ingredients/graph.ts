/** Ingredients, all the way down (C2PA 15.11): every manifest the active one builds on, checked without its content. */
import { type finding, limits } from '@yinji/core'
import type { Delta } from '../../validation.ts'
import { actionsOf, checkActions } from '../assertions/actions.ts'
import { checkAlternatives } from '../assertions/alternatives.ts'
import { checkReferences } from '../assertions/references.ts'
import { inWords } from '../hashes.ts'
import type { Log } from '../log.ts'
import { type Context, checkStatements, type Statements } from '../statements.ts'
import { outcomeOf } from '../status.ts'
import type { Manifest, Store } from '../store.ts'
import { assertionUri, manifestUri, parseUri } from '../uri.ts'
import { acknowledgement, deltaOf } from './deltas.ts'
import { type Ingredient, ingredientsOf } from './ingredient.ts'
import { referenceStatus } from './ingredient-hash.ts'
import { Troubles } from './troubles.ts'

export interface Graph {
  /** Every manifest in use once, ingredients before what was made from them. */
  readonly order: readonly Statements[]
  readonly deltas: readonly Delta[]
  /**
   * The manifest whose content the active one speaks of: itself, or the one it updates; `unchecked` where nobody can tell
   * whether it is that one.
   */
  readonly bound: Statements | 'unchecked' | undefined
}

interface Visit {
  readonly statements: Statements
  readonly edges: readonly Ingredient[]
  next: number
}

export function checkIngredients(store: Store, active: Statements, context: Context, log: Log): Graph {
  const known = new Map<string, Statements>([[active.manifest.label, active]])
  const troubles = new Troubles()
  const withheld = new Set([...context.redacted].map((url) => parseUri(url)?.manifest))
  const order: Statements[] = []
  const open: Visit[] = [visit(active, log)]
  const deltas: Delta[] = []
  const acknowledged = new Set<string>()
  const unchecked = new Set<string>()
  let room: number = limits.items // for each ingredient repeats what is known of its manifest, which others may share
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const edge = top.edges[top.next++]
    if (edge === undefined) {
      order.push(top.statements)
      open.pop()
      continue
    }
    for (const failure of edge.acknowledged) acknowledged.add(failure)
    const assertion = assertionUri(top.statements.manifest.label, edge.label)
    const target = follow(store, edge, assertion, troubles)
    if (edge.manifest === undefined) {
      if (!edge.broken && edge.relationship !== 'inputTo')
        top.statements.log.status('ingredient.unknownProvenance', assertion)
      continue
    }
    const hash = {
      hashes: context.hashes,
      withheld: withheld.has(target?.label),
      claim: top.statements.claim,
    }
    const status = target ? referenceStatus(edge, target, hash) : 'ingredient.manifest.missing'
    const about = { code: status, url: target ? manifestUri(target.label) : edge.manifest.url }
    if (status === 'algorithm.unsupported') {
      unchecked.add(target?.label ?? '')
      const algorithm = inWords(edge.manifest.algorithm ?? top.statements.claim?.algorithm)
      log.report('manifest.hash.algorithm', { status, at: assertion, algorithm })
    } else if (outcomeOf(status) === 'failure') {
      troubles.note(target?.label ?? edge.manifest.url, edge.title, [status])
      if (!edge.failures.includes(status) && !acknowledged.has(acknowledgement(assertion, status)))
        log.report('manifest.ingredient.mismatch', { status, at: assertion, title: edge.title ?? about.url })
    }
    if (target === undefined) {
      deltas.push(deltaOf(assertion, edge.recorded, { success: [], informational: [], failure: [about] }))
      continue
    }
    const first = known.get(target.label)
    const statements = first ?? checkStatements(target, context)
    if (first === undefined) {
      checkActions(statements, store, context)
      checkReferences(statements, store, context)
      checkAlternatives(statements, store, context)
      known.set(target.label, statements)
      open.push(visit(statements, log))
    }
    const results = statements.log.resultsWith(about)
    room -= results.success.length + results.informational.length + results.failure.length
    if (room < 0) break
    deltas.push(deltaOf(assertion, edge.recorded, results))
  }
  if (room < 0) {
    const status = 'manifest.inaccessible.malformed'
    log.report('manifest.store.malformed', { status, what: 'it holds too many ingredients' })
    order.push(...open.map(({ statements }) => statements).reverse())
  }
  reportAll(known, troubles, log)
  return { order, deltas, bound: boundManifest(active, known, troubles, unchecked) }
}

function visit(statements: Statements, log: Log): Visit {
  const edges = ingredientsOf(statements)
  const at = manifestUri(statements.manifest.label)
  const parents = edges.filter(({ relationship }) => relationship === 'parentOf').length
  if (statements.manifest.kind === 'update' && statements.sound && (parents !== 1 || edges.length !== 1))
    statements.log.report('manifest.update.invalid', {
      status: 'manifest.update.wrongParents',
      at,
      what: 'ingredients',
    })
  else if (parents > 1)
    statements.log.report('manifest.claim.malformed', {
      status: 'manifest.multipleParents',
      at,
      what: 'more than one parentOf ingredient',
    })
  for (const { label, relationship, broken, unvalidated, sourced } of edges) {
    const what = broken ? 'activeManifest' : relationship === undefined ? 'relationship' : undefined
    const wrong = what ?? (unvalidated ? 'validationResults' : sourced ? 'digitalSourceType' : undefined)
    if (wrong === undefined) continue
    const uri = assertionUri(statements.manifest.label, label)
    log.report('manifest.ingredient.malformed', {
      status: 'assertion.ingredient.malformed',
      at: uri,
      what: wrong,
    })
  }
  return { statements, edges, next: 0 }
}

/** The manifest of an ingredient, when it is there. What was found wrong when it was taken in is not forgotten. */
function follow(
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

function reportAll(known: ReadonlyMap<string, Statements>, troubles: Troubles, log: Log): void {
  const labels = new Set([...troubles.labels, ...[...known.keys()].slice(1)])
  for (const label of labels) {
    const statements = known.get(label)
    const noted = troubles.of(label)
    const at = statements ? manifestUri(label) : label
    const title = noted.title ?? statements?.claim?.title ?? label
    const of = (level: string) =>
      (statements?.log.findings ?? []).filter((found) => found.level === level).map(codeOf)
    const failures = [...new Set([...noted.failures, ...of('error')])]
    if (failures.length > 0)
      log.report('manifest.ingredient.failed', { at, title, failures: failures.join(', ') })
    else if (of('unchecked').length > 0)
      log.report('manifest.ingredient.unchecked', { at, title, reasons: of('unchecked').join(', ') })
    else if (statements?.signer?.trust === 'untrusted')
      log.report('manifest.ingredient.untrusted', {
        at,
        subject: statements.signer.organization ?? statements.signer.subject,
      })
  }
}

/** The status code where the standard has one, else ours. */
function codeOf({ code, data }: ReturnType<typeof finding>): string {
  const status = data?.['status']
  return typeof status === 'string' ? status : code
}

/** C2PA 15.12: an update manifest speaks of the content of the standard manifest its parents lead to. */
function boundManifest(
  active: Statements,
  known: ReadonlyMap<string, Statements>,
  troubles: Troubles,
  unchecked: ReadonlySet<string>,
): Graph['bound'] {
  const passed = new Set<Statements>()
  let at: Statements | undefined = active
  while (at?.manifest.kind === 'update' && !passed.has(at)) {
    passed.add(at)
    const [parent]: readonly Ingredient[] = ingredientsOf(at)
    const uri: ReturnType<typeof parseUri> = parseUri(parent?.manifest?.url ?? '')
    const next: Statements | undefined = known.get(uri?.manifest ?? '')
    if (next && unchecked.has(next.manifest.label)) return 'unchecked'
    const mismatched = troubles
      .of(next?.manifest.label ?? '')
      .failures.some((code) => code.startsWith('ingredient.'))
    at = next?.sound && !mismatched ? next : undefined
  }
  return at?.manifest.kind === 'standard' ? at : undefined
}

/** What all manifests together tell, oldest first. Manifests that do not hold tell nothing. */
export function historyOf(order: readonly Statements[]) {
  return order
    .filter(({ sound }) => sound)
    .flatMap((statements) =>
      actionsOf(statements).map(({ action, when, by, digitalSourceType }) => ({
        action,
        when,
        by,
        digitalSourceType,
        manifest: statements.manifest.label,
      })),
    )
}
