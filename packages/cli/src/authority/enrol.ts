/** `yinji cert request` and `install`: how a service gets its certificates from an authority. */
import { readFile, unlink } from 'node:fs/promises'
import { resolve } from 'node:path'
import { UsageError } from '@yinji/toolkit'
import { installCertificates, requestCertificates } from '@yinji/toolkit/authority'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { examples } from '../help.ts'
import { identityFor } from '../identity.ts'
import { safe } from '../paint.ts'
import { type PassphraseFlags, passphraseFor, passphraseOption } from '../passphrase.ts'
import { type KeyKindFlags, keyKindOptions, type SubjectFlags, subjectOptions, writeNew } from './shared.ts'

interface RequestFlags extends PassphraseFlags, SubjectFlags, KeyKindFlags {
  readonly provider?: string
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
  command.option('--provider <name>', t('who answers for the service', '服务的责任主体'))
  keyKindOptions(subjectOptions(command, context), context)
    .option('-o, --output <name>', t('what the requests are called', '请求文件的名称'), 'yinji')
    .option('--json', t('print JSON', '输出 JSON'))
    .action((flags: RequestFlags) => ask(flags, context))
  passphraseOption(command, context)
}

async function ask(flags: RequestFlags, context: Context): Promise<void> {
  const { home, terminal, t, io } = context
  // Only for its names: one that has run out, or can't be opened, is the very reason to ask for another.
  const own = await identityFor(context, false, flags).catch(() => undefined)
  const organization = flags.provider ?? own?.provider.name
  if (organization === undefined)
    throw new UsageError('usage.option.missing', { option: '--provider', command: 'cert request' })
  const code = flags.code ?? (flags.provider === undefined ? own?.provider.code : undefined)
  const subject = {
    organization,
    commonName: flags.service ?? own?.system?.name ?? organization,
    code,
    filingNumber: flags.filingNumber,
    country: flags.country,
  }
  const sealed = flags.passphraseFile !== undefined || io.env['YINJI_PASSPHRASE'] !== undefined
  const passphrase = sealed ? passphraseFor(flags, context) : undefined
  const files = [`${flags.output}.csr`, ...(flags.sm2 ? [`${flags.output}-sm2.csr`] : [])]
  const enrolment = { subject, kind: flags.key, sm2: flags.sm2, passphrase }
  await requestCertificates(home, enrolment, async ({ signer, sm2 }) => {
    const [own = '', twin = ''] = files
    await writeNew(own, signer, context)
    if (sm2 === undefined) return
    await writeNew(twin, sm2, context).catch(async (error: unknown) => {
      await unlink(resolve(io.cwd, own)) // its key is about to be given up
      throw error
    })
  })
  if (flags.json) return terminal.print(JSON.stringify({ files, subject }))
  for (const file of files) await terminal.print(`✓ ${safe(file)}`)
  await terminal.say(
    `  ${context.paintTalk('cyan', '→')} ${t(
      'Send them to the authority; the keys stay here. Then: yinji cert install FILE…',
      '请发送给认证机构；密钥留在本机。随后运行：yinji cert install 文件…',
    )}`,
  )
}

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
