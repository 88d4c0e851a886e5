/** Films that are long or in fragments are hashed in pieces (C2PA 18.6.3): a player can check what it has got so far. */
import { execFileSync } from 'node:child_process'
import { readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createToolkit } from '@yinji/toolkit'
import { expect, test } from 'vitest'
import { fragmentFilm, sounding } from '../helpers/film.ts'
import { fixtureBytes } from '../helpers/fixtures.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

/** Hash of every packet, as ffmpeg reads them. */
function framesOf(path: string): string {
  return execFileSync('ffmpeg', ['-v', 'error', '-i', path, '-c', 'copy', '-f', 'md5', '-']).toString()
}

/** Clip whose last `mdat` reaches to the end of a file of that many bytes, all zeros behind the media. */
async function longClip(path: string, size: number): Promise<void> {
  const clip = Buffer.from(fixtureBytes('clip.mp4'))
  const media = clip.lastIndexOf('mdat') - 4
  clip.writeUInt32BE(size - media, media)
  await writeFile(path, clip)
  await truncate(path, size)
}

test('above 128 MiB, in pieces of 4 MiB; a change in one of them is found', async () => {
  const directory = temporaryDirectory()
  const toolkit = createToolkit({ identity: await testIdentity() })
  const [long, signed] = [join(directory, 'long.mp4'), join(directory, 'signed.mp4')]
  const size = 130 * 1024 * 1024
  await longClip(long, size)
  await toolkit.label(long, {}, { output: signed, visible: false })
  const { report, crJson } = await toolkit.inspect(signed)
  expect(report.verdict).toBe('trusted')
  const [active] = crJson['manifests'] as unknown as { assertions: Record<string, Record<string, unknown>> }[]
  const binding = active?.assertions['c2pa.hash.bmff.v3'] ?? {}
  const [tree] = binding['merkle'] as Record<string, unknown>[]
  expect(tree).toMatchObject({ localId: 0, fixedBlockSize: 4 * 1024 * 1024, count: 33 })
  expect(tree?.['hashes']).toHaveLength(33)
  const bytes = await readFile(signed)
  bytes[100 * 1024 * 1024] = 1
  expect((await toolkit.verify(bytes)).verdict).toBe('invalid')
})

/** Ways of ffmpeg to write fragments: offsets from the start of the file or of the fragment, an index or none. */
const ways = [
  'frag_keyframe+empty_moov+default_base_moof',
  'frag_keyframe+empty_moov',
  'frag_keyframe+empty_moov+separate_moof',
  'frag_keyframe+empty_moov+default_base_moof+global_sidx',
]

test.each(ways)('%s: each fragment has a hash of its own, for c2pa-rs too', async (way) => {
  const directory = temporaryDirectory()
  const identity = await testIdentity()
  const toolkit = createToolkit({ identity })
  const [cut, signed] = [join(directory, 'cut.mp4'), join(directory, 'signed.mp4')]
  fragmentFilm(cut, way, sounding)
  await toolkit.label(cut, {}, { output: signed, visible: false })
  const { report, crJson } = await toolkit.inspect(signed)
  expect(report.verdict).toBe('trusted')
  const [active] = crJson['manifests'] as unknown as { assertions: Record<string, Record<string, unknown>> }[]
  const binding = active?.assertions['c2pa.hash.bmff.v3'] ?? {}
  expect(binding).not.toHaveProperty('hash')
  const bytes = await readFile(signed)
  const count = bytes.toString('latin1').split('moof').length - 1
  expect(binding['merkle']).toMatchObject([{ localId: 1, count }])
  const { state, failures } = await judgeByC2pa(bytes, 'video/mp4', identity.anchor)
  expect([state, failures]).toEqual(['Trusted', []])
  expect(framesOf(signed)).toBe(framesOf(cut))
  const first = Number(bytes.readBigUInt64BE(bytes.indexOf('manifest\0') + 9)) // C2PA A.5.3
  expect(bytes.toString('latin1', first + 28, first + 34)).toBe('merkle')
  const updated = join(directory, 'updated.mp4')
  await toolkit.update(signed, {}, { output: updated })
  expect((await toolkit.verify(updated)).verdict).toBe('trusted')
  const again = join(directory, 'again.mp4')
  await toolkit.label(signed, { contentId: 'second' }, { output: again, visible: false })
  expect((await toolkit.verify(again)).verdict).toBe('trusted')
  const last = bytes.lastIndexOf('mdat') + 9
  bytes[last] = (bytes[last] ?? 0) ^ 1
  const { verdict, findings } = await toolkit.verify(bytes)
  expect(verdict).toBe('invalid')
  const altered = findings.find(({ code }) => code === 'manifest.fragment.altered')
  expect(altered?.data).toMatchObject({ names: `moof[${count}]` })
})
