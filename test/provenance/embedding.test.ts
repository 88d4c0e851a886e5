/**
 * The status codes that C2PA 2.4 (table 4) has and 2.5 no longer counts among its own: most are about how a manifest stands in
 * a text. What makes a reader give each, or why none does.
 */
import { createToolkit } from '@yinji/toolkit'
import { describe, expect, test } from 'vitest'
import { fixtureBytes } from '../helpers/fixtures.ts'
import { testIdentity } from '../helpers/identity.ts'

const toolkit = createToolkit({ identity: await testIdentity() })

const signed = async (name: string) => {
  const { content } = await toolkit.label(fixtureBytes(name), {}, { name, visible: false })
  return Buffer.from(content)
}
const block = (reference: string) =>
  Buffer.from(`# -----BEGIN C2PA MANIFEST-----${reference}-----END C2PA MANIFEST-----\nriver: 3\n`)
const twice = async (name: string) =>
  Buffer.concat([await signed(name), Buffer.from('\n'), await signed(name)])
const link = '<link rel="c2pa-manifest" href="https://example.com/a.c2pa">'
const page = async (more: string) =>
  Buffer.from((await signed('page.html')).toString().replace('</head>', `${more}</head>`))

interface Given {
  readonly name: string
  readonly make: () => Promise<Buffer> | Buffer
}
const given: Readonly<Record<string, readonly Given[]>> = {
  'manifest.html.multipleManifests': [
    { name: 'page.html', make: () => page('<script type="application/c2pa">AAAA</script>') },
    { name: 'page.html', make: () => page(link) },
    { name: 'page.html', make: () => Buffer.from(`<html><head>${link}${link}</head></html>`) },
  ],
  'manifest.structuredText.emptyReference': [
    { name: 'river.yaml', make: () => block(' ') },
    { name: 'river.yaml', make: () => block('\n\n') },
  ],
  'manifest.structuredText.malformedReference': [
    { name: 'river.yaml', make: () => block(' not an address ') },
    { name: 'river.yaml', make: () => block(' data:application/c2pa;base64,!!! ') },
    { name: 'river.yaml', make: () => block(' data:text/plain,x ') },
  ],
  'manifest.structuredText.multipleReferences': [
    { name: 'river.yaml', make: () => twice('river.yaml') },
    {
      name: 'river.yaml',
      make: async () => Buffer.concat([await signed('river.yaml'), block(' https://example.com/a ')]),
    },
  ],
  'manifest.structuredText.noResolutionPath': [
    { name: 'river.yaml', make: () => block(' urn:c2pa:00000000-0000-4000-8000-000000000001 ') },
  ],
  'manifest.text.corruptedWrapper': [
    {
      name: 'story.txt',
      make: async () => Buffer.from([...(await signed('story.txt')).toString()].slice(0, -1000).join('')),
    },
  ],
  'manifest.text.multipleWrappers': [{ name: 'story.txt', make: () => twice('story.txt') }],
}

const never = {
  'manifest.structuredText.noManifest': 'a text without a manifest is unlabeled, which is no failure',
  'manifest.timestamp.invalid': 'manifests of time stamps are deprecated, and passed over (15.11.2.3)',
  'manifest.timestamp.wrongParents': 'manifests of time stamps are deprecated, and passed over (15.11.2.3)',
}

test('they are ten, each given or not for a reason', () => {
  const all = [...Object.keys(given), ...Object.keys(never)]
  expect(new Set(all).size).toBe(all.length)
  expect(all).toHaveLength(10)
})

describe.each(Object.entries(given))('%s', (status, scenarios) => {
  test.each(scenarios)('is given of $name, which has no manifest then', async ({ name, make }) => {
    const { verdict, findings, signer } = await toolkit.verify(await make(), { name })
    expect(findings.map(({ data }) => data?.['status']).filter(Boolean)).toEqual([status])
    expect([signer, verdict]).toEqual([null, expect.stringMatching(/^(?:unlabeled|labeled)$/)])
  })
})

test('whole and by themselves they draw none of these', async () => {
  for (const name of ['page.html', 'river.yaml', 'story.txt']) {
    const { verdict, findings } = await toolkit.verify(await signed(name), { name })
    expect([verdict, findings.filter(({ data }) => data?.['status'])]).toEqual(['trusted', []])
  }
})

test('of two manifests that lie elsewhere none is asked for', async () => {
  const asked: unknown[] = []
  const fetch = (url: unknown) => {
    asked.push(url)
    return Promise.reject(new Error('asked'))
  }
  const remote = { hosts: ['example.com'], fetch: fetch as typeof globalThis.fetch }
  const html = Buffer.from(`<html><head>${link}</head></html>`)
  await toolkit.verify(html, { name: 'a.html', remote })
  expect(asked).toHaveLength(1)
  await toolkit.verify(Buffer.from(`<html><head>${link}${link}</head></html>`), { name: 'a.html', remote })
  expect(asked).toHaveLength(1)
})
