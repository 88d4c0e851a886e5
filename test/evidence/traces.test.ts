/** What other people's tools leave in files: found wherever it stands, graded, and never taken for a label. */
import { createToolkit } from '@yinji/toolkit'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { fixtureBytes, fixturePath } from '../helpers/fixtures.ts'
import { testIdentity } from '../helpers/identity.ts'
import {
  exifSegment,
  jpegWith,
  mp3With,
  pngChunk,
  pngText,
  pngWith,
  remuxed,
  tiffBlock,
  xmpPacket,
  xmpSegment,
} from '../helpers/traces.ts'
import { at, codes, comment, galaxy, graph, ids, latin, settings, song, toolkit } from './signs.ts'

const drawn = `{"last_node_id":9,"nodes":[${'{"id":3},'.repeat(20_000)}{"id":4}],"links":[]}`
const utf16 = (text: string, big: boolean) => {
  const bytes = Buffer.from(text, 'utf16le')
  return Buffer.concat([Buffer.from('UNICODE\0'), big ? bytes.swap16() : bytes])
}

const traces: readonly (readonly [string, Uint8Array, string, string])[] = [
  ['tEXt', pngWith([pngText('tEXt', 'parameters', settings)]), 'sd-webui.parameters', 'tEXt'],
  ['zTXt', pngWith([pngText('zTXt', 'parameters', settings)]), 'sd-webui.parameters', 'zTXt'],
  ['compressed iTXt', pngWith([pngText('compressed iTXt', 'prompt', graph)]), 'comfyui.prompt', 'iTXt'],
  [
    'a chunk after IDAT',
    pngWith([pngText('iTXt', 'prompt', graph)], true),
    'comfyui.prompt',
    'iTXt after IDAT',
  ],
  ['a graph larger than is read', pngWith([pngText('tEXt', 'workflow', drawn)]), 'comfyui.workflow', 'tEXt'],
  ['… and deflated', pngWith([pngText('zTXt', 'workflow', drawn)]), 'comfyui.workflow', 'zTXt'],
  [
    'InvokeAI',
    pngWith([pngText('tEXt', 'invokeai_metadata', '{"app_version":"5"}')]),
    'invokeai.metadata',
    'tEXt',
  ],
  [
    'Exif in PNG',
    pngWith([pngChunk('eXIf', tiffBlock({ UserComment: latin(`ASCII\0\0\0${settings}`) }))]),
    'sd-webui.user-comment',
    'eXIf Exif',
  ],
  ['UserComment, ASCII', comment(latin(`ASCII\0\0\0${settings}`)), 'sd-webui.user-comment', 'APP1 Exif'],
  ['UserComment, UNICODE, big', comment(utf16(settings, true)), 'sd-webui.user-comment', 'APP1 Exif'],
  ['UserComment, UNICODE, little', comment(utf16(settings, false)), 'sd-webui.user-comment', 'APP1 Exif'],
  [
    'UserComment, undefined',
    comment(latin(`${'\0'.repeat(8)}${settings}`)),
    'sd-webui.user-comment',
    'APP1 Exif',
  ],
  ['UserComment without a prefix', comment(latin(settings)), 'sd-webui.user-comment', 'APP1 Exif'],
  [
    'a credit in XMP',
    jpegWith([xmpSegment(xmpPacket('<photoshop:Credit>Made with Google AI</photoshop:Credit>'))]),
    'google.credit',
    'APP1 XMP',
  ],
  ['Galaxy AI in a trailer', galaxy(5), 'samsung.gen-ai-type', 'SEF trailer'],
  ['a song, ID3 comment', mp3With([['COMM', latin(`\0eng\0${song}`)]]), 'suno.comment', 'ID3v2'],
  [
    '… in UTF-16',
    mp3With([['COMM', Buffer.concat([latin('\x01eng\xff\xfe\0\0\xff\xfe'), Buffer.from(song, 'utf16le')])]]),
    'suno.comment',
    'ID3v2',
  ],
  ['… as user text', mp3With([['TXXX', latin(`\0comment\0${song}`)]]), 'suno.comment', 'ID3v2'],
  ['a song’s address', mp3With([['WOAS', latin('https://suno.com/song/116d34f4')]]), 'suno.address', 'ID3v2'],
]

describe('a trace of a tool', () => {
  test.each(traces)('%s: suspected, and no label', async (_, content, id, site) => {
    const report = await toolkit.verify(content)
    expect(report.evidence).toContainEqual(expect.objectContaining({ id, class: 'C', at: site }))
    expect(report.verdict).toBe('unlabeled')
    expect(report.origin).toMatchObject({ involvement: 'suspected', evidence: 'metadata' })
    expect(codes(report)).toContain('metadata.trace.tool')
    expect(report.layers.metadata).toBe('absent')
    expect(JSON.stringify(report)).not.toMatch(/red fox|116d34f4|KSampler/)
  })

  test('in the video stream and in its tags', async () => {
    const uuid = '91ca6061-4aee-3854-8614-2d5f73f4ae2e'
    const stream = ['-bsf:v', `h264_metadata=sei_user_data=${uuid}+kling-ai`]
    const kling = await toolkit.verify(await remuxed('clip.mp4', at('kling.mp4'), stream))
    expect(ids(kling)).toEqual(['C kling.stream'])
    const keys = ['-movflags', 'use_metadata_tags', '-metadata', 'aigc_info={"aigc_label_type":2}']
    const tiktok = await toolkit.verify(await remuxed('clip.mp4', at('tiktok.mp4'), keys))
    expect(ids(tiktok)).toEqual(['C tiktok.aigc-label'])
    const tag = ['-metadata', 'comment={"data":{"product":"aweme","aigc_info":"{\\"aigc_type\\":1}"}}']
    const douyin = await toolkit.verify(await remuxed('clip.mp4', at('douyin.mp4'), tag))
    expect(ids(douyin)).toEqual(['C douyin.aigc-info'])
    expect(douyin.label).toBeNull()
    const plain = await toolkit.verify(
      await remuxed('clip.mp4', at('plain.mp4'), ['-metadata', 'comment=Steps: up']),
    )
    expect(plain.evidence).toEqual([])
  })

  test('in the list of a WAV', async () => {
    const report = await toolkit.verify(
      await remuxed('music.wav', at('song.wav'), ['-metadata', `comment=${song}`]),
    )
    expect(report.evidence).toContainEqual(
      expect.objectContaining({ id: 'suno.comment', at: 'RIFF LIST INFO' }),
    )
  })

  test('does not keep a file from being labelled, and stays in it', async () => {
    await using own = createToolkit({ identity: await testIdentity() })
    const content = pngWith([pngText('tEXt', 'parameters', settings)])
    const { content: labelled } = await own.label(content, {}, { visible: false })
    const report = await own.verify(labelled)
    expect(report.verdict).toBe('trusted')
    expect(report.evidence[0]).toMatchObject({ class: 'A', id: 'c2pa.signed' })
    expect(ids(report)).toEqual([
      'A c2pa.signed',
      'B gb45438.aigc',
      'B iptc.digital-source-type',
      'B iptc.ai-system',
      'C sd-webui.parameters',
    ])
    await using stranger = createToolkit()
    expect(ids(await stranger.verify(labelled))[0]).toBe('B c2pa.declared')
    const broken = Uint8Array.from(labelled)
    broken[broken.byteLength - 60] = (broken[broken.byteLength - 60] ?? 0) ^ 1
    expect(ids(await own.verify(broken))).toContain('C c2pa.unverified')
  })
})

describe('other containers', () => {
  const exif = { IFD0: { Make: `prompt:${graph}` } }

  test.each(['webp', 'avif'] as const)('%s', async (format) => {
    const content = await sharp(fixturePath('picture.png')).withExif(exif)[format]().toBuffer()
    expect(ids(await toolkit.verify(Uint8Array.from(content)))).toEqual(['C comfyui.exif'])
  })

  test('tiff, even one without a picture', async () => {
    const report = await toolkit.verify(tiffBlock({ Software: 'Midjourney 6' }, false))
    expect(report.asset.handler).toBe('tiff')
    expect(ids(report)).toEqual(['D software.name'])
  })
})

describe('tags of sounds and videos', () => {
  const commented = ['-metadata', `comment=${song}`]
  const drawnBy = ['-metadata', `comment=${JSON.stringify({ prompt: graph })}`]

  test.each([
    ['chime.flac', 'VORBIS_COMMENT'],
    ['chime.ogg', 'Vorbis comment'],
    ['chime.opus', 'Vorbis comment'],
  ])('%s', async (fixture, site) => {
    const report = await toolkit.verify(await remuxed(fixture, at(`song-${fixture}`), commented))
    expect(report.evidence).toContainEqual(expect.objectContaining({ id: 'suno.comment', at: site }))
    expect(report.verdict).toBe('unlabeled')
  })

  test.each([
    ['sunrise.mkv', 'Tags SimpleTag'],
    ['sunrise.webm', 'Tags SimpleTag'],
    ['sunrise.flv', 'onMetaData'],
  ])('%s', async (fixture, site) => {
    const report = await toolkit.verify(await remuxed(fixture, at(`drawn-${fixture}`), drawnBy))
    expect(report.evidence).toContainEqual(expect.objectContaining({ id: 'comfyui.movie', at: site }))
    expect(report.verdict).toBe('unlabeled')
  })

  test('a comment of a GIF', async () => {
    const gif = fixtureBytes('sunrise.gif')
    const text = Buffer.from('{"sui_image_params":{"prompt":"a red fox"}}')
    const block = Buffer.concat([Buffer.from([0x21, 0xfe, text.byteLength]), text, Buffer.from([0])])
    const content = Buffer.concat([gif.subarray(0, -1), block, gif.subarray(-1)])
    expect(ids(await toolkit.verify(Uint8Array.from(content)))).toEqual(['C swarmui.parameters'])
  })
})

describe('a hint', () => {
  test('is told and counts for nothing', async () => {
    const report = await toolkit.verify(jpegWith([exifSegment(tiffBlock({ Software: 'Midjourney v6' }))]))
    expect(ids(report)).toEqual(['D software.name'])
    expect(codes(report)).toContain('metadata.trace.hint')
    expect(report.origin).toBeNull()
    expect(report.verdict).toBe('unlabeled')
  })
})
