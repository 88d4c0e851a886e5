import { bytesSource, concat, InputError, type Source } from '@yinji/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { binaryBytes, binaryText, uint32 } from './binary.ts'
import { boxesAt, makeBox, noFlags, setUint64, u32, uint64, walkBoxes } from './bmff.ts'
import { makeTags } from './bmff-tags.ts'
import { readMovie, spliceMovie } from './movie.ts'
import { carryTags } from './movie-tags.ts'
import { OffsetMap } from './offset-map.ts'
import { partsOf } from './replacements.ts'

const aigc = '{"Label":"1","ContentProducer":"Acme","ProduceID":"x"}'
const store = new Uint8Array(777).fill(0xee)
const ftyp = makeBox('ftyp', binaryBytes('isom\0\0\0\0isom'))

const u64 = (value: number) => {
  const bytes = new Uint8Array(8)
  setUint64(bytes, 0, value)
  return bytes
}
const moovOf = (table: Uint8Array, ...rest: readonly Uint8Array[]) =>
  makeBox('moov', makeBox('trak', makeBox('mdia', makeBox('minf', makeBox('stbl', table)))), ...rest)
const stco = (...offsets: number[]) => makeBox('stco', noFlags, u32(offsets.length), ...offsets.map(u32))

/** The first bytes of a labelled file, which may be a huge one. */
async function written(
  source: Source,
  edit: { aigc?: string; room: number },
  most = 1 << 20,
): Promise<Uint8Array> {
  const { parts } = await spliceMovie(source, edit)
  const chunks: Uint8Array[] = []
  let size = 0
  for (const part of parts) {
    if (size > most) break
    const chunk =
      part.kind === 'copy'
        ? await source.read(part.start, Math.min(part.end, part.start + most))
        : part.kind === 'bytes'
          ? part.bytes
          : part.embed(store)
    chunks.push(chunk)
    size += chunk.byteLength
  }
  return concat(chunks)
}

async function find(file: Uint8Array, ...path: string[]) {
  const { boxes } = await walkBoxes(bytesSource(file))
  const [first = '', ...rest] = path
  return boxes.filter(({ type }) => type === first).flatMap((box) => boxesAt(file, box, rest))
}

describe('offsets follow the media', () => {
  test('every chunk of every track', async () => {
    const media = [binaryBytes('first'), binaryBytes('second'), binaryBytes('third')]
    const size = moovOf(stco(0, 0, 0)).byteLength
    const at = ftyp.byteLength + size + 8
    const file = concat([
      ftyp,
      moovOf(stco(at, at + 5, at + 19)),
      makeBox('mdat', ...media.slice(0, 2)),
      makeBox('mdat', media[2] ?? noFlags),
    ])
    const out = await written(bytesSource(file), { aigc, room: store.byteLength })
    const [table] = await find(out, 'moov', 'trak', 'mdia', 'minf', 'stbl', 'stco')
    const offsets = [0, 1, 2].map((index) => uint32(out, (table?.content ?? 0) + 8 + 4 * index))
    expect(offsets.map((offset) => binaryText(out.subarray(offset, offset + 5)))).toEqual([
      'first',
      'secon',
      'third',
    ])
  })

  test('beyond 4 GB the table becomes a wide one', async () => {
    const mdatSize = 5_000_000_000
    const head = concat([ftyp, moovOf(stco(1000, 0xffff_ff00)), u32(1), binaryBytes('mdat'), u64(mdatSize)])
    const size = head.byteLength - 16 + mdatSize
    const source: Source = {
      size,
      read: async (start, end) => {
        const out = new Uint8Array(Math.min(end, size) - start)
        out.set(head.subarray(start, end))
        return out
      },
    }
    const out = await written(source, { aigc, room: store.byteLength }, 4000)
    const shift = (await find(out, 'moov')).map(({ end }) => end - (head.byteLength - 16))[0] ?? 0
    const path = ['moov', 'trak', 'mdia', 'minf', 'stbl'] as const
    expect(await find(out.subarray(0, head.byteLength - 16 + shift), ...path, 'stco')).toHaveLength(0)
    const [table] = await find(out.subarray(0, head.byteLength - 16 + shift), ...path, 'co64')
    const first = (table?.content ?? 0) + 8
    expect(shift).toBeGreaterThan(store.byteLength)
    expect([uint64(out, first), uint64(out, first + 8)]).toEqual([1000 + shift, 0xffff_ff00 + shift])
  })

  test('tracks whose media is in another file are left alone', async () => {
    const elsewhere = makeBox('dinf', makeBox('dref', noFlags, u32(1), makeBox('url ', noFlags)))
    const minf = makeBox('minf', elsewhere, makeBox('stbl', stco(50)))
    const file = concat([
      ftyp,
      makeBox('moov', makeBox('trak', makeBox('mdia', minf))),
      makeBox('mdat', new Uint8Array(99)),
    ])
    const out = await written(bytesSource(file), { aigc, room: 0 })
    const [table] = await find(out, 'moov', 'trak', 'mdia', 'minf', 'stbl', 'stco')
    expect(uint32(out, (table?.content ?? 0) + 8)).toBe(50)
  })

  test('fragments: tfhd, tfra, sidx and iloc', async () => {
    const moov = moovOf(stco())
    const tfhd = (at: number) => makeBox('tfhd', u32(1), u32(1), u64(at))
    const sidx = (distance: number, size: number) =>
      makeBox('sidx', noFlags, u32(1), u32(1000), u32(0), u32(distance), u32(1), u32(size), u32(90), u32(0))
    const moof = (at: number) => makeBox('moof', makeBox('traf', tfhd(at)))
    const tfra = (at: number) =>
      makeBox('tfra', noFlags, u32(1), u32(0), u32(1), u32(0), u32(at), noFlags.subarray(0, 3))
    const iloc = (at: number) =>
      makeBox('iloc', noFlags, Uint8Array.of(0x44, 0x00, 0, 1, 0, 1, 0, 0, 0, 1), u32(at), u32(4))
    // sidx stands before moov here, so its distance has to grow by what moov grows.
    const head = ftyp.byteLength + sidx(0, 0).byteLength
    const at = head + moov.byteLength
    const size = moof(0).byteLength + 12
    const file = concat([
      ftyp,
      sidx(moov.byteLength, size),
      moov,
      moof(at),
      makeBox('mdat', binaryBytes('data')),
      makeBox('meta', noFlags, iloc(at + size - 4)),
      makeBox('mfra', tfra(at)),
    ])
    const out = await written(bytesSource(file), { aigc, room: store.byteLength })
    const [fragment] = await find(out, 'moof')
    const start = fragment?.start ?? 0
    const number = async (offset: number, ...path: string[]) =>
      uint32(out, ((await find(out, ...path))[0]?.content ?? 0) + offset)
    expect(start).toBeGreaterThan(at + store.byteLength)
    expect(await number(12, 'moof', 'traf', 'tfhd')).toBe(start)
    expect(await number(20, 'mfra', 'tfra')).toBe(start)
    const [index] = await find(out, 'sidx')
    expect(await number(16, 'sidx')).toBe(start - (index?.end ?? 0))
    expect(await number(24, 'sidx')).toBe(size)
    const [meta] = await find(out, 'meta')
    expect(
      binaryText(
        out.subarray(uint32(out, (meta?.content ?? 0) + 26), uint32(out, (meta?.content ?? 0) + 26) + 4),
      ),
    ).toBe('data')
  })

  test('a free box behind moov takes up the growth, and the media stays where it is', async () => {
    const moov = moovOf(stco(2000))
    const file = concat([
      ftyp,
      moov,
      makeBox('free', new Uint8Array(1500)),
      makeBox('mdat', new Uint8Array(4000)),
    ])
    const [before] = await find(file, 'mdat')
    const out = await written(bytesSource(file), { aigc, room: 0 })
    expect(out.byteLength).toBe(file.byteLength)
    expect((await find(out, 'mdat'))[0]).toEqual(before)
    const again = await written(bytesSource(out), {
      aigc: '{"Label":"2","ContentProducer":"B","ProduceID":"y"}',
      room: 0,
    })
    expect(again.byteLength).toBe(file.byteLength)
  })
})

describe('the manifest', () => {
  const purpose = (name: string, ...content: Uint8Array[]) =>
    makeBox(
      'uuid',
      new Uint8Array(Buffer.from('d8fec3d61b0e483c92975828877ec481', 'hex')),
      noFlags,
      binaryBytes(`${name}\0`),
      ...content,
    )
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

describe('labels elsewhere', () => {
  const text = (name: string, value: string) =>
    makeBox('udta', makeBox(name, Uint8Array.of(0, value.length, 0, 0), binaryBytes(value)))
  const item = (type: string, value: string, ...more: Uint8Array[]) =>
    makeBox(type, ...more, makeBox('data', u32(1), u32(0), binaryBytes(value)))
  const named = (type: string, value: string) => makeBox(type, noFlags, binaryBytes(value))
  const handler = makeBox('hdlr', noFlags, u32(0), binaryBytes('mdir'), new Uint8Array(13))
  const freeform = item('----', aigc, named('mean', 'com.apple.iTunes'), named('name', 'AIGC'))
  const packet = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"><TC260:AIGC>${aigc.replaceAll('"', '&quot;')}</TC260:AIGC></rdf:Description></rdf:RDF></x:xmpmeta>`
  const xmpUuid = new Uint8Array(Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex'))
  const places: [string, Uint8Array][] = [
    ['moov/meta AIGC', concat([ftyp, moovOf(stco(), makeTags({ name: 'AIGC', text: aigc }))])],
    [
      'moov/udta/meta AIGC',
      concat([
        ftyp,
        moovOf(stco(), makeBox('udta', makeBox('meta', noFlags, handler, makeBox('ilst', freeform)))),
      ]),
    ],
    [
      'moov/udta/meta ©cmt',
      concat([
        ftyp,
        moovOf(
          stco(),
          makeBox('udta', makeBox('meta', noFlags, handler, makeBox('ilst', item('©cmt', aigc)))),
        ),
      ]),
    ],
    ['moov/udta/©cmt', concat([ftyp, moovOf(stco(), text('©cmt', aigc))])],
    [
      'moov/udta/aigc',
      concat([ftyp, moovOf(stco(), makeBox('udta', makeBox('aigc', noFlags, binaryBytes(aigc))))]),
    ],
    ['moov/udta/XMP_', concat([ftyp, moovOf(stco(), makeBox('udta', makeBox('XMP_', binaryBytes(packet))))])],
    [
      'moov/trak/udta/meta AIGC',
      concat([
        ftyp,
        makeBox('moov', makeBox('trak', makeBox('udta', makeTags({ name: 'AIGC', text: aigc })))),
      ]),
    ],
    ['aigc', concat([ftyp, makeBox('aigc', binaryBytes(aigc)), moovOf(stco())])],
    ['uuid XMP', concat([ftyp, moovOf(stco()), makeBox('uuid', xmpUuid, binaryBytes(packet))])],
  ]

  test.each(places)('%s is read, and moved to its standard place', async (site, file) => {
    expect((await readMovie(bytesSource(file))).labels).toEqual([{ site, standard: false, value: aigc }])
    const out = await written(bytesSource(file), { aigc: '{"Label":"3"}', room: 0 })
    const found = await readMovie(bytesSource(out))
    expect(found.labels).toEqual([{ site: 'moov/udta/meta', standard: true, value: '{"Label":"3"}' }])
    expect(found.findings).toEqual([])
  })

  test('an ordinary comment is no label and stays', async () => {
    const file = concat([ftyp, moovOf(stco(), text('©cmt', 'see {"Label":"1"}'))])
    expect((await readMovie(bytesSource(file))).labels).toEqual([])
    expect(binaryText(await written(bytesSource(file), { aigc, room: 0 }))).toContain('see {"Label":"1"}')
  })

  test('a field in the middle of a comment is taken out of it', async () => {
    const file = concat([ftyp, moovOf(stco(), text('©cmt', `Made by me. AIGC${aigc} Enjoy.`))])
    expect((await readMovie(bytesSource(file))).labels).toEqual([
      { site: 'moov/udta/©cmt', standard: false, value: aigc },
    ])
    const out = await written(bytesSource(file), { aigc: '{"Label":"2"}', room: 0 })
    expect(binaryText(out)).toMatch(/Made by me\. +Enjoy\./)
    expect((await readMovie(bytesSource(out))).labels.map(({ value }) => value)).toEqual(['{"Label":"2"}'])
  })

  test('other keys keep their values when the list of keys changes', async () => {
    const keys = makeBox(
      'keys',
      noFlags,
      u32(3),
      ...['first', 'AIGC', 'third'].map((key) => makeBox('mdta', binaryBytes(key))),
    )
    const list = makeBox(
      'ilst',
      item('\0\0\0\x03', 'three'),
      item('\0\0\0\x02', 'old'),
      item('\0\0\0\x01', 'one'),
    )
    const mdta = makeBox('hdlr', noFlags, u32(0), binaryBytes('mdta'), new Uint8Array(13))
    const file = concat([ftyp, moovOf(stco(), makeBox('udta', makeBox('meta', noFlags, mdta, keys, list)))])
    const out = await written(bytesSource(file), { aigc, room: 0 })
    const [box] = await find(out, 'moov', 'udta')
    const content = out.subarray(box?.content, box?.end)
    const expected = makeBox(
      'meta',
      noFlags,
      mdta,
      makeBox(
        'keys',
        noFlags,
        u32(3),
        ...['first', 'third', 'AIGC'].map((key) => makeBox('mdta', binaryBytes(key))),
      ),
      makeBox('ilst', item('\0\0\0\x02', 'three'), item('\0\0\0\x01', 'one'), item('\0\0\0\x03', aigc)),
    )
    expect(content).toEqual(expected)
  })

  test('the four zero bytes that end QuickTime user data stay at its end', async () => {
    const file = concat([ftyp, moovOf(stco(), makeBox('udta', makeBox('name', binaryBytes('x')), u32(0)))])
    const out = await written(bytesSource(file), { aigc, room: 0 })
    const [box] = await find(out, 'moov', 'udta')
    expect(uint32(out, (box?.end ?? 0) - 4)).toBe(0)
    expect((await readMovie(bytesSource(out))).findings).toEqual([])
  })
})

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

test('tags of a movie are carried over to a new one, byte for byte, and only they', async () => {
  const xmp = makeBox(
    'uuid',
    new Uint8Array(Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex')),
    binaryBytes('packet'),
  )
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

test('the map of offsets agrees with the parts', () => {
  const size = 60
  const source = Uint8Array.from({ length: size }, (_, index) => index + 1)
  const changes = fc.array(fc.record({ start: fc.nat(size), length: fc.nat(6), grown: fc.nat(9) }), {
    maxLength: 5,
  })
  fc.assert(
    fc.property(changes, (wishes) => {
      const replacements = []
      let end = 0
      for (const { start, length, grown } of [...wishes].sort((a, b) => a.start - b.start)) {
        if (start < end || start + length > size) continue
        end = start + length
        replacements.push({ start, end, parts: [{ kind: 'bytes' as const, bytes: new Uint8Array(grown) }] })
      }
      const out: number[] = partsOf(size, replacements).flatMap((part) =>
        part.kind === 'copy'
          ? [...source.subarray(part.start, part.end)]
          : part.kind === 'bytes'
            ? [...part.bytes]
            : [],
      )
      const map = new OffsetMap(replacements)
      for (let at = size - 1; at >= 0; at--)
        if (!replacements.some(({ start, end: stop }) => at >= start && at < stop))
          expect(out[map.move(at)]).toBe(at + 1)
    }),
  )
})
