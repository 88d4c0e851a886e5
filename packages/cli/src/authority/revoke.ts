/** `yinji ca revoke` and `release`: certificates that no longer hold, and those that do again. */
import { type RevocationReason, revocationReasons } from '@yinji/toolkit/authority'
import { type Command, Option } from 'commander'
import type { Context } from '../context.ts'
import { examples } from '../help.ts'
import { moment } from '../options.ts'
import { type AuthorityFlags, jsonOf, openFor, printAll, serialOf, subcommand } from './shared.ts'

interface RevokeFlags extends AuthorityFlags {
  readonly reason: RevocationReason
  readonly since?: Date
}

export function revoke(parent: Command, context: Context): void {
  const { t } = context
  const command = subcommand(parent, 'revoke', t('take a certificate back', '撤销证书'), context, {
    keys: false,
  })
  examples(command, context, [
    ['yinji ca revoke acme.pem --reason superseded', t('it has been replaced', '已被替换')],
    [
      'yinji ca revoke 4d5c01aa --reason keyCompromise --since 2026-11-01',
      t('stolen: nothing since then is believed', '密钥泄露：此后的签名均不可信'),
    ],
  ])
  command
    .argument('<certificate>', t('its serial number or file', '序列号或证书文件'))
    .addOption(
      new Option('--reason <reason>', t('why', '原因')).choices(revocationReasons).makeOptionMandatory(),
    )
    .option(
      '--since <time>',
      t('since when others may have had the key', '密钥可能泄露的起始时间'),
      moment('--since'),
    )
    .action(async (name: string, { reason, since, ...flags }: RevokeFlags) => {
      const authority = await openFor(flags, context)
      const one = await authority.revoke(await serialOf(name, context), { reason, since })
      if (flags.json) return context.terminal.print(JSON.stringify(jsonOf(one)))
      await printAll([one], context)
      await context.terminal.say(
        `  ${context.paintTalk('cyan', '→')} ${t(
          'Tell the world: `yinji ca crl`; `yinji ca serve` knows already.',
          '对外公布：`yinji ca crl`；`yinji ca serve` 已经知晓。',
        )}`,
      )
    })
}

export function release(parent: Command, context: Context): void {
  const { t } = context
  const command = subcommand(
    parent,
    'release',
    t('give back what was on hold', '恢复被暂停的证书'),
    context,
    {
      keys: false,
    },
  )
  examples(command, context, [
    ['yinji ca revoke acme.pem --reason certificateHold', t('for the time being', '暂时停用')],
    ['yinji ca release acme.pem', t('it holds again', '恢复有效')],
  ])
  command
    .argument('<certificate>', t('its serial number or file', '序列号或证书文件'))
    .action(async (name: string, flags: AuthorityFlags) => {
      const authority = await openFor(flags, context)
      const one = await authority.release(await serialOf(name, context))
      if (flags.json) return context.terminal.print(JSON.stringify(jsonOf(one)))
      await printAll([one], context)
    })
}
