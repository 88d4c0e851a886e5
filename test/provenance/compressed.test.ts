/** Manifests of what a file was made from, compressed (C2PA 11.2.4): smaller, and trusted here and by c2pa-rs, whatever comes after. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource } from '@yinji/core'
import { createTrust, draftManifest, type Validation, validateManifest } from '@yinji/provenance'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Desk, desk, reports } from '../cli/command.ts'
import { testIdentity } from '../helpers/identity.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

const formats = [
  ['photo.jpg', 'image/jpeg'],
  ['picture.png', 'image/png'],
  ['sunrise.webp', 'image/webp'],
  ['boat.avif', 'image/avif'],
  ['clip.mp4', 'video/mp4'],
  ['music.wav', 'audio/wav'],
  ['leaflet.pdf', 'application/pdf'],
] as const

let here: Desk
let anchor: string
beforeAll(async () => {
  here = await desk(formats.map(([name]) => name))
  anchor = readFileSync(join(here.home, 'ca', 'root.pem'), 'utf8')
})

let count = 0
/** Labels what is already labelled anew. */
async function label(name: string, out: string, ...words: readonly string[]) {
  const to = ['--no-visible', '--content-id', `c-${count++}`, '--training', 'notAllowed', '-o', out]
  const result = await here.yinji(['label', name, ...to, ...words])
  expect([result.code, result.err]).toEqual([0, ''])
}
async function trusted(name: string, mediaType: string) {
  const result = await here.yinji(['verify', name, '--json'])
  const [report] = reports(result)
  expect([
    report?.verdict,
    report?.findings.filter(({ level }) => level !== 'pass' && level !== 'info'),
  ]).toEqual(['trusted', []])
  const judged = await judgeByC2pa(readFileSync(here.path(name)), mediaType, anchor)
  expect(judged).toMatchObject({ state: 'Trusted', failures: [], ingredientFailures: [] })
}
/** What each manifest of the store is, the active one last. */
async function kinds(name: string): Promise<string[]> {
  const { boxes } = JSON.parse((await here.yinji(['inspect', name, '--json', '--manifest'])).out)
  return boxes.boxes.map(({ type }: { type: string }) => type)
}

test.each(formats)(
  '%s, labelled three times, keeps the newest of the two before compressed',
  async (name, mediaType) => {
    await label(name, `1-${name}`)
    await label(`1-${name}`, `2-${name}`)
    await label(`2-${name}`, `plain-${name}`)
    await label(`2-${name}`, `3-${name}`, '--compress')
    await trusted(`3-${name}`, mediaType)
    // The first one stays as it is: the second has a hash of it, signed without a thought of this.
    expect(await kinds(`3-${name}`)).toEqual(['manifest', 'compressedManifest', 'manifest'])
    const [plain, less] = [`plain-${name}`, `3-${name}`].map((one) => readFileSync(here.path(one)).length)
    expect(less).toBeLessThan(plain ?? 0)
  },
)

describe('a file with compressed manifests in it', () => {
  beforeAll(async () => {
    await label('photo.jpg', 'a.jpg')
    await label('a.jpg', 'b.jpg', '--compress')
    await label('b.jpg', 'c.jpg', '--compress', '--ingredient', 'a.jpg', '--ingredient', 'b.jpg')
  })

  test('has each once, whether an ingredient brings it as it was or compressed', async () => {
    expect(await kinds('c.jpg')).toEqual(['compressedManifest', 'compressedManifest', 'manifest'])
    await trusted('c.jpg', 'image/jpeg')
  })

  test('is labelled without the option, updated, stripped of a statement, and stays trusted', async () => {
    await label('c.jpg', 'd.jpg')
    expect(await kinds('d.jpg')).toEqual([...(await kinds('c.jpg')), 'manifest'])
    await trusted('d.jpg', 'image/jpeg')
    await here.yinji(['update', 'c.jpg', '--action', 'published', '-o', 'e.jpg'])
    await trusted('e.jpg', 'image/jpeg')
    const redactions = [{ label: 'cawg.training-mining', reason: 'c2pa.PII.present' }]
    writeFileSync(here.path('said.json'), JSON.stringify({ redactions }))
    await label('photo.jpg', 'p.jpg')
    await here.yinji(['label', 'p.jpg', '--no-visible', '--compress', '--content-id', 'q', '-o', 'q.jpg'])
    const { code, err } = await here.yinji(['update', 'q.jpg', '--statements', 'said.json', '-o', 'r.jpg'])
    expect([code, err]).toEqual([0, ''])
    expect(await kinds('r.jpg')).toEqual(['manifest', 'manifest', 'updateManifest'])
    await trusted('r.jpg', 'image/jpeg')
  })

  test('shows who signed each of them', async () => {
    const { certificates } = JSON.parse((await here.yinji(['inspect', 'c.jpg', '--json'])).out)
    expect(certificates.filter(({ at }: { at: string }) => at.startsWith('urn:c2pa:'))).toHaveLength(3)
  })

  test('that changed inside is caught', async () => {
    const bytes = readFileSync(here.path('b.jpg'))
    const place = bytes.indexOf('brob') + 100
    bytes.writeUInt8(bytes.readUInt8(place) ^ 1, place)
    writeFileSync(here.path('bad.jpg'), bytes)
    expect(reports(await here.yinji(['verify', 'bad.jpg', '--json']))[0]?.verdict).not.toBe('trusted')
  })
})

test('the option is about manifests: without one it is refused', async () => {
  const { code, err } = await here.yinji([
    'label',
    'photo.jpg',
    '--compress',
    '--no-manifest',
    '-o',
    'no.jpg',
  ])
  expect([code, err]).toEqual([2, expect.stringContaining('usage.option.conflict')])
})

test('the same is written of the same, and a past of megabytes is no matter', async () => {
  const { signer, anchor = '' } = await testIdentity()
  const trust = createTrust({ anchors: [anchor] })
  const now = new Date()
  const content = Buffer.from('some content')
  const write = async (said: object, compress: boolean) => {
    const about = { mediaType: 'text/plain', generator: { name: 'Test', version: '1.0.0' }, ...said }
    const same = {
      uuid: '1',
      instance: '1',
      now,
      random: (length: number) => new Uint8Array(length),
    }
    const draft = draftManifest(about, 'data', signer, { ...same, uuid: compress ? '2' : '1', compress })
    const sealer = draft.seal({ binding: { kind: 'data' } })
    sealer.update(content)
    return { size: draft.size, store: await sealer.finish() }
  }
  const digitalSourceType = 'http://cv.iptc.org/newscodes/digitalsourcetype/digitalCreation'
  const rows = Array.from({ length: 200_000 }, (_, at) => `row ${at}`)
  const actions = [{ action: 'c2pa.created', digitalSourceType }]
  const first = await write({ actions, assertions: [{ label: 'com.example.rows', content: rows }] }, false)
  const found = { site: 'x', store: first.store, excluded: { start: 0, length: 0 }, binding: 'data' as const }
  const parent: Validation = await validateManifest({ found, source: bytesSource(content), trust })
  const [one, other] = [await write({ parent }, true), await write({ parent }, true)]
  expect(one.size).toBeLessThan(first.size / 3)
  const past = (store: Uint8Array) => Buffer.from(store).subarray(0, one.size / 2)
  expect(past(one.store)).toEqual(past(other.store))
})
