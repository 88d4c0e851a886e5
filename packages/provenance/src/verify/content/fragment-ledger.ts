/** Which fragments came, in which order, and whether they are those that were signed (C2PA 15.12.2, 15.12.2.2). */
import type { Log } from '../log.ts'
import { type FragmentTree, nameOfTree, proves } from './fragment-trees.ts'
import type { Proof } from './merkle-box.ts'
import { PieceLedger } from './piece-ledger.ts'
import { Places } from './places.ts'

const status = 'assertion.bmffHash.mismatch'

interface Seen {
  readonly places: Places
  last: number
}

export class Ledger {
  readonly pieces: PieceLedger
  readonly #trees: ReadonlyMap<string, FragmentTree>
  readonly #expected: ReadonlySet<FragmentTree>
  readonly #seen = new Map<FragmentTree, Seen>()
  /** Fragments since the last one that holds. */
  #failed = 0

  /** @param expected the trees that belong to what comes before the fragments; they have to be complete. */
  constructor(trees: ReadonlyMap<string, FragmentTree>, expected: ReadonlySet<FragmentTree>, log: Log) {
    this.#trees = trees
    this.#expected = expected
    this.pieces = new PieceLedger(log)
  }

  treeOf(proof: Proof | undefined): FragmentTree | undefined {
    const tree = proof && this.#trees.get(nameOfTree(proof))
    return tree && this.#expected.has(tree) ? tree : undefined
  }

  /** @param leaf its hash, with the algorithm of its tree */
  take(name: string, proof: Proof | undefined, leaf: Uint8Array): void {
    const tree = this.treeOf(proof)
    if (proof === undefined || tree === undefined || !proves(tree, proof, leaf)) {
      this.#failed++
      this.pieces.note('manifest.fragment.altered', name, status)
      return
    }
    const { location } = proof
    const seen = this.#seen.get(tree) ?? { places: new Places(), last: -1 }
    this.pieces.found(location + 1)
    if (location <= seen.last) this.pieces.misplace(name, status, seen.places.has(location))
    else if (seen.last >= 0 && location > seen.last + 1 + this.#failed)
      this.pieces.miss(seen.last + 2, location, true)
    this.#seen.set(tree, seen)
    this.#failed = 0
    seen.last = location
    seen.places.add(location)
  }

  /** Says what is wrong, and whether nothing is. */
  close(at: string): boolean {
    if (!this.pieces.altered)
      for (const tree of this.#expected)
        for (const [first, last] of (this.#seen.get(tree)?.places ?? new Places()).gaps(tree.count))
          this.pieces.missed(first === last ? `${first + 1}` : `${first + 1}–${last + 1}`)
    return this.pieces.close(at, status)
  }
}
