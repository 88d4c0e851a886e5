/** Connects the command to its process. */
import { askSecret } from './ask.ts'
import { Interrupted } from './io.ts'
import { run } from './run.ts'

const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => interruption.abort(new Interrupted(signal))) // a second one ends the process at once

// A reader that has gone is noticed by the write itself; without a listener the event would be a crash.
for (const output of [process.stdout, process.stderr]) output.on('error', () => {})

process.exitCode = await run(process.argv.slice(2), {
  stdin: process.stdin,
  ask:
    process.stdin.isTTY && process.stderr.isTTY
      ? (question) => askSecret(process.stdin, process.stderr, question)
      : undefined,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  signal: interruption.signal,
})
process.stdin.destroy() // an interrupted read of it would keep the process waiting
