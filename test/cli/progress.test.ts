import { expect, test } from 'vitest'
import { progressLine } from '../../packages/cli/src/progress.ts'

test('long work tells how long the rest will take, once that can be told', () => {
  let time = 100
  const line = progressLine(
    (rest) => `${rest} left`,
    () => time,
  )
  const at = (seconds: number, fraction: number, step = 'visible') => {
    time = 100 + seconds
    return line({ step, fraction })
  }
  expect(at(0, 0)).toBe('0 %')
  expect(at(1, 0.1)).toBe('10 %')
  expect(at(10, 0.1)).toBe('10 %  1:30 left')
  expect(at(50, 0.5)).toBe('50 %  0:50 left')
  expect(at(93, 0.93)).toBe('93 %  0:07 left')
  expect(at(99, 0.99)).toBe('99 %')
  // Another step, and work that began anew, are measured for themselves.
  expect(at(101, 0.2, 'write')).toBe('20 %')
  expect(at(105, 0.4, 'write')).toBe('40 %  0:10 left')
  expect(at(106, 0.1, 'write')).toBe('10 %')
  expect(at(110, 0.1, 'write')).toBe('10 %')
  expect(at(116, 0.1005, 'write')).toBe('10 %  4:59:50 left')
})
