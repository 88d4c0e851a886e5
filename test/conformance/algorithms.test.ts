/** Every format with every algorithm of C2PA 13.2: what is signed is trusted by c2pa-rs, and by ourselves. */
import { extname, join } from 'node:path'
import { createSigner } from '@yinji/provenance'
import { createToolkit, type Toolkit } from '@yinji/toolkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { caExtensions, type KeyKind, Pki } from '../../packages/provenance/src/trust/pki.test-kit.ts'
import { fixturePath, fixtures } from '../helpers/fixtures.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'
import { judgeAsC2paRs } from '../oracles/judge.ts'

const directory = temporaryDirectory()
const pki = new Pki()
const base = await testIdentity()
const root = pki.issue({ subject: '/O=Acme AI/CN=Root', extensions: caExtensions })
afterAll(() => pki[Symbol.dispose]())

const kinds: readonly [string, KeyKind][] = [
  ['ES256', 'P-256'],
  ['ES384', 'P-384'],
  ['ES512', 'P-521'],
  ['PS256', 'RSA-2048'],
  ['PS384', 'RSA-3072'],
  ['PS512', 'RSA-4096'],
  ['Ed25519', 'Ed25519'],
]
const writable = createToolkit({})
  .formats()
  .filter(({ instead }) => instead === null)
const files = writable.map(({ id, manifest }) => {
  const fixture = fixtures().find(({ handler, verdict }) => handler === id && verdict === 'unlabeled')
  if (fixture === undefined) throw new Error(`no fixture of ${id}`)
  return { ...fixture, sidecar: manifest === null }
})

describe.each(kinds)('%s', (algorithm, kind) => {
  let toolkit: Toolkit
  beforeAll(() => {
    const leaf = pki.issue({ kind }, root)
    const signer = createSigner({ key: leaf.key, chain: leaf.certificate + root.certificate })
    expect(signer.algorithm).toBe(algorithm)
    toolkit = createToolkit({ identity: { ...base, signer, anchor: root.certificate } })
  })

  test.each(files)('$handler', async ({ path, handler, mediaType, sidecar }) => {
    const output = join(directory, `${algorithm}-${handler}${extname(path)}`)
    await toolkit.label(fixturePath(path), {}, { output, visible: false, sidecar })
    const { verdict, signer } = await toolkit.verify(output)
    expect([verdict, signer?.algorithm]).toEqual(['trusted', algorithm === 'Ed25519' ? 'EdDSA' : algorithm])
    const judged = await judgeAsC2paRs(output, mediaType, root.certificate)
    expect(judged).toMatchObject({ state: 'Trusted', failures: [] })
  })
})
