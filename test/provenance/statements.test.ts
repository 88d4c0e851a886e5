/** What a caller states besides: all actions of the standard, each with what it asks for, and metadata in their own form. */
import { createToolkit, type LabelOptions } from '@yinji/toolkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { fixtureBytes } from '../helpers/fixtures.ts'
import { testIdentity } from '../helpers/identity.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

let identity: Awaited<ReturnType<typeof testIdentity>>
beforeAll(async () => {
  identity = await testIdentity()
})

const label = (options: LabelOptions) =>
  createToolkit({ identity }).label(fixtureBytes('photo.jpg'), {}, { visible: false, ...options })

async function verdicts(options: LabelOptions) {
  const { content } = await label(options)
  const { verdict } = await createToolkit({ identity }).verify(content)
  const { state, failures } = await judgeByC2pa(content, 'image/jpeg', identity.anchor)
  return { verdict, state, failures }
}

const trusted = { verdict: 'trusted', state: 'Trusted', failures: [] }
const languages = { sourceLanguage: 'en', targetLanguage: 'zh-CN' }
const softBinding = {
  label: 'c2pa.soft-binding',
  content: { alg: 'org.example.mark', blocks: [{ scope: {}, value: 'x' }] },
}

describe('an action', () => {
  test.each(['c2pa.mixed', 'c2pa.mastered', 'c2pa.remixed', 'c2pa.watermarked.unbound', 'com.example.rated'])(
    '%s needs nothing',
    async (action) => expect(await verdicts({ actions: [{ action }] })).toEqual(trusted),
  )

  test('with what it asks for is trusted', async () => {
    const translated = { action: 'c2pa.translated', parameters: languages }
    expect(await verdicts({ actions: [translated] })).toEqual(trusted)
    const marked = { actions: [{ action: 'c2pa.watermarked.bound' }], assertions: [softBinding] }
    expect(await verdicts(marked)).toEqual(trusted)
  })

  test.each([
    ['c2pa.translated', {}, 'sourceLanguage'],
    ['c2pa.translated', { sourceLanguage: 'en' }, 'targetLanguage'],
    ['c2pa.watermarked.bound', {}, 'c2pa.soft-binding'],
    ['c2pa.watermarked', {}, 'c2pa.soft-binding'],
  ])('%s with %j is refused, for want of %s', async (action, parameters, missing) => {
    const error = { code: 'usage.action.incomplete', details: { action, missing } }
    await expect(label({ actions: [{ action, parameters }] })).rejects.toMatchObject(error)
  })

  test('that only an ingredient could explain is refused', async () => {
    const error = { code: 'usage.action.unknown' }
    await expect(label({ actions: [{ action: 'c2pa.removed' }] })).rejects.toMatchObject(error)
  })
})

test.each(['c2pa.metadata', 'com.example.metadata'])('%s stands in the manifest as JSON-LD', async (name) => {
  const content = {
    '@context': { exif: 'http://ns.adobe.com/exif/1.0/' },
    'exif:GPSAltitude': '100/1',
  }
  const options = { assertions: [{ label: name, content }] }
  expect(await verdicts(options)).toEqual(trusted)
  const { content: bytes } = await label(options)
  expect(Buffer.from(bytes).toString('latin1')).toContain(JSON.stringify(content))
})
