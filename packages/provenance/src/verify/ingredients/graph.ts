/** Ingredients, all the way down (C2PA 15.11): every manifest the active one builds on, checked without its content. */
import type { finding } from '@yinji/core'
import type { Delta } from '../../validation.ts'
import { actionsOf } from '../assertions/actions.ts'
import type { CheckedManifest, Context } from '../checked-manifest.ts'
import type { Log } from '../log.ts'
import type { Store } from '../store.ts'
import { manifestUri, parseUri } from '../uri.ts'
import { type Ingredient, ingredientsOf } from './ingredient.ts'
import type { Troubles } from './troubles.ts'
import { Walk } from './walk.ts'

export interface Graph {
  /** Every manifest in use once, ingredients before what was made from them. */
  readonly order: readonly CheckedManifest[]
  readonly deltas: readonly Delta[]
  /**
   * The manifest whose content the active one speaks of: itself, or the one it updates; `unchecked` where nobody can tell
   * whether it is that one.
   */
  readonly bound: CheckedManifest | 'unchecked' | undefined
  /** What that content was before, latest first: the manifests its parents lead to, as far as they hold. */
  readonly past: readonly CheckedManifest[]
}

export function checkIngredients(store: Store, active: CheckedManifest, context: Context, log: Log): Graph {
  const walk = new Walk(store, context, log)
  walk.from(active)
  const { order, deltas, known, troubles } = walk
  reportAll(known, troubles, log)
  const bound = boundManifest(active, walk)
  return { order, deltas, bound, past: bound === 'unchecked' ? [] : pastOf(bound, walk) }
}

function reportAll(known: ReadonlyMap<string, CheckedManifest>, troubles: Troubles, log: Log): void {
  const labels = new Set([...troubles.labels, ...[...known.keys()].slice(1)])
  for (const label of labels) {
    const checked = known.get(label)
    const noted = troubles.of(label)
    const at = checked ? manifestUri(label) : label
    const title = noted.title ?? checked?.claim?.title ?? label
    const of = (level: string) =>
      (checked?.log.findings ?? []).filter((found) => found.level === level).map(codeOf)
    const failures = [...new Set([...noted.failures, ...of('error')])]
    if (failures.length > 0)
      log.report('manifest.ingredient.failed', { at, title, failures: failures.join(', ') })
    else if (of('unchecked').length > 0)
      log.report('manifest.ingredient.unchecked', { at, title, reasons: of('unchecked').join(', ') })
    else if (checked?.signer?.trust === 'untrusted')
      log.report('manifest.ingredient.untrusted', {
        at,
        subject: checked.signer.organization ?? checked.signer.subject,
      })
  }
}

/** The status code where the standard has one, else ours. */
function codeOf({ code, data }: ReturnType<typeof finding>): string {
  const status = data?.['status']
  return typeof status === 'string' ? status : code
}

/** C2PA 15.12: an update manifest speaks of the content of the standard manifest its parents lead to. */
function boundManifest(active: CheckedManifest, walk: Walk): Graph['bound'] {
  const passed = new Set<CheckedManifest>()
  let at: CheckedManifest | undefined = active
  while (at?.manifest.kind === 'update' && !passed.has(at)) {
    passed.add(at)
    const next: CheckedManifest | 'unchecked' | undefined = takenIn(ingredientsOf(at)[0], walk)
    if (next === 'unchecked') return next
    at = next
  }
  return at?.manifest.kind === 'standard' ? at : undefined
}

function pastOf(bound: CheckedManifest | undefined, walk: Walk): readonly CheckedManifest[] {
  const past = new Set<CheckedManifest>()
  let at: CheckedManifest | undefined = bound
  while (at) {
    const parent = ingredientsOf(at).find(({ relationship }) => relationship === 'parentOf')
    const next: CheckedManifest | 'unchecked' | undefined = takenIn(parent, walk)
    if (next === 'unchecked' || next === undefined || past.has(next)) break
    past.add(next)
    at = next
  }
  return [...past]
}

/** The manifest of an ingredient, where it holds and is the one that was taken in. */
function takenIn(
  ingredient: Ingredient | undefined,
  { known, troubles, unchecked }: Walk,
): CheckedManifest | 'unchecked' | undefined {
  const next = known.get(parseUri(ingredient?.manifest?.url ?? '')?.manifest ?? '')
  if (next === undefined) return undefined
  const { label } = next.manifest
  if (unchecked.has(label)) return 'unchecked'
  const mismatched = troubles.of(label).failures.some((code) => code.startsWith('ingredient.'))
  return next.sound && !mismatched ? next : undefined
}

/** What all manifests together tell, oldest first. Manifests that do not hold tell nothing. */
export function historyOf(order: readonly CheckedManifest[]) {
  return order
    .filter(({ sound }) => sound)
    .flatMap((checked) =>
      actionsOf(checked).map(({ action, when, by, digitalSourceType }) => ({
        action,
        when,
        by,
        digitalSourceType,
        manifest: checked.manifest.label,
      })),
    )
}
