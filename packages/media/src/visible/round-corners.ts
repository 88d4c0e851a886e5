/** The plate of a label as a path. */

/** What is drawn from where the last step ended: a straight line, or a Bézier curve by its two handles and its end. */
export type Step = readonly ['move' | 'line' | 'curve', ...number[]]

/** A rectangle from (low, low) with round corners; a quarter of a circle is one curve. */
export function roundCorners(low: number, right: number, far: number, radius: number): readonly Step[] {
  const bend = radius * (1 - 0.5523)
  return [
    ['move', low + radius, low],
    ['line', right - radius, low],
    ['curve', right - bend, low, right, low + bend, right, low + radius],
    ['line', right, far - radius],
    ['curve', right, far - bend, right - bend, far, right - radius, far],
    ['line', low + radius, far],
    ['curve', low + bend, far, low, far - bend, low, far - radius],
    ['line', low, low + radius],
    ['curve', low, low + bend, low + bend, low, low + radius, low],
  ]
}
