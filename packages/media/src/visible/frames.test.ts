/** Where two frames differ, beside a count of every pixel. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changedBox, type Frame } from './frames.ts'

const [width, height, channels] = [13, 7, 4]
const frame = (changed: readonly number[], wide: boolean): Frame => {
  const count = width * height * channels
  const pixels = wide ? new Uint16Array(count + 8).subarray(8) : new Uint8Array(count + 8).subarray(8)
  for (const at of changed) pixels[at] = 1
  return { pixels, width, height, channels }
}

test('the box is the smallest around all samples that differ', () => {
  const samples = fc.array(fc.nat(width * height * channels - 1), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(samples, fc.boolean(), (changed, wide) => {
      const columns = changed.map((at) => Math.floor(at / channels) % width)
      const rows = changed.map((at) => Math.floor(at / channels / width))
      const [left, top] = [Math.min(...columns), Math.min(...rows)]
      expect(changedBox(frame([], wide), frame(changed, wide), 1)).toEqual({
        left,
        top,
        width: Math.max(...columns) - left + 1,
        height: Math.max(...rows) - top + 1,
      })
    }),
  )
})

test('its corner can be bound to even places, and where nothing differs it is one pixel', () => {
  const last = frame([(5 * width + 9) * channels], false)
  expect(changedBox(frame([], false), last, 2)).toEqual({ left: 8, top: 4, width: 2, height: 2 })
  expect(changedBox(last, last, 2)).toEqual({ left: 0, top: 0, width: 1, height: 1 })
})
