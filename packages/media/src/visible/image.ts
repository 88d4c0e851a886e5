/** The explicit label of pictures (GB 45438-2025 5.2): words in a corner or at an edge. */
import type { VisibleLabeller } from '@yinji/core'

export const imageLabeller: VisibleLabeller = {
  how: 'words on a plate',
  placed: true,
  // The drawing tools take longer to load than a picture takes to verify, so they wait until they are wanted.
  apply: async (source, label, context) =>
    (await import('./picture.ts')).labelPicture(source, label, context),
  look: async (source, context) => (await import('./look.ts')).lookAtPicture(source, context),
}
