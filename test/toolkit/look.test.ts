/** Searching the content itself for its explicit label, and holding it against what the signer states. */
import { jpeg } from '@yinji/media'
import { createToolkit } from '@yinji/toolkit'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { fixtureBytes } from '../helpers/fixtures.ts'
import { testIdentity } from '../helpers/identity.ts'

const codesOf = ({ findings }: { findings: readonly { code: string }[] }) =>
  findings.map(({ code }) => code).filter((code) => code.startsWith('visible.'))

test('a label is found where the signer states one, and measured', async () => {
  const toolkit = createToolkit({ identity: await testIdentity() })
  const { content } = await toolkit.label(fixtureBytes('photo.jpg'), {}, { name: 'photo.jpg' })
  expect((await toolkit.verify(content)).layers.visible).toBe('unchecked')
  const report = await toolkit.verify(content, { look: true })
  expect(report).toMatchObject({ verdict: 'trusted', layers: { visible: 'present' } })
  expect(codesOf(report)).toEqual(['visible.claim.present', 'visible.look.present'])
})

test('a stated label that is not there is a warning', async () => {
  const idle = {
    how: 'nothing',
    apply: async (source: never, label: never) => ({ source, label, path: 'spliced' }),
  }
  const forgetful = { ...jpeg, visible: { ...jpeg.visible, ...idle } } as typeof jpeg
  const toolkit = createToolkit({ identity: await testIdentity(), handlers: [forgetful] })
  const { content } = await toolkit.label(fixtureBytes('photo.jpg'), {}, { name: 'photo.jpg' })
  const report = await toolkit.verify(content, { look: true })
  expect(report).toMatchObject({ verdict: 'trusted', layers: { visible: 'absent' } })
  expect(codesOf(report)).toEqual(['visible.claim.present', 'visible.look.absent', 'visible.look.missing'])
})

test('words of one’s own are searched for because the signer states them', async () => {
  const toolkit = createToolkit({ identity: await testIdentity() })
  const text = '本图由人工智能合成'
  const { content } = await toolkit.label(
    fixtureBytes('photo.jpg'),
    {},
    { name: 'photo.jpg', visible: { text } },
  )
  const { findings } = await toolkit.verify(content, { look: true })
  const present = findings.find(({ code }) => code === 'visible.look.present')
  expect(present?.data).toMatchObject({ text })
})

test('a label outlives everything else: a copy without metadata is still labelled', async () => {
  const toolkit = createToolkit({ identity: await testIdentity() })
  const { content } = await toolkit.label(fixtureBytes('photo.jpg'), {}, { name: 'photo.jpg' })
  const copy = new Uint8Array(await sharp(content).jpeg({ quality: 60 }).toBuffer())
  expect((await toolkit.verify(copy)).verdict).toBe('unlabeled')
  const report = await toolkit.verify(copy, { look: true })
  expect(report).toMatchObject({ verdict: 'labeled', layers: { visible: 'present', metadata: 'absent' } })
})

test('where nothing can be searched, the layer stays unchecked', async () => {
  const toolkit = createToolkit()
  const report = await toolkit.verify(fixtureBytes('boat.jxl'), { look: true, name: 'boat.jxl' })
  expect(report).toMatchObject({ verdict: 'unlabeled', layers: { visible: 'unchecked' } })
})
