/**
 * The signed manifest alone: sign and read, ours beside c2pa-rs in WebAssembly and beside the floor, file to file.
 *
 *     node --import tsx bench/manifest.ts                    everything: about a quarter of an hour
 *     node --import tsx bench/manifest.ts jpeg-small png     only these rows
 *     node --import tsx bench/manifest.ts jpeg-small --times 5 --files 200
 *
 * Ours signs without reading back, as c2pa-rs does; what the read-back costs is a row of its own. Each file has a process of
 * its own, in which WebAssembly begins only when ours is done: its memory makes Node collect garbage all the time.
 */
import { execFile, spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { createTrust } from '@yinji/provenance'
import { createIdentity, createToolkit, type Identity } from '@yinji/toolkit'
import sharp from 'sharp'
import { longSound } from '../test/helpers/long-sound.ts'
import { copyHashed, hash, streamHashed } from './floor.ts'
import { median, print, type Row } from './measure.ts'
import { longVideo, photo, sizeOf } from './media.ts'
import { peakMemory } from './memory.ts'
import { createNativePeer } from './native.ts'
import { createPeer } from './peer.ts'
import { readFileManifest } from './read-only.ts'
import { signFile } from './sign-only.ts'

const run = promisify(execFile)

interface Subject {
  readonly name: string
  readonly file: string
  readonly mediaType: string
  make(path: string): Promise<unknown>
  /** WebAssembly holds the file several times over; beyond this it has no place in a comparison. */
  readonly alone?: true
}

const subjects: readonly Subject[] = [
  { name: 'jpeg-small', file: 'small.jpg', mediaType: 'image/jpeg', make: photo },
  { name: 'jpeg', file: 'large.jpg', mediaType: 'image/jpeg', make: (path) => noise(path, 3600, 'jpeg') },
  { name: 'png-small', file: 'small.png', mediaType: 'image/png', make: (path) => noise(path, 1150, 'png') },
  { name: 'png', file: 'large.png', mediaType: 'image/png', make: (path) => noise(path, 2880, 'png') },
  { name: 'mp4', file: 'video.mp4', mediaType: 'video/mp4', make: (path) => longVideo(path, 94) },
  { name: 'wav', file: 'sound.wav', mediaType: 'audio/wav', make: (path) => longSound(path, 104_000_000) },
  { name: 'mov', file: 'video.mov', mediaType: 'video/quicktime', make: longMovie, alone: true },
]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { times: { type: 'string' }, files: { type: 'string', default: '10000' } },
})
const names = [...subjects.map(({ name }) => name), 'many', 'memory']
if (positionals.length === 1 && globalThis.gc) await runOne(positionals[0])
else {
  const [script = '', ...words] = process.argv.slice(1)
  const options = words.filter((word) => !names.includes(word))
  for (const name of positionals.length > 0 ? positionals : names)
    spawnSync(process.execPath, ['--expose-gc', ...process.execArgv, script, name, ...options], {
      stdio: 'inherit',
    })
}

async function runOne(name: string | undefined): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'yinji-bench-'))
  const at = (file: string) => join(directory, file)
  try {
    const identity = await createIdentity(at('home'), { provider: 'Bench', system: 'Bench Model' })
    const subject = subjects.find((subject) => subject.name === name)
    if (subject) await measure(subject, identity, at)
    else if (name === 'many') await many(identity, Number(values.files), at)
    else if (name === 'memory') await memory(at)
    else throw new Error(`${name} is none of ${names.join(', ')}`)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function measure(
  { file, mediaType, make, alone }: Subject,
  identity: Identity,
  at: (file: string) => string,
): Promise<void> {
  const toolkit = createToolkit({ identity })
  const trust = createTrust({ anchors: [identity.anchor] })
  const [from, signed, to, beside] = ['', 'signed-', 'labelled-', 'floor-'].map((word) =>
    at(word + file),
  ) as [string, string, string, string]
  // A file that replaces another is flushed to the disk at once by some file systems, and nobody here is to wait for that.
  const without = (path: string) => () => rmSync(path, { force: true })
  await make(from)
  const megabytes = (await sizeOf(from)) / 1e6
  const small = megabytes < 8 // above, compiling the code no longer shows
  const times = Number(values.times ?? (small ? 100 : megabytes < 200 ? 20 : 5))
  const theirs = Math.max(2, Math.ceil(times / (small ? 3 : 10)))
  const nativeTimes = small ? times : Math.max(3, Math.ceil(times / 4)) // some of its rows take seconds
  const options = { visible: false, force: true, output: to } as const
  const bytesOf = async (path: string) => new Uint8Array(await readFile(path))
  const sign: Row[] = [
    {
      name: 'yinji: sign',
      milliseconds: await median(times, () => signFile(from, signed, identity), without(signed)),
    },
    {
      name: 'yinji: label, sign, read back',
      milliseconds: await median(times, () => toolkit.label(from, {}, options), without(to)),
      note: 'the product: AIGC field and XMP as well',
    },
    {
      name: 'floor: read, SHA-256, write',
      milliseconds: await median(
        times,
        () => (small ? copyHashed(from, beside) : streamHashed(from, beside)),
        without(beside),
      ),
    },
  ]
  const read: Row[] = [
    {
      name: 'yinji: read',
      milliseconds: await median(times, () => readFileManifest(signed, trust)),
    },
    {
      name: 'yinji: verify, every layer',
      milliseconds: await median(times, () => toolkit.verify(to)),
      note: 'the product: AIGC field, its SM2 signature over up to 8 MB, hash of the file',
    },
    {
      name: 'floor: read, SHA-256',
      milliseconds: await median(times, () => hash(signed)),
    },
  ]
  const native = await createNativePeer(at('home'), identity.anchor)
  sign.push({
    name: 'c2pa-rs (native): sign',
    milliseconds: await median(nativeTimes, () => native.sign(from, beside), without(beside)),
  })
  read.push({
    name: 'c2pa-rs (native): read',
    milliseconds: await median(nativeTimes, () => native.read(signed)),
  })
  if (!alone) {
    const peer = await createPeer(identity)
    sign.push({
      name: 'c2pa-rs (WebAssembly): sign',
      milliseconds: await median(theirs, async () => peer.sign(await bytesOf(from), mediaType)),
      note: 'nothing is written to disk',
    })
    read.push({
      name: 'c2pa-rs (WebAssembly): read',
      milliseconds: await median(theirs, async () => peer.read(await bytesOf(signed), mediaType)),
    })
  }
  print(`Sign ${file}, ${megabytes.toFixed(2)} MB`, sign, megabytes)
  print(`Read ${file}`, read, megabytes)
  for (const path of [from, signed, to, beside]) await rm(path, { force: true })
}

/** Files a second, one after the other: signed here, and by the product in a process of its own, which tells its memory. */
async function many(identity: Identity, count: number, at: (file: string) => string): Promise<void> {
  const from = at('one.jpg')
  await photo(from)
  await mkdir(at('many'))
  const native = await createNativePeer(at('home'), identity.anchor)
  const rate = (seconds: number) => (count / seconds).toFixed(0).padStart(8)
  console.log(`\n${count} small JPEGs, files a second, from the first one on`)
  const told = async (name: string, sign: (to: string) => unknown) => {
    const start = performance.now()
    for (let index = 0; index < count; index++) await sign(at(`many/${index}.jpg`))
    console.log(`  ${name.padEnd(24)}${rate((performance.now() - start) / 1000)}`)
    await rm(at('many'), { recursive: true })
    await mkdir(at('many'))
  }
  await told('yinji: sign', (to) => signFile(from, to, identity))
  await told('c2pa-rs (native): sign', (to) => native.sign(from, to))
  const { megabytes, seconds } = await peakMemory('label', at('home'), from, count)
  console.log(`  ${'yinji: label'.padEnd(24)}${rate(seconds)}  with SM2, peak ${megabytes.toFixed(0)} MB`)
}

async function memory(at: (file: string) => string): Promise<void> {
  console.log('\nPeak memory of a process of its own, 1 GB WAV')
  await longSound(at('long.wav'), 1_000_000_000)
  for (const command of ['label', 'verify'] as const) {
    const { megabytes, seconds } = await peakMemory(command, at('home'), at('long.wav'))
    console.log(`  ${command.padEnd(10)}${megabytes.toFixed(0).padStart(6)} MB   ${seconds.toFixed(2)} s`)
  }
}

/** A picture that does not compress: so many pixels along each side. */
async function noise(path: string, side: number, format: 'jpeg' | 'png'): Promise<void> {
  const grain = { type: 'gaussian', mean: 128, sigma: 40 } as const
  const picture = sharp({
    create: { width: side, height: side, channels: 3, background: '#888', noise: grain },
  })
  await (format === 'jpeg'
    ? picture.blur(0.6).jpeg({ quality: 90 })
    : picture.png({ compressionLevel: 1 })
  ).toFile(path)
}

/** About a gigabyte of QuickTime, the index behind the media. */
async function longMovie(path: string): Promise<void> {
  await longVideo(`${path}.mp4`, 1060)
  await run('ffmpeg', ['-v', 'error', '-y', '-i', `${path}.mp4`, '-c', 'copy', path])
  await rm(`${path}.mp4`)
}
