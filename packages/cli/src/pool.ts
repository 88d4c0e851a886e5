/** Bounded concurrency: a few items at a time, results in the order of the items. */
import { availableParallelism } from 'node:os'

/** Enough to keep disk and processor busy together; more would only cost memory. */
const workers = Math.max(2, Math.min(4, availableParallelism()))

/** `work` must not reject: what went wrong belongs into its result. */
export async function* inOrder<Item, Result>(
  items: Iterable<Item>,
  work: (item: Item) => Promise<Result>,
  limit = workers,
): AsyncGenerator<Result> {
  const running: Promise<Result>[] = []
  for (const item of items) {
    const oldest = running.length < limit ? undefined : running.shift()
    if (oldest) yield await oldest
    running.push(work(item))
  }
  for (const rest of running) yield await rest
}
