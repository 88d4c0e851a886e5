/** `yinji label` as a provider uses it. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fixtureBytes } from '../helpers/fixtures.ts'
import { providerCode } from '../helpers/identity.ts'
import { desk, reports } from './command.ts'

describe('where the labelled file goes', () => {
  test('beside the original, which stays as it is', async () => {
    const { yinji, path } = await desk(['photo.jpg'])
    const result = await yinji(['label', 'photo.jpg'])
    expect(result).toMatchObject({ code: 0, err: '' })
    expect(result.out).toContain('✓ labeled photo.jpg → photo.labeled.jpg')
    expect(new Uint8Array(readFileSync(path('photo.jpg')))).toEqual(fixtureBytes('photo.jpg'))
    expect((await yinji(['verify', 'photo.labeled.jpg'])).out).toMatch(
      /^✓ trusted photo\.labeled\.jpg AI-generated · Acme AI · \d{4}-\d\d-\d\d\n$/,
    )
  })

  test('to the file that -o names', async () => {
    const { yinji, path } = await desk(['picture.png'])
    expect(await yinji(['label', 'picture.png', '-o', 'new.png'])).toMatchObject({ code: 0 })
    expect(existsSync(path('new.png'))).toBe(true)
  })

  test('into the folder that -o names, which is made when needed', async () => {
    const { yinji, path } = await desk(['picture.png', 'story.txt'])
    expect(await yinji(['label', 'picture.png', 'story.txt', '-o', 'deep/ready'])).toMatchObject({ code: 0 })
    expect(readdirSync(path('deep/ready')).sort()).toEqual(['picture.labeled.png', 'story.labeled.txt'])
  })

  test('over the original with --in-place', async () => {
    const { yinji, path, folder } = await desk(['picture.png'])
    expect(await yinji(['label', '--in-place', 'picture.png'])).toMatchObject({ code: 0 })
    expect(readdirSync(folder)).toEqual(['picture.png'])
    expect(statSync(path('picture.png')).size).toBeGreaterThan(fixtureBytes('picture.png').byteLength)
    expect(await yinji(['verify', 'picture.png'])).toMatchObject({ code: 0 })
  })

  test('from standard input to standard output, with the talk on stderr', async () => {
    const { yinji, folder } = await desk()
    const labeled = await yinji(['label', '-'], { stdin: fixtureBytes('picture.png') })
    expect(labeled.code).toBe(0)
    expect(labeled.err).toContain('✓ labeled')
    expect(await yinji(['verify', '-'], { stdin: labeled.bytes })).toMatchObject({ code: 0 })
    expect(readdirSync(folder)).toEqual([])
  })

  test('a picture is not poured into a terminal', async () => {
    const { yinji } = await desk(['picture.png', 'story.txt'])
    const refused = await yinji(['label', 'picture.png', '-o', '-'], { terminal: true })
    expect(refused).toMatchObject({ code: 2, out: '' })
    expect(refused.err).toContain('usage.output.terminal')
    expect((await yinji(['label', 'story.txt', '-o', '-'], { terminal: true })).out).toContain('AI生成')
  })

  test.each(['two words.png', '图片 1.png', '-dash.png'])('a file called %s', async (name) => {
    const { yinji, path } = await desk()
    writeFileSync(path(name), fixtureBytes('picture.png'))
    const result = await yinji(['label', '--', name])
    expect(result.code).toBe(0)
    expect(existsSync(path(name.replace('.png', '.labeled.png')))).toBe(true)
  })
})

describe('what is written', () => {
  test('the options arrive in the record', async () => {
    const { yinji } = await desk(['photo.jpg'])
    const words = [
      '--involvement',
      'manipulated',
      '--content-id',
      'edit-7',
      '--text',
      'AI合成',
      '--position',
      'top-left',
    ]
    const receipt = JSON.parse((await yinji(['label', 'photo.jpg', '--json', ...words])).out)
    expect(receipt).toMatchObject({
      status: 'labeled',
      record: { involvement: 'manipulated', contentId: 'edit-7' },
    })
    expect(receipt.written[0]).toEqual({
      layer: 'visible',
      place: 'top-left',
      what: 'AI合成',
      path: 'spliced',
    })
    const [report] = reports(await yinji(['verify', '--json', 'photo.labeled.jpg']))
    expect(report).toMatchObject({
      verdict: 'trusted',
      origin: { involvement: 'manipulated', contentId: 'edit-7', system: 'Acme Painter' },
      label: { ContentProducer: providerCode, ProduceID: 'edit-7' },
    })
  })

  test('the words of the label follow the record and the rule', async () => {
    const { yinji } = await desk(['photo.jpg'])
    const words = async (...flags: string[]) =>
      JSON.parse((await yinji(['label', 'photo.jpg', '--json', '--dry-run', ...flags])).out).written[0].what
    expect(await words()).toBe('AI生成')
    expect(await words('--involvement', 'manipulated')).toBe('AI合成')
    expect(await words('--wording', 'eu', '--involvement', 'manipulated')).toBe('AI modified')
    expect(await words('--wording', 'in')).toBe('AI generated')
  })

  test.each([
    ['visible.size.small', '--size', '3'],
    ['visible.seconds.short', '--seconds', '1'],
    ['visible.contrast.low', '--opacity', '50'],
    ['visible.option.range', '--every', '-3'],
    ['visible.text.rule', '--wording', 'eu', '--text', 'AI-free', '--text', 'Art'],
    ['usage.option.value', '--size', 'large'],
    ['usage.option.conflict', '--no-visible', '--every', '60'],
  ])('%s: %s %s', async (code, ...flags) => {
    const { yinji, folder } = await desk(['photo.jpg'])
    const refused = await yinji(['label', 'photo.jpg', ...flags])
    expect(refused).toMatchObject({ code: 2, out: '' })
    expect(refused.err).toContain(code)
    expect(readdirSync(folder)).toEqual(['photo.jpg'])
  })

  test.each([
    ['music.wav', [], 'rhythm 短长 短短, before the content'],
    [
      'music.wav',
      ['--sound', 'voice', '--moment', 'both', '--every', '5'],
      'voice, before and after the content, and every 5 s',
    ],
    ['story.txt', [], 'first line'],
    ['story.txt', ['--moment', 'end'], 'last line'],
    ['letter.docx', ['--moment', 'both'], 'first paragraph, last paragraph'],
    ['picture.png', ['--position', 'top-left', '--moment', 'end'], 'top-left'],
  ])('the receipt of %s %j says where the label went', async (name, flags, place) => {
    const { yinji } = await desk([name])
    const receipt = JSON.parse((await yinji(['label', name, '--json', ...flags])).out)
    expect(receipt.written[0]).toMatchObject({ layer: 'visible', place })
  })

  test('--no-visible and --no-manifest leave a bare label', async () => {
    const { yinji } = await desk(['picture.png'])
    await yinji(['label', 'picture.png', '--no-visible', '--no-manifest'])
    const [report] = reports(await yinji(['verify', '--json', 'picture.labeled.png']))
    expect(report).toMatchObject({ verdict: 'labeled', signer: null })
    expect((await yinji(['verify', 'picture.labeled.png'])).code).toBe(1)
    expect((await yinji(['verify', '--require', 'labeled', 'picture.labeled.png'])).code).toBe(0)
  })

  test('--dry-run tells and writes nothing', async () => {
    const { yinji, folder } = await desk(['photo.jpg'])
    const result = await yinji(['label', 'photo.jpg', '--dry-run'])
    expect(result.code).toBe(0)
    expect(result.out).toContain('planned photo.jpg → photo.labeled.jpg')
    expect(readdirSync(folder)).toEqual(['photo.jpg'])
  })

  test('labelling again with the same record changes nothing that matters', async () => {
    const { yinji, path } = await desk(['picture.png'])
    await yinji(['label', 'picture.png', '--in-place'])
    const first = readFileSync(path('picture.png'))
    const again = await yinji(['label', 'picture.png', '--in-place'])
    expect(again).toMatchObject({ code: 0 })
    expect(again.out).toContain('unchanged')
    expect(readFileSync(path('picture.png')).equals(first)).toBe(true)
  })

  test('progress is drawn for people only', async () => {
    const { yinji } = await desk(['picture.png', 'photo.jpg'])
    expect((await yinji(['label', 'picture.png'], { terminal: true })).err).toContain('\r\u001b[2K')
    expect((await yinji(['label', 'photo.jpg'])).err).toBe('')
  })
})

test('an interrupted run says 130 and leaves nothing behind', async () => {
  const { Interrupted } = await import('yinji')
  const { yinji, folder } = await desk(['photo.jpg'])
  const signal = AbortSignal.abort(new Interrupted('SIGINT'))
  expect(await yinji(['label', 'photo.jpg'], { signal })).toMatchObject({ code: 130, out: '' })
  expect(readdirSync(folder)).toEqual(['photo.jpg'])
})

describe('a format without a place for a manifest', () => {
  test('is refused, and the refusal offers both ways out', async () => {
    const { yinji, folder } = await desk(['sunrise.mkv'])
    const refused = await yinji(['label', '--no-visible', 'sunrise.mkv'])
    expect(refused.code).not.toBe(0)
    expect(refused.err).toContain('--sidecar')
    expect(refused.err).toContain('--no-manifest')
    expect(readdirSync(folder)).toEqual(['sunrise.mkv'])
  })

  test('is signed beside the file, which verify finds, also in a folder', async () => {
    const { yinji, folder } = await desk(['sunrise.mkv'])
    const labeled = await yinji(['label', '--no-visible', '--sidecar', 'sunrise.mkv'])
    expect(labeled.code).toBe(0)
    expect(labeled.out).toContain('sunrise.labeled.mkv.c2pa')
    expect(readdirSync(folder).sort()).toEqual([
      'sunrise.labeled.mkv',
      'sunrise.labeled.mkv.c2pa',
      'sunrise.mkv',
    ])
    expect((await yinji(['verify', 'sunrise.labeled.mkv'])).out).toContain('✓ trusted')
    expect((await yinji(['inspect', 'sunrise.labeled.mkv'])).out).toContain('sunrise.labeled.mkv.c2pa')
    expect((await yinji(['verify', '-r', '.'])).err).not.toContain('c2pa')
  })

  test.each([
    ['--no-manifest', ['--no-manifest']],
    ['-o -', ['-o', '-']],
  ])('--sidecar together with %s is a contradiction', async (_, words) => {
    const { yinji } = await desk(['sunrise.mkv'])
    const refused = await yinji(['label', '--no-visible', '--sidecar', ...words, 'sunrise.mkv'])
    expect(refused).toMatchObject({ code: 2, out: '' })
    expect(refused.err).toContain('usage.option.conflict')
  })

  test('one that is never labelled says what to convert it to', async () => {
    const { yinji } = await desk(['chime.aac'])
    const refused = await yinji(['label', '--no-visible', '--sidecar', 'chime.aac'])
    expect(refused).toMatchObject({ code: 4, out: '' })
    expect(refused.err).toContain('M4A')
  })
})

describe('a wish that has no effect', () => {
  test('is told in the receipt', async () => {
    const { yinji } = await desk(['music.wav', 'photo.jpg'])
    const words = ['label', '--no-visible', '--thumbnail', '--updatable']
    expect((await yinji([...words, 'music.wav'])).out).toContain('manifest.thumbnail.none')
    const planned = await yinji([...words, '--dry-run', 'photo.jpg'])
    expect(planned.out).toContain('manifest.room.unneeded')
    const { code, out } = await yinji([...words, 'photo.jpg'])
    expect(code).toBe(0)
    expect(out).toContain('manifest.room.unneeded')
    expect(out).not.toContain('manifest.thumbnail.none')
  })

  test.each(['boat.heic', 'boat.jxl'])(
    'a picture that can’t be decoded has no thumbnail: %s',
    async (name) => {
      const { yinji } = await desk([name])
      const { code, out } = await yinji(['label', '--no-visible', '--thumbnail', name])
      expect([code, out]).toEqual([0, expect.stringContaining('manifest.thumbnail.none')])
    },
  )

  test('room for updates is made in a file that says the same without it', async () => {
    const { yinji } = await desk(['music.wav'])
    await yinji(['label', '--no-visible', 'music.wav', '--in-place'])
    expect((await yinji(['update', 'music.wav'])).err).toContain('--updatable')
    await yinji(['label', '--no-visible', 'music.wav', '--in-place', '--updatable'])
    expect((await yinji(['update', 'music.wav'])).code).toBe(0)
  })

  test.each(['--thumbnail', '--updatable'])('%s without a manifest is a contradiction', async (word) => {
    const { yinji } = await desk(['photo.jpg'])
    const { code, err } = await yinji(['label', '--no-visible', '--no-manifest', word, 'photo.jpg'])
    expect([code, err]).toEqual([2, expect.stringContaining('usage.option.conflict')])
  })
})

test('--binding boxes tells later what was changed; a format without names for its boxes is refused by itself', async () => {
  const { yinji, path } = await desk(['photo.jpg', 'sunrise.webp'])
  const { code, out, err } = await yinji(['label', '--binding', 'boxes', 'photo.jpg', 'sunrise.webp'])
  expect([code, err]).toEqual([4, expect.stringContaining('input.binding.unsupported')])
  expect(out).toContain('photo.labeled.jpg')
  expect(existsSync(path('sunrise.labeled.webp'))).toBe(false)
  const bytes = readFileSync(path('photo.labeled.jpg'))
  writeFileSync(path('photo.labeled.jpg'), bytes.fill(1, bytes.length - 900, bytes.length - 800))
  const verified = await yinji(['verify', 'photo.labeled.jpg'])
  expect(verified).toMatchObject({ code: 1 })
  expect(verified.out).toContain('What changed stands in these boxes: DQT … EOI. manifest.boxes.altered')
})
