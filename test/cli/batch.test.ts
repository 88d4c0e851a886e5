/** Many files at once: folders, patterns, order, totals. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fixtureBytes } from '../helpers/fixtures.ts'
import { type Desk, desk, reports } from './command.ts'

function fill({ path }: Desk, files: Readonly<Record<string, Uint8Array | string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(path(name)), { recursive: true })
    writeFileSync(path(name), content)
  }
}

const picture = fixtureBytes('picture.png')

describe('folders', () => {
  const tree = {
    'in/b.png': picture,
    'in/a/deep.txt': 'A story.\n',
    'in/no-extension': picture,
    'in/settings.json': '{"keep": "me"}',
    'in/archive.xyz': new Uint8Array([1, 2, 3, 4]),
    'in/.hidden.png': picture,
  }

  test('known types are labelled, the others are skipped and counted', async () => {
    const here = await desk()
    fill(here, tree)
    const result = await here.yinji(['label', '-r', 'in', '-o', 'out'])
    expect(result.code).toBe(0)
    expect(result.err).toBe('3 labeled · 2 of unknown type skipped\n')
    expect(readdirSync(here.path('out'), { recursive: true }).sort()).toEqual([
      'a',
      'a/deep.labeled.txt',
      'b.labeled.png',
      'no-extension.labeled',
    ])
    const verified = await here.yinji(['verify', '-r', 'out', '--json'])
    expect(verified.code).toBe(0)
    expect(reports(verified).map(({ asset }) => asset.name)).toEqual([
      'out/a/deep.labeled.txt',
      'out/b.labeled.png',
      'out/no-extension.labeled',
    ])
  })

  test('a second run does not label the labelled copies', async () => {
    const here = await desk()
    fill(here, { 'in/b.png': picture, 'in/plain': picture })
    await here.yinji(['label', '-r', 'in'])
    const names = readdirSync(here.path('in'))
    expect((await here.yinji(['label', '-r', 'in', '--force'])).code).toBe(0)
    expect(readdirSync(here.path('in'))).toEqual(names)
  })

  test('a folder without a single known file is an error, not a success', async () => {
    const here = await desk()
    fill(here, { 'in/archive.xyz': 'x' })
    const result = await here.yinji(['verify', '-r', 'in'])
    expect(result.code).toBe(4)
    expect(result.err).toContain('input.folder.nothing')
  })
})

test('options that do not suit one file stop that file and no other', async () => {
  const here = await desk()
  fill(here, { 'in/a.wav': fixtureBytes('music.wav'), 'in/b.png': picture })
  const result = await here.yinji(['label', '-r', 'in', '--every', '3'])
  expect(result.code).toBe(2)
  expect(result.err).toContain('a.wav')
  expect(result.err).toContain('visible.sound.interval')
  expect(readdirSync(here.path('in')).sort()).toEqual(['a.wav', 'b.labeled.png', 'b.png'])
})

describe('patterns', () => {
  test('are expanded, also below folders', async () => {
    const here = await desk()
    fill(here, { 'a.png': picture, 'sub/b.png': picture, 'c.txt': 'Text.\n' })
    const { out } = await here.yinji(['verify', '**/*.png', '--json'])
    expect(out.trimEnd().split('\n')).toHaveLength(2)
  })

  test('a file whose name looks like a pattern is that file', async () => {
    const here = await desk()
    fill(here, { 'shot [1].png': picture, 'shot 1.png': picture })
    const [report, ...others] = reports(await here.yinji(['verify', 'shot [1].png', '--json']))
    expect(report?.asset.name).toBe('shot [1].png')
    expect(others).toEqual([])
  })

  test('without a match it is a missing file', async () => {
    const { yinji } = await desk()
    const { code, err } = await yinji(['verify', '*.jpg'])
    expect(code).toBe(4)
    expect(err).toContain('There is no such file: *.jpg.')
  })
})

test('one bad file does not stop the others, and results keep the order of the names', async () => {
  const here = await desk(['photo.jpg', 'story.txt'])
  fill(here, { 'z.png': picture, 'bad.png': picture.subarray(0, 5000) })
  const result = await here.yinji(['label', 'z.png', 'bad.png', 'story.txt', 'photo.jpg'])
  expect(result.code).toBe(4)
  expect(result.out.split('\n').filter((line) => line.startsWith('✓'))).toEqual([
    '✓ labeled z.png → z.labeled.png',
    '✓ labeled story.txt → story.labeled.txt',
    '✓ labeled photo.jpg → photo.labeled.jpg',
  ])
  expect(result.err).toContain('input.damaged')
  expect(result.err).toContain('3 labeled · 1 not')
})

test('a manifest named together with its file is not taken for another file', async () => {
  const { yinji } = await desk(['sunrise.mkv', 'photo.jpg'])
  await yinji(['label', 'sunrise.mkv', 'photo.jpg', '--no-visible', '--sidecar'])
  const { code, out } = await yinji([
    ...['verify', 'photo.labeled.jpg', 'sunrise.labeled.mkv', 'sunrise.labeled.mkv.c2pa'],
  ])
  expect(out).not.toContain('c2pa')
  expect(code).toBe(0)
})

test('a file named twice is taken once', async () => {
  const { yinji } = await desk(['photo.jpg'])
  expect(reports(await yinji(['verify', 'photo.jpg', './photo.jpg', '*.jpg', '--json']))).toHaveLength(1)
})
