import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import initC2pa, { WasmReader } from '@contentauth/c2pa-wasm'
import { bytesSource, detect, type MediaHandler } from '@yinji/core'
import { exiftool } from 'exiftool-vendored'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { m4a } from '../audio/m4a.ts'
import { openFile } from '../file.ts'
import { aigc, handling } from '../handler.test-kit.ts'
import { folder, run } from '../programs.test-kit.ts'
import { formatTags, packets } from './clip.test-kit.ts'
import { mov } from './mov.ts'
import { mp4 } from './mp4.ts'

const { inside } = folder()
afterAll(() => exiftool.end())

const handlers = [mp4, mov, m4a]
const tags = [
  '-metadata',
  'title=标题 Title',
  '-metadata',
  'artist=Somebody',
  '-metadata',
  'comment=hello',
  '-metadata',
  'track=3/9',
]
const clips: readonly [name: string, handler: MediaHandler, options: readonly string[]][] = [
  ['last.mp4', mp4, []],
  ['first.mp4', mp4, ['-movflags', '+faststart']],
  ['titled.mp4', mp4, tags],
  ['titled-first.mp4', mp4, [...tags, '-movflags', '+faststart']],
  ['keyed.mp4', mp4, [...tags, '-metadata', 'com.acme.mood=fine', '-movflags', '+use_metadata_tags']],
  ['plain.m4v', mp4, []],
  ['fragmented.mp4', mp4, [...tags, '-movflags', '+frag_keyframe+empty_moov']],
  ['dash.mp4', mp4, ['-movflags', '+frag_keyframe+empty_moov+default_base_moof+dash+global_sidx']],
  ['quicktime.mov', mov, tags],
  ['apple.mov', mov, tags],
  ['sound.m4a', m4a, [...tags, '-vn', '-f', 'ipod']],
]

beforeAll(async () => {
  const picture = ['-f', 'lavfi', '-i', 'testsrc=size=96x64:rate=10:duration=2']
  const sound = ['-f', 'lavfi', '-i', 'sine=duration=2']
  const codecs = ['-c:v', 'libx264', '-g', '5', '-pix_fmt', 'yuv420p', '-c:a', 'aac']
  for (const [name, , options] of clips)
    run('ffmpeg', '-v', 'error', ...picture, ...sound, ...codecs, ...options, inside(name))
  // What an iPhone does: QuickTime metadata directly in moov.
  await exiftool.write(
    inside('apple.mov'),
    {},
    { writeArgs: ['-Keys:Software=17.1', '-Keys:Make=Apple', '-overwrite_original'] },
  )
  const { resolve } = createRequire(import.meta.url)
  await initC2pa({
    module_or_path: readFileSync(resolve('@contentauth/c2pa-wasm').replace(/c2pa\.js$/, 'c2pa_bg.wasm')),
  })
})

/** A store as small as JUMBF allows: it has no manifest in it, and c2pa-rs says so once it has found it. */
const store = new Uint8Array(
  Buffer.from(
    '000000266a756d62 0000001e6a756d64 6332706100110010800000aa00389b71 03 6332706100'.replaceAll(' ', ''),
    'hex',
  ),
)

async function label(
  name: string,
  handler: MediaHandler,
  json = aigc,
  room = store.byteLength,
): Promise<string> {
  const { splice } = handling(handler, store)
  const labelled = await splice(new Uint8Array(readFileSync(inside(name))), { aigc: json, room })
  const out = `labelled-${name}`
  writeFileSync(inside(out), labelled)
  return out
}

const tagsByExiftool = async (name: string) => {
  const all = Object.entries(await exiftool.readRaw(inside(name), ['-G1']))
  return Object.fromEntries(all.filter(([key]) => /^(Keys|ItemList|UserData|iTunes):/.test(key)))
}
const frames = (name: string) => run('ffmpeg', '-v', 'error', '-i', inside(name), '-f', 'framemd5', '-')

describe.each(clips)('%s', (name, handler) => {
  test('is recognised', async () => {
    await using source = await openFile(inside(name))
    expect(detect(handlers, await source.read(0, 4096))).toBe(handler)
    expect(await handler.read(source)).toMatchObject({ labels: [], findings: [] })
  })

  test('ffprobe and exiftool read the field as AIGC, and every earlier tag as before', async () => {
    const out = await label(name, handler)
    expect(formatTags(inside(out))).toEqual({ ...formatTags(inside(name)), AIGC: aigc })
    expect(await tagsByExiftool(out)).toEqual({ ...(await tagsByExiftool(name)), 'Keys:AIGC': aigc })
  })

  test('packets, times and pictures are those of the source', async () => {
    const out = await label(name, handler)
    expect(packets(inside(out))).toBe(packets(inside(name)))
    expect(frames(out)).toBe(frames(name))
  })

  test('c2pa-rs finds the manifest', async () => {
    const format = handler.mediaTypes[0]
    await expect(WasmReader.fromBytes(format, readFileSync(inside(name)))).rejects.toThrow(/JumbfNotFound/)
    const out = await label(name, handler)
    await expect(WasmReader.fromBytes(format, readFileSync(inside(out)))).rejects.toThrow(/ProvenanceMissing/)
    await using source = await openFile(inside(out))
    const { manifest } = await handler.read(source)
    expect(manifest?.store).toEqual(store)
  })

  test('labelling again replaces field and manifest, and changes nothing else', async () => {
    const once = await label(name, handler)
    const twice = await label(once, handler)
    expect(readFileSync(inside(twice)).equals(readFileSync(inside(once)))).toBe(true)
    const other = '{"Label":"2","ContentProducer":"Other","ProduceID":"y"}'
    const replaced = await label(once, handler, other, 0)
    expect(readFileSync(inside(replaced)).toString('latin1').split('ContentProducer')).toHaveLength(2)
    await using source = await openFile(inside(replaced))
    expect(await handler.read(source)).toEqual({
      labels: [{ site: 'moov/udta/meta', standard: true, value: other }],
      properties: expect.any(Array),
      findings: [],
      ...(/fragmented|dash/.test(name) && { fragmented: true }),
    })
    expect(packets(inside(replaced))).toBe(packets(inside(name)))
  })

  test('cut off at every tenth, it is damaged and refused', async () => {
    const whole = new Uint8Array(readFileSync(inside(name)))
    for (let tenth = 1; tenth < 10; tenth++) {
      const source = bytesSource(whole.subarray(0, Math.floor((whole.byteLength * tenth) / 10)), name)
      expect((await handler.read(source)).findings[0]).toMatchObject({ code: 'asset.damaged' })
      await expect(handler.splice(source, { aigc, room: 0 })).rejects.toMatchObject({
        code: 'input.damaged',
        details: { name },
      })
    }
  })
})

test.each([
  ['a still picture of the same family', 'ftypheic\0\0\0\0mif1heic', undefined],
  ['an AVIF that calls itself MP4 too', 'ftypavif\0\0\0\0mif1miafMA1Bisom', undefined],
  ['MP4 of an unknown maker', 'ftypXYZW\0\0\0\0isomXYZW', mp4],
  ['QuickTime', 'ftypqt  \0\0\0\0qt  ', mov],
  ['an audio book', 'ftypM4B \0\0\0\0M4A mp42isom', m4a],
  ['a WebM', '\x1a\x45\xdf\xa3webmwebmwebm', undefined],
])('%s', (_, head, handler) => {
  const size = String.fromCharCode(head.length + 4)
  expect(detect(handlers, new Uint8Array(Buffer.from(`\0\0\0${size}${head}`, 'latin1')))).toBe(handler)
})
