/** From where the bytes of a spliced file came, so that two plans can be compared without reading what they copy. */
import { type Copy, type Part, partLength } from '@yinji/core'

/**
 * Ranges of the finished file as ranges of the source and bytes of their own, side by side as one. Two plans over one
 * source with the same trace give the same bytes; the converse need not hold.
 */
export function traceOf(ranges: readonly Copy[], parts: readonly Part[]): string {
  const trace = new Trace()
  const ends: number[] = []
  for (const part of parts) ends.push((ends.at(-1) ?? 0) + partLength(part))
  let index = 0
  for (const { start, end } of ranges) {
    if (start < (ends[index - 1] ?? 0)) index = 0 // content need not be told in file order
    while (index < ends.length && (ends[index] ?? 0) <= start) index++
    for (let at = start; at < end; index++) {
      const part = parts[index]
      const stop = ends[index]
      if (part === undefined || stop === undefined) return trace.text(`beyond ${at}`)
      const from = at - (stop - partLength(part))
      const to = from + Math.min(end, stop) - at
      if (to === from) continue
      if (part.kind === 'copy') trace.copied(part.start + from, part.start + to)
      else if (part.kind === 'bytes') trace.added(part.bytes.subarray(from, to))
      else return trace.text(`room ${at}`)
      at += to - from
      if (at === end) break
    }
  }
  return trace.text('')
}

class Trace {
  readonly #pieces: string[] = []
  #start = 0
  #end = 0

  copied(start: number, end: number): void {
    if (start !== this.#end) {
      this.#flush()
      this.#start = start
    }
    this.#end = end
  }

  added(bytes: Uint8Array): void {
    this.#flush()
    this.#start = this.#end = -1
    this.#pieces.push(Buffer.from(bytes).toString('hex'))
  }

  text(last: string): string {
    this.#flush()
    return [...this.#pieces, last].join(' ')
  }

  #flush(): void {
    if (this.#end > this.#start) this.#pieces.push(`${this.#start}-${this.#end}`)
    this.#start = this.#end
  }
}
