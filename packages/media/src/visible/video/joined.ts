/** Two sources as one, so that a splice can take ranges of both. */
import { concat, type Source } from '@yinji/core'

/** `second` follows `first`. Neither is taken over. */
export function joinedSource(first: Source, second: Source): Source {
  return {
    name: first.name,
    size: first.size + second.size,
    async read(start, end) {
      if (end <= first.size) return first.read(start, end)
      if (start >= first.size) return second.read(start - first.size, end - first.size)
      return concat([await first.read(start, first.size), await second.read(0, end - first.size)])
    },
  }
}
