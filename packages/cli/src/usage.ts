/** Turns what the argument parser complains about into our own codes, so that it reads the same in both languages. */

import { InternalError, UsageError } from '@yinji/toolkit'
import type { CommanderError } from 'commander'
import { commandNames } from './program.ts'

/** @param argv tells which command was meant. */
export function usageError(error: CommanderError, argv: readonly string[]): UsageError | InternalError {
  const command = argv.find((word) => commandNames.includes(word)) ?? ''
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
