/**
 * c2pa-rs as a native library, with the same certificates, file to file. It comes from the package that its makers publish for
 * Node.js, fetched once when a benchmark wants it (17 MB): nobody else has to install it.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { definition, settingsFor } from './peer.ts'

const run = promisify(execFile)
const version = '0.9.8'
const digest = 'S909fQu1L32Ye57CFkA/QY8TNwXbyTSJgzThpqhq1gNW9sdeAp1/lY5IKolN4ZBrqOvPnbdmc37aWVaaIc31kQ=='
const cache = fileURLToPath(new URL('../node_modules/.cache/c2pa-node', import.meta.url))

type Asset = { path: string } | { buffer: Buffer; mimeType: string }

/** What is used of the binding; each function takes the handle of its object as `this`. */
interface Binding {
  localSignerNew(chain: Buffer, key: Buffer, algorithm: string): object
  builderWithJson(definition: string, settings: string): object
  builderSign(
    this: object,
    signer: object,
    from: Asset,
    to: { path: string } | { buffer: Buffer | null },
  ): Buffer
  readerFromAsset(asset: Asset, settings: string): Promise<object | undefined>
  readerJson(this: object): string
}

export interface NativePeer {
  sign(from: string, to: string): void
  read(path: string): Promise<string>
}

/** @param home the directory of the identity, whose key and chain it signs with @param anchor its root, PEM */
export async function createNativePeer(home: string, anchor: string): Promise<NativePeer> {
  const native = await nativeBinding()
  const signer = native.localSignerNew(
    await readFile(join(home, 'signer.pem')),
    await readFile(join(home, 'signer.key')),
    'es256',
  )
  const settings = settingsFor(anchor)
  return {
    sign(from, to) {
      const builder = native.builderWithJson(JSON.stringify(definition), settings)
      native.builderSign.call(builder, signer, { path: from }, { path: to })
    },
    async read(path) {
      const reader = await native.readerFromAsset({ path }, settings)
      return reader ? native.readerJson.call(reader) : ''
    },
  }
}

/** The library itself, fetched if it is not there. */
export async function nativeBinding(): Promise<Binding> {
  return createRequire(import.meta.url)(await fetched()) as Binding
}

async function fetched(): Promise<string> {
  const path = join(cache, version, 'index.node')
  if (await stat(path).catch(() => undefined)) return path
  await mkdir(join(cache, version), { recursive: true })
  await run('npm', ['pack', `@contentauth/c2pa-node@${version}`, '--pack-destination', cache])
  const archive = join(cache, `contentauth-c2pa-node-${version}.tgz`)
  const found = createHash('sha512')
    .update(await readFile(archive))
    .digest('base64')
  if (found !== digest) throw new Error(`c2pa-node ${version} is another one than was measured: ${found}`)
  await run('tar', [
    'xzf',
    archive,
    '-C',
    join(cache, version),
    '--strip-components',
    '2',
    'package/dist/index.node',
  ])
  await rm(archive)
  return path
}
