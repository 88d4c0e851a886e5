/** Caches that can't grow: who sends a million different things must not fill the memory. */

/**
 * Puts a value into a map as the newest, and drops the oldest ones beyond `most`. A map keeps its order, so what comes
 * again and again stays.
 */
export function remember<K, V>(map: Map<K, V>, key: K, value: V, most: number): void {
  map.delete(key)
  map.set(key, value)
  for (const oldest of map.keys()) {
    if (map.size <= most) break
    map.delete(oldest)
  }
}
