/** How much memory a job needs at its peak, as the kernel counted it for a process that did nothing else. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const script = `
import { readFileSync } from 'node:fs'
import { createToolkit, loadIdentity } from '@yinji/toolkit'
const [command, home, file, times] = process.argv.slice(1)
const toolkit = createToolkit({ identity: await loadIdentity(home) })
const options = { visible: false, force: true, sidecar: true }
const start = performance.now()
for (let index = 0; index < Number(times); index++)
  if (command === 'label') await toolkit.label(file, {}, { ...options, output: file + '.' + index + '.labeled' })
  else await toolkit.verify(file)
// maxRSS starts from what the parent had when it forked; the high-water mark of the process itself does not.
const peak = process.platform === 'linux'
  ? Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])
  : process.resourceUsage().maxRSS
console.log(JSON.stringify({ peak, seconds: (performance.now() - start) / 1000 }))
`

/** @param times how often, one after the other; labelled files get a name each */
export async function peakMemory(command: 'label' | 'verify', home: string, file: string, times = 1) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', script, command, home, file, `${times}`],
    { cwd: join(import.meta.dirname, '..') },
  )
  const { peak, seconds } = JSON.parse(stdout) as { peak: number; seconds: number }
  return { megabytes: peak / 1024, seconds }
}
