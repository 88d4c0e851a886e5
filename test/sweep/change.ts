/** One case of a sweep, drawn from its seed and number alone. */
import { readBoxes } from './boxes.ts'
import { Chance } from './chance.ts'
import { type Changed, changeFile } from './file-changes.ts'
import type { Sample } from './samples.ts'
import { fitted } from './seal.ts'
import { boxChanges, cborChanges } from './store-changes.ts'

export interface Case extends Changed {
  readonly sample: Sample
}

/** Undefined where the change that was drawn can’t be made. */
export async function changeOf(
  samples: readonly Sample[],
  seed: number,
  index: number,
): Promise<Case | undefined> {
  const chance = new Chance(seed * 1_000_003 + index)
  const sample = chance.of(samples)
  try {
    return await changed(sample, chance)
  } catch (error) {
    if (error instanceof RangeError) return undefined // there is nothing left of what was to be changed
    throw error
  }
}

async function changed(sample: Sample, chance: Chance): Promise<Case | undefined> {
  const kind = chance.fraction()
  if (kind < 0.4) return { sample, ...changeFile(sample, chance) }
  const [store] = readBoxes(sample.store, 0, sample.store.readUInt32BE(0)) ?? []
  if (store === undefined) return undefined
  const done: string[] = []
  for (let times = chance.of([1, 1, 1, 2]); times > 0; times--) {
    const what = chance.of(chance.happens(0.4) ? boxChanges : cborChanges)(store, chance)
    if (what !== undefined) done.push(what)
  }
  const key = kind < 0.6 ? undefined : sample.key
  const bytes = done.length > 0 ? fitted(store, sample.store.length, key) : undefined
  const file = bytes && (await sample.embed(bytes))
  return file && { sample, file, what: `${key ? 'signed again: ' : ''}${done.join('; ')}` }
}
