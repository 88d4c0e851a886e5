/** The manifests of all ingredients in one store, each once and under a label of its own (C2PA 18.16.12.1). */
import { parseJumbf, type SuperBox, uuids } from '../encoding/jumbf.ts'
import type { Delta, Status } from '../validation.ts'
import { childrenOf, leadsFrom, unpacked } from './manifest-box.ts'
import { nextLabel, relabelled } from './relabel.ts'
import { leftIn, united, withheldBy, without } from './united.ts'

/** Where the manifests of one ingredient stand now. */
export interface Copy {
  /** A manifest of the ingredient, by the label it had there. */
  readonly manifest: (label: string) => SuperBox | undefined
  /** The label a manifest of the ingredient has here. */
  readonly labelOf: (label: string) => string
  /** What its own manifests refer to by a label that is another manifest's here: nobody can rewrite what is signed. */
  readonly astray: readonly Delta[]
}

/** What the manifests called so are, apart from those that differ by what was withheld. */
interface Version {
  box: SuperBox
  /** Which ingredients brought it. */
  readonly from: Set<number>
  /** Manifests refer to it by the label it has. */
  referred: boolean
}

/** @param stores Manifests of each ingredient, the active one last. */
export function gathered(stores: readonly (readonly SuperBox[])[]): {
  readonly manifests: readonly Uint8Array[]
  readonly copy: (index: number) => Copy
} {
  const withheld = withheldBy(stores.flat())
  const versions = versionsOf(stores, withheld)
  const standing = new Map<Version, SuperBox>()
  const taken = new Set(versions.keys())
  for (const [label, all] of versions) {
    const [kept, ...others] = byClaimToLabel(all, withheld)
    if (kept) standing.set(kept, others.length > 0 ? stripped(kept.box, withheld) : kept.box)
    for (const version of others) {
      const next = nextLabel(label, taken)
      taken.add(next)
      standing.set(version, relabelled(version.box, next))
    }
  }
  const copy = (index: number) => {
    const find = (label: string) => {
      const version = versions.get(label)?.find(({ from }) => from.has(index))
      return version && standing.get(version)
    }
    const labelOf = (label: string) => find(label)?.label ?? label
    return { manifest: find, labelOf, astray: astrayIn(stores[index] ?? [], { labelOf, standing, withheld }) }
  }
  return { manifests: [...standing.values()].map(({ bytes }) => bytes), copy }
}

function versionsOf(stores: readonly (readonly SuperBox[])[], withheld: ReadonlySet<string>) {
  const versions = new Map<string, Version[]>()
  stores.forEach((store, index) => {
    for (const box of store) {
      const known = versions.get(box.label) ?? []
      versions.set(box.label, known)
      const same = known.find((version) => join(version, box, withheld))
      if (same) same.from.add(index)
      else known.push({ box, from: new Set([index]), referred: false })
    }
  })
  if ([...versions.values()].some(({ length }) => length > 1)) markReferred(stores, versions)
  return versions
}

/**
 * Whether they are the same but for what was withheld; then the version becomes what both have. Of the same one with and without
 * compression, the compressed one is found by the hashes of either.
 */
function join(version: Version, box: SuperBox, withheld: ReadonlySet<string>): boolean {
  const [known, plain] = [unpacked(version.box), unpacked(box)]
  if (Buffer.compare(known.bytes, plain.bytes) === 0) {
    if (known === version.box) version.box = box
    return true
  }
  const both = united(known, plain, withheld)
  if (both) version.box = parseJumbf(both)
  return both !== undefined
}

function markReferred(
  stores: readonly (readonly SuperBox[])[],
  versions: ReadonlyMap<string, Version[]>,
): void {
  stores.forEach((store, index) => {
    for (const { target } of store.flatMap(leadsFrom))
      for (const version of versions.get(target) ?? []) version.referred ||= version.from.has(index)
  })
}

/**
 * Ingredients may be taken in in any order, and who comes first keeps the label. So these do whose label would be missed: where
 * something was withheld under that label, then where signed manifests refer to it; what only new assertions refer to can be renamed.
 */
function byClaimToLabel(all: readonly Version[], withheld: ReadonlySet<string>): Version[] {
  const rank = ({ box, referred }: Version) => (leftIn(box, withheld).length > 0 ? 2 : 0) + (referred ? 0 : 1)
  return [...all].sort((a, b) => rank(a) - rank(b))
}

/** What is said to be withheld under a label must not stand there (C2PA 15.11.3.3.1). */
function stripped(box: SuperBox, withheld: ReadonlySet<string>): SuperBox {
  const left = leftIn(box, withheld)
  const less = left.length > 0 ? without(box, left) : undefined
  return less ? parseJumbf(less) : box
}

interface Placing {
  readonly labelOf: Copy['labelOf']
  readonly standing: ReadonlyMap<Version, SuperBox>
  readonly withheld: ReadonlySet<string>
}

function astrayIn(store: readonly SuperBox[], { labelOf, standing, withheld }: Placing): Delta[] {
  if (store.every(({ label }) => labelOf(label) === label)) return []
  const own = new Map(store.map((box) => [box.label, box]))
  const here = new Map([...standing.values()].map((box) => [box.label, box]))
  return store.flatMap((from) =>
    leadsFrom(from).flatMap(({ assertion, target }) => {
      const [meant, found] = [own.get(target), here.get(target)]
      if (!meant || !found || labelOf(target) === target) return []
      const redacted = [...withheld].some((url) => url.startsWith(`self#jumbf=/c2pa/${target}/`))
      if (redacted && sameSignature(meant, found)) return []
      const code = redacted ? 'ingredient.claimSignature.mismatch' : 'ingredient.manifest.mismatch'
      const status: Status = { code, url: `self#jumbf=/c2pa/${target}` }
      const results = { success: [], informational: [], failure: [status] }
      return { assertion: `self#jumbf=/c2pa/${labelOf(from.label)}/c2pa.assertions/${assertion}`, results }
    }),
  )
}

function sameSignature(a: SuperBox, b: SuperBox): boolean {
  const [one, other] = [a, b].map((box) => childrenOf(unpacked(box), uuids.signature)[0]?.bytes)
  return !!one && !!other && Buffer.compare(one, other) === 0
}
