/** The content whose loudness a label takes on: what is heard just before and after it. */

/** Seconds: EBU R128 calls loudness over 3 s short-term; this is long enough to hold more than a breath. */
const reach = 20

/** Seconds of content around a join. At the very start or end all of it lies on one side. */
export function nearJoin(at: number, seconds: number): { readonly from: number; readonly to: number } {
  return { from: Math.max(0, Math.min(at, seconds) - reach), to: Math.min(seconds, Math.max(0, at) + reach) }
}
