/** Holds the properties of a file against the evidence table. */
import type { FoundProperty, Medium } from '../handler.ts'
import { generatorRows } from './generators.ts'
import { hintRows } from './hints.ts'
import { type EvidenceClass, type EvidenceRow, type Sign, type Slot, slotOf } from './row.ts'
import { serviceRows } from './services.ts'
import { standardRows } from './standards.ts'

/** Every sign there is, strongest class first. */
export const evidenceTable: readonly EvidenceRow[] = [
  ...standardRows,
  ...generatorRows,
  ...serviceRows,
  ...hintRows,
]

/** A row that holds for a file. Values stay out of it: prompts and account names are nobody's business. */
export interface EvidenceItem {
  readonly id: string
  readonly class: EvidenceClass
  /** Container path of the sign, if it has one. */
  readonly at: string | null
  readonly tool: string
}

/** The rows that read properties and hold for these, each once. Linear in the properties; patterns need no backtracking. */
export function evidenceIn(properties: readonly FoundProperty[], medium: Medium): EvidenceItem[] {
  const byName = new Map<string, Placed[]>()
  for (const property of properties) {
    const name = property.name.toLowerCase()
    const placed = { slot: slotOf(property.site), ...property }
    const others = byName.get(name)
    if (others) others.push(placed)
    else byName.set(name, [placed])
  }
  return evidenceTable.flatMap((row) => {
    if (row.by !== 'properties' || !row.media.includes(medium)) return []
    const matches = row.signs.map((sign) => find(byName, sign))
    const [first] = matches
    return first === undefined || matches.includes(undefined) ? [] : [evidenceOf(row.id, first.site)]
  })
}

/** The item of a row. @throws RangeError for an id the table does not know. */
export function evidenceOf(id: string, at: string | null): EvidenceItem {
  const row = evidenceTable.find((candidate) => candidate.id === id)
  if (row === undefined) throw new RangeError(`no evidence row ${id}`)
  return { id, class: row.class, at, tool: row.tool }
}

type Placed = FoundProperty & { readonly slot: Slot }

function find(byName: ReadonlyMap<string, readonly Placed[]>, sign: Sign): Placed | undefined {
  for (const name of sign.names) {
    const found = byName
      .get(name.toLowerCase())
      ?.find(
        ({ slot, value }) =>
          sign.slots.includes(slot) && sign.patterns.every((pattern) => pattern.test(value)),
      )
    if (found) return found
  }
  return undefined
}
