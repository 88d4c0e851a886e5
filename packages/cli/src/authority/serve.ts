/** `yinji ca serve`: what the certificates refer to, over HTTP. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { examples } from '../help.ts'
import { complain, type ServingFlags, servingOptions, untilStopped } from '../serving.ts'
import { type AuthorityFlags, openFor, subcommand } from './shared.ts'

export function serve(parent: Command, context: Context): void {
  const { t, terminal, paint } = context
  const summary = t('answer whether certificates were revoked', '提供证书状态查询')
  const command = subcommand(parent, 'serve', summary, context)
  examples(command, context, [
    [
      'yinji ca serve --port 8080',
      t('answers, lists and roots, for this machine', '状态应答、撤销列表与根证书（仅限本机）'),
    ],
    [
      'yinji ca serve --host 0.0.0.0 --port 80',
      t('for everybody who checks a certificate', '供所有验证方使用'),
    ],
  ])
  servingOptions(command, context, 8080).action(async (flags: AuthorityFlags & ServingFlags) => {
    const authority = await openFor(flags, context)
    const server = await authority.serve({ ...flags, onError: complain(context) })
    await terminal.print(
      flags.json
        ? JSON.stringify({ url: server.url, organization: authority.settings.organization })
        : `${paint('green', '✓')} ${paint('bold', server.url)}  ${t('roots', '根证书')} ${server.url}roots.pem`,
    )
    await untilStopped(server, context)
  })
}
