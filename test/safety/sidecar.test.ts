/** A manifest beside its file: written together, found again, and never left to contradict what it stands beside. */
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bytes, copy } from '@yinji/core'
import { createToolkit, type MediaHandler } from '@yinji/toolkit'
import { beforeEach, describe, expect, test } from 'vitest'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'
import { judgePairByC2pa } from '../oracles/c2pa.ts'

/** A format with nothing but a first line, which is the AIGC field. */
const line: MediaHandler = {
  id: 'line',
  medium: 'document',
  mediaTypes: ['application/octet-stream'],
  extensions: ['line'],
  slots: { aigc: 'first line' },
  matches: (head) => head[0] === 0x23,
  async read(source) {
    const text = Buffer.from(await source.read(1, source.size)).toString()
    const value = text.slice(0, text.indexOf('\n'))
    const labels = value === '' ? [] : [{ site: 'first line', standard: true, value }]
    return { labels, properties: [], findings: [] }
  },
  async splice(source, { aigc = '' }) {
    const text = Buffer.from(await source.read(0, source.size)).toString()
    return { parts: [bytes(Buffer.from(`#${aigc}`)), copy(text.indexOf('\n'), source.size)] }
  },
}

const folder = temporaryDirectory()
const input = join(folder, 'a.line')
const output = join(folder, 'b.line')
const sidecar = `${output}.c2pa`
const identity = await testIdentity()
const toolkit = createToolkit({ identity, handlers: [line] })
beforeEach(async () => {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true })
  await writeFile(input, '#\nsome content')
})
const label = (options = {}, from = input) =>
  toolkit.label(from, {}, { output, visible: false, sidecar: true, ...options })
const verdict = async (path: string) => (await toolkit.verify(path)).verdict

describe('written', () => {
  test('beside the file, and trusted by c2pa-rs', async () => {
    const receipt = await label()
    expect(receipt).toMatchObject({ status: 'labeled', path: output, sidecar })
    expect(receipt.written.at(-1)).toMatchObject({ layer: 'sidecar', place: 'b.line.c2pa' })
    expect(await readdir(folder)).toEqual(['a.line', 'b.line', 'b.line.c2pa'])
    const report = await toolkit.verify(output)
    expect(report.verdict).toBe('trusted')
    expect(report.layers).toMatchObject({ sidecar: 'present', manifest: 'present', metadata: 'present' })
    const judgement = await judgePairByC2pa(
      await readFile(sidecar),
      await readFile(output),
      'application/octet-stream',
      identity.anchor,
    )
    expect(judgement).toMatchObject({ state: 'Trusted', failures: [] })
  })

  test('only when asked for: the refusal offers it', async () => {
    await expect(label({ sidecar: false })).rejects.toMatchObject({ code: 'input.manifest.unsupported' })
    await expect(label({ manifest: false })).rejects.toMatchObject({ code: 'usage.option.conflict' })
    expect(await readdir(folder)).toEqual(['a.line'])
  })

  test('never over another file, unless forced', async () => {
    await writeFile(sidecar, 'mine')
    await expect(label()).rejects.toMatchObject({ code: 'output.exists', details: { path: sidecar } })
    await expect(label({ manifest: false, sidecar: false })).rejects.toMatchObject({ code: 'output.exists' })
    expect(await readdir(folder)).toEqual(['a.line', 'b.line.c2pa'])
    await label({ force: true })
    expect(await verdict(output)).toBe('trusted')
  })

  test('both or none: when the file can’t get its name, the old manifest is there again', async () => {
    await writeFile(sidecar, 'mine')
    const onProgress = async () => {
      await mkdir(join(output, 'in the way'), { recursive: true })
    }
    await expect(label({ force: true, onProgress })).rejects.toThrow()
    expect(await readFile(sidecar, 'utf8')).toBe('mine')
    expect(await readdir(folder)).toEqual(['a.line', 'b.line', 'b.line.c2pa'])
  })

  test('for content without a path, into the receipt', async () => {
    const { content, manifest } = await toolkit.label(
      await readFile(input),
      {},
      { visible: false, sidecar: true },
    )
    expect((await toolkit.verify(content, { sidecar: manifest })).verdict).toBe('trusted')
    expect((await toolkit.verify(content)).verdict).toBe('labeled')
  })
})

describe('found', () => {
  test('under the short name as well, and where the caller says', async () => {
    await label()
    const short = join(folder, 'b.c2pa')
    await rename(sidecar, short)
    expect(await verdict(output)).toBe('trusted')
    expect((await toolkit.verify(output, { sidecar: false })).verdict).toBe('labeled')
    await rename(short, join(folder, 'elsewhere'))
    expect(await verdict(output)).toBe('labeled')
    const inspection = await toolkit.inspect(output, { sidecar: join(folder, 'elsewhere') })
    expect(inspection).toMatchObject({ report: { verdict: 'trusted' }, manifest: { site: 'elsewhere' } })
  })

  test('beside other content it speaks of alteration, beside none of ours of nothing', async () => {
    await label()
    await writeFile(output, '#\nother content')
    expect(await verdict(output)).toBe('invalid')
    await copyFile(sidecar, join(folder, 'c.other.c2pa'))
    await writeFile(join(folder, 'c.other'), 'unknown')
    const { findings } = await toolkit.verify(join(folder, 'c.other'))
    expect(findings.map(({ code }) => code)).toContain('manifest.content.altered')
    await writeFile(sidecar, 'no manifest')
    expect((await toolkit.verify(output)).findings.map(({ code }) => code)).toContain(
      'manifest.store.malformed',
    )
  })
})

describe('kept in step', () => {
  test('labelled again in place, the history goes on', async () => {
    await label()
    await toolkit.label(output, { contentId: 'two' }, { inPlace: true, visible: false, sidecar: true })
    const report = await toolkit.verify(output)
    expect(report.verdict).toBe('trusted')
    expect(new Set(report.history.map(({ manifest }) => manifest)).size).toBe(2)
  })

  test('labelled again without a manifest, no old one is left to contradict', async () => {
    await label()
    await toolkit.label(output, {}, { inPlace: true, visible: false, manifest: false })
    expect(await verdict(output)).toBe('labeled')
    expect(await readdir(folder)).toEqual(['a.line', 'b.line'])
    await label({ force: true })
    await rename(sidecar, join(folder, 'b.c2pa'))
    await toolkit.label(output, { contentId: 'x' }, { inPlace: true, visible: false, manifest: false })
    expect(await verdict(output)).toBe('labeled')
  })

  test('the same record again changes nothing and brings the manifest along', async () => {
    await label()
    const copied = join(folder, 'c.line')
    expect(await label({ output: copied }, output)).toMatchObject({
      status: 'unchanged',
      sidecar: `${copied}.c2pa`,
    })
    expect(await verdict(copied)).toBe('trusted')
  })
})
