/**
 * Labellers whose code is loaded when something is to be labelled or looked at: whoever verifies a picture waits for
 * none of it, and whoever labels one only for the picture's.
 */
import type { VisibleLabeller } from '@yinji/core'
import { placeAt } from './edges.ts'

type Work = Pick<VisibleLabeller, 'apply' | 'look'>

function deferred(
  about: Omit<VisibleLabeller, keyof Work>,
  load: () => Promise<Required<Work>>,
): VisibleLabeller {
  return {
    ...about,
    apply: async (source, label, context) => (await load()).apply(source, label, context),
    look: async (source, context) => (await load()).look(source, context),
  }
}

export const videoLabeller = deferred(
  { how: 'on the first 2 s, at an edge or corner', placed: true, needs: 'ffmpeg' },
  () => import('./video.ts'),
)

export const docxLabeller = deferred(
  { how: 'first paragraph', place: placeAt('first paragraph', 'last paragraph') },
  () => import('./docx.ts'),
)

export const pptxLabeller = deferred(
  { how: 'text box at a corner of the first slide', placed: true },
  () => import('./pptx.ts'),
)

export const xlsxLabeller = deferred(
  {
    how: 'text box beside the cells, page header in print',
    place: placeAt('text box beside the cells, page header in print', 'on the last sheet', 'on every sheet'),
  },
  () => import('./xlsx.ts'),
)

export const pdfLabeller = deferred(
  { how: 'words on a plate at a corner of the first page', placed: true },
  () => import('./pdf.ts'),
)

export const odtLabeller = deferred(
  { how: 'first paragraph', place: placeAt('first paragraph', 'last paragraph') },
  () => import('./odt.ts'),
)

export const odsLabeller = deferred(
  {
    how: 'text box beside the cells',
    place: placeAt('text box beside the cells', 'on the last sheet', 'on every sheet'),
  },
  () => import('./ods.ts'),
)

export const odpLabeller = deferred(
  { how: 'text box at a corner of the first slide', placed: true },
  async () => (await import('./odp.ts')).labellerOf('presentation'),
)

export const odgLabeller = deferred(
  { how: 'text box at a corner of the first page', placed: true },
  async () => (await import('./odp.ts')).labellerOf('drawing'),
)

export const ofdLabeller = deferred(
  { how: 'outlines on a plate at a corner of the first page', placed: true },
  () => import('./ofd.ts'),
)
