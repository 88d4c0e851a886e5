import { bytesSource, concat, InputError } from '@yinji/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aigc, handling } from '../handler.test-kit.ts'
import { readHead } from '../head.ts'
import { mp3 } from './mp3.ts'
import { adts, amr } from './read-only.ts'
import { sound } from './sound.test-kit.ts'

const aac = sound('aac').tone('-c:a', 'aac')
const silence = new Uint8Array(Buffer.concat([Buffer.from('#!AMR\n'), Buffer.alloc(50, 0x7c)]))

/** As services write it: user text in an ID3v2.3 tag. */
function tagged(bytes: Uint8Array, padding = 0): Uint8Array {
  const text = Buffer.from(`\0AIGC\0${aigc}`)
  const frame = Buffer.concat([Buffer.from('TXXX\0\0\0\0\0\0', 'latin1'), text, Buffer.alloc(padding)])
  frame.writeUInt32BE(text.length, 4)
  const size = frame.length
  const header = Buffer.from([0x49, 0x44, 0x33, 3, 0, 0, 0, 0, size >> 7, size & 0x7f])
  return concat([header, frame, bytes])
}

test.each([
  ['adts', adts, aac],
  ['amr', amr, silence],
])('%s is recognised, with and without a tag, and read but never written', async (_, handler, bytes) => {
  for (const file of [bytes, tagged(bytes), tagged(bytes, 8000)]) {
    const head = await readHead(bytesSource(file))
    expect([handler, mp3].map((candidate) => candidate.matches(head))).toEqual([true, false])
    await expect(handling(handler).labelled(file)).rejects.toMatchObject({ code: 'input.format.readonly' })
  }
  expect(await handler.read(bytesSource(bytes))).toEqual({ labels: [], properties: [], findings: [] })
  expect((await handler.read(bytesSource(tagged(bytes)))).labels).toEqual([
    { site: 'ID3v2 TXXX AIGC', standard: false, value: aigc },
  ])
})

test('whatever the tag is like, reading never throws', async () => {
  const file = tagged(silence)
  const change = fc.record({ at: fc.nat(file.byteLength - 1), value: fc.nat(255) })
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 4 }), fc.nat(file.byteLength), async (changes, end) => {
      const bytes = Uint8Array.from(file.subarray(0, end))
      for (const { at, value } of changes) if (at < bytes.byteLength) bytes[at] = value
      await amr.read(bytesSource(bytes))
      await expect(amr.splice(bytesSource(bytes), { aigc, room: 0 })).rejects.toBeInstanceOf(InputError)
    }),
  )
})
