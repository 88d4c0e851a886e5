/**
 * Boxes that no hash of boxes covers, for the standard has all of them left out (C2PA A.5.1, A.5.6), and that nobody reads:
 * those of C2PA, and others where a film has one. Anything could be hidden in them, in a file that counts as intact.
 */
import type { Content } from './binding.ts'
import type { Box } from './bmff-boxes.ts'
import type { Cut } from './bmff-cut.ts'
import { c2paBox } from './bmff-exclusions.ts'
import { leadsAstray } from './bmff-seek-table.ts'

/** How many are told. */
const told = 10

/**
 * Where they are; the manifest, one update of it and boxes of the purposes `read` elsewhere are none.
 * @param content without `found`, what has no manifest of its own: a media segment
 */
export async function strayBoxes(
  { source, found }: Pick<Content, 'source'> & Partial<Pick<Content, 'found'>>,
  cuts: readonly Cut[],
  read: readonly 'merkle'[] = [],
): Promise<string[]> {
  const strays: string[] = []
  const manifest = found && found.excluded.length > 0 ? found.excluded.start : undefined
  const fragmented = cuts.some(({ box }) => box.type === 'moof')
  const met = new Set<string>()
  const isNew = (kind: string) => !met.has(kind) && met.add(kind).has(kind)
  const isRead = async (box: Box) => {
    if (box.type === 'ftyp' || box.type === 'emsg') return isNew(box.type)
    if (box.type === 'mfra') return fragmented && isNew('mfra') && !(await leadsAstray(source, box, cuts))
    if (box.type !== 'uuid' || box.start === manifest) return true
    const purpose = await purposeOf(source, box)
    if (purpose === undefined || read.some((one) => one === purpose)) return true
    return purpose === 'update' && found !== undefined && isNew('update')
  }
  for (const { box, holes } of cuts) {
    if (holes.length === 0 || (await isRead(box))) continue
    strays.push(`/${box.type} ${box.start}–${box.end - 1}`)
    if (strays.length === told) break
  }
  return strays
}

/** Behind extended type, version and flags, up to a NUL; undefined for boxes of others. */
async function purposeOf(source: Content['source'], box: Box): Promise<string | undefined> {
  const start = box.start + box.header
  const head = Buffer.from(await source.read(start, Math.min(box.end, start + 32)))
  return head.toString('hex', 0, 16) === c2paBox ? head.toString('latin1', 20).split('\0')[0] : undefined
}
