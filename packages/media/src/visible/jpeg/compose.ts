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
      const cover = coverOf(plane, x * 8, y * 8)
      if (cover === 'none') continue
      if (cover === 'mixed') drawInto(samples, blocks, offset, quantisation, plane, x * 8, y * 8)
      else dim(blocks, offset, quantisation, plane, x * 8, y * 8)
    }
}

/** Whether all of a block has one colour and opacity of the label over it, as most of a plate has; or none. */
function coverOf({ box, rest, added }: Plane, left: number, top: number): 'none' | 'even' | 'mixed' {
  const width = box.right - box.left
  const from = Math.max(left, box.left)
  const to = Math.min(left + 8, box.right)
  const first = (Math.max(top, box.top) - box.top) * width + from - box.left
  const [kept, more] = [rest[first], added[first]]
  for (let y = Math.max(top, box.top); y < Math.min(top + 8, box.bottom); y++) {
    const row = (y - box.top) * width - box.left
    for (let at = row + from; at < row + to; at++) if (rest[at] !== kept || added[at] !== more) return 'mixed'
  }
  if (kept === 1) return 'none'
  return from === left && to === left + 8 && box.top <= top && box.bottom >= top + 8 ? 'even' : 'mixed'
}

/** The transform is linear: what is the same for all samples can be done to the coefficients. */
function dim(
  { before, after }: Blocks,
  offset: number,
  quantisation: Uint16Array,
  { box, rest, added }: Plane,
  left: number,
  top: number,
): void {
  const at = (top - box.top) * (box.right - box.left) + left - box.left
  const kept = rest[at] ?? 1
  const more = (added[at] ?? 0) - 128 + 128 * kept
  for (let k = 0; k < 64; k++) {
    const value = before[offset + k] ?? 0
    if (k === 0) after[offset] = quantised(value * kept + (more * 8) / (quantisation[0] ?? 1), 0)
    else if (value !== 0) after[offset + k] = quantised(value * kept, k)
  }
}

function drawInto(
  samples: Float64Array,
  { before, after }: Blocks,
  offset: number,
  quantisation: Uint16Array,
  plane: Plane,
  left: number,
  top: number,
): void {
  for (let k = 0; k < 64; k++) samples[zigzag[k] ?? 0] = (before[offset + k] ?? 0) * (quantisation[k] ?? 1)
  inverse(samples)
  drawOver(samples, plane, left, top)
  forward(samples)
  for (let k = 0; k < 64; k++)
    after[offset + k] = quantised((samples[zigzag[k] ?? 0] ?? 0) / (quantisation[k] ?? 1), k)
}

/** Samples are moved by 128 (A.3.1); those under the label are limited, as they are when shown. */
function drawOver(samples: Float64Array, { box, rest, added }: Plane, left: number, top: number): void {
  const width = box.right - box.left
  for (let y = Math.max(top, box.top); y < Math.min(top + 8, box.bottom); y++)
    for (let x = Math.max(left, box.left); x < Math.min(left + 8, box.right); x++) {
      const from = (y - box.top) * width + x - box.left
      const kept = rest[from] ?? 1
      if (kept >= 1) continue
      const at = (y - top) * 8 + x - left
      const below = Math.min(255, Math.max(0, (samples[at] ?? 0) + 128))
      samples[at] = below * kept + (added[from] ?? 0) - 128
    }
}

/** A.3.4; 10 bits and a sign are the most that 8-bit samples have, 11 for DC (F.1.2). */
function quantised(value: number, k: number): number {
  const most = k === 0 ? 1024 : 1023
  return Math.round(Math.min(most, Math.max(-most, value)))
}
