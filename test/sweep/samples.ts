/** Signed files to be changed: ours of every format, those of c2pa-rs, and those of others where they are at hand. */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { bytesSource, type FoundManifest, type MediaHandler, splicedSource } from '@yinji/core'
import { handlerOf } from '@yinji/media'
import { createIdentity, createToolkit, defaultHandlers, type Identity } from '@yinji/toolkit'
import { fixtureBytes, fixtures } from '../helpers/fixtures.ts'
import { roomLabel } from './seal.ts'

export interface Sample {
  readonly name: string
  readonly file: Buffer
  readonly handler: string
  readonly mediaType: string
  /** Where the manifest stands. */
  readonly manifest: { readonly start: number; readonly length: number }
  readonly store: Buffer
  /** PEM. */
  readonly anchor: string
  /** That it was signed with, where we have it. */
  readonly key?: KeyObject | undefined
  /** The file with another store of the same length; undefined where that can’t be done. */
  readonly embed: (store: Buffer) => Promise<Buffer | undefined>
}

/** Signs with the same certificates as the identity. */
export interface PeerSigner {
  sign(file: Buffer, mediaType: string): Promise<Buffer>
}

export interface Home {
  readonly directory: string
  readonly identity: Identity
  readonly key: KeyObject
}

export async function makeHome(): Promise<Home> {
  const directory = mkdtempSync(join(tmpdir(), 'yinji-sweep-'))
  const identity = await createIdentity(directory, { provider: 'Acme AI', system: 'Acme Painter' })
  return { directory, identity, key: createPrivateKey(readFileSync(join(directory, 'signer.key'))) }
}

export const leave = ({ directory }: Home) => rmSync(directory, { recursive: true })

const room = [{ label: roomLabel, content: { room: new Uint8Array(600) } }]

/** One of each format that takes a manifest, and what else a manifest may have: an update, boxes, an ingredient, spare bytes. */
export async function ownSamples({ identity, key }: Home, only?: readonly string[]): Promise<Sample[]> {
  const toolkit = createToolkit({ identity })
  const formats = new Map(toolkit.formats().map((format) => [format.id, format]))
  const first = new Map(
    fixtures()
      .filter(({ verdict, handler }) => verdict === 'unlabeled' && formats.get(handler)?.manifest)
      .reverse()
      .map((fixture) => [fixture.handler, fixture]),
  )
  const samples: Sample[] = []
  const add = async (name: string, content: Uint8Array, path: string) => {
    const sample = await sampleOf(name, Buffer.from(content), path, identity.anchor, key)
    if (sample) samples.push(sample)
  }
  for (const { path, handler } of first.values()) {
    if (only?.includes(handler) === false) continue
    const source = fixtureBytes(path)
    const options = { visible: false, assertions: room, name: path } as const
    const { content } = await toolkit.label(source, {}, { ...options, updatable: true })
    await add(`${handler} own`, content, path)
    const updated = await toolkit.update(content, { actions: [{ action: 'c2pa.published' }] }, { name: path })
    await add(`${handler} own updated`, updated.content, path)
    if (!['jpeg', 'png', 'gif', 'jxl'].includes(handler)) continue
    const boxes = await toolkit.label(source, {}, { ...options, binding: 'boxes' })
    await add(`${handler} own boxes`, boxes.content, path)
    const edited = await toolkit.label(content, {}, options)
    await add(`${handler} own edited`, edited.content, path)
  }
  return samples
}

export async function peerSamples({ identity, key }: Home, peer: PeerSigner): Promise<Sample[]> {
  const samples: Sample[] = []
  const seen = new Set<string>()
  for (const { path, mediaType, handler, verdict } of fixtures()) {
    if (verdict !== 'unlabeled' || seen.has(handler)) continue
    seen.add(handler)
    const signed = await peer.sign(Buffer.from(fixtureBytes(path)), mediaType).catch(() => undefined)
    const sample = signed && (await sampleOf(`${handler} c2pa-rs`, signed, path, identity.anchor, key))
    if (sample) samples.push(sample)
  }
  return samples
}

/** Files of others: test files of the C2PA, and those with every kind of certificate. */
export async function corpusSamples(corpus: string): Promise<Sample[]> {
  const anchor = readFileSync(join(corpus, 'c2pa-golden', 'root.pem'), 'utf8')
  const samples: Sample[] = []
  for (const folder of ['c2pa', 'c2pa-golden'])
    for (const name of readdirSync(join(corpus, folder))) {
      if (!/\.(jpg|png|webp|mp4|mp3|wav)$/.test(name) || /tampered|unsigned|^I\.|^E-/.test(name)) continue
      const sample = await sampleOf(name, readFileSync(join(corpus, folder, name)), name, anchor)
      if (sample) samples.push(sample)
    }
  return samples
}

async function sampleOf(
  name: string,
  file: Buffer,
  path: string,
  anchor: string,
  key?: KeyObject,
): Promise<Sample | undefined> {
  const source = bytesSource(file, path)
  const handler = await handlerOf(source, defaultHandlers)
  const { manifest } = (await handler?.read(source)) ?? {}
  if (handler === undefined || manifest === undefined) return undefined
  return {
    name: `${name}${extname(path)}`,
    file,
    handler: handler.id,
    mediaType: handler.mediaTypes[0],
    manifest: manifest.excluded,
    store: Buffer.from(manifest.store),
    anchor,
    key,
    embed: (store) => embed(file, handler, manifest, store, path),
  }
}

async function embed(file: Buffer, handler: MediaHandler, found: FoundManifest, store: Buffer, path: string) {
  const at = file.indexOf(found.store)
  if (at >= 0 && found.binding !== 'collection' && handler.id !== 'png')
    return Buffer.concat([file.subarray(0, at), store, file.subarray(at + store.length)])
  const source = bytesSource(file, path)
  const splice = await handler.update?.(source, store).catch(() => undefined) // not another one in its place
  if (splice === undefined) return undefined
  const parts = splice.parts.map((part) =>
    part.kind === 'room' ? { kind: 'bytes' as const, bytes: part.embed(store) } : part,
  )
  const next = splicedSource(source, parts)
  return Buffer.from(await next.read(0, next.size))
}
