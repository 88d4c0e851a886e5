/** The blocks of an MCU in their order (ITU-T T.81 A.2.3), with all that is needed to read them. */
import type { Blocks, Box } from './blocks.ts'
import type { Interval } from './entropy.ts'
import { type Frame, mcusOf, type Scan } from './frame.ts'
import { HuffmanTable } from './huffman.ts'

export interface Unit {
  /** Which component of the scan. */
  readonly component: number
  /** Blocks of the component in an MCU, and which of them this one is. */
  readonly h: number
  readonly v: number
  readonly x: number
  readonly y: number
  readonly dc: HuffmanTable
  readonly ac: HuffmanTable
  readonly blocks: Blocks
  /** MCUs that hold blocks of the label. */
  readonly mcus: Box
}

/** MCUs between two restarts, `to` exclusive; `across` of them in a row. */
export interface Stretch {
  readonly interval: Interval
  readonly from: number
  readonly to: number
  readonly across: number
}

/** A table that no code is in: what needs it fails at the first code. */
const none = new HuffmanTable(0, 0, new Uint8Array(16), new Uint8Array(0))

export function unitsOf(frame: Frame, scan: Scan, targets: readonly Blocks[]): Unit[] {
  const alone = scan.components.length === 1
  return scan.components.flatMap(({ index, dc = none, ac = none }, component) => {
    const shape = frame.components[index]
    const blocks = targets[index]
    if (!shape || !blocks) return []
    const { h, v } = alone ? { h: 1, v: 1 } : shape
    const { left, top, right, bottom } = blocks.box
    const mcus = {
      left: Math.floor(left / h),
      top: Math.floor(top / v),
      right: Math.ceil(right / h),
      bottom: Math.ceil(bottom / v),
    }
    const place = (n: number) => ({ x: n % h, y: Math.floor(n / h) })
    return Array.from({ length: h * v }, (_, n) => ({ component, h, v, ...place(n), dc, ac, blocks, mcus }))
  })
}

export function stretchesOf(frame: Frame, scan: Scan): Stretch[] {
  const [across, down] = mcusOf(frame, scan)
  const length = scan.restart || across * down
  return scan.intervals.map((interval, index) => {
    const from = index * length
    return { interval, from, to: Math.min(from + length, across * down), across }
  })
}

/** Whether any MCU of the stretch may hold a block of the label. */
export function touches({ from, to, across }: Stretch, units: readonly Unit[]): boolean {
  const [top, bottom] = [Math.floor(from / across), Math.floor((to - 1) / across)]
  return units.some(
    ({ mcus }) =>
      mcus.top <= bottom &&
      mcus.bottom > top &&
      mcus.left < mcus.right &&
      (top !== bottom || (mcus.left <= (to - 1) % across && mcus.right > from % across)),
  )
}
