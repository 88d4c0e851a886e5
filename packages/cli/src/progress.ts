/** The line that long work shows: how much is done and, once that can be told, how long the rest will take. */

/** Seconds of work before a guess is worth something, and the least of the rest that is worth telling. */
const [settled, worth] = [3, 2] as const

export interface Done {
  /** What is being done; each step begins anew. */
  readonly step: string
  /** 0 to 1. */
  readonly fraction: number
}

/**
 * @param left how the language says that about this much time is left
 * @param now seconds
 */
export function progressLine(
  left: (time: string) => string,
  now: () => number = () => performance.now() / 1000,
): (done: Done) => string {
  let [step, began, from] = ['', 0, 0]
  return ({ step: current, fraction }) => {
    if (current !== step || fraction < from) [step, began, from] = [current, now(), fraction]
    const percent = `${Math.round(fraction * 100)} %`
    const took = now() - began
    const rest = (took * (1 - fraction)) / (fraction - from)
    if (took < settled || !(rest >= worth && rest < 86_400)) return percent
    return `${percent}  ${left(clock(rest))}`
  }
}

/** `0:07`, `1:02:03`; beyond ten seconds in steps that do not flicker. */
function clock(seconds: number): string {
  const rounded = seconds > 10 ? Math.round(seconds / 5) * 5 : Math.round(seconds)
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(rounded / 3600), Math.floor((rounded % 3600) / 60)]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rounded % 60)}` : `${minutes}:${two(rounded % 60)}`
}
