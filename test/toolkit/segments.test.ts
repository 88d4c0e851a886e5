/** Films in segments, as ffmpeg cuts them for HLS and DASH, are labelled as a set: c2pa-rs and ffmpeg are asked too. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createToolkit, type LabelOptions } from '@yinji/toolkit'
import { describe, expect, test } from 'vitest'
import { cutFilm, type Kind, kinds, packetsOf, sounding } from '../helpers/film.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'
import { judgeFragmentByC2pa } from '../oracles/c2pa.ts'

const [first] = Object.keys(kinds) as [Kind]

const identity = await testIdentity()

/** A folder with a film, and how to label it into `out` beside it. */
function cut(kind: Kind) {
  const { folder, names: segments, at } = cutFilm(temporaryDirectory(), kinds[kind], sounding)
  const paths = (...into: readonly string[]) => segments.map((name) => at(...into, name))
  mkdirSync(at('out'))
  const label = (options: LabelOptions = {}, by = identity) =>
    createToolkit({ identity: by }).label(
      at('init.mp4'),
      {},
      { fragments: paths(), visible: false, output: at('out', 'init.mp4'), ...options },
    )
  return { folder, segments, at, paths, label }
}

const verify = (film: ReturnType<typeof cut>, by = identity, segments = film.paths('out')) =>
  createToolkit({ identity: by }).verify(film.at('out', 'init.mp4'), { fragments: segments })

describe.each(Object.keys(kinds) as Kind[])('%s', (kind) => {
  test('is trusted, by c2pa-rs segment by segment, and plays as before', async () => {
    const film = cut(kind)
    const receipt = await film.label()
    expect(receipt).toMatchObject({ status: 'labeled', segments: film.paths('out') })
    const report = await verify(film)
    expect(report.verdict).toBe('trusted')
    expect(report.findings.map(({ code }) => code)).toContain('manifest.content.intact')
    const init = readFileSync(film.at('out', 'init.mp4'))
    for (const path of film.paths('out')) {
      const judged = await judgeFragmentByC2pa(init, readFileSync(path), 'video/mp4', identity.anchor)
      expect(judged).toMatchObject({ state: 'Trusted', failures: [] })
      expect(judged.successes).toContain('assertion.bmffHash.match')
    }
    const list = readdirSync(film.folder).find((name) => name.startsWith('film.')) ?? ''
    copyFileSync(film.at(list), film.at('out', list))
    expect(packetsOf(film.at('out'), list)).toBe(packetsOf(film.folder, list))
  })
})

describe('a labelled set', () => {
  test('shows which segment was changed, left out or moved', async () => {
    const film = cut(first)
    await film.label()
    const [one = '', two = '', ...others] = film.paths('out')
    const codes = async (list: readonly string[]) =>
      (await verify(film, identity, [...list])).findings.map(({ code }) => code)
    expect(await codes([two, one, ...others])).toContain('manifest.fragment.misplaced')
    expect(await codes([one, ...others])).toContain('manifest.fragment.missing')
    const bytes = readFileSync(two)
    writeFileSync(two, bytes.fill(1, bytes.length - 1))
    const { findings } = await verify(film)
    expect(findings).toContainEqual(
      expect.objectContaining({
        code: 'manifest.fragment.altered',
        data: expect.objectContaining({ names: film.segments[1] }),
      }),
    )
  })

  test('is labelled again by somebody else: the first manifest stays, the segments grow no further', async () => {
    const film = cut(first)
    await film.label()
    const sizes = () => film.paths('out').map((path) => readFileSync(path).length)
    const before = sizes()
    const other = await testIdentity({ provider: 'Other Platform' })
    const toolkit = createToolkit({ identity: other, trust: [identity.anchor, other.anchor].map(String) })
    const options = { fragments: film.paths('out'), visible: false, inPlace: true } as const
    await toolkit.label(film.at('out', 'init.mp4'), {}, options)
    const { report, manifests } = await toolkit.inspect(film.at('out', 'init.mp4'), options)
    expect([report.verdict, manifests.length]).toEqual(['trusted', 2])
    expect(sizes()).toEqual(before)
  })

  test('is left as it is when it says so already', async () => {
    const film = cut(first)
    await film.label()
    const bytes = () => ['init.mp4', ...film.segments].map((name) => readFileSync(film.at('out', name)))
    const before = bytes()
    const options = { fragments: film.paths('out'), visible: false, inPlace: true } as const
    const receipt = await createToolkit({ identity }).label(film.at('out', 'init.mp4'), {}, options)
    expect([receipt.status, bytes()]).toEqual(['unchanged', before])
  })
})

describe('nothing is written, and nothing left behind,', () => {
  const film = () => cut(first)
  const nothing = (made: ReturnType<typeof cut>, ...but: readonly string[]) =>
    expect(readdirSync(made.at('out'))).toEqual(but)

  test('when a segment is cut off, of another film, or no segment', async () => {
    const made = film()
    const [one = '', two = ''] = made.paths()
    writeFileSync(made.at('cut.m4s'), readFileSync(two).subarray(0, -9))
    writeFileSync(made.at('text.m4s'), 'not a segment')
    for (const name of ['cut.m4s', 'text.m4s', 'init.mp4', 'none.m4s'])
      await expect(made.label({ fragments: [one, made.at(name)] })).rejects.toThrow()
    await expect(made.label({ fragments: [one, one] })).rejects.toMatchObject({
      code: 'input.segments.order',
    })
    await expect(made.label({ fragments: [two, one] })).rejects.toMatchObject({
      code: 'input.segments.order',
      details: { segment: made.segments[0], earlier: made.segments[1] },
    })
    nothing(made)
  })

  test('when a target exists, from the start or all of a sudden', async () => {
    const made = film()
    writeFileSync(made.at('out', 'seg3.m4s'), 'mine')
    await expect(made.label()).rejects.toMatchObject({ code: 'output.exists' })
    nothing(made, 'seg3.m4s')
    const other = film()
    const onProgress = () => writeFileSync(other.at('out', 'seg4.m4s'), 'mine')
    await expect(other.label({ onProgress })).rejects.toMatchObject({ code: 'output.exists' })
    nothing(other, 'seg4.m4s')
    expect(readFileSync(other.at('out', 'seg4.m4s'), 'utf8')).toBe('mine')
  })

  test('when it is a rehearsal', async () => {
    const made = film()
    const receipt = await made.label({ dryRun: true })
    expect(receipt).toMatchObject({ status: 'planned', segments: made.paths('out') })
    nothing(made)
  })

  test('when a label would have to be drawn, or the segments would lose their names', async () => {
    const made = film()
    await expect(made.label({ visible: {} })).rejects.toMatchObject({ code: 'visible.segments' })
    await expect(made.label({ output: undefined })).rejects.toMatchObject({ code: 'usage.segments.output' })
    const beside = made.label({ output: made.at('other.mp4'), force: true })
    await expect(beside).rejects.toMatchObject({ code: 'usage.segments.output' })
    await expect(made.label({ manifest: false })).rejects.toMatchObject({ code: 'usage.option.conflict' })
    copyFileSync(made.paths()[0] ?? '', join(temporaryDirectory(), 'seg.m4s'))
    const outside = made.label({ fragments: [join(made.folder, '..', 'seg.m4s')] })
    await expect(outside).rejects.toThrow()
    expect(existsSync(made.at('other.mp4'))).toBe(false)
    nothing(made)
  })
})
