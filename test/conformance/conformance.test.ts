/**
 * One suite for every format. A new handler joins by putting a file of its kind into `fixtures/`; a handler without a
 * fixture fails the first test. Formats without a place for a manifest are signed beside the file, formats that are only
 * read are refused.
 */
import { copyFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { aigcKeys, aigcText, bytesSource, type Medium } from '@yinji/core'
import { createToolkit, defaultHandlers, YinjiError } from '@yinji/toolkit'
import { describe, expect, test } from 'vitest'
import { decodeComplaints, decodedDigest } from '../helpers/decoded.ts'
import { fixturePath, fixtures } from '../helpers/fixtures.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'
import { judgeAsC2paRs } from '../oracles/judge.ts'

const plain = fixtures().filter(({ verdict }) => verdict === 'unlabeled')
const directory = temporaryDirectory()
const identity = await testIdentity()
const toolkit = createToolkit({ identity })

test('every handler has a fixture', () => {
  const covered = new Set(plain.map(({ handler }) => handler))
  expect(defaultHandlers.map(({ id }) => id).filter((id) => !covered.has(id))).toEqual([])
})

/** Moving pictures of a kind that takes the label in stills only. */
const undrawable = new Set(['waves.avif'])

const readOnly = new Set(defaultHandlers.filter(({ instead }) => instead).map(({ id }) => id))

describe.each(plain.filter(({ handler }) => readOnly.has(handler)))(
  '$path',
  ({ path, handler: id, mediaType }) => {
    test('is recognised and never labelled; the refusal says what to convert it to', async () => {
      const report = await toolkit.verify(fixturePath(path))
      expect(report.verdict).toBe('unlabeled')
      expect(report.asset).toMatchObject({ handler: id, mediaType })
      const instead = defaultHandlers.find((candidate) => candidate.id === id)?.instead
      for (const options of [
        {},
        { visible: false },
        { visible: false, manifest: false, sidecar: false },
      ] as const)
        await expect(
          toolkit.label(fixturePath(path), {}, { output: join(directory, 'never'), ...options }),
        ).rejects.toMatchObject({ code: 'input.format.readonly', details: { format: id, instead } })
    })
  },
)

describe.each(plain.filter(({ handler }) => !readOnly.has(handler)))(
  '$path',
  ({ path, handler: id, mediaType }) => {
    const original = fixturePath(path)
    const extension = extname(path)
    const handler = defaultHandlers.find((candidate) => candidate.id === id)
    const medium: Medium = handler?.medium ?? 'document'
    /** Signed beside the file, because the format has no place for a manifest. */
    const sidecar = handler?.slots.manifest === undefined
    let count = 0
    const fresh = () => join(directory, `${basename(path, extension)}-${count++}${extension}`)
    const labelled = async (options = {}, record = {}) => {
      const output = fresh()
      const receipt = await toolkit.label(original, record, { output, visible: false, sidecar, ...options })
      return { output, receipt }
    }
    /** Labelled once, without anything that can be seen: files that are only read, or copied first. */
    let made: ReturnType<typeof labelled> | undefined
    const usual = () => {
      made ??= labelled()
      return made
    }
    /** The manifest beside a labelled file, for content that has no path. */
    const beside = async (output: string) =>
      sidecar ? new Uint8Array(await readFile(`${output}.c2pa`)) : undefined
    /** Another file in the place of a labelled one: its sidecar comes along. */
    const follow = async (output: string, other: string) => {
      if (sidecar) await copyFile(`${output}.c2pa`, `${other}.c2pa`)
    }

    test('is recognised by its content and carries no label', async () => {
      const report = await toolkit.verify(original)
      expect(report.verdict).toBe('unlabeled')
      expect(report.asset).toMatchObject({ handler: id, mediaType })
    })

    test('labelled with everything, it is trusted here and by c2pa-rs, and still decodes', async () => {
      const visible = handler?.visible && !undrawable.has(path) ? {} : (false as const)
      if (!visible)
        await expect(labelled({ visible: {} })).rejects.toMatchObject({
          code: expect.stringMatching(/^visible\.(format|content)\.unsupported$/),
        })
      const { output, receipt } = await labelled({ visible }, { contentId: 'full-1' })
      const report = await toolkit.verify(output)
      expect(report.findings.filter(({ level }) => !['pass', 'info'].includes(level))).toEqual([])
      expect(report.verdict).toBe('trusted')
      expect(report.origin).toMatchObject({
        involvement: 'generated',
        evidence: 'manifest',
        provider: 'Acme AI',
        contentId: 'full-1',
      })
      expect(report.signer).toMatchObject({ trust: 'trusted', providerCode: identity.provider.code })
      const written = receipt.written.map(({ layer }) => layer)
      if (visible) expect(written).toContain('visible')
      expect(written).toContain(sidecar ? 'sidecar' : 'manifest')
      expect(report.layers).toMatchObject({ manifest: 'present', sidecar: sidecar ? 'present' : 'absent' })
      expect(await judgeAsC2paRs(output, mediaType, identity.anchor)).toMatchObject({
        state: 'Trusted',
        failures: [],
      })
      if (medium !== 'text') expect(await decodeComplaints(output, medium)).toBe('')
    })

    test('without a visible label the content is untouched', async () => {
      const { output } = await usual()
      expect((await toolkit.verify(output)).verdict).toBe('trusted')
      if (medium === 'text')
        expect(await readFile(output, 'utf8')).toContain(
          (await readFile(original, 'utf8'))
            .replace(/^\ufeff?---[\s\S]*?\n---\n|^WEBVTT.*\n\n/, '')
            .trimEnd(),
        )
      else expect(await decodedDigest(output, medium)).toBe(await decodedDigest(original, medium))
    })

    test('the AIGC field comes back exactly, from exactly one place', async () => {
      const { output, receipt } = await usual()
      const { labels, report } = await toolkit.inspect(output)
      if (handler?.slots.aigc === undefined) expect(labels).toEqual([])
      else {
        expect(labels).toHaveLength(1)
        expect(labels[0]).toMatchObject({ standard: true, raw: aigcText(receipt.record) })
        expect(aigcKeys.map((key) => report.label?.[key])).toEqual(
          Object.values(JSON.parse(aigcText(receipt.record))),
        )
      }
    })

    test('the metadata alone, unsigned, is a label; nothing at all is an error', async () => {
      if (handler?.slots.aigc === undefined) {
        await expect(labelled({ manifest: false, sidecar: false })).rejects.toMatchObject({
          code: 'input.nothing',
        })
        return
      }
      const { output } = await labelled({ manifest: false, sidecar: false })
      expect((await toolkit.verify(output)).verdict).toBe('labeled')
    })

    test('bytes in, bytes out: the same as a file', async () => {
      const { content, manifest } = await toolkit.label(
        new Uint8Array(await readFile(original)),
        {},
        { visible: false, name: path, sidecar },
      )
      expect((await toolkit.verify(content, { name: path, sidecar: manifest })).verdict).toBe('trusted')
    })

    test('without a place for a manifest, leaving it out or putting it beside the file is for the user to say', async () => {
      const output = fresh()
      const job = toolkit.label(original, {}, { output, visible: false })
      if (sidecar) {
        await expect(job).rejects.toMatchObject({ code: 'input.manifest.unsupported' })
        await expect(readFile(output)).rejects.toMatchObject({ code: 'ENOENT' })
      } else expect(await job).toMatchObject({ sidecar: null })
    })

    test('labelling again replaces the label and keeps the old manifest in the history', async () => {
      const { output } = await labelled({}, { contentId: 'first' })
      const again = fresh()
      await toolkit.label(output, { contentId: 'second' }, { output: again, visible: false, sidecar })
      const { labels, report } = await toolkit.inspect(again)
      expect(report.verdict).toBe('trusted')
      expect(report.origin?.contentId).toBe('second')
      expect(labels).toHaveLength(handler?.slots.aigc === undefined ? 0 : 1)
      expect(new Set(report.history.map(({ manifest }) => manifest)).size).toBe(2)
      expect(await judgeAsC2paRs(again, mediaType, identity.anchor)).toMatchObject({
        state: 'Trusted',
        failures: [],
        ingredientFailures: [],
      })
    })

    test('labelling again with the same record changes nothing', async () => {
      const visible = handler?.visible && !undrawable.has(path) ? {} : (false as const)
      const { output } = await labelled({ visible })
      const again = fresh()
      const receipt = await toolkit.label(output, {}, { output: again, visible, sidecar })
      expect(receipt.status).toBe('unchanged')
      expect(Buffer.compare(await readFile(again), await readFile(output))).toBe(0)
      expect(await beside(again)).toEqual(await beside(output))
    })

    test('cut off anywhere, it is never taken for whole', async () => {
      const { output } = await usual()
      const whole = await readFile(output)
      for (let tenth = 0; tenth < 10; tenth++) {
        const cut = fresh()
        await writeFile(cut, whole)
        await truncate(cut, Math.floor((whole.length * tenth) / 10))
        await follow(output, cut)
        expect(['invalid', 'unchecked', 'unlabeled', 'labeled']).toContain(
          (await toolkit.verify(cut)).verdict,
        )
        if (tenth === 0)
          await expect(toolkit.label(cut, {}, { output: fresh(), sidecar })).rejects.toMatchObject({
            code: 'input.empty',
          })
      }
    })

    test('a file cut off before labelling is refused, or labelled as the whole that it still is', async () => {
      const whole = await readFile(original)
      for (let tenth = 1; tenth < 10; tenth++) {
        const cut = fresh()
        await writeFile(cut, whole.subarray(0, Math.floor((whole.length * tenth) / 10)))
        const target = fresh()
        try {
          await toolkit.label(cut, {}, { output: target, visible: false, sidecar })
          expect((await toolkit.verify(target)).verdict).toBe('trusted')
        } catch (error) {
          expect(error).toBeInstanceOf(YinjiError)
          expect((error as YinjiError).code).toMatch(/^input\./)
          await expect(readFile(target)).rejects.toMatchObject({ code: 'ENOENT' })
        }
      }
    })

    test('a flipped bit is caught wherever it is', async () => {
      const { output } = await usual()
      const whole = new Uint8Array(await readFile(output))
      const store = await beside(output)
      const { manifest } = (await handler?.read(bytesSource(whole, path))) ?? {}
      const { start, length } = manifest?.excluded ?? { start: 0, length: 0 }
      const spread = (from: number, size: number) =>
        Array.from({ length: 48 }, (_, step) => from + Math.floor((size * (step + 0.5)) / 48))
      const missed: number[] = []
      for (const [step, at] of [...spread(0, whole.length), ...spread(start, length)].entries()) {
        const bytes = Uint8Array.from(whole)
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (step % 8))
        const { store: read, report } = await toolkit.inspect(bytes, { name: path, sidecar: store })
        // White space around a manifest in a text means nothing: manifest and content are the same as before.
        const inside = at >= start && at < start + length
        const same = inside && read && manifest && Buffer.compare(read, manifest.store) === 0
        if (report.verdict === 'trusted' && !same) missed.push(at)
      }
      for (const [step, at] of (store ? spread(0, store.length) : []).entries()) {
        const bytes = Uint8Array.from(store ?? [])
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (step % 8))
        if ((await toolkit.verify(whole, { name: path, sidecar: bytes })).verdict === 'trusted')
          missed.push(at)
      }
      expect(missed).toEqual([])
    })

    test.each(['two words', '中文 名字', '-leading-dash', "quo'te"])(
      'a file called “%s” is no problem',
      async (name) => {
        const folder = join(directory, `folder of ${path}`)
        await mkdir(join(folder, 'out'), { recursive: true })
        const input = join(folder, `${name}${extension}`)
        await copyFile(original, input)
        const output = join(folder, 'out', `${name}${extension}`)
        await toolkit.label(
          input,
          {},
          { output, visible: handler?.visible && !undrawable.has(path) ? {} : false, sidecar },
        )
        expect((await toolkit.verify(output)).verdict).toBe('trusted')
      },
    )
  },
)
