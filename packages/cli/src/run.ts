/** One run of the command: parse, run, turn whatever happens into words and an exit code. */
import { type Command, CommanderError } from 'commander'
import { type Context, createContext } from './context.ts'
import { exits } from './exit.ts'
import { Interrupted, type Io } from './io.ts'
import { createProgram } from './program.ts'

/** @param argv the words after `yinji`. @returns the exit code. Never throws, never ends the process. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const context = createContext(argv, io)
  let program: Command | undefined
  try {
    program = await createProgram(argv, context)
    await program.parseAsync([...argv], { from: 'user' })
    return context.exit.code
  } catch (error) {
    return await settle(error, { argv, program }, context).catch((worse: unknown) => lastWords(worse, io))
  }
}

async function settle(
  error: unknown,
  { argv, program }: { readonly argv: readonly string[]; readonly program: Command | undefined },
  context: Context,
): Promise<number> {
  if (error instanceof Interrupted) return error.exit
  if (context.signal.aborted) return interruption(context.signal.reason)
  if (error instanceof CommanderError && error.exitCode === 0) return exits.ok
  if (error instanceof CommanderError && error.code === 'commander.help') return exits.usage
  // Loaded only now: help, versions and good news need no words about failure.
  const { commandIn, usageError } = await import('./usage.ts')
  const { failureOf, fileOf, reportFailure } = await import('./failure.ts')
  const known =
    error instanceof CommanderError ? usageError(error, program ? commandIn(program, argv) : '') : error
  const failure = failureOf(known, context)
  await reportFailure(failure, context, { json: argv.includes('--json'), name: fileOf(known, context) })
  return failure.exit
}

function interruption(reason: unknown): number {
  if (reason instanceof Interrupted) return reason.exit
  throw reason
}

/** Even the words for failures could not be loaded or said. */
function lastWords(error: unknown, io: Io): number {
  if (error instanceof Interrupted) return error.exit
  io.stderr.write(`yinji: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return exits.bug
}
