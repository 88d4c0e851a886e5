/**
 * GIF (GIF89a): the AIGC field and the IPTC properties in the XMP packet of an application extension (GB 45438-2025
 * Annex E, TC260-PG-20259A), the manifest in one of its own right behind the global colour table (C2PA A.3.8).
 * Also reads fields that services put into comments.
 */
import type { Found, MediaHandler } from '@yinji/core'
import { damageFindings, severalStores, storeFindings, trailingFindings } from '../carriers/faults.ts'
import { labelsElsewhere, together } from '../carriers/found.ts'
import { type GifBlock, type GifStructure, isGif, joinSubBlocks, readGif } from '../carriers/gif-blocks.ts'
import { updateInPlace } from '../carriers/update-in-place.ts'
import { readXmp } from '../carriers/xmp.ts'
import { imageLabeller } from '../visible/image.ts'
import { commentTexts, manifestBlocks, textSites, xmpSites } from './gif-sites.ts'
import { spliceGif } from './gif-splice.ts'

const xmpSite = 'Application Extension XMP'
const manifestSite = 'Application Extension C2PA_GIF'

export const gif: MediaHandler = {
  id: 'gif',
  medium: 'image',
  mediaTypes: ['image/gif'],
  extensions: ['gif'],
  slots: { aigc: xmpSite, xmp: xmpSite, manifest: { place: manifestSite, binding: 'data', boxes: true } },
  matches: isGif,
  read: async (source) => found(await readGif(source)),
  splice: spliceGif,
  update: (source, store) => updateInPlace(gif, source, store.byteLength),
  visible: imageLabeller,
}

function found({ blocks, trailing, damage }: GifStructure): Found {
  const stores = manifestBlocks(blocks)
  const [store] = stores
  const inside = together([
    ...xmpSites(blocks).map(({ packet, proper }) =>
      readXmp(packet, proper ? xmpSite : `${xmpSite} in sub-blocks`, proper),
    ),
    ...textSites(blocks).map(({ fields, name }) => ({ labels: labelsElsewhere(name, fields) })),
    { properties: commentTexts(blocks), findings: aboutStores(stores, blocks) },
    { findings: [...damageFindings(damage), ...trailingFindings(trailing)] },
  ])
  return store ? { manifest: manifestOf(store), ...inside } : inside
}

/** The excluded bytes are the whole block, from introducer to terminator. */
function manifestOf({ start, end, raw }: GifBlock) {
  const excluded = { start, length: end - start }
  return { site: manifestSite, store: joinSubBlocks(raw), excluded, binding: 'data' as const }
}

function aboutStores(stores: readonly GifBlock[], blocks: readonly GifBlock[]) {
  const picture = blocks.find(({ kind }) => kind === 'picture')
  return storeFindings(
    manifestSite,
    stores.length > 1 && severalStores,
    stores.some(({ start }) => picture !== undefined && start > picture.start) &&
      'it stands behind the first picture',
  )
}
