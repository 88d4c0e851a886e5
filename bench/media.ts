/** The files that are measured: a photo and, made by copying packets, as long a video or sound as is asked for. */
import { execFile } from 'node:child_process'
import { open } from 'node:fs/promises'
import { promisify } from 'node:util'
import sharp from 'sharp'

const run = promisify(execFile)

/** A JPEG of about 150 KB, as a phone or a model delivers it. */
export async function photo(path: string): Promise<void> {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const
  await sharp({ create: { width: 768, height: 768, channels: 3, background: '#888', noise } })
    .blur(1.2)
    .jpeg({ quality: 88 })
    .toFile(path)
}

/** An MP4 of about so many megabytes, moov first. */
export async function longVideo(path: string, megabytes: number): Promise<void> {
  const base = `${path}.base.mp4`
  await run('ffmpeg', [
    '-v',
    'error',
    '-y',
    '-f',
    'lavfi',
    '-i',
    'testsrc2=s=1280x720:r=30,noise=alls=40:allf=t',
    '-t',
    '4',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-b:v',
    '20M',
    base,
  ])
  await looped(base, (megabytes * 1e6) / (await sizeOf(base)), path)
}

/** A video again and again, so many times or once at least, packet by packet and with moov first. */
export async function looped(base: string, times: number, path: string): Promise<void> {
  const repeats = String(Math.max(1, Math.round(times)) - 1)
  const again = ['-stream_loop', repeats, '-i', base, '-c', 'copy']
  await run('ffmpeg', ['-v', 'error', '-y', ...again, '-movflags', '+faststart', path])
}

export async function sizeOf(path: string): Promise<number> {
  const file = await open(path)
  const { size } = await file.stat()
  await file.close()
  return size
}
