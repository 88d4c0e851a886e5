/** Turns what the argument parser complains about into our own codes, so that it reads the same in both languages. */

import { InternalError, UsageError } from '@yinji/toolkit'
import type { Command, CommanderError } from 'commander'

/** The command that was meant, with the one inside it: `ca revoke`. */
export function commandIn(program: Command, argv: readonly string[]): string {
  const names: string[] = []
  let within = program
  for (const word of argv) {
    const command = within.commands.find((candidate) => candidate.name() === word)
    if (command) names.push(word)
    within = command ?? within
  }
  return names.join(' ')
}

/** @param command the words after `yinji` that say what was to be done */
export function usageError(error: CommanderError, command: string): UsageError | InternalError {
  const [first = '', second = ''] = [...error.message.matchAll(/'([^']*)'/g)].map((match) => match[1] ?? '')
  const nearest = /\(Did you mean (?:one of )?([^?,)]+)/.exec(error.message)?.[1]
  switch (error.code) {
    case 'commander.unknownCommand':
      return new UsageError(nearest ? 'usage.command.misspelt' : 'usage.command.unknown', {
        command: first,
        nearest,
      })
    case 'commander.unknownOption':
      return new UsageError(nearest ? 'usage.option.misspelt' : 'usage.option.unknown', {
        option: first,
        nearest,
        command,
      })
    case 'commander.missingArgument':
      return new UsageError('usage.argument.missing', { argument: first, command })
    case 'commander.excessArguments':
      return new UsageError('usage.argument.excess', { command })
    case 'commander.optionMissingArgument':
    case 'commander.missingMandatoryOptionValue':
      return new UsageError('usage.option.missing', { option: first, command })
    case 'commander.conflictingOption':
      return new UsageError('usage.option.conflict', { option: first, other: second })
    case 'commander.invalidArgument':
      return new UsageError('usage.option.value', {
        option: first,
        value: second,
        allowed: /Allowed choices are (.*)\.$/.exec(error.message)?.[1] ?? '',
      })
    default:
      return new InternalError(error.message, { cause: error })
  }
}
