/** Archives that are none, cut off or lie: an answer every time, and never one that leaves bytes out. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource } from '@yinji/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readArchive, ZipError } from './zip.ts'

const book = new Uint8Array(readFileSync(join(import.meta.dirname, '../../../../../fixtures/book.epub')))

async function attempt(bytes: Uint8Array) {
  try {
    return await readArchive(bytesSource(bytes))
  } catch (error) {
    expect(error).toBeInstanceOf(ZipError)
    return undefined
  }
}

describe('an archive', () => {
  test('is all entries from its first byte to the directory', async () => {
    const { entries, directory } = await readArchive(bytesSource(book))
    expect(entries.map(({ name }) => name)).toContain('mimetype')
    expect(entries[0]?.start).toBe(0)
    expect(entries.at(-1)?.end).toBe(directory)
    for (const [index, { end }] of entries.entries()) expect(entries[index + 1]?.start ?? directory).toBe(end)
  })

  test('cut off anywhere is none', async () => {
    for (let length = 0; length < book.length; length += 13)
      expect(await attempt(book.subarray(0, length))).toBeUndefined()
  })

  test('changed anywhere covers every byte, or is none', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(book.length - 1), fc.nat(255), async (at, value) => {
        const bytes = Uint8Array.from(book)
        bytes[at] = value
        const archive = await attempt(bytes)
        if (archive === undefined) return
        let end = 0
        for (const entry of archive.entries) {
          expect(entry.start).toBe(end)
          end = entry.end
        }
        expect(end).toBe(archive.directory)
      }),
      { numRuns: 400 },
    )
  })

  test('of other bytes is none', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect(await attempt(bytes)).toBeUndefined()
      }),
    )
  })
})
