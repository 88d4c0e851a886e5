/** One job in a process of its own, in processor time: the command, and a service that has just been started. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIdentity } from '@yinji/toolkit'
import { build } from 'esbuild'
import { print } from './measure.ts'

const root = join(import.meta.dirname, '..')
const bin = join(root, 'packages/cli/bin/yinji.js')
const directory = mkdtempSync(join(tmpdir(), 'yinji-bench-'))
const at = (name: string) => join(directory, name)

/** Median milliseconds of processor time of a Node process, all its threads, from start to exit. */
function median15(...words: string[]): number {
  const env = { ...process.env, YINJI_HOME: at('home'), USED: at('used.json') }
  const run = () => {
    execFileSync(process.execPath, ['--require', at('used.cjs'), ...words], { cwd: root, env, stdio: 'pipe' })
    const { user, system }: NodeJS.CpuUsage = JSON.parse(readFileSync(at('used.json'), 'utf8'))
    return (user + system) / 1000
  }
  const taken = Array.from({ length: 15 }, run).sort((a, b) => a - b)
  return taken[7] ?? Number.NaN
}

/** Labels a small JPEG in memory, the first thing a service that has just been started may have to do. */
const service = `import { readFileSync } from 'node:fs'
import { createToolkit, loadIdentity } from '@yinji/toolkit'
const toolkit = createToolkit({ identity: await loadIdentity(${JSON.stringify(at('home'))}) })
await toolkit.label(new Uint8Array(readFileSync(${JSON.stringify(at('photo.jpg'))})), {}, { visible: false })`

try {
  writeFileSync(
    at('used.cjs'),
    `process.on('exit', () => require('node:fs').writeFileSync(process.env.USED, JSON.stringify(process.cpuUsage())))`,
  )
  copyFileSync(join(root, 'fixtures/photo.jpg'), at('photo.jpg'))
  await createIdentity(at('home'), { provider: 'Acme AI', system: 'Acme Painter' })
  execFileSync(process.execPath, [bin, 'label', at('photo.jpg')], {
    env: { YINJI_HOME: at('home') },
    stdio: 'pipe',
  })
  await build({
    stdin: { contents: service, resolveDir: root },
    outdir: at('service'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true, // else what waits until it is wanted would be loaded at once
    format: 'esm',
    platform: 'node',
    external: ['sharp', 'exiftool-vendored', 'fluent-ffmpeg', 'node-forge', 'yaml'],
    logLevel: 'warning',
  })
  const floor = { name: 'floor: node -e 0', milliseconds: median15('--eval', '0') }
  print('The command, processor time beside that of Node.js itself', [
    floor,
    { name: 'yinji --version', milliseconds: median15(bin, '--version') },
    { name: 'yinji verify, 75 KB JPEG', milliseconds: median15(bin, 'verify', at('photo.labeled.jpg')) },
    {
      name: 'yinji label --no-visible, 64 KB JPEG',
      milliseconds: median15(bin, 'label', '--no-visible', '--force', '-o', at('a.jpg'), at('photo.jpg')),
    },
    {
      name: 'yinji label, 64 KB JPEG',
      milliseconds: median15(bin, 'label', '--force', '-o', at('a.jpg'), at('photo.jpg')),
    },
  ])
  const evaluated = (text: string) => median15('--input-type=module', '--eval', text)
  print('The library in a new process', [
    floor,
    { name: `import '@yinji/toolkit'`, milliseconds: evaluated(`import '@yinji/toolkit'`) },
    { name: 'and a first label, nothing to be seen', milliseconds: evaluated(service) },
    { name: 'the same, bundled by the service', milliseconds: median15(at('service/stdin.mjs')) },
  ])
} finally {
  rmSync(directory, { recursive: true, force: true })
}
