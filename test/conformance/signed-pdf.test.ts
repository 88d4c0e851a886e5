/** Somebody else's signature in a PDF still holds after the document has been labelled: poppler says so. */
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createToolkit } from '@yinji/toolkit'
import { expect, test } from 'vitest'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'
import { signedPdf } from '../helpers/signed-pdf.ts'

const run = promisify(execFile)
const directory = temporaryDirectory()
const at = (name: string) => join(directory, name)
const signatures = async (name: string) => (await run('pdfsig', ['-nocert', at(name)])).stdout

test('the signature is valid, and what it covers is a version of the labelled document', async () => {
  const toolkit = createToolkit({ identity: await testIdentity() })
  const signed = signedPdf()
  await writeFile(at('signed.pdf'), signed)
  expect(await signatures('signed.pdf')).toContain('Signature is Valid')
  await toolkit.label(at('signed.pdf'), {}, { output: at('labelled.pdf'), visible: false })
  expect((await toolkit.verify(at('labelled.pdf'))).verdict).toBe('trusted')
  const after = await signatures('labelled.pdf')
  expect(after).toContain('Signature is Valid')
  expect(after).toContain('Not total document signed')
})

test('a mark on its pages is refused, with what to do instead', async () => {
  const toolkit = createToolkit({ identity: await testIdentity() })
  await writeFile(at('approved.pdf'), signedPdf())
  await expect(toolkit.label(at('approved.pdf'), {}, { output: at('never.pdf') })).rejects.toMatchObject({
    code: 'visible.content.signed',
  })
})

test('a signature over changed bytes is not', async () => {
  const signed = signedPdf()
  const at = Buffer.from(signed).indexOf('/MediaBox [0 0 200') + 15
  signed[at] = '3'.charCodeAt(0)
  await writeFile(join(directory, 'changed.pdf'), signed)
  expect(await signatures('changed.pdf')).not.toContain('Signature is Valid')
})
