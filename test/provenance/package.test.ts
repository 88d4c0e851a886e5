/** Signed archives (C2PA A.6): what the hash of a collection must catch, and the shapes of ZIP that must be fine. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createToolkit } from '@yinji/toolkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { fixturePath } from '../helpers/fixtures.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'
import { judgePackage } from '../oracles/package.ts'

const directory = temporaryDirectory()
const manifestName = 'META-INF/content_credential.c2pa'
const identity = await testIdentity()
const toolkit = createToolkit({ identity })
let signed: string
let count = 0
beforeAll(async () => {
  signed = await label(fixturePath('book.epub'))
})

const fresh = () => join(directory, `book-${count++}.epub`)
async function label(input: string): Promise<string> {
  const output = fresh()
  await toolkit.label(input, {}, { output, visible: false })
  return output
}
/** A copy that a program has worked on, in its folder. */
function changed(work: (path: string) => void): string {
  const path = fresh()
  copyFileSync(signed, path)
  work(path)
  return path
}
const zip = (...words: string[]) => execFileSync('zip', ['-q', ...words], { cwd: directory })
const verdictOf = async (path: string) => (await toolkit.verify(path)).verdict
function bytesChanged(work: (bytes: Buffer) => Buffer): string {
  return changed((path) => writeFileSync(path, work(readFileSync(path))))
}

describe('a signed archive', () => {
  test('holds the manifest as its last entry, stored, with its checksum', () => {
    const listing = execFileSync('unzip', ['-Zv', signed, manifestName], { encoding: 'utf8' })
    expect(listing).toMatch(/compression method:\s+none \(stored\)/)
    expect(execFileSync('unzip', ['-t', signed], { encoding: 'utf8' })).toMatch(/No errors detected/)
    const names = execFileSync('unzip', ['-Z1', signed], { encoding: 'utf8' }).trim().split('\n')
    expect([names[0], names.at(-1)]).toEqual(['mimetype', manifestName])
  })

  test('an Office document declares its type (OPC)', async () => {
    const output = join(directory, 'letter.docx')
    await toolkit.label(fixturePath('letter.docx'), {}, { output, visible: false })
    const types = execFileSync('unzip', ['-p', output, '\\[Content_Types\\].xml'], { encoding: 'utf8' })
    expect(types).toContain('<Default Extension="c2pa" ContentType="application/c2pa"/>')
    const again = join(directory, 'again.docx')
    await toolkit.label(output, { contentId: 'x' }, { output: again, visible: false })
    const twice = execFileSync('unzip', ['-p', again, '\\[Content_Types\\].xml'], { encoding: 'utf8' })
    expect(twice.match(/Extension="c2pa"/g)).toHaveLength(1)
  })

  test.each([
    ['streamed, with data descriptors', ['-fd']],
    ['with ZIP64 records', ['-fz']],
    ['with time stamps and a comment', ['-z']],
  ])('may be %s', async (_, flags) => {
    const folder = temporaryDirectory()
    execFileSync('unzip', ['-q', fixturePath('book.epub'), '-d', folder])
    const plain = fresh()
    execFileSync('zip', ['-q', '-X0', plain, 'mimetype'], { cwd: folder })
    execFileSync('zip', ['-qr', ...flags, plain, 'META-INF', 'OEBPS'], {
      cwd: folder,
      ...(flags.includes('-z') ? { input: 'a comment\n' } : { stdio: 'ignore' }),
    })
    const path = await label(plain)
    expect(await verdictOf(path)).toBe('trusted')
    if (!flags.includes('-fz'))
      expect(judgePackage(readFileSync(path), identity.anchor)).toMatchObject({
        state: 'Trusted',
        failures: [],
      })
  })

  test('is altered when a file comes, goes or changes', async () => {
    writeFileSync(join(directory, 'extra.xhtml'), '<p>never signed</p>')
    const added = changed((path) => zip(path, 'extra.xhtml'))
    const removed = changed((path) => zip('-d', path, 'OEBPS/nav.xhtml'))
    for (const path of [added, removed]) {
      const report = await toolkit.verify(path)
      expect(report.verdict).toBe('invalid')
      expect(report.findings).toContainEqual(
        expect.objectContaining({
          code: 'manifest.content.altered',
          data: { status: 'assertion.collectionHash.mismatch' },
        }),
      )
    }
  })

  test('hides nothing beside the manifest', async () => {
    const end = (bytes: Buffer) => bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1')
    const between = bytesChanged((bytes) => {
      const directoryAt = bytes.readUInt32LE(end(bytes) + 16)
      bytes.writeUInt32LE(directoryAt + 7, end(bytes) + 16)
      return Buffer.concat([
        bytes.subarray(0, directoryAt),
        Buffer.from('hidden!'),
        bytes.subarray(directoryAt),
      ])
    })
    const inHeader = bytesChanged((bytes) => {
      const local = bytes.indexOf(manifestName) - 30
      bytes.writeUInt16LE(0x0821, local + 10) // another date in the local header
      return bytes
    })
    const checksum = bytesChanged((bytes) => {
      const local = bytes.indexOf(manifestName) - 30
      bytes.writeUInt32LE(1, local + 14)
      return bytes
    })
    const comment = bytesChanged((bytes) => {
      bytes.writeUInt16LE(3, bytes.length - 2)
      return Buffer.concat([bytes, Buffer.from('hey')])
    })
    for (const path of [between, inHeader, checksum, comment]) expect(await verdictOf(path)).toBe('invalid')
  })

  test('whose manifest is compressed is not as the standard wants it', async () => {
    const folder = temporaryDirectory()
    execFileSync('unzip', ['-q', signed, '-d', folder])
    const path = fresh()
    execFileSync('zip', ['-qr', path, 'mimetype', 'META-INF', 'OEBPS'], { cwd: folder })
    expect(await verdictOf(path)).toBe('invalid')
  })
})
