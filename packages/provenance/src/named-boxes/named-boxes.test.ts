import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource, type Source } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { namedBoxes } from './named-boxes.ts'

const fixture = (name: string) =>
  new Uint8Array(readFileSync(join(import.meta.dirname, '../../../../fixtures', name)))
const nowhere = { start: 0, length: 0 }

/** A source that counts what is read from it. */
function counted(bytes: Uint8Array): Source & { readonly read: Source['read']; count: number } {
  const source = {
    size: bytes.byteLength,
    count: 0,
    async read(start: number, end: number) {
      const part = bytes.subarray(start, end)
      source.count += part.byteLength
      return part
    },
  }
  return source
}

describe.each(['photo.jpg', 'picture.png', 'sunrise.gif', 'boxes.jxl', 'music.wav'])(
  'the boxes of %s',
  (name) => {
    const bytes = fixture(name)

    test('follow each other and cover every byte', async () => {
      const boxes = (await namedBoxes(bytesSource(bytes), nowhere)) ?? []
      let at = 0
      for (const box of boxes) {
        expect(box.start).toBe(at)
        at = box.end
        expect(box.name).toMatch(/^[\x20-\x7e]{2,10}$/)
      }
      expect(at).toBe(bytes.length)
    })

    test('cut off or overwritten anywhere are as many as the file has room for, or none', async () => {
      for (let step = 1; step < 150; step++) {
        const at = Math.floor((bytes.length * step) / 150)
        for (const file of [bytes.slice(0, at), Uint8Array.from(bytes).fill(step, at, at + 9)]) {
          const boxes = await namedBoxes(bytesSource(file), nowhere)
          expect(boxes?.at(-1)?.end ?? file.length).toBe(file.length)
        }
      }
    })
  },
)

test.each([1, 5, 100_000])('%i bytes of filling belong to the segment behind them', async (length) => {
  const photo = Buffer.from(fixture('photo.jpg'))
  const table = photo.indexOf(Buffer.from([0xff, 0xdb]))
  const filled = Buffer.concat([photo.subarray(0, table), Buffer.alloc(length, 0xff), photo.subarray(table)])
  const [before, after] = [
    await namedBoxes(bytesSource(photo), nowhere),
    await namedBoxes(bytesSource(filled), nowhere),
  ]
  expect(after?.map(({ name }) => name)).toEqual(before?.map(({ name }) => name))
  expect(after?.find(({ filled }) => filled)).toMatchObject({ name: 'DQT', start: table })
  expect(after?.at(-1)?.end).toBe(filled.length)
})

test.each([
  ['a scan with a restart in every second byte', [0xff, 0xd8, 0xff, 0xda, 0, 2], [1, 0xff, 0xd0]],
  ['a GIF of empty comments', [...Buffer.from('GIF89a'), 1, 0, 1, 0, 0, 0, 0], [0x21, 0xfe, 0]],
  ['a GIF of controls', [...Buffer.from('GIF89a'), 1, 0, 1, 0, 0, 0, 0], [0x21, 0xf9, 1, 9, 0]],
])('%s is read once', async (_, head, unit) => {
  const body = Buffer.alloc(unit.length * 200_000, Buffer.from(unit))
  const source = counted(new Uint8Array(Buffer.concat([Buffer.from(head), body])))
  expect(await namedBoxes(source, nowhere)).not.toHaveLength(0)
  expect(source.count).toBeLessThan(source.size * 1.2)
})

test('more boxes than can be gone through are none', async () => {
  const head = [...Buffer.from('GIF89a'), 1, 0, 1, 0, 0, 0, 0]
  const body = Buffer.alloc(3 * 1_000_001, Buffer.from([0x21, 0xfe, 0]))
  expect(
    await namedBoxes(bytesSource(new Uint8Array(Buffer.concat([Buffer.from(head), body]))), nowhere),
  ).toBe(undefined)
})
