/** Where the sound of an Ogg file stands: what is on its pages, from the first that takes time on. */
import { type Copy, copy, limits, type Source } from '@yinji/core'
import { damagedInput } from '../carriers/faults.ts'
import { readOggStart } from '../carriers/ogg-manifest.ts'
import { loadPage } from '../carriers/ogg-page.ts'
import { readOgg } from '../carriers/ogg-streams.ts'
import { Window } from '../carriers/window.ts'

/** Before the lengths of the segments. */
const headerSize = 27

/**
 * Pages with headers have position 0, or none where nothing ends on them (RFC 3533, 6): how they are divided, and what the
 * comment says, changes with a label. Headers of pages count the pages, so they are left out everywhere.
 * @throws InputError when the file is damaged.
 */
export async function oggContent(source: Source): Promise<Copy[]> {
  const { streams, trailing, damage } = await readOgg(source)
  if (damage !== undefined) throw damagedInput(source, damage)
  const { pages: manifest } = await readOggStart(source)
  const headers = new Set([...manifest, ...streams.flatMap(({ pages }) => pages)].map(({ start }) => start))
  const window = new Window(source)
  const running = new Set<number>()
  const ranges: Copy[] = []
  for (let at = 0; at < source.size - trailing; ) {
    const page = ranges.length < limits.items ? await loadPage(window, at, source.size) : undefined
    if (page === undefined) throw damagedInput(source, 'an Ogg page is not where it should be')
    at = page.end
    if (headers.has(page.start)) continue
    if (!page.granule.every((byte) => byte === 0) && !page.granule.every((byte) => byte === 0xff))
      running.add(page.serial)
    const start = page.start + headerSize + page.lacing.byteLength
    if (running.has(page.serial) && start < page.end) ranges.push(copy(start, page.end))
  }
  return ranges
}
