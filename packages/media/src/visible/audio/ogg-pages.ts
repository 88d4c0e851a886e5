/** The pages of an Ogg file with one stream that fits into memory, as an encoder makes it of a label. */
import { bytesSource, concat } from '@yinji/core'
import { loadPage, type OggPage, payloadOf } from '../../carriers/ogg-page.ts'
import { Window } from '../../carriers/window.ts'
import { packetsIn } from './ogg-joiner.ts'

export interface LoadedPage {
  readonly page: OggPage
  readonly payload: Uint8Array
}

/** @param headers how many packets come before the sound, which begins on a page of its own */
export async function pagesOf(
  file: Uint8Array,
  headers: number,
): Promise<{ headers: Uint8Array[]; sound: LoadedPage[] }> {
  const window = new Window(bytesSource(file))
  const [head, sound]: [LoadedPage[], LoadedPage[]] = [[], []]
  for (let packets = 0, at = 0; at < file.byteLength; ) {
    const page = await loadPage(window, at, file.byteLength)
    if (page === undefined) break
    const list = packets < headers ? head : sound
    list.push({ page, payload: payloadOf(file.subarray(page.start, page.end), page) })
    packets += packetsIn(page.lacing)
    at = page.end
  }
  return { headers: packetsOf(head), sound }
}

/** Whole packets, over the borders of pages. */
export function packetsOf(pages: readonly LoadedPage[]): Uint8Array[] {
  const packets: Uint8Array[] = []
  let pieces: Uint8Array[] = []
  for (const { page, payload } of pages) {
    let at = 0
    for (const length of page.lacing) {
      pieces.push(payload.subarray(at, at + length))
      at += length
      if (length === 255) continue
      packets.push(concat(pieces))
      pieces = []
    }
  }
  return packets
}
