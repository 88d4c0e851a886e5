/** Timing by median, and a table that puts everything beside its floor. */

/** A service compiles its code once: this long, and at most so often, a job runs before it is timed. */
const warmUp = { milliseconds: 4000, calls: 3000 }

/**
 * Median milliseconds of one call, after a warm-up in which Node compiles the code: of a second, and of as many calls as are
 * timed where that is longer.
 * @param before what is done before each call and not counted
 */
export async function median(
  times: number,
  job: () => Promise<unknown> | unknown,
  before: () => Promise<unknown> | unknown = () => {},
): Promise<number> {
  const taken: number[] = []
  globalThis.gc?.() // what was done before is not to be tidied up after now
  const began = performance.now()
  const cold = (calls: number) =>
    calls < Math.min(100, times) || (calls < warmUp.calls && performance.now() - began < warmUp.milliseconds)
  for (let calls = 0; cold(calls); calls++) {
    await before()
    await job()
  }
  for (let round = 0; round < times; round++) {
    await before()
    const start = performance.now()
    await job()
    taken.push(performance.now() - start)
  }
  taken.sort((a, b) => a - b)
  return taken[Math.floor(taken.length / 2)] ?? Number.NaN
}

export interface Row {
  readonly name: string
  readonly milliseconds: number
  readonly note?: string
}

/** Prints rows with their ratio to the first one: ours, or the floor. */
export function print(title: string, rows: readonly Row[], megabytes?: number): void {
  const ours = rows[0]?.milliseconds ?? Number.NaN
  console.log(`\n${title}`)
  for (const { name, milliseconds, note } of rows) {
    const speed =
      megabytes === undefined ? '' : `${(megabytes / (milliseconds / 1000)).toFixed(0).padStart(6)} MB/s`
    const ratio = `${(milliseconds / ours).toFixed(2)}×`
    console.log(
      `  ${name.padEnd(44)}${milliseconds.toFixed(2).padStart(9)} ms ${ratio.padStart(8)} ${speed}  ${note ?? ''}`,
    )
  }
}
