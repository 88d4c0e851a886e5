/** The signed manifest with the formats and without the rest: photos of cameras, edited by an agency, in every format with a place. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource, judge, type Source } from '@yinji/core'
import { defaultHandlers, handlerOf, openFile, thumbnailOf } from '@yinji/media'
import {
  type Asset,
  type AssetContent,
  createAuthority,
  createSigner,
  createTrust,
  draftManifest,
  embedManifest,
  type Signer,
  signApart,
  type Trust,
  type Validation,
  validateManifest,
} from '@yinji/provenance'
import { createToolkit } from '@yinji/toolkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Fixture, fixtureBytes, fixturePath, fixtures } from '../helpers/fixtures.ts'
import { temporaryDirectory } from '../helpers/identity.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'
import { judgeAsC2paRs } from '../oracles/judge.ts'

const directory = temporaryDirectory()
const generator = { name: 'Acme Desk', version: '2.0' }
const digitalSourceType = 'http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture'
const taken: AssetContent = { generator, actions: [{ action: 'c2pa.created', digitalSourceType }] }

let signer: Signer
let trust: Trust
let anchor: string
beforeAll(async () => {
  const own = await createAuthority({ organization: 'Acme Photos' })
  signer = createSigner({ key: own.signerKey, chain: own.signerCertificate + own.issuingCertificate })
  anchor = own.rootCertificate
  trust = createTrust({ anchors: [anchor] })
})

async function assetOf(source: Source): Promise<Asset> {
  const handler = await handlerOf(source)
  if (handler === undefined) throw new Error(`${source.name} is of no known format`)
  return { source, handler }
}
const fixture = (name: string) => assetOf(bytesSource(fixtureBytes(name), name))

async function validate({ source, handler }: Asset): Promise<Validation> {
  const { manifest } = await handler.read(source)
  if (manifest === undefined) throw new Error('there is no manifest')
  return validateManifest({ found: manifest, source, trust })
}

async function outcome(source: Source) {
  const { findings, manifests } = await validate(await assetOf(source))
  return { verdict: judge(findings), actions: manifests.map(({ actions }) => actions) }
}
const wholeOf = (source: Source) => source.read(0, source.size)

const hasPlace = ({ handler }: Fixture) =>
  defaultHandlers.find(({ id }) => id === handler)?.slots.manifest !== undefined
const placed = fixtures().filter(hasPlace)
const placeless = fixtures().filter((one) => !hasPlace(one))

test.each(placed)(
  '$path ($handler) is signed by a camera, and by an agency that keeps what the camera said',
  async ({ path, mediaType }) => {
    await using file = await openFile(fixturePath(path))
    const photo = await assetOf(await embedManifest(taken, await assetOf(file), signer))
    expect(await outcome(photo.source)).toEqual({ verdict: 'trusted', actions: [['c2pa.created']] })

    const part = await fixture('photo.jpg')
    const signedPart = await assetOf(await embedManifest(taken, part, signer))
    const manifest = await validate(signedPart)
    const edit: AssetContent = {
      generator,
      parent: await validate(photo),
      ingredients: [{ relationship: 'componentOf', title: 'photo.jpg', mediaType: 'image/jpeg', manifest }],
      thumbnail: await thumbnailOf(signedPart.source),
      actions: [{ action: 'c2pa.cropped' }],
    }
    const edited = await embedManifest(edit, photo, signer)
    expect(await outcome(edited)).toEqual({
      verdict: 'trusted',
      actions: [['c2pa.created'], ['c2pa.created'], ['c2pa.opened', 'c2pa.placed', 'c2pa.cropped']],
    })
    const written = join(directory, path)
    writeFileSync(written, await wholeOf(edited))
    expect(await judgeAsC2paRs(written, mediaType, anchor)).toMatchObject({ state: 'Trusted', failures: [] })
  },
)

test.each(placeless)('$path ($handler) has no place for a manifest, and is told so', async ({ path }) => {
  await expect(embedManifest(taken, await fixture(path), signer)).rejects.toMatchObject({
    code: 'input.manifest.unsupported',
  })
})

describe('an asset', () => {
  test('shows small pictures of what went into it, each with the hash that its ingredient names', async () => {
    const photo = await fixture('photo.jpg')
    const pictures = [
      await thumbnailOf(photo.source),
      undefined,
      await thumbnailOf((await fixture('picture.png')).source),
    ]
    const ingredients = pictures.map((thumbnail) => ({ relationship: 'componentOf' as const, thumbnail }))
    const signed = await wholeOf(await embedManifest({ ...taken, ingredients }, photo, signer))
    const { results } = await validate(await assetOf(bytesSource(signed)))
    const hashed = results.success.filter(({ url }) => url?.includes('c2pa.thumbnail.ingredient'))
    expect(hashed.map(({ code, url }) => `${code} ${url?.split('/').at(-1)}`)).toEqual(
      expect.arrayContaining([
        'assertion.hashedURI.match c2pa.thumbnail.ingredient',
        'assertion.hashedURI.match c2pa.thumbnail.ingredient__1',
      ]),
    )
    const { state, failures, store } = await judgeByC2pa(signed, 'image/jpeg', anchor)
    expect({ state, failures }).toEqual({ state: 'Trusted', failures: [] })
    const seen = store?.manifests[store.active_manifest]?.ingredients ?? []
    expect(seen.map((one) => 'thumbnail' in one)).toEqual([true, false, true])
  })

  test('is bound box by box where that is wished for, and a change outside of the picture told apart', async () => {
    const photo = await fixture('photo.jpg')
    const signed = Buffer.from(await wholeOf(await embedManifest(taken, photo, signer, { binding: 'boxes' })))
    expect((await outcome(bytesSource(signed))).verdict).toBe('trusted')
    signed.writeUInt8(signed.readUInt8(signed.length - 100) ^ 1, signed.length - 100)
    const { findings } = await validate(await assetOf(bytesSource(signed)))
    expect(findings.map(({ code }) => code)).toContain('manifest.content.altered')
  })

  test('says where its manifest is served, with one inside or none', async () => {
    const provenance = 'https://example.com/m/1.c2pa'
    const photo = await fixture('photo.jpg')
    const both = await embedManifest(taken, photo, signer, { provenance })
    expect((await outcome(both)).verdict).toBe('trusted')
    const { source, store } = await signApart(taken, await assetOf(both), signer, { provenance })
    const { manifest, properties } = await photo.handler.read(source)
    expect(manifest).toBeUndefined()
    expect(properties).toContainEqual({ site: 'APP1 XMP', name: 'provenance', value: provenance })
    const found = { site: 'served', store, excluded: { start: 0, length: 0 }, binding: 'data' as const }
    expect(judge((await validateManifest({ found, source, trust })).findings)).toBe('trusted')
    const other = bytesSource(fixtureBytes('picture.png'))
    expect(judge((await validateManifest({ found, source: other, trust })).findings)).toBe('invalid')
    const elsewhere = { provenance: 'http://example.com/m/1.c2pa' }
    await expect(signApart(taken, photo, signer, elsewhere)).rejects.toMatchObject({
      code: 'usage.remote.address',
    })
    const sound = await fixture('music.wav')
    await expect(signApart(taken, sound, signer, { provenance })).rejects.toMatchObject({
      code: 'input.remote.unsupported',
    })
  })

  test('that is damaged, or only the beginning of a film, is refused before anything is signed', async () => {
    const cut = await assetOf(bytesSource(fixtureBytes('picture.png').slice(0, 2000), 'picture.png'))
    await expect(embedManifest(taken, cut, signer)).rejects.toMatchObject({ code: 'input.damaged' })
  })

  test('whose manifest is damaged has no past that could be kept', async () => {
    const photo = await assetOf(await embedManifest(taken, await fixture('photo.jpg'), signer))
    const whole = await validate(photo)
    const parent = { ...whole, store: whole.store.slice(0, 500) }
    const edit = { generator, parent, actions: [{ action: 'c2pa.cropped' }] }
    await expect(embedManifest(edit, photo, signer)).rejects.toMatchObject({ code: 'input.damaged' })
  })

  test('is drafted only by a binding whose size is known', () => {
    const draft = () =>
      draftManifest({ ...taken, mediaType: 'application/epub+zip' }, 'collection' as never, signer)
    expect(draft).toThrow(
      expect.objectContaining({
        code: 'usage.field.invalid',
        details: expect.objectContaining({ at: 'outline', allowed: 'data, text, bmff' }),
      }),
    )
  })
})

describe('plain JavaScript is told', () => {
  test('that anchors are texts in a list', () => {
    const told = (problem: string) =>
      expect.objectContaining({ code: 'usage.trust.invalid', details: { problem } })
    expect(() => createTrust({ anchors: [Buffer.from(anchor)] as never })).toThrow(
      told('an anchor is text: PEM, not bytes'),
    )
    expect(() => createTrust({ anchors: anchor as never })).toThrow(told('the anchors are no list'))
  })

  test.each([[new ArrayBuffer(8)], [new Response('')], [new URL('file:///photo.jpg')], [7], [null]])(
    'that %s is no input',
    async (input) => {
      await expect(createToolkit().verify(input as never)).rejects.toMatchObject({
        code: 'usage.field.invalid',
        details: { at: 'input' },
      })
    },
  )
})
