/** `yinji doctor`: what this machine has, and what to do about what it has not. */
import { doctor as examine } from '@yinji/toolkit'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { exits } from '../exit.ts'
import { examples } from '../help.ts'
import { pad, safe, width } from '../paint.ts'

export function doctor(command: Command, context: Context): void {
  const { t } = context
  examples(command, context, [
    ['yinji doctor', t('a tick for everything that is there', '逐项检查')],
    ['yinji doctor --json', t('the same for programs', '供程序使用')],
  ])
  command
    .option('--json', t('print JSON', '输出 JSON'))
    .action((flags: { json?: true }) => check(flags.json === true, context))
}

async function check(json: boolean, context: Context): Promise<void> {
  const { terminal, paint, home } = context
  const checks = await examine({ home, ffmpeg: context.ffmpeg() })
  if (checks.some(({ ok }) => !ok)) context.exit.add(exits.failed)
  if (json) return terminal.print(JSON.stringify(checks, null, 2))
  const column = Math.max(...checks.map(({ name }) => width(name)))
  for (const { name, ok, detail, next } of checks) {
    await terminal.print(
      `${ok ? paint('green', '✓') : paint('yellow', '!')} ${pad(name, column)}  ${safe(detail)}`,
    )
    if (!ok && next) await terminal.print(`  ${' '.repeat(column)}  ${paint('cyan', '→')} ${safe(next)}`)
  }
}
