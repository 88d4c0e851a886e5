/** A file that says where its manifest is served: fetched by whoever allows that, found by c2pa-rs, for every format with XMP (C2PA 11.5). */
import { copyFileSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Desk, desk, reports } from '../cli/command.ts'
import { temporaryDirectory } from '../helpers/identity.ts'
import { judgeByC2pa, judgePairByC2pa } from '../oracles/c2pa.ts'

/** Stands for the place that manifests are uploaded to. */
const served = temporaryDirectory()
let server: Server
let host: string
let here: Desk
let anchor: string
beforeAll(async () => {
  server = createServer(({ url = '' }, response) => {
    const name = decodeURIComponent(url).replace('/store/', '')
    if (readdirSync(served).includes(name)) response.end(readFileSync(join(served, name)))
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  here = await desk([...formats.map(([name]) => name), 'story.txt'])
  anchor = readFileSync(join(here.home, 'ca', 'root.pem'), 'utf8')
})
afterAll(() => server.close())

/** And what c2pa-rs makes of the file alone: in some formats it looks for XMP elsewhere than their standards have it, in others not at all. */
const formats = [
  ['photo.jpg', 'image/jpeg', 'found'],
  ['picture.png', 'image/png', 'found'],
  ['morning.webp', 'image/webp', 'found'],
  ['sunrise.gif', 'image/gif', 'JumbfNotFound'], // cut into blocks, as XMP in GIF is not
  ['drawing.svg', 'image/svg+xml', 'JumbfNotFound'], // behind `<?xpacket`, which is optional
  ['grey.tif', 'image/tiff', 'JumbfNotFound'], // of type 1 only
  ['boat.heic', 'image/heic', 'JumbfNotFound'], // in a box of its own, not in `meta`
  ['boat.avif', 'image/avif', 'JumbfNotFound'],
  ['boat.jxl', 'image/jxl', 'found'],
  ['morning.jp2', 'image/jp2', 'UnsupportedType'],
  ['morning.psd', 'image/vnd.adobe.photoshop', 'UnsupportedType'],
  ['leaflet.pdf', 'application/pdf', 'found'],
] as const

const at = (name: string) => `http://${host}/store/${encodeURIComponent(name)}.c2pa`

async function label(name: string, out: string, ...words: readonly string[]) {
  const to = ['--no-visible', '-o', out, '--remote', `http://${host}/store/`]
  const result = await here.yinji(['label', name, ...to, ...words])
  expect([result.code, result.err]).toEqual([0, ''])
  expect(result.out).toContain(at(out))
  return result.out
}
async function verify(name: string, ...words: readonly string[]) {
  const [report] = reports(await here.yinji(['verify', name, '--json', ...words]))
  return { verdict: report?.verdict, codes: report?.findings.map(({ code }) => code) ?? [] }
}
const upload = (name: string) => renameSync(here.path(`${name}.c2pa`), join(served, `${name}.c2pa`))
const there = () => readdirSync(here.folder)

test.each(formats)(
  '%s says where its manifest is served, which stands nowhere in it',
  async (name, mediaType, alone) => {
    const out = `apart-${name}`
    await label(name, out, '--no-embed')
    expect((await verify(out)).verdict).toBe('trusted') // beside it, before it is uploaded
    upload(out)
    const unasked = await verify(out)
    expect(unasked.verdict).toMatch(/^(?:un)?labeled$/)
    expect(unasked.codes).toContain('sidecar.remote.skipped')
    const fetched = await verify(out, '--remote', host)
    expect([fetched.verdict, fetched.codes]).toEqual(['trusted', fetched.codes])
    expect(fetched.codes).toContain('sidecar.manifest.present')

    const [file, store] = [readFileSync(here.path(out)), readFileSync(join(served, `${out}.c2pa`))]
    expect(await judgePairByC2pa(store, file, mediaType, anchor)).toMatchObject({
      state: 'Trusted',
      failures: [],
    })
    const { error } = await judgeByC2pa(file, mediaType, anchor)
    expect(error).toBe(alone === 'found' ? `C2pa(RemoteManifestUrl("${at(out)}"))` : `C2pa(${alone})`)

    writeFileSync(here.path(out), Buffer.concat([file, Buffer.from('\n')]))
    expect((await verify(out, '--remote', host)).verdict).toBe('invalid')
  },
)

describe('label --remote', () => {
  test('keeps the manifest in the file as well, unless told otherwise', async () => {
    await label('photo.jpg', 'both.jpg')
    expect(there()).not.toContain('both.jpg.c2pa')
    expect((await verify('both.jpg')).verdict).toBe('trusted')
    const { out } = await here.yinji(['inspect', 'both.jpg', '--json'])
    const site = 'APP1 XMP'
    expect(JSON.parse(out).properties).toContainEqual({ site, name: 'provenance', value: at('both.jpg') })
    const judged = await judgeByC2pa(readFileSync(here.path('both.jpg')), 'image/jpeg', anchor)
    expect(judged).toMatchObject({ state: 'Trusted', failures: [] })
  })

  test('takes a name with anything in it, and fetches what it wrote', async () => {
    const name = '日出 & #1?.png'
    copyFileSync(here.path('picture.png'), here.path(name))
    await label(name, `2 ${name}`, '--no-embed')
    upload(`2 ${name}`)
    expect((await verify(`2 ${name}`, '--remote', host)).verdict).toBe('trusted')
  })

  test('a whole address is for one file; a label without it names none, and says so', async () => {
    const url = 'https://example.com/a?b=1&c=2'
    const words = ['label', '--no-visible', '--remote', url]
    const two = await here.yinji([...words, 'photo.jpg', 'picture.png'])
    expect([two.code, two.err]).toEqual([2, expect.stringContaining('usage.option.conflict')])
    expect((await here.yinji([...words, 'photo.jpg', '-o', 'whole.jpg'])).code).toBe(0)
    const again = await here.yinji(['label', 'whole.jpg', '--content-id', 'another', '--no-visible'])
    expect(again.out).toMatch(/example\.com\/a\?b=1&c=2.*metadata\.reference\.dropped/)
    expect(readFileSync(here.path('whole.labeled.jpg')).includes('dcterms')).toBe(false)
    expect((await verify('whole.labeled.jpg')).verdict).toBe('trusted')
  })

  test.each<[string, string, readonly string[]]>([
    ['usage.remote.address', 'photo.jpg', ['--remote', 'http://example.com/a.c2pa']],
    ['usage.remote.address', 'photo.jpg', ['--remote', 'https://ada:secret@example.com/a.c2pa']],
    ['usage.remote.address', 'photo.jpg', ['--remote', 'a.c2pa']],
    ['usage.option.conflict', 'photo.jpg', ['--remote', 'https://example.com/', '-o', '-']],
    ['usage.option.conflict', 'photo.jpg', ['--remote', 'https://example.com/', '--no-manifest']],
    ['usage.option.conflict', 'photo.jpg', ['--no-embed', '--no-manifest']],
    ['usage.option.conflict', 'photo.jpg', ['--no-embed', '-o', '-']],
    ['usage.option.conflict', 'photo.jpg', ['--no-embed', '--binding', 'boxes']],
    ['input.remote.unsupported', 'story.txt', ['--remote', 'https://example.com/']],
  ])('%s: %s %j', async (code, name, words) => {
    const before = there()
    const result = await here.yinji(['label', name, '--no-visible', ...words])
    expect([result.code, result.err]).toEqual([
      code.startsWith('input') ? 4 : 2,
      expect.stringContaining(code),
    ])
    expect(there()).toEqual(before)
  })
})

test('--no-embed alone keeps any format apart from its manifest, which goes when the next label is inside', async () => {
  for (const name of ['photo.jpg', 'story.txt']) {
    const out = `alone-${name}`
    const words = ['label', name, '--no-visible', '--no-embed', '-o', out]
    expect((await here.yinji(words)).code).toBe(0)
    expect(there()).toContain(`${out}.c2pa`)
    expect(readFileSync(here.path(out)).includes('dcterms')).toBe(false)
    expect((await verify(out)).codes).toContain('sidecar.manifest.present')
    expect((await here.yinji(['label', out, '--no-visible', '--in-place'])).code).toBe(0)
    expect(there()).not.toContain(`${out}.c2pa`)
    expect((await verify(out)).verdict).toBe('trusted')
    expect((await here.yinji(['inspect', out, '--tree'])).out.match(/Acme AI/g)).toHaveLength(2)
  }
})
