/**
 * Media in other files: a track or picture may say that it stands elsewhere (`dref`, ISO/IEC 14496-12 8.7.2). The hash is of this
 * file (C2PA 9.2): what the other one holds is nobody's word.
 */
import type { Source } from '@yinji/core'
import { type Box, boxesBetween } from './bmff-boxes.ts'
import type { BoxPaths } from './bmff-path.ts'
import { contentOf } from './bmff-runs.ts'

const kinds = ['url ', 'urn ', 'alis', 'rsrc']

/** In words, one for each kind of reference. @param information boxes `dinf` */
export async function referencesElsewhere(
  source: Source,
  paths: BoxPaths,
  information: readonly Box[],
): Promise<string[]> {
  const found = new Set<string>()
  for (const parent of information)
    for (const table of await paths.childrenOf(parent, 'dref'))
      for (const box of await boxesBetween(source, table.start + table.header + 8, table.end))
        if (kinds.includes(box.type) && (await isElsewhere(source, box))) found.add(`/dref/${box.type}`)
  return [...found]
}

/** The lowest flag says that it is this file; some leave it out and name no other. */
async function isElsewhere(source: Source, box: Box): Promise<boolean> {
  const content = await contentOf(source, box)
  return (
    content.length > 4 && (content.readUInt8(3) & 1) === 0 && content.subarray(4).some((byte) => byte !== 0)
  )
}
