import { bytesSource, concat } from '@yinji/core'
import { expect, test } from 'vitest'
import { binaryBytes } from './binary.ts'
import { fromHex, makeBox } from './bmff.ts'
import { makeTags } from './bmff-tags.ts'
import { xmpUuid } from './bmff-xmp.ts'
import { ftyp, moovOf, stco } from './movie.test-kit.ts'
import { carryTags } from './movie-tags.ts'

test('tags of a movie are carried over to a new one, byte for byte, and only they', async () => {
  const xmp = makeBox('uuid', fromHex(xmpUuid), binaryBytes('packet'))
  const tags = [
    makeBox('udta', makeBox('cprt', binaryBytes('mine'))),
    makeTags({ name: 'com.acme.mood', text: 'fine' }),
  ]
  const old = concat([ftyp, moovOf(stco(), ...tags), makeBox('mdat', new Uint8Array(40)), xmp])
  const bare = ftyp.byteLength + moovOf(stco(0)).byteLength + 8
  const own = makeBox('udta', makeBox('\xa9too', binaryBytes('encoder')))
  const fresh = concat([ftyp, moovOf(stco(bare + own.byteLength), own), makeBox('mdat', binaryBytes('data'))])
  const closed: string[] = []
  const source = { ...bytesSource(fresh), [Symbol.asyncDispose]: async () => void closed.push('fresh') }
  const carried = await carryTags(bytesSource(old, 'old.mp4'), source)
  const start = bare + concat(tags).byteLength
  expect(carried.name).toBe('old.mp4')
  expect(await carried.read(0, carried.size)).toEqual(
    concat([ftyp, moovOf(stco(start), ...tags), makeBox('mdat', binaryBytes('data')), xmp]),
  )
  await carried[Symbol.asyncDispose]?.()
  expect(closed).toEqual(['fresh'])
})
