/**
 * Content of a kind that no handler knows. Nothing can be said of what is in it; but a manifest beside the file binds
 * all of its bytes (C2PA 11.4), so it can be signed and checked like any other. Not in the list of formats: it is taken
 * only where somebody asks for a sidecar, or there is one.
 */
import type { MediaHandler } from '@yinji/core'

/** Stands in for every kind of content that has no handler of its own; only a manifest beside the file can speak for it. */
export const opaque: MediaHandler = {
  id: 'opaque',
  medium: 'document',
  mediaTypes: ['application/octet-stream'],
  extensions: ['bin'],
  slots: {},
  matches: () => true,
  read: async () => ({ labels: [], properties: [], findings: [] }),
  splice: async (source) => ({ parts: [{ kind: 'copy', start: 0, end: source.size }] }),
}
