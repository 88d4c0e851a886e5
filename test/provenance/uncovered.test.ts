/** What stands around a manifest is covered by no hash: whoever changes it without a key must not change what people see. */
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { createToolkit } from '@yinji/toolkit'
import { expect, test } from 'vitest'
import { fixturePath } from '../helpers/fixtures.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

const directory = temporaryDirectory()
const identity = await testIdentity()
const toolkit = createToolkit({ identity })

async function labelled(name: string): Promise<Buffer> {
  const output = join(directory, name)
  await toolkit.label(fixturePath(name), {}, { output, visible: false, force: true })
  return readFile(output)
}

async function check(bytes: Uint8Array, name: string) {
  const { verdict, findings } = await toolkit.verify(new Uint8Array(bytes), { name })
  return { verdict, codes: findings.map(({ code }) => code) }
}

test.each([
  ['bridge.js', ' */\n'],
  ['mist.css', ' */'],
])('a comment of %s that is left open, and would swallow the text, is told', async (name, end) => {
  const signed = await labelled(name)
  expect((await check(signed, name)).verdict).toBe('trusted')
  const at = signed.indexOf(`MANIFEST-----${end}`, signed.indexOf('-----END C2PA')) + 'MANIFEST-----'.length
  const { verdict, codes } = await check(signed.fill('  ', at + 1, at + 3), name)
  expect([verdict, codes]).toEqual(['unchecked', expect.arrayContaining(['manifest.binding.partial'])])
})

/** A box of C2PA, with a word and then anything (A.5.1). */
function box(purpose: string, content: Uint8Array): Buffer {
  const id = Buffer.from('d8fec3d61b0e483c92975828877ec481', 'hex')
  const out = Buffer.concat([Buffer.alloc(8), id, Buffer.alloc(4), Buffer.from(`${purpose}\0`), content])
  out.writeUInt32BE(out.length)
  out.write('uuid', 4)
  return out
}

test.each(['clip.mp4', 'boat.heic'])('an update that is none, behind %s, is told', async (name) => {
  const signed = await labelled(name)
  const hidden = Buffer.alloc(100_000, 'hidden')
  hidden.writeUInt32BE(0x7fffffff, 16)
  const more = Buffer.concat([signed, box('update', hidden)])
  const { verdict, codes } = await check(more, name)
  expect(verdict).not.toBe('trusted')
  expect(codes).toContain('asset.damaged')
  const type = extname(name) === '.mp4' ? 'video/mp4' : 'image/heic'
  expect((await judgeByC2pa(more, type, identity.anchor)).state).toBe('Error')
})

test.each(['clip.mp4', 'boat.heic'])('that an update was taken out of %s is told', async (name) => {
  const signed = await labelled(name)
  const { content } = await toolkit.update(new Uint8Array(signed), {}, { name })
  expect((await check(content, name)).verdict).toBe('trusted')
  const { verdict, codes } = await check(content.subarray(0, signed.length), name)
  expect([verdict, codes.includes('asset.damaged')]).toEqual(['unchecked', true])
})
