/** The explicit label of AVIF (GB 45438-2025 5.2): no part of a picture can be coded alone, so all of it is coded again. */
import type { VisibleLabeller } from '@yinji/core'

export const avifLabeller: VisibleLabeller = {
  how: 'words on a plate',
  placed: true,
  apply: async (source, label, context) => (await import('./avif-draw.ts')).labelAvif(source, label, context),
  look: async (source, context) => (await import('./look.ts')).lookAtPicture(source, context),
}
