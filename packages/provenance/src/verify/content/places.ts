/** Which of many numbered segments were there, as runs of neighbours: those that come in order take no room. */

interface Run {
  first: number
  last: number
}

export class Places {
  readonly #runs: Run[] = []
  readonly #most: number

  /** @param most runs that are remembered, the highest; default all */
  constructor(most = Number.POSITIVE_INFINITY) {
    this.#most = most
  }

  has(place: number): boolean {
    const run = this.#runs[this.#after(place)]
    return run !== undefined && run.first <= place
  }

  /** @param last of those that are there at once */
  add(first: number, last = first): void {
    const at = this.#after(first - 1)
    let end = at
    const run = { first, last }
    for (let next = this.#runs[end]; next && next.first <= last + 1; next = this.#runs[++end]) {
      run.first = Math.min(run.first, next.first)
      run.last = Math.max(run.last, next.last)
    }
    this.#runs.splice(at, end - at, run)
    if (this.#runs.length > this.#most) this.#runs.shift()
  }

  /** Those that are not there, of so many from 0 on, both included. */
  *gaps(count: number): Generator<readonly [number, number]> {
    let next = 0
    for (const { first, last } of [...this.#runs, { first: count, last: count }]) {
      if (first > next) yield [next, first - 1]
      next = last + 1
    }
  }

  /** Index of the first run that ends at this place or behind it. */
  #after(place: number): number {
    let [low, high] = [0, this.#runs.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#runs[middle]?.last ?? 0) < place) low = middle + 1
      else high = middle
    }
    return low
  }
}
