/** `yinji ca list` and `export`: what an authority has done, for itself and for those who verify. */
import { listKey } from '@yinji/toolkit'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { examples } from '../help.ts'
import { safe } from '../paint.ts'
import { type AuthorityFlags, jsonOf, openFor, printAll, serialOf, subcommand, writeNew } from './shared.ts'

export function list(parent: Command, context: Context): void {
  const { t } = context
  const command = subcommand(
    parent,
    'list',
    t('show every certificate issued', '列出签发的全部证书'),
    context,
    {
      keys: false,
    },
  )
  examples(command, context, [
    ['yinji ca list', t('what was issued, and whether it holds', '已签发的证书及其状态')],
    ['yinji ca list --json', t('for programs', '供程序使用')],
  ])
  command.action(async (flags: AuthorityFlags) => {
    const all = (await openFor(flags, context)).issued()
    if (flags.json) return context.terminal.print(JSON.stringify(all.map(jsonOf)))
    await printAll(all, context)
  })
}

interface ExportFlags extends AuthorityFlags {
  readonly output?: string
  readonly anchors?: string
  readonly certificate?: string
  readonly id: string
  readonly name?: string
}

export function exporting(parent: Command, context: Context): void {
  const { t } = context
  const command = subcommand(
    parent,
    'export',
    t(
      'write roots and the register of providers for those who verify',
      '导出根证书和提供者名录，供验证方使用',
    ),
    context,
  )
  examples(command, context, [
    [
      'yinji ca export --anchors root.pem',
      t('the roots: `yinji trust add root.pem`', '根证书：`yinji trust add root.pem`'),
    ],
    [
      'yinji ca export -o register.json --id example.register',
      t('roots, providers, their keys and standing, signed', '签名名录：根证书、提供者及其密钥和状态'),
    ],
  ])
  command
    .option('--anchors <file>', t('write the roots, PEM', '输出根证书（PEM）'))
    .option('--certificate <serial>', t('write one certificate again', '再次输出某张证书'))
    .option('-o, --output <file>', t('write the signed register, or the certificate', '输出签名名录或证书'))
    .option('--id <id>', t('name of the register for machines', '名录标识'), 'register')
    .option('--name <name>', t('name of the register for people', '名录名称'))
    .action(async ({ output, anchors, certificate, id, name, ...flags }: ExportFlags) => {
      const authority = await openFor(flags, context)
      const { terminal } = context
      if (certificate !== undefined) {
        const chain = authority.chain(await serialOf(certificate, context))
        if (output === undefined) return terminal.data(chain)
        await writeNew(output, chain, context)
        return terminal.print(flags.json ? JSON.stringify({ output }) : `✓ ${safe(output)}`)
      }
      if (output === undefined) {
        if (anchors === undefined) return terminal.data(authority.anchors)
        await writeNew(anchors, authority.anchors, context)
        return flags.json ? terminal.print(JSON.stringify({ anchors })) : terminal.print(`✓ ${safe(anchors)}`)
      }
      if (anchors !== undefined) await writeNew(anchors, authority.anchors, context)
      const text = await authority.register({ id, ...(name === undefined ? {} : { name }) })
      await writeNew(output, text, context)
      const key = listKey(text)
      if (flags.json) return terminal.print(JSON.stringify({ output, anchors: anchors ?? null, id, key }))
      await terminal.print(`✓ ${safe(output)}`)
      await terminal.say(`  → yinji trust import ${safe(output)} --key ${key}`)
    })
}
