/** `yinji ca crl`: lists of what was revoked. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { examples } from '../help.ts'
import { safe } from '../paint.ts'
import { whole } from './issue.ts'
import { type AuthorityFlags, openFor, subcommand } from './shared.ts'

export function crl(parent: Command, context: Context): void {
  const { t, terminal } = context
  const command = subcommand(
    parent,
    'crl',
    t('write the lists of revoked certificates', '生成证书撤销列表'),
    context,
  )
  examples(command, context, [
    ['yinji ca crl', t('one list for each CA, for a week', '每个签发机构一份，有效期一周')],
    ['yinji ca crl --days 1', t('the next one is due tomorrow', '明日更新')],
  ])
  command
    .option(
      '--days <n>',
      t('until when the next ones are due; roots: at least 90', '下次更新的天数（根证书至少 90 天）'),
      whole,
      7,
    )
    .action(async ({ days, ...flags }: AuthorityFlags & { days: number }) => {
      const lists = await (await openFor(flags, context)).revocationLists({ days })
      if (flags.json) return terminal.print(JSON.stringify(lists))
      for (const { path, number, revoked, nextUpdate } of lists)
        await terminal.print(
          `✓ ${safe(path)}  #${number}  ${revoked} ${t('revoked', '项撤销')}  → ${nextUpdate.toISOString().slice(0, 10)}`,
        )
    })
}
