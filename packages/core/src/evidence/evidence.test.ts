import { describe, expect, test } from 'vitest'
import { readDigitalSourceType } from '../digital-source-type.ts'
import type { FoundProperty, Medium } from '../handler.ts'
import { evidenceIn, evidenceOf, evidenceTable } from './match.ts'
import { slotOf } from './row.ts'

type Case = readonly [medium: Medium, ...properties: (readonly [site: string, name: string, value: string])[]]

const uuid = '116d34f4-b3d5-48b8-9334-011b1dd1df00'
const settings = 'a red fox\nNegative prompt: blur\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 5'
const graph = '{"3":{"inputs":{"seed":5},"class_type":"KSampler"}}'
const drawn = '{"last_node_id":9,"nodes":[{"id":3}],"links":[]}'
const novel = '{"prompt":"a fox","steps":28,"sampler":"k_euler_ancestral","uc":"lowres"}'
const base = 'http://cv.iptc.org/newscodes/digitalsourcetype/'
const signature = `Signature: ${'A7b+'.repeat(20)}`

/** One that holds, and the same thing gone wrong in the way that has fooled readers before. */
const cases: Readonly<Record<string, readonly [yes: Case, no: Case]>> = {
  'iptc.digital-source-type': [
    ['image', ['APP1 XMP', 'DigitalSourceType', `${base}trainedAlgorithmicMedia`]],
    ['image', ['APP1 XMP', 'DigitalSourceType', `${base}digitalCapture`]],
  ],
  'iptc.ai-system': [
    ['image', ['APP1 XMP', 'AISystemUsed', 'Muse 2']],
    ['image', ['APP1 XMP', 'AISystemUsed', ' ']],
  ],
  'sd-webui.parameters': [
    ['image', ['tEXt', 'parameters', settings]],
    ['image', ['tEXt', 'parameters', 'size=20 colour=red']],
  ],
  'sd-webui.user-comment': [
    ['image', ['APP1 Exif', 'UserComment', settings]],
    ['image', ['APP1 Exif', 'UserComment', 'Steps: up the hill, past the church']],
  ],
  'comfyui.prompt': [
    ['image', ['tEXt', 'prompt', graph]],
    ['image', ['tEXt', 'prompt', 'Say cheese']],
  ],
  'comfyui.workflow': [
    ['image', ['zTXt', 'workflow', drawn]],
    ['image', ['tEXt', 'workflow', '{"nodes":["scan","crop","print"]}']],
  ],
  'comfyui.exif': [
    ['image', ['RIFF EXIF', 'Make', `Prompt:${graph}`]],
    ['image', ['APP1 Exif', 'Make', 'Canon']],
  ],
  'comfyui.movie': [
    ['video', ['moov/udta/meta', 'comment', JSON.stringify({ prompt: graph })]],
    ['video', ['moov/udta/meta', 'comment', '{"inputs":["camera 1"]}']],
  ],
  'invokeai.metadata': [
    ['image', ['tEXt', 'invokeai_metadata', '{"app_version":"5.0"}']],
    ['image', ['tEXt', 'invokeai_metadata', '']],
  ],
  'invokeai.dream': [
    ['image', ['tEXt', 'Dream', '"a fox" -s 50 -S 1234 -W 512 -H 512 -C 7.5 -A k_lms']],
    ['image', ['tEXt', 'Dream', 'A midsummer night']],
  ],
  'novelai.title': [
    ['image', ['tEXt', 'Title', 'NovelAI generated image']],
    ['image', ['tEXt', 'Title', 'Not a NovelAI generated image']],
  ],
  'novelai.comment': [
    ['image', ['tEXt', 'Software', 'NovelAI'], ['tEXt', 'Comment', novel]],
    ['image', ['tEXt', 'Software', 'GIMP'], ['tEXt', 'Comment', novel]],
  ],
  'fooocus.scheme': [
    ['image', ['tEXt', 'fooocus_scheme', 'fooocus']],
    ['image', ['tEXt', 'fooocus_scheme', 'none of it']],
  ],
  'fooocus.settings': [
    ['image', ['APP1 Exif', 'UserComment', '{"base_model":"x","metadata_scheme":"fooocus"}']],
    ['image', ['APP1 Exif', 'UserComment', '{"metadata_scheme":"dublin core"}']],
  ],
  'swarmui.parameters': [
    ['image', ['tEXt', 'parameters', '{"sui_image_params": {"prompt":"a fox"}}']],
    ['image', ['tEXt', 'parameters', '{"image_params": {}}']],
  ],
  'easy-diffusion.model': [
    ['image', ['tEXt', 'use_stable_diffusion_model', 'sd-v1-4'], ['tEXt', 'num_inference_steps', '25']],
    ['image', ['tEXt', 'num_inference_steps', '25']],
  ],
  'google.credit': [
    ['image', ['iTXt XMP', 'Credit', 'Made with Google AI']],
    ['image', ['iTXt XMP', 'Credit', 'Made with Google AI in mind, by hand']],
  ],
  'midjourney.job': [
    ['image', ['tEXt', 'Description', `a fox --ar 16:9 --v 6 Job ID: ${uuid}`]],
    ['image', ['tEXt', 'Description', `Render farm. Job ID: ${uuid}`]],
  ],
  'grok.signature': [
    ['image', ['APP1 Exif', 'ImageDescription', signature], ['APP1 Exif', 'Artist', uuid]],
    ['image', ['APP1 Exif', 'ImageDescription', signature], ['APP1 Exif', 'Artist', 'Ann Li']],
  ],
  'ideogram.make': [
    ['image', ['APP1 Exif', 'Make', 'Ideogram AI']],
    ['image', ['APP1 Exif', 'Make', 'Apple']],
  ],
  'samsung.gen-ai-type': [
    ['image', ['SEF trailer', 'PEg_Info', '{"genImageVersion":"v1","genAIType":5}']],
    ['image', ['SEF trailer', 'PhotoEditor_Re_Edit_Data', '{"genAIType":0,"rotation":1}']],
  ],
  'suno.comment': [
    ['audio', ['ID3v2', 'COMM', `made with suno; created=2025-10-08T16:20:02Z; id=${uuid}`]],
    ['audio', ['ID3v2', 'COMM', 'recorded before a sunny window']],
  ],
  'suno.address': [
    ['audio', ['ID3v2', 'WOAS', `https://suno.com/song/${uuid}`]],
    ['audio', ['ID3v2', 'WOAS', 'https://example.com/?next=https://suno.com/song/1']],
  ],
  'kling.stream': [
    ['video', ['moov/trak SEI', 'SEI', 'kling-ai\u0001']],
    ['video', ['moov/trak SEI', 'SEI', 'x264 - core 164 r3095']],
  ],
  'tiktok.aigc-label': [
    ['video', ['moov/udta/meta', 'aigc_info', '{"aigc_label_type":2}']],
    ['video', ['moov/udta/meta', 'aigc_info', '{"aigc_label_type":0}']],
  ],
  'douyin.aigc-info': [
    [
      'video',
      [
        'moov/udta/meta',
        'comment',
        '{"data":{"product":"aweme","aigc_info":"{\\"aigc_type\\":1,\\"is_sticker_aigc\\":0}"}}',
      ],
    ],
    [
      'video',
      ['moov/udta/meta', 'comment', '{"data":{"product":"aweme","aigc_info":"{\\"aigc_type\\":0}"}}'],
    ],
  ],
  'software.name': [
    ['image', ['APP1 Exif', 'Software', 'Midjourney v6']],
    ['image', ['APP1 Exif', 'Software', 'Adobe Photoshop 26.0']],
  ],
  'stream.name': [
    ['video', ['moov/trak SEI', 'SEI', 'luma-ai']],
    ['video', ['moov/trak SEI', 'SEI', 'aluminium']],
  ],
  'hugging-face.job': [
    ['image', ['tEXt', 'hf-job-id', uuid]],
    ['image', ['tEXt', 'job-id', uuid]],
  ],
}

const idsIn = ([medium, ...properties]: Case) =>
  evidenceIn(
    properties.map(([site, name, value]): FoundProperty => ({ site, name, value })),
    medium,
  ).map(({ id }) => id)

const rows = evidenceTable.filter((row) => row.by === 'properties')

describe('the evidence table', () => {
  test.each(rows.map((row) => [row.id] as const))('%s holds where it should, and only there', (id) => {
    const [yes, no] = cases[id] ?? [['text'], ['text']]
    expect(idsIn(yes)).toContain(id)
    expect(idsIn(no)).not.toContain(id)
  })

  test('every case belongs to a row, every row says where it is known from', () => {
    expect(Object.keys(cases).sort()).toEqual(rows.map(({ id }) => id).sort())
    expect(new Set(evidenceTable.map(({ id }) => id)).size).toBe(evidenceTable.length)
    expect(evidenceTable.filter(({ source }) => !/^https:\/\/|^seen in /.test(source))).toEqual([])
  })

  test('a weak sign never raises a file above a hint', () => {
    const [medium, ...properties] = cases['software.name']?.[0] ?? ['image']
    const found = evidenceIn(
      properties.map(([site, name, value]) => ({ site, name, value })),
      medium,
    )
    expect(found.map((item) => item.class)).toEqual(['D'])
  })

  test.each<[string, Case]>([
    [
      'a bare c2pa substring is no manifest',
      ['image', ['APP1 Exif', 'UserComment', 'c2pa jumbf contentauth']],
    ],
    ['a word in the wrong place is none', ['image', ['APP1 Exif', 'ImageDescription', settings]]],
    ['a medium that can’t have it is none', ['audio', ['tEXt', 'parameters', settings]]],
    ['a camera is no AI', ['image', ['APP1 Exif', 'Make', 'SAMSUNG'], ['APP1 Exif', 'Model', 'SM-S928B']]],
    ['photographs of a place called Imagen are fine', ['image', ['APP1 Exif', 'ImageDescription', 'Imagen']]],
    [
      'genAIType outside the editor’s blocks is none',
      ['image', ['APP1 Exif', 'UserComment', '"genAIType":5']],
    ],
  ])('%s', (_, properties) => {
    expect(idsIn(properties)).toEqual([])
  })

  test('agrees with the vocabulary about what AI is', () => {
    const codes = ['trainedAlgorithmicMedia', 'compositeSynthetic', 'algorithmicMedia', 'humanEdits', 'print']
    for (const value of [
      ...codes,
      ...codes.map((code) => base + code),
      `https${base.slice(4)}compositeSynthetic`,
    ])
      expect(idsIn(['image', ['APP1 XMP', 'DigitalSourceType', value]]).length > 0, value).toBe(
        readDigitalSourceType(value).origin === 'ai',
      )
  })

  test('reads a hostile value in no time', () => {
    const value = 'Steps: 1, '.repeat(6000) + 'Job ID: '.repeat(600) + '"aigc_info":'.repeat(600)
    idsIn([
      'image',
      ['tEXt', 'parameters', value],
      ['tEXt', 'Description', value],
      ['tEXt', 'comment', value],
    ])
  })

  test('an unknown id is a mistake of ours', () => {
    expect(evidenceOf('c2pa.signed', null)).toMatchObject({ class: 'A', tool: 'C2PA' })
    expect(() => evidenceOf('nobody', null)).toThrow(RangeError)
  })
})

test.each([
  ['APP1 XMP', 'xmp'],
  ['RIFF _PMX', 'xmp'],
  ['compressed iTXt XMP', 'xmp'],
  ['compressed iTXt', 'png'],
  ['zTXt after IDAT', 'png'],
  ['meta Exif', 'exif'],
  ['RIFF id3 ID3v2', 'id3'],
  ['ID3v2 PRIV XMP', 'xmp'],
  ['moov/udta/XMP_', 'xmp'],
  ['moov/udta/meta', 'movie'],
  ['RIFF LIST INFO', 'riff'],
  ['Vorbis comment #2', 'tags'],
  ['VORBIS_COMMENT', 'tags'],
  ['Tags SimpleTag', 'tags'],
  ['onMetaData', 'tags'],
  ['Comment Extension', 'comment'],
  ['somewhere', 'xmp'],
])('%s is a place of kind %s', (site, slot) => {
  expect(slotOf(site)).toBe(slot)
})
