/** Content of a kind nobody here knows: signed beside the file when asked, and checked there. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createToolkit } from '@yinji/toolkit'
import { beforeAll, expect, test } from 'vitest'
import { desk } from '../cli/command.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'
import { judgeAsC2paRs } from '../oracles/judge.ts'

const directory = temporaryDirectory()
const at = (name: string) => join(directory, name)
const content = Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919) % 251)
const identity = await testIdentity()
const toolkit = createToolkit({ identity })
beforeAll(async () => {
  writeFileSync(at('weights.bin'), content)
})

test('without a sidecar it is refused, with the advice to add one, and nothing can be said of it', async () => {
  await expect(toolkit.label(at('weights.bin'))).rejects.toMatchObject({ code: 'input.type.unsupported' })
  expect((await toolkit.verify(content)).verdict).toBe('unchecked')
  const { yinji, path } = await desk()
  writeFileSync(path('weights.bin'), content)
  expect((await yinji(['label', 'weights.bin'])).err).toContain('--sidecar')
})

test('with one it is signed and trusted, here and by c2pa-rs; one byte more or less is caught', async () => {
  const receipt = await toolkit.label(at('weights.bin'), {}, { sidecar: true, visible: false })
  expect(receipt).toMatchObject({ handler: 'opaque', sidecar: at('weights.labeled.bin.c2pa') })
  expect((await toolkit.verify(at('weights.labeled.bin'))).verdict).toBe('trusted')
  expect(await judgeAsC2paRs(at('weights.labeled.bin'), receipt.mediaType, identity.anchor)).toMatchObject({
    state: 'Trusted',
  })
  const alone = await toolkit.verify(at('weights.labeled.bin.c2pa'))
  expect(alone).toMatchObject({ verdict: 'unchecked', findings: [{ code: 'asset.manifest.alone' }] })
  writeFileSync(at('weights.labeled.bin'), content.subarray(1))
  expect((await toolkit.verify(at('weights.labeled.bin'))).verdict).toBe('invalid')
})
