/** `verify --fragments`: a film that was delivered in segments gets one verdict, and the segment that fails has a name. */
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { film, signSegments } from '../../packages/provenance/src/verify/content/fragments.test-kit.ts'
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
