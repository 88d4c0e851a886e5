/** The blocks of a component that the label covers, with their coefficients before and after. */
import type { Component } from './frame.ts'

/** A rectangle; `right` and `bottom` are the first beyond it. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** A block's place in the list is counted row by row within the box. */
export class Blocks {
  /** In blocks of the component. */
  readonly box: Box
  readonly width: number
  /** 64 coefficients a block, quantised, in zigzag order. */
  readonly before: Int16Array
  after: Int16Array

  constructor(box: Box) {
    this.box = box
    this.width = Math.max(0, box.right - box.left)
    const count = this.width * Math.max(0, box.bottom - box.top)
    this.before = new Int16Array(count * 64)
    this.after = this.before
  }

  has(x: number, y: number): boolean {
    const { left, top, right, bottom } = this.box
    return x >= left && x < right && y >= top && y < bottom
  }

  /** Offset of a block's coefficients. */
  offset(x: number, y: number): number {
    return ((y - this.box.top) * this.width + x - this.box.left) * 64
  }

  isChanged(offset: number): boolean {
    for (let at = offset; at < offset + 64; at++) if (this.before[at] !== this.after[at]) return true
    return false
  }
}

/** The blocks that hold these samples of a component. */
export function blocksAround(component: Component, samples: Box): Blocks {
  return new Blocks({
    left: Math.max(0, samples.left >> 3),
    top: Math.max(0, samples.top >> 3),
    right: Math.min(component.blocksX, (samples.right + 7) >> 3),
    bottom: Math.min(component.blocksY, (samples.bottom + 7) >> 3),
  })
}
