/**
 * Copies the pages of an Ogg stream one by one and puts labels between them (RFC 3533). Packets stay bit for bit as they
 * are; pages get new numbers, times and checksums.
 */
import { open } from 'node:fs/promises'
import { concat, type Source, throwIfAborted, type VisibleContext } from '@yinji/core'
import { setUint32le, uint64le } from '../../carriers/integers.ts'
import { loadPage, type OggPage, pageFlags, payloadOf, writePage } from '../../carriers/ogg-page.ts'
import { Window } from '../../carriers/window.ts'

/** A label as pages of the content's codec; granules count from its own beginning. */
export interface OggClip {
  readonly pages: readonly {
    readonly page: OggPage
    readonly payload: Uint8Array
    readonly granule: number
  }[]
  /** Samples up to the end of the label, where nothing follows. */
  readonly heard: number
  /** Samples by which its first page is late behind content whose last packet is the given one. */
  lead(before: number | undefined): number
  /** Samples by which all that follows is later: `after` is the next packet of content. */
  gain(before: number | undefined, after: number): number
}

/** What tells one codec from another here. */
export interface OggTiming {
  readonly serial: number
  /** Packets before the sound. */
  readonly headers: number
  /** Ticks a second of its granules, and those before its first second. */
  readonly rate: number
  readonly skip: number
  /** Samples of the packets of a page; called for every page in turn. */
  ticksIn(lacing: Uint8Array, payload: Uint8Array, continued: boolean): number
  /** What `OggClip` has to know of the packet that begins with these bytes. */
  kindOf(packet: Uint8Array): number
  /** Of the last packet counted by `ticksIn`. */
  lastKind(): number | undefined
}

/** All ones: no packet ends on the page. */
const noGranule: Uint8Array = new Uint8Array(8).fill(0xff)

const granuleOf = (bytes: Uint8Array): number | undefined =>
  bytes.every((byte) => byte === 0xff) ? undefined : uint64le(bytes, 0)

function granuleBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  setUint32le(bytes, 0, value % 0x1_0000_0000)
  setUint32le(bytes, 4, Math.floor(value / 0x1_0000_0000))
  return bytes
}

export const packetsIn = (lacing: Uint8Array): number =>
  lacing.reduce((count, length) => count + (length < 255 ? 1 : 0), 0)

/** Whether anything comes behind the headers of a stream. */
export async function hasPackets(source: Source, serial: number, headers: number): Promise<boolean> {
  const window = new Window(source)
  let packets = 0
  for (let page = await loadPage(window, 0, source.size); page; ) {
    const { lacing, end } = page
    if (page.serial === serial) {
      if (packets >= headers && lacing.some((length) => length > 0)) return true
      packets += packetsIn(lacing)
    }
    page = await loadPage(window, end, source.size)
  }
  return false
}

/** @param times before which second of the content each clip goes, ascending; Infinity is behind the last */
export async function joinPages(
  source: Source,
  timing: OggTiming,
  labels: { readonly times: readonly number[]; readonly clips: readonly OggClip[] },
  path: string,
  { signal }: Pick<VisibleContext, 'signal'>,
): Promise<void> {
  const joiner = new Joiner(timing, labels.times, labels.clips)
  const window = new Window(source)
  await using file = await open(path, 'w')
  for (let at = 0; ; ) {
    throwIfAborted(signal)
    const page = await loadPage(window, at, source.size)
    if (page === undefined) break
    const bytes = await source.read(page.start, page.end)
    await file.writeFile(page.serial === timing.serial ? concat(joiner.next(page, bytes)) : bytes)
    at = page.end
  }
}

class Joiner {
  readonly #timing: OggTiming
  readonly #times: readonly number[]
  readonly #clips: readonly OggClip[]
  /** Labels written so far; pages of the stream; samples that came in through labels. */
  #done = 0
  #pages = 0
  #shift = 0
  /** Time of the content's last page, in samples. */
  #granule = 0
  #packets = 0

  constructor(timing: OggTiming, times: readonly number[], clips: readonly OggClip[]) {
    this.#timing = timing
    this.#times = times
    this.#clips = clips
  }

  /** A page of the stream, and the labels that go before or after it. */
  next(page: OggPage, bytes: Uint8Array): Uint8Array[] {
    const { rate, skip, headers } = this.#timing
    const payload = payloadOf(bytes, page)
    const isHeader = this.#packets < headers
    this.#packets += packetsIn(page.lacing)
    if (isHeader) return [this.#numbered(page, payload, page.flags, page.granule)]
    const out: Uint8Array[] = []
    const stated = granuleOf(page.granule)
    const start = Math.max(0, this.#granule - skip)
    const continued = (page.flags & pageFlags.continued) !== 0
    const kind = this.#timing.kindOf(payload)
    const last = (page.flags & pageFlags.ends) !== 0
    // Nothing goes before a last page that is empty: it only says that this is the end.
    while (!continued && (this.#times[this.#done] ?? Infinity) * rate <= start && page.lacing.byteLength > 0)
      out.push(...this.#label(false, kind))
    const ticks = this.#timing.ticksIn(page.lacing, payload, continued)
    const closing = last && this.#done < this.#times.length
    // Samples cut off at the end are heard once something follows.
    const full = this.#granule + ticks
    const granule = stated === undefined ? undefined : closing ? Math.max(stated, full) : stated
    const flags = closing ? page.flags & ~pageFlags.ends : page.flags
    const time = granule === undefined ? noGranule : granuleBytes(granule + this.#shift)
    out.push(this.#numbered(page, payload, flags, time))
    this.#granule = granule ?? this.#granule
    while (closing && this.#done < this.#times.length)
      out.push(...this.#label(this.#done === this.#times.length - 1, kind))
    return out
  }

  #numbered(page: OggPage, payload: Uint8Array, flags: number, granule: Uint8Array): Uint8Array {
    return writePage({ ...page, flags, granule, sequence: this.#pages++ }, payload)
  }

  #label(last: boolean, after: number): Uint8Array[] {
    const clip = this.#clips[this.#done++]
    if (clip === undefined) return []
    const { serial } = this.#timing
    const before = this.#timing.lastKind()
    const base = this.#granule + this.#shift + clip.lead(before)
    const pages = clip.pages.map(({ page, payload, granule }, index) => {
      const final = last && index === clip.pages.length - 1
      const time = granuleBytes(base + (final ? clip.heard : granule))
      const flags = final ? pageFlags.ends : page.flags & pageFlags.continued
      return this.#numbered({ ...page, serial }, payload, flags, time)
    })
    this.#shift += clip.gain(before, after)
    return pages
  }
}
