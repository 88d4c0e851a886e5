/** `yinji ca crl` and `ocsp`: what was revoked, as a list and as an answer. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { problem, UsageError } from '@yinji/toolkit'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { examples } from '../help.ts'
import { safe } from '../paint.ts'
import { whole } from './issue.ts'
import { type AuthorityFlags, openFor, subcommand, writeNew } from './shared.ts'

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

export function ocsp(parent: Command, context: Context): void {
  const { t, terminal, io } = context
  const command = subcommand(
    parent,
    'ocsp',
    t('answer a request for one certificate', '应答单个证书的状态查询'),
    context,
  )
  examples(command, context, [
    [
      'yinji ca ocsp request.der -o answer.der',
      t('to be stapled to a signature, or carried over', '用于随签名附带或离线传递'),
    ],
    [
      'openssl ocsp -issuer issuing.pem -cert acme.pem -reqout request.der',
      t('makes such a request', '生成此类请求'),
    ],
  ])
  command
    .argument('<request>', t('OCSP request, DER', 'OCSP 请求（DER）'))
    .requiredOption('-o, --output <file>', t('where the answer goes', '应答输出文件'))
    .action(async (file: string, { output, ...flags }: AuthorityFlags & { output: string }) => {
      const request = await readFile(resolve(io.cwd, file)).catch((error: unknown) => {
        throw new UsageError(
          'usage.request.invalid',
          { problem: problem(`${file} can’t be read`) },
          { cause: error },
        )
      })
      await writeNew(output, await (await openFor(flags, context)).answer(request), context)
      await terminal.print(flags.json ? JSON.stringify({ output }) : `✓ ${safe(output)}`)
    })
}
