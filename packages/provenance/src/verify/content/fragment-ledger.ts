/** Which fragments came, in which order, and whether they are those that were signed (C2PA 15.12.2, 15.12.2.2). */
import type { Log } from '../log.ts'
import { type FragmentTree, nameOfTree, proves } from './fragment-trees.ts'
import type { Proof } from './merkle-box.ts'

/** More names than this say nothing new. */
const mostNames = 10

export class Ledger {
  readonly #trees: ReadonlyMap<string, FragmentTree>
  readonly #expected: ReadonlySet<FragmentTree>
  readonly #seen = new Map<FragmentTree, { readonly locations: Set<number>; last: number }>()
  readonly #altered: string[] = []
  readonly #misplaced: string[] = []

  /** @param expected the trees that belong to what comes before the fragments; they have to be complete. */
  constructor(trees: ReadonlyMap<string, FragmentTree>, expected: ReadonlySet<FragmentTree>) {
    this.#trees = trees
    this.#expected = expected
  }

  treeOf(proof: Proof | undefined): FragmentTree | undefined {
    const tree = proof && this.#trees.get(nameOfTree(proof))
    return tree && this.#expected.has(tree) ? tree : undefined
  }

  /** @param leaf its hash, with the algorithm of its tree */
  take(name: string, proof: Proof | undefined, leaf: Uint8Array): void {
    const tree = this.treeOf(proof)
    if (proof === undefined || tree === undefined || !proves(tree, proof, leaf)) {
      this.#altered.push(name)
      return
    }
    const seen = this.#seen.get(tree) ?? { locations: new Set<number>(), last: -1 }
    this.#seen.set(tree, seen)
    if (proof.location <= seen.last) this.#misplaced.push(name)
    seen.last = proof.location
    seen.locations.add(proof.location)
  }

  /** Says what is wrong, and whether nothing is. */
  close(at: string, log: Log): boolean {
    const status = 'assertion.bmffHash.mismatch'
    const altered = this.#altered
    const misplaced = this.#misplaced
    const missing = altered.length > 0 ? [] : [...this.#expected].flatMap((tree) => this.#missingOf(tree))
    if (altered.length > 0) log.report('manifest.fragment.altered', { status, at, names: listed(altered) })
    if (misplaced.length > 0)
      log.report('manifest.fragment.misplaced', { status, at, names: listed(misplaced) })
    if (missing.length > 0) log.report('manifest.fragment.missing', { status, at, places: listed(missing) })
    return altered.length + misplaced.length + missing.length === 0
  }

  /** Counted from 1, neighbours together: `3`, `5–9`. */
  #missingOf(tree: FragmentTree): string[] {
    const there = [...(this.#seen.get(tree)?.locations ?? [])].sort((a, b) => a - b)
    let next = 0
    return [...there, tree.count].flatMap((location) => {
      const [first, last] = [next + 1, location]
      next = location + 1
      return last < first ? [] : [first === last ? String(first) : `${first}–${last}`]
    })
  }
}

function listed(names: readonly string[]): string {
  const rest = names.length - mostNames
  return [...names.slice(0, mostNames), ...(rest > 0 ? [`+${rest}`] : [])].join(', ')
}
