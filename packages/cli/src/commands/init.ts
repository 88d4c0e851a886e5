/** `yinji init`: makes the identity once; everything afterwards needs no options. */
import { join, sep } from 'node:path'
import { createIdentity } from '@yinji/toolkit'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { examples } from '../help.ts'
import { pad, safe, width } from '../paint.ts'

interface Flags {
  readonly provider: string
  readonly code?: string
  readonly service?: string
  readonly filingNumber?: string
  readonly system?: string
  readonly systemVersion?: string
  readonly force?: true
  readonly json?: true
}

export function init(command: Command, context: Context): void {
  const { t } = context
  examples(command, context, [
    ['yinji init --provider "Acme AI"', t('a name is enough to begin', '有名称即可开始')],
    [
      'yinji init --provider "Acme AI" --system "Acme Painter" --system-version 3.1',
      t('with the model', '注明模型'),
    ],
  ])
  command
    .requiredOption(
      '--provider <name>',
      t('who makes the content: your service or company', '生成内容的服务或公司名称'),
    )
    .option(
      '--code <27chars>',
      t('your provider code (TC260-PG-20252A)', '服务提供者编码（TC260-PG-20252A）'),
    )
    .option(
      '--service <name>',
      t('name of the public service, for its certificates', '面向公众的服务名称（写入证书）'),
    )
    .option('--filing-number <number>', t('filing number of the algorithm', '算法备案号'))
    .option('--system <name>', t('the system or model', '系统或模型名称'))
    .option('--system-version <v>', t('its version', '系统或模型版本'))
    .option('--force', t('replace an identity; the old one is moved aside', '替换已有身份（旧身份移到一旁）'))
    .option('--json', t('print JSON', '输出 JSON'))
    .action((flags: Flags) => initialise(flags, context))
}

async function initialise(flags: Flags, context: Context): Promise<void> {
  const { home, io, terminal, paint, t } = context
  const { json, ...who } = flags
  const { provider, system } = await createIdentity(home, who)
  const anchor = join(home, 'ca', 'root.pem')
  if (json)
    return terminal.print(
      JSON.stringify({ schema: 'yinji.identity/1', home, anchor, provider, system: system ?? null }),
    )
  const short = (path: string) => safe(shorten(path, io.env['HOME']))
  const rows = [
    [t('identity', '身份'), short(home)],
    [
      t('private key', '私钥'),
      `${short(join(home, 'signer.key'))}  ${paint('dim', t('keep it secret', '请妥善保密'))}`,
    ],
    [
      t('trust anchor', '信任锚'),
      `${short(anchor)}  ${paint('dim', t('give it to those who verify', '交给验证方'))}`,
    ],
  ] as const
  const column = Math.max(...rows.map(([name]) => width(name)))
  const name = [provider.name, provider.code, system?.name, system?.version].filter(Boolean).join(' · ')
  await terminal.print(`${paint('green', '✓')} ${paint('bold', safe(name))}`)
  for (const [title, value] of rows) await terminal.print(`  ${pad(title, column)}  ${value}`)
  await terminal.say(`  ${context.paintTalk('cyan', '→')} ${t('Next:', '下一步：')} yinji label FILE`)
}

/** `~/.config/yinji` says the same in half the width. */
function shorten(path: string, home: string | undefined): string {
  return home && path.startsWith(`${home}${sep}`) ? `~${path.slice(home.length)}` : path
}
