/** Matroska and WebM of ffmpeg: labelled, and read by it and by others. */
import { readFileSync, writeFileSync } from 'node:fs'
import { detect } from '@yinji/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { aigc, handling } from '../handler.test-kit.ts'
import { folder, run } from '../programs.test-kit.ts'
import { labelInMediainfo, packets } from './clip.test-kit.ts'
import { checked } from './matroska.test-kit.ts'
import { matroska, webm } from './matroska.ts'

const { inside } = folder()
const { read, labelled } = handling(matroska)

const picture = ['-f', 'lavfi', '-i', 'testsrc=size=96x64:rate=10:duration=3']
const sound = ['-f', 'lavfi', '-i', 'sine=duration=3']
const tags = ['-metadata', 'title=标题 Title', '-metadata', 'artist=Somebody', '-metadata:s:0', 'title=Track']
const vp8 = ['-c:v', 'libvpx', '-g', '5', '-c:a', 'libvorbis']
const h264 = ['-c:v', 'libx264', '-g', '5', '-c:a', 'aac']
const clips: readonly [string, readonly string[]][] = [
  ['plain.mkv', [...picture, ...sound, ...h264, ...tags]],
  [
    'cues-first.mkv',
    [...picture, ...sound, ...h264, ...tags, '-cues_to_front', '1', '-cluster_time_limit', '200'],
  ],
  ['live.mkv', [...picture, ...sound, ...h264, ...tags, '-live', '1']],
  ['plain.webm', [...picture, ...sound, ...vp8, ...tags, '-cluster_time_limit', '300']],
  ['sound.weba', [...sound, '-c:a', 'libopus', ...tags, '-f', 'webm']],
  ['sound.mka', [...sound, '-c:a', 'flac', ...tags, '-f', 'matroska']],
]

describe.each(clips)('%s by ffmpeg', (name, options) => {
  const out = `labelled-${name}`
  let bytes: Uint8Array = new Uint8Array()
  beforeAll(async () => {
    run('ffmpeg', '-v', 'error', ...options, inside(name))
    bytes = new Uint8Array(readFileSync(inside(name)))
    writeFileSync(inside(out), await labelled(bytes))
  })
  const tagsOf = (file: string) =>
    JSON.parse(
      run('ffprobe', '-v', 'error', '-show_entries', 'format_tags:stream_tags', '-of', 'json', inside(file)),
    )

  test('is recognised and damaged by nothing', async () => {
    const handler = /web/.test(name) ? webm : matroska
    expect(detect([matroska, webm], bytes.subarray(0, 4096))).toBe(handler)
    const found = await read(bytes)
    expect(found).toMatchObject({ labels: [], findings: [] })
    expect(found.properties.map(({ name }) => name)).toContain('ENCODER')
  })

  test('ffprobe and mediainfo read the field, and every earlier tag as before', () => {
    const [old, fresh] = [tagsOf(name), tagsOf(out)]
    expect(fresh).toEqual({ ...old, format: { ...old.format, tags: { ...old.format.tags, AIGC: aigc } } })
    expect(labelInMediainfo(inside(out))).toBe(aigc)
  })

  test('packets and times are the same, and every index leads where it should', async () => {
    expect(packets(inside(out))).toBe(packets(inside(name)))
    const counts = checked(new Uint8Array(readFileSync(inside(out))))
    expect(counts).toEqual(checked(bytes))
    for (const time of ['0.7', '1.3', '2.4'])
      expect(run('ffmpeg', '-v', 'warning', '-ss', time, '-i', inside(out), '-f', 'framemd5', '-')).toBe(
        run('ffmpeg', '-v', 'warning', '-ss', time, '-i', inside(name), '-f', 'framemd5', '-'),
      )
  })

  test('another label takes the place of the first without moving anything', async () => {
    const once = new Uint8Array(readFileSync(inside(out)))
    const twice = await labelled(once, aigc.replace('"x-1"', '"11111111-2222-3333-4444-555555555555"'))
    expect(twice.byteLength).toBe(once.byteLength)
    checked(twice)
  })
})
