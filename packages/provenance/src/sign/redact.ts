/** Withholding statements of an earlier manifest (C2PA 6.8): they are taken out, and the claim says which. */
import { UsageError } from '@yinji/core'
import { isSuperBox, type SuperBox, uuids } from '../encoding/jumbf.ts'
import { nothing, rebuilt } from './boxes.ts'
import { readStore } from './ingredient.ts'
import type { UpdateContent } from './manifest.ts'
import { unpacked } from './manifest-box.ts'

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
  const statements = statementsIn(store)
  const withheld = redactions.map(({ label }) => newestOf(statements, label))
  const changed = new Map<SuperBox, Uint8Array>()
  for (const { manifest, assertions } of withheld) {
    const own = withheld.filter((one) => one.manifest === manifest)
    const kept = rebuilt(assertions, new Map(own.map(({ box }) => [box, nothing])))
    changed.set(manifest, rebuilt(unpacked(manifest), new Map([[assertions, kept]])))
  }
  const uris = withheld.map(
    ({ manifest, box }) => `self#jumbf=/c2pa/${manifest.label}/c2pa.assertions/${box.label}`,
  )
  return { bytes: rebuilt(store, changed), uris }
}

interface Statement {
  readonly manifest: SuperBox
  /** The assertion store it stands in. */
  readonly assertions: SuperBox
  readonly box: SuperBox
}

/** All assertions, those of the newest manifest last. */
function statementsIn(store: SuperBox): Statement[] {
  const superBoxesOf = (box: SuperBox) => box.children.filter(isSuperBox)
  return superBoxesOf(store).flatMap((manifest) =>
    superBoxesOf(unpacked(manifest))
      .filter(({ uuid }) => uuid === uuids.assertionStore)
      .flatMap((assertions) => superBoxesOf(assertions).map((box) => ({ manifest, assertions, box }))),
  )
}

function newestOf(statements: readonly Statement[], label: string): Statement {
  if (essential.test(label)) throw new UsageError('usage.redaction.kept', { label })
  const found = statements.findLast(({ box }) => box.label === label)
  if (found) return found
  const there = statements.map(({ box }) => box.label).filter((other) => !essential.test(other))
  throw new UsageError('usage.redaction.missing', { label, there: [...new Set(there)].join(', ') })
}
