/** `yinji ca init`, `issue`, `renew`, `rotate`: everything that makes certificates. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { problem, UsageError } from '@yinji/toolkit'
import {
  type Family,
  foundAuthority,
  type IssuedCertificate,
  type NewCertificate,
  requestedIn,
} from '@yinji/toolkit/authority'
import { type Command, Option } from 'commander'
import type { Context } from '../context.ts'
import { examples } from '../help.ts'
import { safe } from '../paint.ts'
import { passphraseFor } from '../passphrase.ts'
import {
  type AuthorityFlags,
  directoryOf,
  jsonOf,
  type KeyKindFlags,
  keyKindOptions,
  openFor,
  type SubjectFlags,
  serialOf,
  subcommand,
  subjectOptions,
  writeNew,
} from './shared.ts'

interface InitFlags extends AuthorityFlags, KeyKindFlags {
  readonly organization: string
  readonly country?: string
  readonly url?: string
}

export function init(parent: Command, context: Context): void {
  const { t } = context
  const command = subcommand(parent, 'init', t('found an authority', '创建认证机构'), context)
  examples(command, context, [
    [
      'yinji ca init --organization "Example Ministry" --country CN',
      t('keys, roots, issuing CAs', '密钥、根证书、签发机构'),
    ],
    [
      'yinji ca init --organization Acme --url http://ca.acme.example',
      t('certificates say where to ask about them', '证书注明查询地址'),
    ],
  ])
  command
    .requiredOption('--organization <name>', t('who runs it', '运营机构名称'))
    .option('--country <CC>', t('its country, two letters', '国家代码（两位字母）'))
    .option('--url <url>', t('where `yinji ca serve` will be reached', '`yinji ca serve` 的访问地址'))
    .action((flags: InitFlags) => found(flags, context))
  keyKindOptions(command, context)
}

async function found(flags: InitFlags, context: Context): Promise<void> {
  const { terminal, paint, t } = context
  const directory = directoryOf(flags, context)
  const { organization, country, url, key, sm2 } = flags
  const passphrase = passphraseFor(flags, context, { twice: true })
  const settings = await foundAuthority(directory, { organization, country, url, kind: key, sm2, passphrase })
  if (flags.json) return terminal.print(JSON.stringify({ ...settings, directory }))
  await terminal.print(
    `${paint('green', '✓')} ${paint('bold', safe(settings.organization))}  ${safe(directory)}`,
  )
  for (const family of settings.families) await terminal.print(`  ${family}  root → issuing-1`)
  await terminal.say(
    `  ${context.paintTalk('cyan', '→')} ${t(
      'Next: `yinji ca export --anchors root.pem` for those who verify; `yinji ca issue REQUEST` for services.',
      '下一步：`yinji ca export --anchors root.pem` 交给验证方；`yinji ca issue 请求文件` 为服务签发证书。',
    )}`,
  )
}

interface ChainFlags extends AuthorityFlags {
  readonly output?: string
  readonly days: number
}

/** Of commands that answer with a certificate and those above it. */
function chainOptions(command: Command, { t }: Context): Command {
  return command
    .option('-o, --output <file>', t('where the chain goes (default: printed)', '证书链输出文件（默认打印）'))
    .option('--days <n>', t('how long it is valid', '有效天数'), whole, 365)
}

interface IssueFlags extends ChainFlags, SubjectFlags {
  readonly organization?: string
  readonly asRequested?: true
  readonly for: NonNullable<NewCertificate['profile']>
}

export function issue(parent: Command, context: Context): void {
  const { t } = context
  const command = subcommand(
    parent,
    'issue',
    t('certify the key of a request', '为请求中的密钥签发证书'),
    context,
  )
  examples(command, context, [
    [
      'yinji ca issue acme.csr --organization "Acme AI" --service "Acme Painter" --code 001191110102MACQD9K64010000 -o acme.pem',
      t('the service installs acme.pem', '服务方安装 acme.pem'),
    ],
    ['yinji ca issue acme.csr --as-requested', t('after checking what it asks for', '核对请求内容之后')],
  ])
  command.argument('<request>', t('PKCS #10, from `yinji cert request` or openssl', 'PKCS #10 请求文件'))
  chainOptions(command, context)
    .option('--organization <name>', t('who answers for the service', '服务的责任主体'))
    .option('--as-requested', t('take what the request says for the rest', '其余内容采用请求中的信息'))
    .addOption(
      new Option('--for <purpose>', t('what the key will sign', '密钥用途'))
        .choices(['signer', 'timestamp', 'ocsp'])
        .default('signer'),
    )
    .action((file: string, flags: IssueFlags) => certify(file, flags, context))
  subjectOptions(command, context)
}

async function certify(file: string, flags: IssueFlags, context: Context): Promise<void> {
  const request = await readRequestFile(file, context)
  const authority = await openFor(flags, context)
  const asked = flags.asRequested ? requestedIn(request) : {}
  const organization = flags.organization ?? asked.organization
  const commonName = flags.service ?? asked.commonName
  if (organization === undefined || commonName === undefined) {
    const missing = [organization === undefined && '--organization', commonName === undefined && '--service']
    throw new UsageError('authority.subject.incomplete', { missing: missing.filter(Boolean).join(', ') })
  }
  const subject = {
    organization,
    commonName,
    code: flags.code ?? asked.code,
    filingNumber: flags.filingNumber ?? asked.filingNumber,
    country: flags.country ?? asked.country,
  }
  await deliver(
    await authority.issue({ request, subject, profile: flags.for, days: flags.days }),
    flags,
    context,
  )
}

export function renew(parent: Command, context: Context): void {
  const { t } = context
  const command = subcommand(
    parent,
    'renew',
    t('issue the same again, longer or for a new key', '续期证书或更换其密钥'),
    context,
  )
  examples(command, context, [
    ['yinji ca renew acme.pem -o acme-2.pem', t('the same key, another year', '同一密钥，续期一年')],
    [
      'yinji ca renew 4d5c01aa new.csr',
      t('a new key; the old certificate overlaps', '新密钥；旧证书继续有效'),
    ],
  ])
  command
    .argument('<certificate>', t('its serial number or file', '序列号或证书文件'))
    .argument('[request]', t('with the new key', '使用新密钥的请求'))
  chainOptions(command, context).action(async (name: string, file: string | undefined, flags: ChainFlags) => {
    const authority = await openFor(flags, context)
    const request = file === undefined ? {} : { request: await readRequestFile(file, context) }
    const serial = await serialOf(name, context)
    await deliver(await authority.renew(serial, { ...request, days: flags.days }), flags, context)
  })
}

export function rotate(parent: Command, context: Context): void {
  const { t, terminal } = context
  const command = subcommand(parent, 'rotate', t('make a new issuing CA', '更换签发机构'), context)
  examples(command, context, [
    [
      'yinji ca rotate',
      t('both families; what the old ones issued still holds', '两类证书体系；旧证书继续有效'),
    ],
    ['yinji ca rotate --family sm2', t('only the one for labels', '仅用于标识的体系')],
  ])
  command
    .addOption(new Option('--family <family>', t('c2pa or sm2', 'c2pa 或 sm2')).choices(['c2pa', 'sm2']))
    .action(async (flags: AuthorityFlags & { family?: Family }) => {
      const authority = await openFor(flags, context)
      for (const family of authority.settings.families) {
        if (flags.family !== undefined && flags.family !== family) continue
        const { name, certificate } = await authority.rotate(family)
        const { subject, notAfter } = certificate
        if (flags.json)
          await terminal.print(
            JSON.stringify({ family, name, subject: subject.text, notAfter: notAfter.toISOString() }),
          )
        else await terminal.print(`✓ ${family}/${name}  ${safe(subject.text)}`)
      }
    })
}

async function deliver(
  issued: IssuedCertificate,
  flags: AuthorityFlags & { readonly output?: string },
  context: Context,
): Promise<void> {
  const { terminal, t } = context
  if (flags.output !== undefined) await writeNew(flags.output, issued.chain, context)
  if (flags.json) return terminal.print(JSON.stringify({ ...jsonOf(issued), chain: issued.chain }))
  if (flags.output === undefined) await terminal.data(issued.chain)
  const { subject, notAfter } = issued.certificate
  await terminal.say(
    `✓ ${safe(subject.text)}  ${t('until', '有效期至')} ${notAfter.toISOString().slice(0, 10)}  ${issued.serial}`,
  )
}

async function readRequestFile(name: string, { io }: Context): Promise<Uint8Array> {
  return readFile(resolve(io.cwd, name)).catch((error: unknown) => {
    throw new UsageError(
      'usage.request.invalid',
      { problem: problem(`${name} can’t be read`) },
      { cause: error },
    )
  })
}

/** A whole number of days. */
export function whole(text: string): number {
  const days = Number(text)
  if (Number.isInteger(days) && days > 0 && days <= 36_500) return days
  throw new UsageError('usage.option.value', { option: '--days', value: text, allowed: '1, 30, 365, …' })
}
