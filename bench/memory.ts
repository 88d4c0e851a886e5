/** How much memory a job needs at its peak, as the kernel counted it for a process that did nothing else. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const script = `
import { readFileSync } from 'node:fs'
import { createToolkit, loadIdentity } from '@yinji/toolkit'
const [command, home, file] = process.argv.slice(1)
const toolkit = createToolkit({ identity: await loadIdentity(home) })
const start = performance.now()
if (command === 'label') await toolkit.label(file, {}, { visible: false, force: true, sidecar: true, output: file + '.labeled.wav' })
else await toolkit.verify(file)
// maxRSS starts from what the parent had when it forked; the high-water mark of the process itself does not.
const peak = process.platform === 'linux'
  ? Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])
  : process.resourceUsage().maxRSS
console.log(JSON.stringify({ peak, seconds: (performance.now() - start) / 1000 }))
`

export async function peakMemory(command: 'label' | 'verify', home: string, file: string) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', script, command, home, file],
    { cwd: join(import.meta.dirname, '..') },
  )
  const { peak, seconds } = JSON.parse(stdout) as { peak: number; seconds: number }
  return { megabytes: peak / 1024, seconds }
}
