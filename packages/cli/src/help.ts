/** What every help page begins with. */
import type { Command } from 'commander'
import type { Context } from './context.ts'

/** Two examples say more than a page of options, so they come first. */
export function examples(
  command: Command,
  { t, paint }: Context,
  lines: readonly (readonly [line: string, what: string])[],
): void {
  const longest = Math.max(...lines.map(([line]) => line.length))
  const shown = lines.map(([line, what]) => `  ${line.padEnd(longest)}   ${paint('dim', what)}`)
  command.addHelpText('before', [paint('bold', t('Examples:', '示例：')), ...shown, ''].join('\n'))
}
