/** A live encoder signs each segment as it makes it, and a player checks what it gets: npx tsx examples/live-video.ts */
import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIdentity, createToolkit } from '@yinji/toolkit'

// Stands for the encoder: ffmpeg cuts four seconds into segments for HLS.
const folder = await mkdtemp(join(tmpdir(), 'yinji-example-'))
const test = ['-f', 'lavfi', '-i', 'testsrc=size=64x48:rate=10', '-t', '4', '-g', '10', '-pix_fmt', 'yuv420p']
const hls = ['-f', 'hls', '-hls_time', '1', '-hls_segment_type', 'fmp4', 'live.m3u8']
execFileSync('ffmpeg', ['-v', 'error', ...test, ...hls], { cwd: folder })
const made = (await readdir(folder)).filter((name) => name.endsWith('.m4s')).sort()

const identity = await createIdentity(join(folder, 'identity'), { provider: 'Acme AI' })
await using yinji = createToolkit({ identity })

const live = await yinji.live(join(folder, 'init.mp4'), { contentId: 'channel-1' }) // the identity’s key signs once
const sent: Uint8Array[] = []
for (const name of made) sent.push(await live.segment(join(folder, name))) // a key in memory signs each
console.log(sent.length, 'segments; a new key is needed', live.until > new Date() ? 'later' : 'now')

const [first, second, third, fourth] = sent as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
const look = async (...fragments: Uint8Array[]) => {
  const { verdict, findings } = await yinji.verify(live.init, { fragments })
  const faults = findings.flatMap(({ code }) => (code.includes('fragment') ? [code] : []))
  console.log(verdict, '·', faults.join(', ') || '–')
}
await look(first, second, third, fourth)
await look(third) // a player that has just tuned in
await look(first, third, second, fourth)
