/**
 * Plans the labelled TIFF. Everything is found by its offset, so nothing moves: new values and the directories that point
 * at them go to the end of the file, and what they replace is cut off where it stands there already.
 */
import { type Edit, InputError, partLength, type Source, type Splice } from '@yinji/core'
import { blankAigc } from '../carriers/aigc-text.ts'
import { damagedInput } from '../carriers/faults.ts'
import { partsOf, type Replacement, replace } from '../carriers/replacements.ts'
import { readTiff, type TiffDirectory, type TiffStructure } from '../carriers/tiff.ts'
import { clearXmp, mergeXmp, saysAnything } from '../carriers/xmp-merge.ts'
import { isManifestOnly, manifestTag, sitesOf, type TiffSites, undefinedType } from './tiff-sites.ts'
import { alignment, type TiffPlan, tailOf } from './tiff-tail.ts'

/** @throws InputError when the file is damaged, or would outgrow offsets of four bytes. */
export async function spliceTiff(source: Source, edit: Edit): Promise<Splice> {
  const tiff = await readTiff(source)
  if (!('layout' in tiff)) throw damagedInput(source, tiff.damage)
  const sites = await sitesOf(source, tiff)
  const damage = tiff.damage ?? sites.damage
  if (damage !== undefined) throw damagedInput(source, damage)
  const plan = planOf(tiff, sites, edit)
  const cut = await keptUntil(source, tiff, plan)
  const changes = [...plan.inPlace, ...tailOf(tiff.layout, plan, { start: cut, end: source.size })]
  requireApart(source, [{ start: 0, end: tiff.layout.word * 2 }, ...tiff.pages, ...plan.inPlace])
  requireApart(source, changes)
  const parts = partsOf(source.size, changes)
  const most = tiff.layout.big ? Number.MAX_SAFE_INTEGER : 0xffff_ffff
  const size = parts.reduce((sum, part) => sum + partLength(part), 0)
  if (size > most) throw new InputError('input.size', { what: source.name ?? '', bytes: size, most })
  return { parts, ...(edit.room > 0 ? { binding: { kind: 'data' as const } } : {}) }
}

function planOf(tiff: TiffStructure, sites: TiffSites, edit: Edit): TiffPlan {
  const pages = tiff.pages.filter((page, index) => index === 0 || !isManifestOnly(page))
  const { packet, inPlace } = metadataOf(sites, edit)
  const isRewritten = ({ entries }: TiffDirectory, index: number) =>
    (packet !== undefined && index === 0) ||
    (edit.room > 0 && index === pages.length - 1) ||
    entries.some(({ tag }) => tag === manifestTag)
  // In page order: the last directory, which every manifest changes, is to stand next to it.
  const rewritten = new Set(pages.flatMap((page, index) => (isRewritten(page, index) ? [index] : [])))
  const released = [
    ...tiff.pages.filter((page, index) => index > 0 && isManifestOnly(page)),
    ...pages.filter((_, index) => rewritten.has(index)),
    ...sites.stores.map(({ entry }) => entry),
    ...(packet ? sites.packets.filter(({ page }) => page === 0).map(({ entry }) => entry) : []),
  ]
  return { pages, rewritten, packet, room: edit.room, inPlace, released }
}

/** The label goes into the packet of the first page; what other places say of the same is blanked. */
function metadataOf({ packets, texts }: TiffSites, edit: Edit): Pick<TiffPlan, 'packet' | 'inPlace'> {
  const inPlace: Replacement[] = []
  if (edit.aigc !== undefined)
    for (const { entry, data, fields } of texts)
      inPlace.push(replace(entry.start, entry.end, blankAigc(data, fields)))
  if (!saysAnything(edit)) return { packet: undefined, inPlace }
  for (const { entry, data } of packets.filter(({ page }) => page !== 0)) {
    const cleared = clearXmp(data, edit)
    if (cleared) inPlace.push(replace(entry.start, entry.end, padded(cleared, data.byteLength)))
  }
  const [main, ...others] = packets.filter(({ page }) => page === 0)
  const packet = mergeXmp(main?.data, edit)
  const fits = others.length === 0 && main?.entry.type === undefinedType
  if (!main || !fits || packet.byteLength !== main.data.byteLength) return { packet, inPlace }
  inPlace.push(replace(main.entry.start, main.entry.end, packet))
  return { packet: undefined, inPlace }
}

/** In UTF-8 a packet is shorter than it was in UTF-16. */
function padded(packet: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length).fill(0x20)
  out.set(packet.subarray(0, length))
  return out
}

/** Where the kept part of the file ends: behind it stands only what is released, and padding. */
async function keptUntil(source: Source, { layout, pages }: TiffStructure, plan: TiffPlan): Promise<number> {
  const released = [...plan.released].sort((a, b) => b.end - a.end)
  const gone = new Set<unknown>(released)
  const kept = pages.flatMap(({ entries }) => entries).filter((entry) => !entry.inline && !gone.has(entry))
  const needed = kept.reduce((most, { end }) => Math.max(most, end), layout.word * 2)
  let cut = source.size
  for (const { start, end } of released) {
    if (end > cut || cut - end >= alignment || start < needed) break
    const gap = await source.read(end, cut)
    if (gap.some((byte) => byte !== 0)) break
    cut = start
  }
  return cut
}

/** Hostile files have values that lie over each other or over directories; changing one would change the other. */
function requireApart(
  source: Source,
  spans: readonly { readonly start: number; readonly end: number }[],
): void {
  let reached = 0
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start < reached) throw damagedInput(source, 'its values lie over each other')
    reached = end
  }
}
