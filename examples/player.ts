/** A player checks each segment as it comes over HTTP, and stops before it shows an altered one: npx tsx examples/player.ts */
import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIdentity, createToolkit } from '@yinji/toolkit'

const folder = await mkdtemp(join(tmpdir(), 'yinji-example-'))
const test = ['-f', 'lavfi', '-i', 'testsrc=size=64x48:rate=10', '-t', '4', '-g', '10', '-pix_fmt', 'yuv420p']
const hls = ['-f', 'hls', '-hls_time', '1', '-hls_segment_type', 'fmp4', 'film.m3u8']
execFileSync('ffmpeg', ['-v', 'error', ...test, ...hls], { cwd: folder })
const names = (await readdir(folder)).filter((name) => name.endsWith('.m4s')).sort()

// The publisher labels the film as a set; the hash of each segment is in the manifest.
const identity = await createIdentity(join(folder, 'identity'), { provider: 'Acme AI' })
await using publisher = createToolkit({ identity })
const fragments = names.map((name) => join(folder, name))
await publisher.label(join(folder, 'init.mp4'), {}, { fragments, visible: false, inPlace: true })

// Somebody on the way changes the third segment.
const server = createServer(async ({ url = '' }, answer) => {
  const bytes = await readFile(join(folder, url))
  answer.end(url === `/${names[2]}` ? bytes.fill(0, bytes.length - 100) : bytes)
}).listen(0)
const { port } = server.address() as AddressInfo
const get = async (name: string) => (await fetch(`http://localhost:${port}/${name}`)).blob()

await using player = createToolkit({ trust: [identity.anchor ?? ''] })
await using watcher = await player.watch(await get('init.mp4'))
console.log(watcher.beginning.verdict, '·', watcher.beginning.origin?.provider)
for (const name of names) {
  const { verdict, outcome, place } = await watcher.next(await get(name))
  console.log(verdict === 'trusted' ? `plays ${place}` : `stops: ${outcome}`)
  if (verdict !== 'trusted') break
}
server.closeAllConnections()
server.close()
