/** Manifests that lie elsewhere are fetched from hosts that were named, and from no others. */
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { aigcOf, parseRecord } from '@yinji/core'
import { draftManifest } from '@yinji/provenance'
import { createToolkit, type RemoteOptions } from '@yinji/toolkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fixturePath } from '../helpers/fixtures.ts'
import { testIdentity } from '../helpers/identity.ts'

const identity = await testIdentity()
const toolkit = createToolkit({ identity })
let server: Server
let host: string
let store: Uint8Array
let asked: string[]
/** A text that names its manifest, and nothing else. */
let text: Uint8Array
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (request.url === '/moved') response.writeHead(302, { location: '/a.c2pa' }).end()
    else if (request.url === '/a.c2pa') response.end(store)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  text = named(`http://${host}/a.c2pa`)
  // Nothing is left out of the hash of a manifest that lies elsewhere: the reference is signed as well (C2PA 11.5).
  const record = parseRecord({
    provider: identity.provider,
    contentId: 'a-1',
    createdAt: new Date().toISOString(),
  })
  const generator = { name: 'Test', version: '1.0.0' }
  const content = { record, aigc: aigcOf(record), mediaType: 'application/yaml', generator }
  const sealer = draftManifest(content, 'data', identity.signer).seal({ binding: { kind: 'data' } })
  sealer.update(text)
  store = await sealer.finish()
})
afterAll(() => server.close())

function named(url: string): Uint8Array {
  return Buffer.from(`# -----BEGIN C2PA MANIFEST----- ${url} -----END C2PA MANIFEST-----\nriver: 3\n`)
}

/** A picture whose XMP says where its manifest is. */
async function pointing(uri: string): Promise<Uint8Array> {
  const picture = await readFile(fixturePath('drawing.svg'), 'utf8')
  const packet = `<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dcterms="http://purl.org/dc/terms/" dcterms:provenance="${uri}"/></rdf:RDF></metadata>`
  return Buffer.from(picture.replace('</svg>', `${packet}</svg>`))
}

async function verify(bytes: Uint8Array, remote?: RemoteOptions, name = 'a.yaml') {
  asked = []
  const report = await toolkit.verify(bytes, { name, ...(remote && { remote }) })
  return { verdict: report.verdict, codes: report.findings.map(({ code }) => code), asked }
}

describe('a manifest that lies elsewhere', () => {
  test('is fetched from a host that was named, and then checked like any other', async () => {
    const { verdict, codes, asked } = await verify(text, { hosts: [host] })
    expect(asked).toEqual(['/a.c2pa'])
    expect(codes).toContain('sidecar.manifest.present')
    expect([verdict, codes]).toEqual(['trusted', codes])
    const changed = Buffer.from(text)
    changed.write('4', changed.length - 2)
    expect((await verify(changed, { hosts: [host] })).verdict).toBe('invalid')
  })

  test.each<[string, RemoteOptions | undefined]>([
    ['without permission', undefined],
    ['with another host allowed', { hosts: ['example.org'] }],
  ])('is not fetched %s', async (_, remote) => {
    const { codes, asked } = await verify(text, remote)
    expect(asked).toEqual([])
    expect(codes).toContain('sidecar.remote.skipped')
  })

  test.each(['http://example.org/a', 'https://user:secret@example.org/a', 'https://example.org:8443/a'])(
    'is not fetched from %s',
    async (url) => {
      const fetched: unknown[] = []
      const fetch = (async (address: unknown) => {
        fetched.push(address)
        return new Response(store)
      }) as typeof globalThis.fetch
      const { codes } = await verify(named(url), { hosts: ['example.org'], fetch })
      expect(fetched).toEqual([])
      expect(codes).toContain('sidecar.remote.skipped')
    },
  )

  test.each<[string, string, Partial<RemoteOptions>]>([
    ['leads on to another place', '/moved', {}],
    ['is not there', '/nothing', {}],
    ['is larger than allowed', '/a.c2pa', { maxBytes: 100 }],
  ])('that %s is not to be had, which is said', async (_, path, options) => {
    const { verdict, codes } = await verify(named(`http://${host}${path}`), { hosts: [host], ...options })
    expect(codes).toContain('sidecar.remote.failed')
    expect(verdict).toBe('unchecked')
  })

  test('is asked of nobody where it stood in the file itself; that it is gone is told', async () => {
    const picture = await pointing('self#jumbf=/c2pa/urn:c2pa:1')
    const { verdict, codes, asked } = await verify(picture, { hosts: [host] }, 'a.svg')
    expect([verdict, codes, asked]).toEqual(['unlabeled', ['sidecar.manifest.gone'], []])
  })

  test('is found in the XMP of a picture', async () => {
    const bytes = await pointing(`http://${host}/a.c2pa`)
    asked = []
    const report = await toolkit.verify(bytes, { name: 'a.svg', remote: { hosts: [host] } })
    expect(asked).toEqual(['/a.c2pa'])
    expect(report.verdict).toBe('invalid') // it is that of the text
  })
})
