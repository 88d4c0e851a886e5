/**
 * Every format: labelled without a visible label, beside exiftool (kept open, one XMP property, where it can write) and
 * ffmpeg (`-c copy`), on the same file in the same run. Then what a look for labels reads, and memory at 2 GB.
 *
 *     node --import tsx bench/formats.ts                 everything: some minutes and 5 GB of disk
 *     node --import tsx bench/formats.ts --no-large      without the last part
 */
import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { evidenceIn, type Source } from '@yinji/core'
import { handlerOf, openFile } from '@yinji/media'
import { createIdentity, createToolkit } from '@yinji/toolkit'
import { ExifTool } from 'exiftool-vendored'
import sharp from 'sharp'
import { fixturePath, fixtures } from '../test/helpers/fixtures.ts'
import { longSound } from '../test/helpers/long-sound.ts'
import { median, print, type Row } from './measure.ts'
import { longVideo, photo, sizeOf } from './media.ts'
import { peakMemory } from './memory.ts'

const run = promisify(execFile)
const directory = await mkdtemp(join(tmpdir(), 'yinji-bench-'))
const at = (name: string) => join(directory, name)
const exiftool = new ExifTool({ maxProcs: 1 })

try {
  const identity = await createIdentity(at('home'), { provider: 'Bench', system: 'Bench Model' })
  const toolkit = createToolkit({ identity })
  await small()
  await looking()
  if (!process.argv.includes('--no-large')) await large()

  /** The fixtures: small files, where the work around the bytes is what takes time. */
  async function small(): Promise<void> {
    const seen = new Set<string>()
    for (const { path, handler } of fixtures().filter(({ verdict }) => verdict === 'unlabeled')) {
      const format = toolkit.formats().find(({ id }) => id === handler)
      if (format?.instead !== null || seen.has(handler)) continue
      seen.add(handler)
      const input = fixturePath(path)
      const output = at(`out${extname(path)}`)
      const options = { visible: false as const, force: true, sidecar: true, output }
      const plain = { ...options, security: 'off' as const }
      const rows: Row[] = [
        { name: 'yinji', milliseconds: await median(100, () => toolkit.label(input, {}, plain)) },
        {
          name: 'yinji, with SM2 as well',
          milliseconds: await median(100, () => toolkit.label(input, {}, options)),
        },
        ...(await withExiftool(input, extname(path))),
        ...(format.medium === 'audio' || format.medium === 'video'
          ? await withFfmpeg(input, extname(path))
          : []),
      ]
      print(`${handler}, ${((await sizeOf(input)) / 1000).toFixed(1)} KB`, rows)
    }
  }
} finally {
  await exiftool.end()
  await rm(directory, { recursive: true, force: true })
}

/** Nothing where exiftool can't write the format. */
async function withExiftool(input: string, extension: string): Promise<Row[]> {
  const copy = at(`exif${extension}`)
  await copyFile(input, copy)
  let round = 0
  const write = () =>
    exiftool.write(copy, { 'XMP-dc:Source': `x${round++ % 2}` } as object, ['-overwrite_original'])
  try {
    await write()
  } catch {
    return []
  }
  return [{ name: 'exiftool, kept open', milliseconds: await median(5, write), note: 'one XMP property' }]
}

async function withFfmpeg(input: string, extension: string): Promise<Row[]> {
  const options = ['-v', 'error', '-y', '-i', input, '-map', '0', '-c', 'copy', at(`ffmpeg${extension}`)]
  try {
    return [{ name: 'ffmpeg -c copy', milliseconds: await median(3, () => run('ffmpeg', options)) }]
  } catch {
    return []
  }
}

/** What has to be read of an unlabelled file to find no label and no trace in it. */
async function looking(): Promise<void> {
  await photo(at('photo.jpg'))
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const
  const picture = sharp({ create: { width: 2400, height: 1800, channels: 3, background: '#888', noise } })
  await picture.clone().jpeg({ quality: 92 }).toFile(at('large.jpg'))
  await picture.clone().png({ compressionLevel: 1 }).toFile(at('large.png'))
  await longVideo(at('film.mp4'), 94)
  console.log('\nA look for labels and traces, file open')
  for (const name of ['photo.jpg', 'large.jpg', 'large.png', 'film.mp4']) {
    await using source = await openFile(at(name))
    let read = 0
    const readInto = source.readInto?.bind(source)
    const counted: Source = {
      name,
      size: source.size,
      ...(readInto && {
        readInto: async (target, start) => {
          const length = await readInto(target, start)
          read += length
          return length
        },
      }),
      read: async (start, end) => {
        const bytes = await source.read(start, end)
        read += bytes.byteLength
        return bytes
      },
    }
    const look = async () => {
      read = 0
      const handler = await handlerOf(counted)
      const found = await handler?.read(counted)
      return handler && found ? evidenceIn(found.properties, handler.medium) : []
    }
    const milliseconds = await median(200, look)
    const of = (source.size / 1e6).toFixed(2).padStart(7)
    console.log(
      `  ${name.padEnd(12)}${milliseconds.toFixed(3).padStart(8)} ms   ${(read / 1000).toFixed(1).padStart(8)} KB read of ${of} MB`,
    )
  }
}

/** Memory must not know how large a file is. */
async function large(): Promise<void> {
  const megabytes = 2000
  await longVideo(at('film.mp4'), megabytes)
  await run('ffmpeg', ['-v', 'error', '-y', '-i', at('film.mp4'), '-c', 'copy', at('film.mkv')])
  await longSound(at('sound.wav'), megabytes * 1e6)
  console.log('\nPeak memory of a process of its own, 2 GB, label without visible label and verify')
  for (const name of ['film.mp4', 'film.mkv', 'sound.wav'])
    for (const command of ['label', 'verify'] as const) {
      const { megabytes: peak, seconds } = await peakMemory(command, at('home'), at(name))
      await rm(`${at(name)}.labeled.wav`, { force: true })
      console.log(
        `  ${name.padEnd(12)}${command.padEnd(8)}${peak.toFixed(0).padStart(6)} MB   ${seconds.toFixed(2).padStart(7)} s`,
      )
    }
}
