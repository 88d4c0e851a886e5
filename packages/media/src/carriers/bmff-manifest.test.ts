/** The boxes of a manifest in a movie: where they stand, which of them count, which go (C2PA A.5). */
import { bytesSource, concat } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { binaryBytes } from './binary.ts'
import { fromHex, makeBox, noFlags, u32, walkBoxes } from './bmff.ts'
import { manifestUuid } from './bmff-manifest.ts'
import { aigc, ftyp, moovOf, stco, store, u64, written } from './movie.test-kit.ts'
import { readMovie, spliceMovie } from './movie.ts'

describe('the manifest', () => {
  const purpose = (name: string, ...content: Uint8Array[]) =>
    makeBox('uuid', fromHex(manifestUuid), noFlags, binaryBytes(`${name}\0`), ...content)
  const jumb = (...content: Uint8Array[]) => makeBox('jumb', makeBox('jumd', new Uint8Array(17)), ...content)
  const kind = (name: string) => binaryBytes(`${name}\0\x11\0\x10\x80\0\0\xaa\0\x38\x9b\x71`)
  const one = makeBox('jumb', makeBox('jumd', kind('c2ma'), u32(1)))
  const update = makeBox('jumb', makeBox('jumd', kind('c2um'), u32(2)))

  test('stands right behind ftyp, and the boxes of the finished file are told for its hash', async () => {
    const source = bytesSource(concat([ftyp, makeBox('free'), moovOf(stco()), makeBox('mdat', store)]))
    const { binding } = await spliceMovie(source, { aigc, room: store.byteLength })
    const out = await written(source, { aigc, room: store.byteLength })
    const { boxes } = await walkBoxes(bytesSource(out))
    expect(boxes.map(({ type }) => type)).toEqual(['ftyp', 'uuid', 'free', 'moov', 'mdat'])
    expect(binding).toEqual({ kind: 'bmff', boxes: boxes.map(({ type, start }) => ({ type, start })) })
    const { manifest } = await readMovie(bytesSource(out))
    const [box] = boxes.filter(({ type }) => type === 'uuid')
    expect(manifest?.excluded).toEqual({ start: box?.start, length: (box?.end ?? 0) - (box?.start ?? 0) })
    expect(manifest?.store).toEqual(store)
  })

  test('an old one, its update and its Merkle boxes go; without a new one nothing is left of them', async () => {
    const plain = concat([ftyp, moovOf(stco()), makeBox('mdat', store)])
    const signed = concat([
      ftyp,
      purpose('original', u64(0), jumb()),
      plain.subarray(ftyp.byteLength),
      purpose('merkle', new Uint8Array(9)),
      purpose('update', jumb()),
    ])
    expect(await written(bytesSource(signed), { room: 0 })).toEqual(plain)
  })

  test('an update manifest at the end is read together with the original', async () => {
    const file = concat([
      ftyp,
      purpose('original', u64(0), jumb(one), new Uint8Array(30)),
      moovOf(stco()),
      purpose('update', jumb(update)),
    ])
    expect((await readMovie(bytesSource(file))).manifest?.store).toEqual(jumb(one, update))
  })

  test.each<[string, string, readonly Uint8Array[]]>([
    ['of anything', 'original', [binaryBytes('hidden')]],
    ['of a length that leads nowhere', 'original', [makeBox('jumb', u32(0xffffffff), new Uint8Array(40))]],
    ['of no manifest', 'original', [jumb()]],
    ['with a manifest that is no update', 'original', [jumb(one, update)]],
    ['with something beside the update', 'original', [jumb(update, makeBox('free', new Uint8Array(40)))]],
    [
      'with something in a description of its own',
      'original',
      [makeBox('jumb', makeBox('jumd', one), update)],
    ],
    ['behind its store', 'original', [jumb(update), one]],
    ['of a manifest that has none', 'manifest', [jumb(update)]],
  ])(
    'an update %s could be anything: it is damage, and the manifest alone counts',
    async (_, first, content) => {
      const file = [ftyp, purpose(first, u64(0), jumb(one)), moovOf(stco()), purpose('update', ...content)]
      const { manifest, findings } = await readMovie(bytesSource(concat(file)))
      expect(manifest?.store).toEqual(jumb(one))
      expect(findings.map(({ code }) => code)).toEqual(['asset.damaged'])
    },
  )

  test('two stores in one file are damage', async () => {
    const box = purpose('manifest', u64(0), jumb())
    const found = await readMovie(bytesSource(concat([ftyp, box, box, moovOf(stco())])))
    expect(found.manifest).toBeUndefined()
    expect(found.findings.map(({ code }) => code)).toEqual(['asset.damaged'])
  })
})
