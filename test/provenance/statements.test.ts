/** What a caller states besides actions: metadata in their own form, what lies elsewhere, training, receipts, kinds of content. */
import { createToolkit } from '@yinji/toolkit'
import { expect, test } from 'vitest'
import { identity, judge, judged, label, trusted } from '../helpers/stated.ts'

test.each(['c2pa.metadata', 'com.example.metadata'])('%s stands in the manifest as JSON-LD', async (name) => {
  const content = {
    '@context': { exif: 'http://ns.adobe.com/exif/1.0/' },
    '@type': 'x',
    'exif:GPSAltitude': '100/1',
  }
  const { verdicts, content: bytes } = await judged({ assertions: [{ label: name, content }] })
  expect(verdicts).toEqual(trusted)
  expect(Buffer.from(bytes).toString('latin1')).toContain(JSON.stringify(content))
})

test('what lies elsewhere is gathered: its author answers for it, not the signer', async () => {
  const elsewhere = (url: string) => ({ label: 'c2pa.external-reference', content: { location: { url } } })
  const assertions = [
    elsewhere('https://example.com/log'),
    { label: 'com.example.review', content: { passed: true } },
    elsewhere('https://example.com/notes'),
  ]
  const { content } = await label({ assertions })
  const gathered = async (bytes: Uint8Array) => {
    const { verdicts, assertions } = await judge(bytes)
    expect(verdicts).toEqual(trusted)
    expect(assertions.some(({ created }) => created)).toBe(true)
    return assertions.filter(({ created }) => !created).map(({ label }) => label)
  }
  expect(await gathered(content)).toEqual(['c2pa.external-reference', 'c2pa.external-reference'])
  await using toolkit = createToolkit({ identity })
  const text = JSON.stringify((await toolkit.inspect(content)).boxes)
  expect(text).toMatch(/"gathered_assertions":\[\{[^\]]*external-reference"[^\]]*external-reference__1"/)
  expect(text.match(/"created_assertions":\[[^\]]*\]/)?.[0]).not.toContain('external-reference')

  const updated = await toolkit.update(content, { assertions: assertions.slice(0, 2) })
  expect(await gathered(updated.content)).toEqual(['c2pa.external-reference'])
  const withheld = await toolkit.update(updated.content, {
    redactions: [{ label: 'c2pa.external-reference', reason: 'c2pa.PII.present' }],
  })
  expect((await toolkit.verify(withheld.content)).verdict).toBe('trusted')
})

test('training is allowed for one kind of use, and under conditions for another', async () => {
  const training = {
    'cawg.data_mining': { use: 'constrained', constraint_info: 'ask press@example.com' },
    'cawg.ai_training': { use: 'notAllowed' },
  } as const
  const { verdicts, dataOf } = await judged({ training })
  expect(verdicts).toEqual(trusted)
  expect(dataOf('cawg.training-mining')).toEqual({ entries: training })
})

test('an update holds the receipt of a repository, as JSON-LD', async () => {
  const { content } = await label({})
  const receipt = {
    '@context': { c2pa: 'https://c2pa.org/ns/' },
    '@type': 'org.c2pa.repository-receipt',
    repository: { uri: 'https://repository.example.com', manifestId: 'urn:c2pa:1' },
    anchor: { uri: 'https://repository.example.com/anchors/1', proof: { value: 'x' } },
  }
  const toolkit = createToolkit({ identity })
  const add = (given: unknown) =>
    toolkit.update(content, { assertions: [{ label: 'c2pa.repository-receipt', content: given }] })
  const updated = (await add(receipt)).content
  expect(Buffer.from(updated).toString('latin1')).toContain(`json${JSON.stringify(receipt)}`)
  expect((await judge(updated)).verdicts).toEqual(trusted)
  await expect(add({ ...receipt, anchor: {} })).rejects.toMatchObject({
    code: 'usage.field.missing',
    details: { at: 'assertions[0].content.anchor.uri' },
  })
})

test('where copies of the content are and what it is', async () => {
  const references = [{ reference: { uri: 'https://example.com/copy.jpg' }, description: 'on the web' }]
  const types = [{ type: 'c2pa.types.dataset', version: '1.0.0' }]
  const assertions = [
    { label: 'c2pa.asset-ref', content: { references } },
    { label: 'c2pa.asset-type.v2', content: { 'dc:format': 'image/jpeg', types } },
  ]
  const { verdicts, dataOf } = await judged({ assertions })
  expect(verdicts).toEqual(trusted)
  expect([dataOf('c2pa.asset-ref'), dataOf('c2pa.asset-type.v2')]).toMatchObject([{ references }, { types }])
})
