/** Draws the label into the blocks it covers: back to samples, over them, and to coefficients of the same fineness. */
import type { Blocks } from './blocks.ts'
import { forward, inverse, zigzag } from './dct.ts'
import type { Component } from './frame.ts'
import type { Plane } from './planes.ts'

export function compose(blocks: Blocks, { quantisation }: Component, plane: Plane): void {
  blocks.after = Int16Array.from(blocks.before)
  const samples = new Float64Array(64)
  const { left, top, right, bottom } = blocks.box
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      const offset = blocks.offset(x, y)
      for (let k = 0; k < 64; k++)
        samples[zigzag[k] ?? 0] = (blocks.before[offset + k] ?? 0) * (quantisation[k] ?? 1)
      inverse(samples)
      if (!drawOver(samples, plane, x * 8, y * 8)) continue
      forward(samples)
      for (let k = 0; k < 64; k++)
        blocks.after[offset + k] = quantised((samples[zigzag[k] ?? 0] ?? 0) / (quantisation[k] ?? 1), k)
    }
}

/** Whether anything was drawn. Samples are moved by 128 (A.3.1), and those under the label limited as they are shown. */
function drawOver(samples: Float64Array, { box, rest, added }: Plane, left: number, top: number): boolean {
  let drawn = false
  const width = box.right - box.left
  for (let y = Math.max(top, box.top); y < Math.min(top + 8, box.bottom); y++)
    for (let x = Math.max(left, box.left); x < Math.min(left + 8, box.right); x++) {
      const from = (y - box.top) * width + x - box.left
      const kept = rest[from] ?? 1
      if (kept >= 1) continue
      const at = (y - top) * 8 + x - left
      const below = Math.min(255, Math.max(0, (samples[at] ?? 0) + 128))
      samples[at] = below * kept + (added[from] ?? 0) - 128
      drawn = true
    }
  return drawn
}

/** A.3.4; 10 bits and a sign are the most that 8-bit samples have, 11 for DC (F.1.2). */
function quantised(value: number, k: number): number {
  const most = k === 0 ? 1024 : 1023
  return Math.round(Math.min(most, Math.max(k === 0 ? -1024 : -1023, value)))
}
