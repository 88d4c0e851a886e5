import { fstatSync, mkdtempSync, openSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { openFile, writtenFile } from './file.ts'

const directory = mkdtempSync(join(tmpdir(), 'yinji-file-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const content = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31 + (index >> 8)) & 0xff)
const path = join(directory, '-数据 %d.bin')
writeFileSync(path, content)

describe('reading', () => {
  test('any range is what the file holds there, also many at once', async () => {
    await using source = await openFile(path)
    expect(source).toMatchObject({ name: '-数据 %d.bin', path, size: content.byteLength })
    const range = fc.tuple(fc.integer({ min: -5, max: 310_000 }), fc.integer({ min: -5, max: 310_000 }))
    await fc.assert(
      fc.asyncProperty(fc.array(range, { minLength: 1, maxLength: 12 }), async (ranges) => {
        const read = await Promise.all(ranges.map(([start, end]) => source.read(start, end)))
        for (const [index, [start, end]] of ranges.entries()) {
          const expected = content.subarray(Math.max(0, start), Math.max(0, start, end))
          expect(Buffer.compare(read[index] ?? new Uint8Array(), expected)).toBe(0)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('of a large file too, whose blocks come and go under many small looks', async () => {
    const large = new Uint8Array(34_000_000)
    new Uint32Array(large.buffer).forEach((_, index, words) => {
      words[index] = Math.imul(index, 2654435761)
    })
    const name = join(directory, 'large.bin')
    writeFileSync(name, large)
    await using source = await openFile(name)
    const look = fc.tuple(fc.nat(34_000_000), fc.nat(70_000))
    await fc.assert(
      fc.asyncProperty(fc.array(look, { minLength: 1, maxLength: 40 }), async (looks) => {
        const read = await Promise.all(looks.map(([start, length]) => source.read(start, start + length)))
        for (const [index, [start, length]] of looks.entries())
          expect(Buffer.compare(read[index] ?? new Uint8Array(), large.subarray(start, start + length))).toBe(
            0,
          )
      }),
      { numRuns: 100 },
    )
  })

  test('others get their turn while a large file is read', async () => {
    const name = join(directory, 'turns.bin')
    writeFileSync(name, new Uint8Array(40_000_000))
    await using source = await openFile(name)
    let turns = 0
    const count = () => {
      turns++
      timer = setImmediate(count)
    }
    let timer = setImmediate(count)
    const target = new Uint8Array(source.size)
    await source.readInto?.(target, 0)
    clearImmediate(timer)
    expect(turns).toBeGreaterThan(10)
  })

  test('from a disk that makes one wait, the bytes are the same, and others are not kept waiting', async () => {
    const name = join(directory, 'slow.bin')
    const large = new Uint8Array(34_000_000).map((_, index) => index >> 10)
    writeFileSync(name, large)
    let now = 0
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
      now += 1000
      return now
    })
    try {
      await using source = await openFile(name)
      const target = new Uint8Array(source.size)
      await source.readInto?.(target, 0)
      expect(Buffer.compare(target, large)).toBe(0)
      expect(now).toBe(4000) // opening and one read on the spot were timed, and nothing after them
    } finally {
      clock.mockRestore()
    }
  })

  test('what one reader does to its bytes, no other sees', async () => {
    await using source = await openFile(path)
    const mine = await source.read(10, 20)
    mine.fill(0)
    expect(await source.read(10, 20)).toEqual(content.subarray(10, 20))
    expect(mine.buffer.byteLength).toBe(10)
  })

  test('bytes that were read stay what they were when the file is closed and others are opened', async () => {
    const files = [1, 2, 3].map((value) => ({ value, name: join(directory, `${value}.bin`) }))
    for (const { value, name } of files) writeFileSync(name, new Uint8Array(2_000_000 - value).fill(value))
    const kept: { value: number; bytes: Uint8Array }[] = []
    for (const size of [10, 100_000, 2_000_000, 10]) {
      for (const { value, name } of files) {
        await using source = await openFile(name)
        await using other = await openFile(path)
        expect(source.view?.(0, 9)).toEqual(new Uint8Array(9).fill(value))
        expect(await other.read(0, 9)).toEqual(content.subarray(0, 9))
        kept.push({ value, bytes: await source.read(0, size) })
      }
    }
    for (const { value, bytes } of kept) expect(bytes.every((byte) => byte === value)).toBe(true)
  })
})

test('of files that are larger than usual one at a time is held in memory, and read the same', async () => {
  const name = join(directory, 'large.bin')
  const large = Uint8Array.from({ length: 9_000_000 }, (_, index) => index >> 12)
  writeFileSync(name, large)
  for (let round = 0; round < 2; round++) {
    await using first = await openFile(name)
    await using second = await openFile(name)
    expect([first, second].map(({ view }) => view !== undefined)).toEqual([true, false])
    for (const source of [first, second])
      expect(Buffer.compare(await source.read(0, large.length), large)).toBe(0)
  }
})

describe('a file that was just written', () => {
  test.each([10, 100_000, 2_000_000, 9_000_000])(
    'of %d bytes is read as the disk has it, then closed',
    async (size) => {
      const name = join(directory, `written-${size}.bin`)
      writeFileSync(name, new Uint8Array(size).fill(1))
      const descriptor = openSync(name, 'r+')
      {
        await using source = writtenFile(descriptor, name)
        writeFileSync(name, new Uint8Array(size).fill(2), { flag: 'r+' })
        expect(source.size).toBe(size)
        expect((await source.read(size - 5, size)).join()).toBe('2,2,2,2,2')
        expect((await source.read(0, size)).every((byte) => byte === 2)).toBe(true)
      }
      expect(() => fstatSync(descriptor)).toThrow('EBADF')
    },
  )

  test('and was cut off meanwhile, is damaged', async () => {
    const name = join(directory, 'cut.bin')
    writeFileSync(name, content)
    await using source = writtenFile(openSync(name, 'r+'), name)
    truncateSync(name, 10)
    await expect(source.read(0, 20)).rejects.toMatchObject({ code: 'input.damaged' })
  })
})

describe('what can go wrong', () => {
  test.each([
    ['nothing there', join(directory, 'absent.bin'), 'input.missing'],
    ['a file taken for a folder', join(path, 'x'), 'input.missing'],
    ['a name no file can have', 'a\0b', 'input.missing'],
    ['a folder', directory, 'input.directory'],
    ['a device', '/dev/zero', 'input.unreadable'],
  ])('%s', async (_, name, code) => {
    await expect(openFile(name)).rejects.toMatchObject({ code, details: { name } })
  })

  test('a link that leads to itself', async () => {
    const link = join(directory, 'link')
    symlinkSync(link, link)
    await expect(openFile(link)).rejects.toMatchObject({ code: 'input.unreadable' })
  })

  test('a file that becomes shorter while it is read', async () => {
    const shrinking = join(directory, 'shrinking.bin')
    const large = new Uint8Array(40_000_000).fill(7)
    writeFileSync(shrinking, large)
    await using source = await openFile(shrinking)
    await source.read(0, 10)
    truncateSync(shrinking, 70_000)
    await expect(source.read(0, 40_000_000)).rejects.toMatchObject({ code: 'input.damaged' })
    await expect(source.read(39_999_990, 40_000_000)).rejects.toMatchObject({ code: 'input.damaged' })
    await expect(source.readInto?.(new Uint8Array(1_000_000), 0)).rejects.toMatchObject({
      code: 'input.damaged',
    })
    expect(await source.read(5, 9)).toEqual(large.subarray(5, 9))
  })

  test('a small file that becomes shorter after the first look is read as it was', async () => {
    const shrinking = join(directory, 'small.bin')
    writeFileSync(shrinking, content)
    await using source = await openFile(shrinking)
    await source.read(0, 10)
    truncateSync(shrinking, 70_000)
    expect(await source.read(0, 300_000)).toEqual(content)
  })
})
