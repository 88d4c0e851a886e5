/** Security data in labelled files: signed by default, bound to the content, kept when a platform writes its part. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { aigcKeys, type MediaHandler } from '@yinji/core'
import { createIdentity, createToolkit, defaultHandlers, type Identity, type Report } from '@yinji/toolkit'
import { describe, expect, test } from 'vitest'
import { fixtureBytes, fixtures } from '../helpers/fixtures.ts'
import { providerCode, temporaryDirectory, testIdentity } from '../helpers/identity.ts'

const platformCode = '00119144030008867405X200000'
const identity = await testIdentity()
const platform = await testIdentity({ provider: 'Plaza', code: platformCode })
const codes = (report: Report, layer = 'security') =>
  report.findings.filter((found) => found.layer === layer).map(({ code, at }) => `${at} ${code}`)
const plain = { visible: false, sidecar: true } as const
/** FLV has no room for certificates, nor for a hash. */
const isBound = (handler: string) => handler !== 'flv'
const certified = (handler: string) => (handler === 'flv' ? 'embedded' : 'certificate')

describe('a label', () => {
  test.each(fixtures().filter(({ handler }) => !['adts', 'amr'].includes(handler)))(
    'in $path is signed, and its signature and content hold when a platform has written its part',
    async ({ path, handler }) => {
      const toolkit = createToolkit({ identity })
      const labelled = await toolkit.label(fixtureBytes(path), {}, { ...plain, name: path })
      const report = await toolkit.verify(labelled.content, { name: path })
      if (report.label === null) return expect(codes(report)).toEqual([]) // no place for a label
      const held = [
        `ReservedCode1 security.signature.${certified(handler)}`,
        ...(isBound(handler) ? ['ReservedCode1 security.content.intact'] : []),
      ]
      expect(codes(report)).toEqual(held)
      expect(report.layers['security']).toBe('present')

      const shared = createToolkit({ identity: platform, trust: [identity.anchor, platform.anchor] })
      const { provider, contentId, reservedCode1 } = labelled.record
      const passedOn = await shared.label(
        labelled.content,
        { provider, contentId, reservedCode1, propagation: { propagator: platformCode, id: 'p-1' } },
        { ...plain, manifest: false, sidecar: false, name: path },
      )
      const second = await shared.verify(passedOn.content, { name: path })
      expect(second.label?.['ReservedCode1']).toBe(reservedCode1)
      expect(codes(second)).toEqual([
        ...held,
        `ReservedCode2 security.signature.${certified(handler)}`,
        ...(isBound(handler) ? ['ReservedCode2 security.content.intact'] : []),
      ])
    },
  )

  /** Where the middle of a file is not its content, a part of it. */
  const parts: Readonly<Record<string, number>> = {
    'drawing.svg': 0.9,
    'chime.flac': 0.9,
    'notes.md': 0.9,
    'sunrise.webp': 0.6,
    'waves.avif': 0.75,
    'leaflet.pdf': 0.25,
    'letter.docx': 0.65,
    'slides.pptx': 0.8,
    'book.epub': 0.8,
  }
  const labels = new Set(defaultHandlers.filter(({ slots }) => slots.aigc !== undefined).map(({ id }) => id))
  test.each(fixtures().filter(({ handler }) => isBound(handler) && labels.has(handler)))(
    'in $path tells when one byte of its content was changed',
    async ({ path }) => {
      const toolkit = createToolkit({ identity })
      const original = Buffer.from(fixtureBytes(path))
      const labelled = await toolkit.label(original, {}, { ...plain, name: path })
      const content = Buffer.from(labelled.content)
      const place = Math.floor(original.length * (parts[path] ?? 0.5))
      const at = content.indexOf(original.subarray(place, place + 12))
      expect(at).toBeGreaterThan(-1)
      content[at + 6] = (content[at + 6] ?? 0) ^ 1
      const report = await toolkit.verify(content, { name: path })
      expect(codes(report)).toContain('ReservedCode1 security.content.mismatch')
      expect(report.verdict).toBe('invalid')
    },
  )

  test('moved to another picture no longer fits its content', async () => {
    const toolkit = createToolkit({ identity })
    const { record } = await toolkit.label(fixtureBytes('picture.png'), {}, { ...plain, name: 'a.png' })
    const stolen = await toolkit.label(fixtureBytes('photo.jpg'), record, {
      ...plain,
      manifest: false,
      sidecar: false,
      name: 'b.jpg',
    })
    const report = await toolkit.verify(stolen.content, { name: 'b.jpg' })
    expect(codes(report)).toContain('ReservedCode1 security.content.mismatch')
    expect(report.verdict).toBe('invalid')
  })

  test('is not written where its content does not come out as it was hashed', async () => {
    const [flac] = defaultHandlers.filter(({ id }) => id === 'flac')
    if (flac === undefined) throw new Error('no FLAC')
    // As if the writer had mistaken a part of the label for sound.
    const content: MediaHandler['content'] = async (source) => [{ kind: 'copy', start: 0, end: source.size }]
    const toolkit = createToolkit({ identity, handlers: [{ ...flac, content }] })
    const name = 'chime.flac'
    await expect(toolkit.label(fixtureBytes(name), {}, { ...plain, name })).rejects.toMatchObject({
      code: 'output.readback',
      details: { what: 'Bindings' },
    })
    const off = { ...plain, security: 'off', name } as const
    expect((await toolkit.label(fixtureBytes(name), {}, off)).status).toBe('labeled')
  })

  test('of which a member was changed fails', async () => {
    const toolkit = createToolkit({ identity })
    const labelled = await toolkit.label(fixtureBytes('photo.jpg'), { contentId: 'item-0001' }, plain)
    const text = Buffer.from(labelled.content).toString('latin1').replaceAll('item-0001', 'item-0002')
    const report = await toolkit.verify(new Uint8Array(Buffer.from(text, 'latin1')))
    expect(codes(report)).toContain('ReservedCode1 security.signature.mismatch')
    expect(report.verdict).toBe('invalid')
  })

  test('is not signed when that was not wanted, nor twice', async () => {
    const toolkit = createToolkit({ identity })
    const off = await toolkit.label(fixtureBytes('photo.jpg'), {}, { ...plain, security: 'off' })
    expect(off.record.reservedCode1).toBe('')
    const once = await toolkit.label(fixtureBytes('photo.jpg'), {}, plain)
    const again = await toolkit.label(once.content, {}, plain)
    expect(again.status).toBe('unchanged')
    expect(again.record).toEqual(once.record)
  })
})

describe('an identity', () => {
  test('from before there were SM2 keys still labels, and says so when SM2 is asked for', async () => {
    const old: Identity = { ...identity, label: undefined }
    const toolkit = createToolkit({ identity: old })
    const labelled = await toolkit.label(fixtureBytes('photo.jpg'), {}, plain)
    expect(aigcKeys.map((key) => key.startsWith('Reserved') && labelled.record.reservedCode1)).toContain('')
    await expect(
      toolkit.label(fixtureBytes('photo.jpg'), {}, { ...plain, security: 'sm2' }),
    ).rejects.toMatchObject({ code: 'sign.key.missing' })
  })

  test('with a broken SM2 key is refused, not half used', async () => {
    const home = join(temporaryDirectory(), 'home')
    await createIdentity(home, { provider: 'Acme', code: providerCode })
    await writeFile(join(home, 'sm2.key'), 'no key')
    const { loadIdentity } = await import('@yinji/toolkit')
    await expect(loadIdentity(home)).rejects.toMatchObject({ code: 'sign.key.invalid' })
  })
})
