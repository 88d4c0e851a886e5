/**
 * Who else reads what was written: programs that know nothing of us, asked for the field and the manifest of a labelled
 * file of each format. What they find is what `yinji formats` says, no more and no less.
 */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { aigcText } from '@yinji/core'
import { createToolkit } from '@yinji/toolkit'
import { exiftoolPath } from 'exiftool-vendored'
import { beforeAll, expect, test } from 'vitest'
import { fixturePath, fixtures } from '../helpers/fixtures.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'
import { judgeAsC2paRs } from '../oracles/judge.ts'

const run = promisify(execFile)
const directory = temporaryDirectory()
const identity = await testIdentity()
const toolkit = createToolkit({ identity })
let exiftool: string
beforeAll(async () => {
  exiftool = await exiftoolPath()
})

/** Every text in a JSON document. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

const answers = async (program: string, ...words: string[]) =>
  run(program, words, { maxBuffer: 1 << 26 }).then(
    ({ stdout }) => textsIn(JSON.parse(stdout)),
    () => [],
  )

const readers: Readonly<Record<string, (path: string) => Promise<readonly string[]>>> = {
  exiftool: (path) => answers(exiftool, '-json', '-a', '-G1', '-ee', path),
  ffprobe: (path) => answers('ffprobe', '-v', 'quiet', '-of', 'json', '-show_format', '-show_streams', path),
  mediainfo: (path) => answers('mediainfo', '--Output=JSON', path),
}

const first = new Map(
  fixtures()
    .filter(({ verdict }) => verdict === 'unlabeled')
    .reverse()
    .map((fixture) => [fixture.handler, fixture]),
)

test('every format says who else reads it', () => {
  const labelled = toolkit.formats().filter(({ instead }) => instead === null)
  expect(labelled.map(({ id }) => id).filter((id) => !first.has(id))).toEqual([])
})

test.each([...first.values()])('$handler', async ({ path, handler: id, mediaType }) => {
  const format = toolkit.formats().find((one) => one.id === id)
  if (format?.instead !== null) return expect(format?.readBy).toEqual([])
  const output = join(directory, `${id}${extname(path)}`)
  const receipt = await toolkit.label(fixturePath(path), {}, { output, visible: false, sidecar: true })
  const found: string[] = []
  for (const [name, read] of Object.entries(readers)) {
    const texts = format.aigc === null ? [] : await read(output)
    if (texts.includes(aigcText(receipt.record))) found.push(name)
  }
  // c2pa-rs opens neither packages nor Ogg; those are held against the standard elsewhere.
  const begins = (await readFile(output)).toString('latin1', 0, 4)
  const opens = receipt.sidecar !== null || !['PK\x03\x04', 'OggS'].includes(begins)
  const { state } = opens ? await judgeAsC2paRs(output, mediaType, identity.anchor) : { state: 'not asked' }
  if (state === 'Trusted') found.push('c2pa-rs')
  expect(found).toEqual(format.readBy)
})
