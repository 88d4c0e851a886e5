/** What a program gets when it labels: the record, the receipt, the ways in and out. */
import { createReadStream } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createIdentity, createToolkit, loadIdentity, type Toolkit } from '@yinji/toolkit'
import { describe, expect, test } from 'vitest'
import { fixtureBytes, fixturePath } from '../helpers/fixtures.ts'
import { providerCode, temporaryDirectory, testIdentity } from '../helpers/identity.ts'
import { judgeAsC2paRs } from '../oracles/judge.ts'

const directory = temporaryDirectory()
const at = (name: string) => join(directory, name)
const photo = fixturePath('photo.jpg')
const identity = await testIdentity()
const toolkit = createToolkit({ identity })

describe('the record', () => {
  test('comes from the identity, the caller and the clock', async () => {
    const clock = () => new Date('2027-01-02T03:04:05Z')
    const { record } = await createToolkit({ identity, clock }).label(photo, {}, { output: at('clock.jpg') })
    expect(record).toMatchObject({
      involvement: 'generated',
      provider: { name: 'Acme AI', code: providerCode },
      system: { name: 'Acme Painter', version: '3.1' },
      createdAt: '2027-01-02T03:04:05.000Z',
      label: '1',
    })
    expect(record.contentId).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('that is wrong names every field', async () => {
    const job = toolkit.label(photo, { createdAt: 'yesterday', contentId: '' }, { output: at('never.jpg') })
    await expect(job).rejects.toMatchObject({ code: 'usage.record.invalid' })
    await expect(job).rejects.toThrow(/createdAt.*contentId|contentId.*createdAt/)
  })

  test('needs a provider', async () => {
    const job = createToolkit().label(photo, {}, { manifest: false, output: at('never.jpg') })
    await expect(job).rejects.toMatchObject({ code: 'usage.identity.required' })
  })

  test('needs an identity to be signed', async () => {
    const record = { provider: { name: 'Somebody' } }
    const job = createToolkit().label(photo, record, { output: at('never.jpg') })
    await expect(job).rejects.toMatchObject({ code: 'sign.identity.missing' })
  })

  test('of changed content keeps what it was changed from', async () => {
    const output = at('changed.jpg')
    await toolkit.label(photo, { involvement: 'manipulated' }, { output, visible: false })
    const report = await toolkit.verify(output)
    expect(report.origin).toMatchObject({ involvement: 'manipulated', evidence: 'manifest' })
    expect(report.history.map(({ action }) => action)).toEqual(['c2pa.opened', 'c2pa.edited'])
    expect(report.history[1]?.digitalSourceType).toMatch(/compositeWithTrainedAlgorithmicMedia$/)
    expect(await judgeAsC2paRs(output, 'image/jpeg', identity.anchor)).toMatchObject({ state: 'Trusted' })
  })

  test('whose name has spaces stands in the field with the characters the field allows', async () => {
    const plain = await testIdentity({ code: undefined, provider: 'Acme  AI Lab' })
    const { content } = await createToolkit({ identity: plain }).label(fixtureBytes('photo.jpg'))
    const report = await createToolkit({ identity: plain }).verify(content)
    expect(report.label?.['ContentProducer']).toBe('Acme-AI-Lab')
    expect(report.origin?.provider).toBe('Acme  AI Lab')
  })
})

describe('ways in and out', () => {
  test('a text of megabytes', async () => {
    const [input, output] = [at('long.txt'), at('long.labeled.txt')]
    const lines = Array.from({ length: 120_000 }, (_, index) => `第 ${index} 行 caf\u00e9 cafe\u0301\n`)
    await writeFile(input, lines.join(''))
    await toolkit.label(input, {}, { output })
    expect(await toolkit.verify(output)).toMatchObject({ verdict: 'trusted' })
  })

  test('a path: a file beside it, the original as it was', async () => {
    const input = at('mine.jpg')
    await copyFile(photo, input)
    const receipt = await toolkit.label(input)
    expect(receipt).toMatchObject({ status: 'labeled', path: at('mine.labeled.jpg'), handler: 'jpeg' })
    expect(receipt.written.map(({ layer }) => layer)).toEqual(['visible', 'metadata', 'metadata', 'manifest'])
    expect((await stat(at('mine.labeled.jpg'))).size).toBe(receipt.bytes)
    expect(await readFile(input)).toEqual(await readFile(photo))
  })

  test.each<[string, (bytes: Uint8Array) => Parameters<Toolkit['verify']>[0]]>([
    ['bytes', (bytes) => bytes],
    ['a Blob', (bytes) => new Blob([Uint8Array.from(bytes)])],
    ['a File', (bytes) => new File([Uint8Array.from(bytes)], 'photo.jpg')],
    ['a stream', () => createReadStream(photo)],
  ])('%s: bytes come out', async (_, wrap) => {
    const input = wrap(fixtureBytes('photo.jpg'))
    if (typeof input === 'string') throw new Error('not a path')
    const { content, path } = await toolkit.label(input, {}, { visible: false })
    expect(path).toBeNull()
    expect((await toolkit.verify(content)).verdict).toBe('trusted')
    expect((await toolkit.verify(wrap(content))).verdict).toBe(_ === 'a stream' ? 'unlabeled' : 'trusted')
  })

  test('a stream with an output becomes a file', async () => {
    await toolkit.label(createReadStream(photo), {}, { output: at('streamed.jpg'), name: 'photo.jpg' })
    expect((await toolkit.verify(at('streamed.jpg'))).verdict).toBe('trusted')
  })

  test('in place: the file itself, its mode kept', async () => {
    const input = at('in-place.jpg')
    await copyFile(photo, input)
    const { mode } = await stat(input)
    await toolkit.label(input, {}, { inPlace: true, visible: false })
    expect((await toolkit.verify(input)).verdict).toBe('trusted')
    expect((await stat(input)).mode).toBe(mode)
  })

  test('a dry run writes nothing and says what it would write', async () => {
    const folder = join(directory, 'dry')
    await mkdir(folder)
    await copyFile(photo, join(folder, 'a.jpg'))
    const receipt = await toolkit.label(join(folder, 'a.jpg'), {}, { dryRun: true })
    expect(receipt).toMatchObject({ status: 'planned', path: null, bytes: null })
    expect(receipt.written).toHaveLength(4)
    expect(await readdir(folder)).toEqual(['a.jpg'])
  })

  test('progress rises from 0 to 1', async () => {
    const seen: number[] = []
    const onProgress = ({ fraction }: { fraction: number }) => void seen.push(fraction)
    await toolkit.label(photo, {}, { output: at('progress.jpg'), visible: false, onProgress })
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
    expect(seen.at(-1)).toBeGreaterThan(0.9)
    expect(seen.at(-1)).toBeLessThanOrEqual(1)
  })

  test('disposing waits for what is under way', async () => {
    const own = createToolkit({ identity })
    const job = own.label(photo, {}, { output: at('disposed.jpg') })
    await own[Symbol.asyncDispose]()
    expect((await stat(at('disposed.jpg'))).size).toBe((await job).bytes)
  })

  test('of a type nobody knows is an error that names it', async () => {
    await writeFile(
      at('thing.bin'),
      Uint8Array.from({ length: 300 }, (_, i) => (i * 37) % 251),
    )
    const job = toolkit.label(at('thing.bin'))
    await expect(job).rejects.toMatchObject({ code: 'input.type.unsupported' })
    await expect(job).rejects.toThrow('thing.bin')
  })
})

describe('labelling what is labelled', () => {
  test('another producer’s label is replaced, and that is said', async () => {
    const other = await testIdentity({ provider: 'Other', code: '001191440101MA9Y9T4H7A00000' })
    const { content } = await createToolkit({ identity: other }).label(fixtureBytes('photo.jpg'))
    const { content: again, findings } = await toolkit.label(content, {}, { visible: false })
    expect(findings.map(({ code }) => code)).toContain('metadata.aigc.replaced')
    const report = await toolkit.verify(again)
    expect(report.verdict).toBe('trusted')
    expect(report.label?.['ContentProducer']).toBe(providerCode)
    expect(report.findings.map(({ code }) => code)).toContain('manifest.ingredient.untrusted')
  })

  test('the visible label is not drawn twice, and other words are owned up to', async () => {
    const { content } = await toolkit.label(fixtureBytes('photo.jpg'), { contentId: 'a' })
    const again = await toolkit.label(content, { contentId: 'b' })
    expect(again.written.map(({ layer }) => layer)).not.toContain('visible')
    expect(again.findings.map(({ code }) => code)).toEqual(['visible.kept'])
    const moved = await toolkit.label(content, {}, { visible: { position: 'top-left' } })
    expect(moved.findings.map(({ code }) => code)).toEqual(['visible.stacked'])
    const report = await toolkit.verify(again.content)
    expect(report.findings.find(({ code }) => code === 'visible.claim.present')?.data).toEqual({
      text: 'AI生成',
    })
  })

  test.each([
    ['photo.jpg', { style: 'outline' }, 'visible.stacked'],
    ['photo.jpg', { size: 0.08 }, 'visible.stacked'],
    ['photo.jpg', { style: 'plate', size: 0.05, moment: 'end' }, 'visible.kept'],
    ['boat.avif', { position: 'top-left' }, 'visible.stacked'],
    ['music.wav', { moment: 'end' }, 'visible.stacked'],
    ['notes.md', { moment: 'end' }, undefined],
  ] as const)('%s: a label that looks like %j beside the one there: %s', async (name, visible, code) => {
    // How it was drawn is another matter.
    const codes = ({ findings }: { findings: readonly { code: string }[] }) =>
      findings.map((found) => found.code).filter((found) => found !== 'visible.encoded.whole')
    const { content } = await toolkit.label(fixtureBytes(name), {}, { name })
    const again = await toolkit.label(content, {}, { name, visible })
    expect(codes(again)).toEqual(code === undefined ? [] : [code])
    expect(again.written.some(({ layer }) => layer === 'visible')).toBe(code !== 'visible.kept')
    // What was signed is what stands there now.
    const once = await toolkit.label(again.content, {}, { name, visible })
    expect(codes(once)).toEqual(['visible.kept'])
  })

  test('a sound gets its rhythm once', async () => {
    const once = await toolkit.label(fixtureBytes('music.wav'), { contentId: 'a' })
    const twice = await toolkit.label(once.content, { contentId: 'b' })
    expect(Math.abs(twice.content.length - once.content.length)).toBeLessThan(20_000)
  })

  test('a changed file can be labelled again, but its past is not whitewashed', async () => {
    const { content } = await toolkit.label(fixtureBytes('photo.jpg'), {}, { visible: false })
    const changed = Uint8Array.from(content)
    changed[40_000] = (changed[40_000] ?? 0) ^ 1
    const { content: again } = await toolkit.label(changed, { contentId: 'again' }, { visible: false })
    const report = await toolkit.verify(again)
    expect(report.verdict).toBe('trusted')
    expect(report.findings).toContainEqual(
      expect.objectContaining({
        code: 'manifest.ingredient.failed',
        data: expect.objectContaining({ failures: expect.stringContaining('assertion.dataHash.mismatch') }),
      }),
    )
  })
})

describe('who signs', () => {
  test('a certificate of another provider is found out', async () => {
    const record = { provider: { name: 'Victim', code: '001191440101MA9Y9T4H7A00000' } }
    const { content } = await toolkit.label(fixtureBytes('photo.jpg'), record)
    const report = await toolkit.verify(content)
    expect(report.verdict).toBe('invalid')
    expect(report.findings).toContainEqual(
      expect.objectContaining({
        code: 'metadata.provider.disagree',
        data: { certificate: providerCode, label: '001191440101MA9Y9T4H7A00000' },
      }),
    )
  })

  test('intact but unknown is valid, and becomes trusted with the right root', async () => {
    const { content } = await toolkit.label(fixtureBytes('photo.jpg'))
    const stranger = createToolkit()
    expect((await stranger.verify(content)).verdict).toBe('valid')
    expect((await stranger.verify(content, { trust: [identity.anchor] })).verdict).toBe('trusted')
  })

  test('an expired certificate does not sign, and what it signed says so later', async () => {
    const later = () => new Date(Date.now() + 400 * 86_400_000)
    const job = createToolkit({ identity, clock: later }).label(photo, {}, { output: at('late.jpg') })
    await expect(job).rejects.toMatchObject({ code: 'sign.certificate.expired' })
    const { content } = await toolkit.label(fixtureBytes('photo.jpg'))
    const report = await createToolkit({ identity, clock: later }).verify(content)
    expect(report.findings.map(({ code }) => code)).toContain('manifest.certificate.expired')
    expect(report.findings.map(({ code }) => code)).not.toContain('manifest.content.altered')
  })

  test('an identity is kept in files only their owner can read, and never overwritten silently', async () => {
    const home = at('home')
    await createIdentity(home, { provider: 'Acme' })
    for (const name of ['signer.key', 'ca/root.key', 'ca/issuing.key'])
      expect((await stat(join(home, name))).mode & 0o777).toBe(0o600)
    const before = await readFile(join(home, 'signer.key'), 'utf8')
    await expect(createIdentity(home, { provider: 'Other' })).rejects.toMatchObject({
      code: 'usage.identity.exists',
    })
    await createIdentity(home, { provider: 'Other', force: true })
    expect((await loadIdentity(home)).provider.name).toBe('Other')
    const kept = (await readdir(home)).find((name) => name.startsWith('replaced-')) ?? ''
    expect(await readFile(join(home, kept, 'signer.key'), 'utf8')).toBe(before)
  })
})

test.each(['boat.heic', 'clip.mp4', 'photo.jpg'])(
  'a Buffer of %s that is labelled stays as it was',
  async (name) => {
    const bytes = Buffer.from(fixtureBytes(name))
    const before = Buffer.from(bytes)
    await toolkit.label(bytes, {}, { visible: false })
    expect(bytes.equals(before)).toBe(true)
  },
)
