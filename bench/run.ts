/**
 * Ours beside the others and beside the floor, in one run on one machine: `npm run bench`.
 * Peers: c2pa-rs in WebAssembly (signs and reads, in memory) and exiftool kept open (writes XMP only).
 */
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIdentity, createToolkit } from '@yinji/toolkit'
import { ExifTool } from 'exiftool-vendored'
import { longSound } from '../test/helpers/long-sound.ts'
import { copyHashed, hash, streamHashed } from './floor.ts'
import { median, print } from './measure.ts'
import { longVideo, photo as makePhoto, sizeOf } from './media.ts'
import { peakMemory } from './memory.ts'
import { createPeer } from './peer.ts'

const directory = await mkdtemp(join(tmpdir(), 'yinji-bench-'))
const at = (name: string) => join(directory, name)
const exiftool = new ExifTool({ maxProcs: 1 })

try {
  const identity = await createIdentity(at('home'), {
    provider: 'Bench',
    system: 'Bench Model',
    systemVersion: '1',
  })
  const toolkit = createToolkit({ identity })
  const peer = await createPeer(identity)

  const photo = at('photo.jpg')
  await makePhoto(photo)
  const photoBytes = new Uint8Array(await readFile(photo))
  const options = { visible: false as const, force: true }
  const kilobytes = (photoBytes.length / 1000).toFixed(0)

  await copyFile(photo, at('exif.jpg'))
  print(`Label a ${kilobytes} KB JPEG (AIGC + XMP + signed manifest, no visible mark)`, [
    {
      name: 'yinji, file to file, read back',
      milliseconds: await median(100, () => toolkit.label(photo, {}, { ...options, output: at('a.jpg') })),
    },
    {
      name: 'yinji, bytes to bytes, read back',
      milliseconds: await median(100, () => toolkit.label(photoBytes, {}, options)),
    },
    {
      name: 'c2pa-rs (WebAssembly), bytes to bytes',
      milliseconds: await median(30, () => peer.sign(photoBytes, 'image/jpeg')),
      note: 'manifest only',
    },
    {
      name: 'exiftool, kept open',
      milliseconds: await median(10, () =>
        exiftool.write(at('exif.jpg'), { 'XMP-iptcExt:DigitalSourceType': 'x' } as object, [
          '-overwrite_original',
        ]),
      ),
      note: 'XMP only',
    },
    {
      name: 'floor: read, SHA-256, write',
      milliseconds: await median(100, () => copyHashed(photo, at('floor.jpg'))),
    },
  ])

  const signed = new Uint8Array(await readFile(at('a.jpg')))
  print(`Verify the same JPEG`, [
    { name: 'yinji, from file', milliseconds: await median(100, () => toolkit.verify(at('a.jpg'))) },
    { name: 'yinji, from bytes', milliseconds: await median(100, () => toolkit.verify(signed)) },
    {
      name: 'c2pa-rs (WebAssembly), from bytes',
      milliseconds: await median(30, () => peer.read(signed, 'image/jpeg')),
    },
    { name: 'floor: read, SHA-256', milliseconds: await median(100, () => hash(at('a.jpg'))) },
  ])

  await longVideo(at('video.mp4'), 100)
  const megabytes = (await sizeOf(at('video.mp4'))) / 1e6
  print(
    `Label a ${megabytes.toFixed(0)} MB MP4`,
    [
      {
        name: 'yinji, file to file, read back',
        milliseconds: await median(7, () =>
          toolkit.label(at('video.mp4'), {}, { ...options, output: at('v.mp4') }),
        ),
      },
      {
        name: 'c2pa-rs (WebAssembly), bytes to bytes',
        milliseconds: await median(2, async () =>
          peer.sign(new Uint8Array(await readFile(at('video.mp4'))), 'video/mp4'),
        ),
        note: 'manifest only',
      },
      {
        name: 'floor: read, SHA-256, write',
        milliseconds: await median(7, () => streamHashed(at('video.mp4'), at('floor.mp4'))),
      },
    ],
    megabytes,
  )
  print(
    `Verify it`,
    [
      {
        name: 'yinji, from file',
        milliseconds: await median(7, () => toolkit.verify(at('v.mp4'))),
        note: 'manifest hash and file SHA-256',
      },
      {
        name: 'c2pa-rs (WebAssembly), from bytes',
        milliseconds: await median(2, async () =>
          peer.read(new Uint8Array(await readFile(at('v.mp4'))), 'video/mp4'),
        ),
      },
      { name: 'floor: read, SHA-256', milliseconds: await median(7, () => hash(at('v.mp4'))) },
    ],
    megabytes,
  )

  await longSound(at('long.wav'), 1_000_000_000)
  console.log('\nPeak memory of a process of its own, 1 GB WAV')
  for (const command of ['label', 'verify'] as const) {
    const { megabytes: peak, seconds } = await peakMemory(command, at('home'), at('long.wav'))
    console.log(`  ${command.padEnd(10)}${peak.toFixed(0).padStart(6)} MB   ${seconds.toFixed(2)} s`)
  }
} finally {
  await exiftool.end()
  await rm(directory, { recursive: true, force: true })
}
