/** `--fragments`: a film in segments is labelled as a set and gets one verdict, and the segment that fails has a name. */
import { copyFileSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { film, signSegments } from '../../packages/provenance/src/verify/content/fragments.test-kit.ts'
import { fixturePath } from '../helpers/fixtures.ts'
import { desk, reports } from './command.ts'

/** Names whose order as text is not the order of play. */
const nameOf = (index: number) => `seg${index + 6}.m4s`

async function delivered() {
  const { path, yinji } = await desk()
  const { bytes, segments } = signSegments(film('hls'), { height: 1 })
  writeFileSync(path('init.mp4'), bytes)
  for (const [index, segment] of segments.entries()) writeFileSync(path(nameOf(index)), segment)
  const verify = async (...words: readonly string[]) => {
    const result = await yinji(['verify', 'init.mp4', '--json', ...words])
    const [report] = reports(result)
    return { code: result.code, report, codes: (report?.findings ?? []).map(({ code }) => code) }
  }
  return { path, yinji, verify, last: nameOf(segments.length - 1) }
}

test('segments are found by pattern, in the order of their numbers', async () => {
  const { verify } = await delivered()
  const { codes, report } = await verify('--fragments', 'seg*.m4s')
  expect(codes).toContain('manifest.content.intact')
  expect(codes.filter((code) => code.startsWith('manifest.fragment'))).toEqual([])
  expect(report?.asset.name).toBe('init.mp4')
  const reversed = await verify(
    '--fragments',
    nameOf(1),
    '--fragments',
    nameOf(0),
    '--fragments',
    'seg[81]*.m4s',
  )
  expect(reversed.codes).toContain('manifest.fragment.misplaced')
})

test('the segment that was changed is named, and so is the way out when none were given', async () => {
  const { path, yinji, verify, last } = await delivered()
  const bytes = readFileSync(path(last))
  writeFileSync(path(last), bytes.fill('?', bytes.length - 1))
  const { report } = await verify('--fragments', 'seg*.m4s')
  expect(report?.verdict).toBe('invalid')
  expect(report?.findings).toContainEqual(
    expect.objectContaining({
      code: 'manifest.fragment.altered',
      data: expect.objectContaining({ names: last }),
    }),
  )
  expect((await yinji(['verify', 'init.mp4'])).out).toContain('manifest.fragment.absent')
})

test('a pattern without quotes, and segments that are not there, are mistakes', async () => {
  const { yinji } = await delivered()
  const spread = await yinji(['verify', 'init.mp4', '--fragments', nameOf(0), nameOf(1)])
  expect([spread.code, spread.err]).toEqual([2, expect.stringContaining('usage.argument.excess')])
  const none = await yinji(['verify', 'init.mp4', '--fragments', 'no*.m4s'])
  expect([none.code, none.err + none.out]).toEqual([4, expect.stringContaining('input.missing')])
})

describe('label --fragments', () => {
  const words = ['label', 'init.mp4', '--fragments', 'seg*.m4s', '--no-visible']

  async function cut() {
    const { path, folder, yinji } = await desk()
    for (const [index, bytes] of film('hls').entries())
      writeFileSync(path(index === 0 ? 'init.mp4' : nameOf(index - 1)), bytes)
    return { folder, path, yinji }
  }

  test('writes the set into a folder, under the names the playlist has', async () => {
    const { path, folder, yinji } = await cut()
    const { code, out } = await yinji([...words, '-o', 'ready'])
    expect([code, out]).toEqual([0, expect.stringMatching(/init\.mp4 → ready.init\.mp4/)])
    expect(out).toMatch(/segments {2,}\d · seg6\.m4s … seg\d+\.m4s/)
    const films = readdirSync(folder).filter((name) => name.endsWith('.m4s') || name === 'init.mp4')
    expect(readdirSync(path('ready')).sort()).toEqual(films.sort())
    const checked = await yinji(['verify', 'ready/init.mp4', '--fragments', 'ready/seg*.m4s'])
    expect([checked.code, checked.out]).toEqual([0, expect.stringContaining('trusted')])
  })

  test('says that playlists stay where they are', async () => {
    const { path, yinji } = await cut()
    writeFileSync(path('film.m3u8'), '#EXTM3U')
    const { out } = await yinji([...words, '-o', 'ready'])
    expect(out).toMatch(/film\.m3u8.*asset\.playlist\.left/)
    const inPlace = await yinji([...words, '--in-place'])
    expect([inPlace.code, inPlace.out]).toEqual([0, expect.not.stringContaining('asset.playlist.left')])
  })

  test('an initialization segment without its film is refused, unless only a field is to be written', async () => {
    const { folder, yinji } = await cut()
    const before = readdirSync(folder)
    const alone = await yinji(['label', 'init.mp4', '--no-visible'])
    expect([alone.code, alone.err]).toEqual([
      4,
      expect.stringMatching(/input\.segments\.missing\n.*--fragments/),
    ])
    expect(readdirSync(folder)).toEqual(before)
    expect((await yinji(['label', 'init.mp4', '--no-visible', '--no-manifest'])).code).toBe(0)
  })

  test('asks where to, names the segment that does not fit, and takes one film at a time', async () => {
    const { path, yinji } = await cut()
    const nowhere = await yinji(words)
    expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringContaining('usage.segments.output')])
    writeFileSync(path('seg7.m4s'), readFileSync(path('seg7.m4s')).subarray(0, -1))
    const { code, err } = await yinji([...words, '-o', 'ready'])
    expect([code, err]).toEqual([4, expect.stringMatching(/init\.mp4: .*seg7\.m4s.*input\.damaged/)])
    const two = await yinji([...words, 'seg6.m4s', '-o', 'ready'])
    expect([two.code, two.err]).toEqual([2, expect.stringContaining('usage.argument.excess')])
  })

  test('--live signs each by itself: any stretch is trusted, and one that is not theirs is caught', async () => {
    const { path, yinji } = await cut()
    const { code, out } = await yinji([...words, '--live', '-o', 'ready'])
    expect([code, out]).toEqual([0, expect.stringMatching(/segments {2,}\d · seg6\.m4s … seg\d+\.m4s/)])
    const verify = async (...patterns: readonly string[]) => {
      const given = patterns.flatMap((pattern) => ['--fragments', `ready/${pattern}`])
      return yinji(['verify', 'ready/init.mp4', ...given])
    }
    expect((await verify('seg*.m4s')).code).toBe(0)
    expect((await verify('seg8.m4s')).code).toBe(0)
    const gap = await verify('seg6.m4s', 'seg9.m4s')
    expect([gap.code, gap.out]).toEqual([1, expect.stringContaining('manifest.fragment.missing')])
    const swapped = await verify('seg7.m4s', 'seg6.m4s')
    expect([swapped.code, swapped.out]).toEqual([1, expect.stringContaining('manifest.fragment.misplaced')])
    writeFileSync(path('ready/seg7.m4s'), readFileSync(path('seg7.m4s')))
    const bare = await verify('seg*.m4s')
    expect([bare.code, bare.out]).toEqual([
      1,
      expect.stringMatching(/\(seg7\.m4s\).*manifest\.fragment\.altered/),
    ])
    expect((await yinji(['verify', 'ready/init.mp4'])).out).toContain('manifest.fragment.absent')
  })

  test('--live and without are told apart, and one takes the place of the other', async () => {
    const { path, yinji } = await cut()
    const sizes = () => readFileSync(path('seg7.m4s')).length
    const check = async () => (await yinji(['verify', 'init.mp4', '--fragments', 'seg*.m4s'])).code
    expect((await yinji([...words, '--in-place'])).code).toBe(0)
    const [hashed, first] = [sizes(), await check()]
    expect((await yinji([...words, '--in-place', '--live'])).code).toBe(0)
    const [live, second] = [sizes(), await check()]
    expect((await yinji([...words, '--in-place', '--training', 'notAllowed'])).code).toBe(0)
    expect([first, second, await check(), sizes()]).toEqual([0, 0, 0, hashed])
    expect(live).toBeGreaterThan(hashed)
  })

  test('--live needs segments, and a rehearsal writes none', async () => {
    const { folder, path, yinji } = await cut()
    const before = readdirSync(folder)
    // A whole film is told the same: that it should be an initialization segment, not that it is one.
    copyFileSync(fixturePath('clip.mp4'), path('whole.mp4'))
    for (const name of ['init.mp4', 'whole.mp4']) {
      const alone = await yinji(['label', name, '--no-visible', '--live', '-o', 'out.mp4'])
      expect([alone.code, alone.err]).toEqual([
        2,
        expect.stringMatching(new RegExp(`${name}.*usage\\.segments\\.live\n.*--fragments`)),
      ])
    }
    unlinkSync(path('whole.mp4'))
    const rehearsal = await yinji([...words, '--live', '--dry-run', '-o', 'ready'])
    expect([rehearsal.code, readdirSync(folder)]).toEqual([0, before])
  })
})
