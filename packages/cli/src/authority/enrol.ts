/** `yinji cert request` and `install`: how a service gets its certificates from an authority. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Identity, UsageError } from '@yinji/toolkit'
import { type Enrolment, installCertificates, requestCertificates } from '@yinji/toolkit/authority'
import { type Command, Option } from 'commander'
import type { Context } from '../context.ts'
import { examples } from '../help.ts'
import { identityFor } from '../identity.ts'
import { safe } from '../paint.ts'
import { type PassphraseFlags, passphraseFor, passphraseOption } from '../passphrase.ts'
import { writeNew } from './shared.ts'

interface RequestFlags extends PassphraseFlags {
  readonly provider?: string
  readonly service?: string
  readonly code?: string
  readonly filingNumber?: string
  readonly country?: string
  readonly key: NonNullable<Enrolment['kind']>
  readonly sm2: boolean
  readonly output: string
  readonly json?: true
}

export function request(parent: Command, context: Context): void {
  const { t } = context
  const summary = t('make keys and ask an authority to certify them', '生成密钥并请求认证机构签发证书')
  const command = parent.command('request').summary(summary).description(summary)
  examples(command, context, [
    [
      'yinji cert request --provider "Acme AI" --service "Acme Painter" --code 001191110102MACQD9K64010000',
      t('writes yinji.csr and yinji-sm2.csr', '生成 yinji.csr 和 yinji-sm2.csr'),
    ],
    ['yinji cert request -o renewal', t('as the identity here is called', '沿用本机身份的名称')],
  ])
  command
    .option('--provider <name>', t('who answers for the service', '服务的责任主体'))
    .option('--service <name>', t('name of the public service', '面向公众的服务名称'))
    .option('--code <27chars>', t('provider code (TC260-PG-20252A)', '服务提供者编码（TC260-PG-20252A）'))
    .option('--filing-number <number>', t('filing number of the algorithm', '算法备案号'))
    .option('--country <CC>', t('two letters', '两位字母'))
    .addOption(
      new Option('--key <kind>', t('kind of the key for manifests', '用于清单的密钥类型'))
        .choices(['P-256', 'P-384', 'P-521', 'RSA-2048', 'RSA-3072', 'RSA-4096', 'Ed25519'])
        .default('P-256'),
    )
    .option('--no-sm2', t('no SM2 key for labels', '不申请用于标识的 SM2 证书'))
    .option('-o, --output <name>', t('what the requests are called', '请求文件的名称'), 'yinji')
    .option('--json', t('print JSON', '输出 JSON'))
    .action((flags: RequestFlags) => ask(flags, context))
  passphraseOption(command, context)
}

async function ask(flags: RequestFlags, context: Context): Promise<void> {
  const { home, terminal, t, io } = context
  const own = await identityFor(context, false, flags).catch(() => undefined)
  const organization = flags.provider ?? own?.provider.name
  if (organization === undefined)
    throw new UsageError('usage.option.missing', { option: '--provider', command: 'cert request' })
  const code = flags.code ?? (flags.provider === undefined ? own?.provider.code : undefined)
  const subject = {
    organization,
    commonName: flags.service ?? serviceOf(own) ?? organization,
    code,
    filingNumber: flags.filingNumber,
    country: flags.country,
  }
  const sealed = flags.passphraseFile !== undefined || io.env['YINJI_PASSPHRASE'] !== undefined
  const passphrase = sealed ? passphraseFor(flags, context) : undefined
  const { signer, sm2 } = await requestCertificates(home, {
    subject,
    kind: flags.key,
    sm2: flags.sm2,
    passphrase,
  })
  const files = [`${flags.output}.csr`, ...(sm2 === undefined ? [] : [`${flags.output}-sm2.csr`])]
  for (const [index, text] of [signer, sm2].entries())
    if (text !== undefined) await writeNew(files[index] ?? '', text, context)
  if (flags.json) return terminal.print(JSON.stringify({ files, subject }))
  for (const file of files) await terminal.print(`✓ ${safe(file)}`)
  await terminal.say(
    `  ${context.paintTalk('cyan', '→')} ${t(
      'Send them to the authority; the keys stay here. Then: yinji cert install FILE…',
      '请发送给认证机构；密钥留在本机。随后运行：yinji cert install 文件…',
    )}`,
  )
}

const serviceOf = (identity: Identity | undefined) => identity?.system?.name

interface InstallFlags extends PassphraseFlags {
  readonly anchors?: string
  readonly json?: true
}

export function install(parent: Command, context: Context): void {
  const { t, terminal, home } = context
  const summary = t('put certificates that came back to their keys', '安装返回的证书')
  const command = parent.command('install').summary(summary).description(summary)
  examples(command, context, [
    [
      'yinji cert install acme.pem acme-sm2.pem --anchors root.pem',
      t('from now on labels are signed with them', '此后用其签署标识'),
    ],
    ['yinji cert install renewed.pem', t('the same key, a new certificate', '同一密钥的新证书')],
  ])
  command
    .argument('<chain...>', t('PEM: the certificate and those above it', 'PEM：证书及其上级证书'))
    .option(
      '--anchors <file>',
      t('roots of the authority, for those who verify', '认证机构的根证书，交给验证方'),
    )
    .option('--json', t('print JSON', '输出 JSON'))
    .action(async (files: string[], flags: InstallFlags) => {
      const chains = await Promise.all(files.map((file) => readText(file, context)))
      const anchors = flags.anchors === undefined ? undefined : await readText(flags.anchors, context)
      const passphrase = passphraseFor(flags, context)
      const installed = await installCertificates(home, chains, { anchors, passphrase })
      if (flags.json)
        return terminal.print(
          JSON.stringify(
            installed.map(({ role, certificate }) => ({
              role,
              subject: certificate.subject.text,
              notAfter: certificate.notAfter.toISOString(),
              fingerprint: certificate.fingerprint,
            })),
          ),
        )
      for (const { role, certificate } of installed)
        await terminal.print(
          `✓ ${role === 'sm2' ? t('labels', '标识') : t('manifests', '清单')}  ${safe(certificate.subject.text)}  → ${certificate.notAfter.toISOString().slice(0, 10)}`,
        )
    })
  passphraseOption(command, context)
}

async function readText(file: string, { io }: Context): Promise<string> {
  return readFile(resolve(io.cwd, file), 'utf8').catch((error: unknown) => {
    throw new UsageError('usage.certificate.unreadable', { path: file }, { cause: error })
  })
}
