/** Checks each package as those who install it will meet it: publint, and the types as every resolver sees them. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const run = (command, args, cwd = root) =>
  execFileSync(command, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' })
const packed = mkdtempSync(join(tmpdir(), 'yinji-pack-'))

try {
  for (const name of readdirSync(join(root, 'packages'))) {
    const directory = join(root, 'packages', name)
    run('npx', ['--yes', packageManager, 'pack', '--pack-destination', packed], directory)
  }
  for (const file of readdirSync(packed)) {
    process.stdout.write(run('npx', ['publint', '--strict', join(packed, file)]))
    // The command has no types to resolve.
    if (!/^yinji-\d/.test(file))
      process.stdout.write(run('npx', ['attw', join(packed, file), '--profile', 'esm-only']))
  }
} finally {
  rmSync(packed, { recursive: true, force: true })
}
