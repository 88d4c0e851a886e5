import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { fixturePath } from '../../../test/helpers/fixtures.ts'
import { SecondReader } from './second-reader.ts'

const directory = mkdtempSync(join(tmpdir(), 'yinji-test-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

test('tells the tags of a file by exiftool’s names, and nothing about the file system', async () => {
  await using reader = new SecondReader()
  const tags = await reader.read(fixturePath('photo.jpg'))
  expect(tags).toContainEqual({ site: 'exiftool IFD0', name: 'Make', value: 'Yinji' })
  expect(tags.filter(({ name }) => /^(?:FileName|Directory|SourceFile)$/.test(name))).toEqual([])
})

test('a name is never taken for an option', async () => {
  await using reader = new SecondReader()
  const path = join(directory, '-execute')
  writeFileSync(path, 'x')
  await expect(reader.read(path)).resolves.toBeDefined()
})

test('where perl is missing, asking fails soon, again and again, and disposing is no trouble', async () => {
  const program = join(directory, 'exiftool')
  writeFileSync(program, '#!/nowhere/perl\n')
  chmodSync(program, 0o755)
  await using reader = new SecondReader(program)
  await expect(reader.read(fixturePath('photo.jpg'))).rejects.toThrow()
  await expect(reader.read(fixturePath('photo.jpg'))).rejects.toThrow()
})

test('a reader that was never asked starts nothing', async () => {
  const reader = new SecondReader(join(directory, 'nothing'))
  await expect(reader[Symbol.asyncDispose]()).resolves.toBeUndefined()
})
