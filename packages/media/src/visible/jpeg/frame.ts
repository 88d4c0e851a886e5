/** The headers of a JPEG (ITU-T T.81 annex B): frame, tables and scans, as far as blocks can be found by them. */
import { limits } from '@yinji/core'
import { hasAscii, uint16 } from '../../carriers/binary.ts'
import { type Interval, intervalsFrom } from './entropy.ts'
import { HuffmanTable } from './huffman.ts'
import { irregular, NotSpliceable } from './refusal.ts'

export interface Component {
  readonly id: number
  /** Sampling factors (A.1.1). */
  readonly h: number
  readonly v: number
  /** Size in samples, and in blocks when alone in a scan (A.2.2). */
  readonly width: number
  readonly height: number
  readonly blocksX: number
  readonly blocksY: number
  /** Blocks in a row and rows of blocks with those that only fill up the last MCUs (A.2.4). */
  readonly stride: number
  readonly rows: number
  /** In zigzag order. */
  quantisation: Uint16Array
}

export interface ScanComponent {
  /** Which component of the frame. */
  readonly index: number
  readonly dc: HuffmanTable | undefined
  readonly ac: HuffmanTable | undefined
}

export interface Scan {
  /** Offset of the marker. */
  readonly start: number
  readonly components: readonly ScanComponent[]
  /** Spectral selection and successive approximation (G.1.1.1). */
  readonly first: number
  readonly last: number
  readonly high: number
  readonly low: number
  /** MCUs from one restart to the next; 0 for no restarts. */
  readonly restart: number
  readonly intervals: readonly Interval[]
}

export interface Application {
  readonly marker: number
  /** Of the whole segment, marker and all. */
  readonly start: number
  readonly end: number
  /** What follows the length. */
  readonly data: Uint8Array
}

export interface Frame {
  readonly progressive: boolean
  readonly width: number
  readonly height: number
  readonly hMax: number
  readonly vMax: number
  readonly mcusX: number
  readonly mcusY: number
  readonly components: readonly Component[]
  readonly scans: readonly Scan[]
  /** APP1 and APP2: Exif and the index of further pictures. */
  readonly applications: readonly Application[]
  /** Transform of the Adobe segment, if there is one. */
  readonly adobe: number | undefined
  readonly jfif: boolean
}

type Script = Pick<Scan, 'first' | 'last' | 'high' | 'low'>
type FrameHeader = Omit<Frame, 'scans' | 'applications' | 'adobe' | 'jfif'>

/** Of scripts in use none has more than 20 scans; each could cost a walk over all blocks. */
const mostScans = 100

const unknown = 255

const unhandled: Readonly<Record<number, string>> = {
  195: 'SOF3, lossless',
  197: 'SOF5, hierarchical',
  198: 'SOF6, hierarchical',
  199: 'SOF7, hierarchical',
  201: 'SOF9, arithmetic coding',
  202: 'SOF10, arithmetic coding',
  203: 'SOF11, arithmetic coding',
  205: 'SOF13, arithmetic coding',
  206: 'SOF14, arithmetic coding',
  207: 'SOF15, arithmetic coding',
  220: 'DNL, number of lines',
  222: 'DHP, hierarchical',
}

/** @throws NotSpliceable */
export function readFrame(file: Uint8Array): Frame {
  const reader = new FrameReader(file)
  return reader.read()
}

class FrameReader {
  readonly #file: Uint8Array
  #header: FrameHeader | undefined
  readonly #scans: Scan[] = []
  readonly #applications: Application[] = []
  readonly #quantisation: (Uint16Array | undefined)[] = []
  readonly #tables = new Map<number, HuffmanTable>()
  /** Per coefficient: how many low bits have not come yet. */
  readonly #precision = new Uint8Array(4 * 64).fill(unknown)
  readonly #selectors: number[] = []
  #restart = 0
  #adobe: number | undefined
  #jfif = false

  constructor(file: Uint8Array) {
    this.#file = file
  }

  read(): Frame {
    const file = this.#file
    for (let at = 2, segments = 0; segments < limits.items; segments++) {
      if (file[at] !== 0xff) irregular('no marker where one must be')
      while (file[at] === 0xff) at++
      const marker = file[at++] ?? irregular('the end of the picture is missing')
      if (marker === 0xd9) return this.#finish()
      const end = at + uint16(file, at)
      if (end < at + 2 || end > file.byteLength) irregular('a segment is longer than the file')
      const body = file.subarray(at + 2, end)
      if (marker === 0xe1 || marker === 0xe2)
        this.#applications.push({ marker, start: at - 2, end, data: body })
      at = marker === 0xda ? this.#scan(body, at - 2, end) : end
      if (marker !== 0xda) this.#segment(marker, body)
    }
    return irregular('too many segments')
  }

  #finish(): Frame {
    const header = this.#header ?? irregular('no frame')
    if (header.components.some(({ quantisation }) => quantisation === missing))
      irregular('a component without a scan')
    if (this.#precision.subarray(0, header.components.length * 64).some((low) => low !== 0))
      irregular('bits that no scan brings')
    return {
      ...header,
      scans: this.#scans,
      applications: this.#applications,
      adobe: this.#adobe,
      jfif: this.#jfif,
    }
  }

  #segment(marker: number, body: Uint8Array): void {
    const other = unhandled[marker]
    if (other !== undefined) throw new NotSpliceable('process', other)
    if (marker === 0xdb) this.#quantisers(body)
    else if (marker === 0xc4) this.#huffman(body)
    else if (marker === 0xdd) this.#restart = uint16(body, 0)
    else if (marker === 0xe0 && hasAscii(body, 'JFIF\0')) this.#jfif = true
    else if (marker === 0xee && hasAscii(body, 'Adobe') && body.byteLength >= 12) this.#adobe = body[11]
    else if (marker >= 0xc0 && marker <= 0xc2) {
      if (this.#header) irregular('two frames')
      this.#header = frameHeader(marker, body)
      for (let at = 6; at < body.byteLength; at += 3) this.#selectors.push(body[at + 2] ?? 0)
    }
  }

  /** B.2.4.1. */
  #quantisers(body: Uint8Array): void {
    for (let at = 0; at < body.byteLength; ) {
      const head = body[at++] ?? 0
      const wide = head >> 4 !== 0
      if (at + (wide ? 128 : 64) > body.byteLength) irregular('half a quantisation table')
      const table = new Uint16Array(64)
      for (let k = 0; k < 64; k++, at += wide ? 2 : 1) table[k] = wide ? uint16(body, at) : (body[at] ?? 0)
      if (table.includes(0)) irregular('a quantiser of 0')
      this.#quantisation[head & 15] = table
    }
  }

  /** B.2.4.2. */
  #huffman(body: Uint8Array): void {
    for (let at = 0; at < body.byteLength; ) {
      const head = body[at] ?? 0
      const counts = body.slice(at + 1, at + 17)
      const length = counts.reduce((sum, count) => sum + count, 0)
      if (counts.byteLength < 16 || length > 256 || at + 17 + length > body.byteLength)
        irregular('half a Huffman table')
      const symbols = body.slice(at + 17, at + 17 + length)
      this.#tables.set(head, new HuffmanTable(head >> 4, head & 15, counts, symbols))
      at += 17 + length
    }
  }

  /** B.2.3. Returns the offset of the marker behind it. */
  #scan(body: Uint8Array, start: number, dataStart: number): number {
    const header = this.#header ?? irregular('a scan before the frame')
    const count = body[0] ?? 0
    if (count < 1 || count > 4 || body.byteLength < 4 + count * 2) irregular('half a scan header')
    if (this.#scans.length >= mostScans) irregular(`more than ${mostScans} scans`)
    const components = Array.from({ length: count }, (_, n) => this.#scanComponent(header, body, n))
    if (new Set(components.map(({ index }) => index)).size < count) irregular('a component twice in a scan')
    const at = 1 + count * 2
    const [first = 0, last = 0, approximation = 0] = body.subarray(at, at + 3)
    const { intervals: found, end } = intervalsFrom(this.#file, dataStart)
    const script = header.progressive
      ? { first, last, high: approximation >> 4, low: approximation & 15 }
      : { first: 0, last: 63, high: 0, low: 0 }
    this.#assertScript(header.progressive, components, script)
    const [across, down] = mcusOf(header, { components })
    const expected = this.#restart === 0 ? 1 : Math.ceil((across * down) / this.#restart)
    const rest = found.slice(expected)
    // Photoshop puts one marker more behind the last interval.
    if (found.length < expected || rest.some((interval) => interval.end > interval.start))
      irregular('restart markers where none belong')
    const intervals = found.slice(0, expected)
    this.#scans.push({ start, components, ...script, restart: this.#restart, intervals })
    return end
  }

  /** G.1.1.1: every coefficient comes once whole or with its high bits, then with one bit more a scan. */
  #assertScript(progressive: boolean, components: readonly ScanComponent[], script: Script): void {
    const { first, last, high, low } = script
    if (last < first || last > 63 || low > 13) irregular('a band of no coefficients')
    if (progressive && (first === 0 ? last > 0 : components.length > 1)) irregular('a band across components')
    for (const { index } of components)
      for (let k = first; k <= last; k++) {
        const known = this.#precision[index * 64 + k] ?? unknown
        if (known !== (high === 0 ? unknown : high) || (high !== 0 && low !== high - 1))
          irregular('scans out of order')
        if (k > 0 && progressive && this.#precision[index * 64] === unknown) irregular('scans out of order')
        this.#precision[index * 64 + k] = low
      }
  }

  #scanComponent(header: FrameHeader, body: Uint8Array, n: number): ScanComponent {
    const index = header.components.findIndex(({ id }) => id === body[1 + n * 2])
    const component = header.components[index] ?? irregular('a scan of no component')
    const tables = body[2 + n * 2] ?? 0
    // The tables in force when a component first comes are its tables.
    if (component.quantisation === missing)
      component.quantisation =
        this.#quantisation[this.#selectors[index] ?? 0] ?? irregular('a quantisation table is missing')
    return { index, dc: this.#tables.get(tables >> 4), ac: this.#tables.get(0x10 | (tables & 15)) }
  }
}

const missing = new Uint16Array(0)

/** B.2.2, and the sizes of A.1.1 and A.2. */
function frameHeader(marker: number, body: Uint8Array): FrameHeader {
  const count = body[5] ?? 0
  if (body.byteLength < 6 + count * 3) irregular('half a frame header')
  if (body[0] !== 8) throw new NotSpliceable('process', `${body[0]} bits per sample`)
  const [height, width] = [uint16(body, 1), uint16(body, 3)]
  if (height === 0) throw new NotSpliceable('process', 'DNL, number of lines')
  if (width === 0) irregular('no width')
  if (width * height > limits.pixels) irregular(`${width}×${height} pixels`)
  if (![1, 3, 4].includes(count)) throw new NotSpliceable('process', `${count} components`)
  const factors = Array.from({ length: count }, (_, n) => body[6 + n * 3 + 1] ?? 0)
  if (factors.some((hv) => hv >> 4 < 1 || hv >> 4 > 4 || (hv & 15) < 1 || (hv & 15) > 4))
    irregular('sampling factors beyond 1 to 4')
  const hMax = Math.max(...factors.map((hv) => hv >> 4))
  const vMax = Math.max(...factors.map((hv) => hv & 15))
  const [mcusX, mcusY] = [Math.ceil(width / (8 * hMax)), Math.ceil(height / (8 * vMax))]
  const components = factors.map((hv, n): Component => {
    const [h, v] = [hv >> 4, hv & 15]
    const size = { width: Math.ceil((width * h) / hMax), height: Math.ceil((height * v) / vMax) }
    const blocks = { blocksX: Math.ceil(size.width / 8), blocksY: Math.ceil(size.height / 8) }
    return {
      id: body[6 + n * 3] ?? 0,
      h,
      v,
      ...size,
      ...blocks,
      stride: mcusX * h,
      rows: mcusY * v,
      quantisation: missing,
    }
  })
  return { progressive: marker === 0xc2, width, height, hMax, vMax, mcusX, mcusY, components }
}

/** MCUs in a row and rows of them: a component alone in its scan has a block for an MCU (A.2.2). */
export function mcusOf(
  frame: FrameHeader,
  { components }: Pick<Scan, 'components'>,
): readonly [across: number, down: number] {
  const [only, ...others] = components
  const component = only && frame.components[only.index]
  if (component && others.length === 0) return [component.blocksX, component.blocksY]
  return [frame.mcusX, frame.mcusY]
}
