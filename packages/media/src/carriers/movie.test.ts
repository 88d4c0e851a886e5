/** Damaged movies are told and refused; nothing in them leads astray. */
import { bytesSource, concat, InputError } from '@yinji/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { binaryBytes } from './binary.ts'
import { makeBox, noFlags, u32 } from './bmff.ts'
import { makeTags } from './bmff-tags.ts'
import { aigc, find, ftyp, moovOf, stco } from './movie.test-kit.ts'
import { readMovie, spliceMovie } from './movie.ts'

describe('damage', () => {
  const whole = concat([
    ftyp,
    moovOf(stco(400), makeBox('udta', makeTags({ name: 'AIGC', text: aigc }))),
    makeBox('mdat', new Uint8Array(900)),
  ])
  const refuses = async (file: Uint8Array) => {
    await expect(spliceMovie(bytesSource(file, 'x.mp4'), { aigc, room: 9 })).rejects.toBeInstanceOf(
      InputError,
    )
    expect((await readMovie(bytesSource(file))).findings.map(({ code }) => code)).toContain('asset.damaged')
  }

  test('a file cut off anywhere is told and refused, even between two boxes', async () => {
    for (let size = 1; size < whole.byteLength; size += 7) await refuses(whole.subarray(0, size))
    const mdat = (await find(whole, 'mdat'))[0]?.start ?? 0
    await refuses(whole.subarray(0, mdat))
  })

  test('a table that says more than it holds', () =>
    refuses(concat([ftyp, moovOf(makeBox('stco', noFlags, u32(5), u32(0)))])))
  test('two movies', () => refuses(concat([ftyp, moovOf(stco()), moovOf(stco())])))
  test('a compressed movie', () => refuses(concat([ftyp, makeBox('moov', makeBox('cmov'))])))
  test('no ftyp', () => refuses(moovOf(stco())))

  test('changed bytes never lead to anything but a finding or a refusal', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.byteLength - 901), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        async (changes) => {
          const file = whole.slice()
          for (const [at, value] of changes) file[at] = value
          await readMovie(bytesSource(file))
          await spliceMovie(bytesSource(file), { aigc, room: 10 }).catch((error: unknown) => {
            expect(error).toBeInstanceOf(InputError)
          })
        },
      ),
      { numRuns: 500 },
    )
  })

  test('boxes nested without end cost neither time nor stack', async () => {
    const levels = 200_000
    const size = levels * 8
    const nested = new Uint8Array(size)
    for (let level = 0; level < levels; level++) {
      nested.set(u32(size - level * 8), level * 8)
      nested.set(binaryBytes(level === 0 ? 'moov' : 'udta'), level * 8 + 4)
    }
    const found = await readMovie(bytesSource(concat([ftyp, nested])))
    expect(found.labels).toEqual([])
  })
})
