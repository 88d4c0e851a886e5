/** `yinji tsa`: a time-stamp authority for networks without one. */
import { resolve } from 'node:path'
import { createTimestampServer, factsOfDer, loadTimestampAuthority } from '@yinji/toolkit/authority'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { examples } from '../help.ts'
import { safe } from '../paint.ts'
import { type PassphraseFlags, passphraseFor, passphraseOption } from '../passphrase.ts'
import { complain, type ServingFlags, servingOptions, untilStopped } from '../serving.ts'

interface Flags extends PassphraseFlags, ServingFlags {
  readonly certificate: string
  readonly key: string
  readonly policy?: string
  readonly json?: true
}

export function tsa(parent: Command, context: Context): void {
  const { t } = context
  const lines = [
    [
      'yinji tsa serve --certificate tsa.pem --key tsa.key',
      t('stamps at http://127.0.0.1:3161/', '在 http://127.0.0.1:3161/ 提供时间戳'),
    ],
    [
      'yinji label photo.jpg --timestamp http://127.0.0.1:3161/',
      t('has it attest the time', '由其证明签名时间'),
    ],
  ] as const
  examples(parent, context, lines)
  const command = parent
    .command('serve')
    .summary(t('stamp times over HTTP (RFC 3161)', '通过 HTTP 提供时间戳（RFC 3161）'))
    .description(t('stamp times over HTTP (RFC 3161)', '通过 HTTP 提供时间戳（RFC 3161）'))
    .requiredOption(
      '--certificate <file>',
      t(
        'certificate for time stamps, and those above it: from `yinji ca issue --for timestamp`',
        '时间戳专用证书及其上级证书，由 `yinji ca issue --for timestamp` 签发',
      ),
    )
    .requiredOption('--key <file>', t('its private key, PEM', '对应的私钥（PEM）'))
    .option('--policy <oid>', t('what the stamps are made under (default: any)', '时间戳策略（默认任意）'))
    .option('--json', t('print JSON', '输出 JSON'))
  examples(command, context, lines)
  servingOptions(passphraseOption(command, context), context, 3161).action((flags: Flags) =>
    serveStamps(flags, context),
  )
}

async function serveStamps(flags: Flags, context: Context): Promise<void> {
  const { terminal, paint, io } = context
  const authority = await loadTimestampAuthority({
    certificate: resolve(io.cwd, flags.certificate),
    key: resolve(io.cwd, flags.key),
    passphrase: passphraseFor(flags, context),
    policy: flags.policy,
  })
  const server = await createTimestampServer(authority, { ...flags, onError: complain(context) })
  const { policy } = authority
  const { organization = null, name = null, notAfter = null } = factsOfDer(authority.certificate) ?? {}
  const who = [organization, name].filter(Boolean).join(' · ')
  await terminal.print(
    flags.json
      ? JSON.stringify({ url: server.url, organization, name, notAfter, policy })
      : `${paint('green', '✓')} ${paint('bold', server.url)}  ${safe(who)}  → ${notAfter?.slice(0, 10)}`,
  )
  await untilStopped(server, context)
}
