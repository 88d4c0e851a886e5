/** `yinji cert show`: a certificate in plain words, from its own file or out of labelled media. */
import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createToolkit, inChinese, UsageError } from '@yinji/toolkit'
import { type CertificateFacts, factsIn, factsOfDer } from '@yinji/toolkit/authority'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { examples } from '../help.ts'
import { pad, safe, width } from '../paint.ts'

interface Found {
  /** Where in the file; null for the file itself. */
  readonly at: string | null
  readonly facts: CertificateFacts
}

export function show(parent: Command, context: Context): void {
  const { t } = context
  const summary = t('explain certificates in plain words', '用通俗的话解释证书')
  const command = parent.command('show').summary(summary).description(summary)
  examples(command, context, [
    ['yinji cert show acme.pem', t('a certificate, a chain or a request', '证书、证书链或证书请求')],
    ['yinji cert show photo.labeled.jpg', t('those in a labelled file', '已标识文件中的证书')],
  ])
  command
    .argument('<file...>', t('PEM, DER or media', 'PEM、DER 或媒体文件'))
    .option('--json', t('print JSON', '输出 JSON'))
    .action(async (files: string[], { json }: { json?: true }) => {
      for (const file of files) {
        const found = await certificatesOf(file, context)
        if (json)
          await context.terminal.print(
            JSON.stringify({ name: file, certificates: found.map(({ at, facts }) => ({ at, ...facts })) }),
          )
        else
          for (const [index, one] of found.entries()) await explain(one, index === 0 ? file : null, context)
      }
    })
}

/** Far above any file of certificates: what is larger is media, and not read as a whole. */
const mostBytes = 4 * 1024 * 1024

async function certificatesOf(name: string, context: Context): Promise<Found[]> {
  const path = resolve(context.io.cwd, name)
  const unreadable = (cause?: unknown) =>
    new UsageError('usage.certificate.unreadable', { path: name }, { cause })
  const { size } = await stat(path).catch((error: unknown) => {
    throw unreadable(error)
  })
  const facts = size > mostBytes ? [] : factsIn(await readFile(path))
  if (facts.length > 0) return facts.map((one) => ({ at: null, facts: one }))
  await using toolkit = createToolkit()
  const { certificates } = await toolkit.inspect(path).catch((error: unknown) => {
    throw unreadable(error)
  })
  const found = certificates.flatMap(({ at, chain }) =>
    chain.flatMap((der) => {
      const facts = factsOfDer(der)
      return facts ? [{ at, facts }] : []
    }),
  )
  if (found.length === 0) throw unreadable()
  return found
}

async function explain({ at, facts }: Found, file: string | null, context: Context): Promise<void> {
  const { terminal, paint, t } = context
  const day = (time: string | null) => time?.slice(0, 10) ?? '?'
  const left =
    facts.notAfter === null ? 0 : Math.floor((Date.parse(facts.notAfter) - Date.now()) / 86_400_000)
  const early = facts.notBefore !== null && Date.parse(facts.notBefore) > Date.now()
  const state = early
    ? paint('yellow', t('not valid yet', '尚未生效'))
    : left < 0
      ? paint('red', t('expired', '已过期'))
      : t(`${left} days left`, `剩余 ${left} 天`)
  const words: Readonly<Record<string, string>> = {
    authority: t('issues certificates', '签发证书'),
    content: t('signs content and labels', '签署内容与标识'),
    timestamp: t('stamps times', '签发时间戳'),
    ocsp: t('answers whether certificates were revoked', '应答证书是否被撤销'),
  }
  const request = facts.type === 'request'
  const rows: (readonly [string, string | null])[] = [
    [
      t('organisation', '组织'),
      facts.organization && [facts.organization, facts.country].filter(Boolean).join(' · '),
    ],
    [
      t('provider code', '提供者编码'),
      facts.code &&
        `${facts.code.text}${facts.code.sound ? '' : `  ${t('(no valid code)', '（编码无效）')}`}`,
    ],
    [t('filing number', '备案号'), facts.filingNumber],
    [t('may', '用途'), facts.purposes.map((purpose) => words[purpose] ?? purpose).join(', ') || null],
    [t('issued by', '签发者'), facts.selfSigned ? t('itself: it is a root', '自签：根证书') : facts.issuer],
    [t('valid', '有效期'), request ? null : `${day(facts.notBefore)} → ${day(facts.notAfter)}  ${state}`],
    [t('key', '密钥'), facts.key ?? t('of a kind not used here', '不支持的类型')],
    [t('but', '问题'), facts.problem && t(facts.problem, inChinese(facts.problem))],
    [t('serial', '序列号'), facts.serial],
    ['SHA-256', facts.fingerprint],
  ]
  const shown = rows.flatMap(([title, value]) => (value ? [[title, value] as const] : []))
  const column = Math.max(...shown.map(([title]) => width(title)))
  if (file !== null) await terminal.print(paint('dim', safe(file)))
  const title = safe(facts.name ?? facts.organization ?? t('nameless', '无名称'))
  const where = at === null ? '' : `  ${paint('dim', safe(at))}`
  await terminal.print(`${paint('bold', title)}${request ? t('  (request)', '（请求）') : ''}${where}`)
  for (const [name, value] of shown)
    await terminal.print(`  ${pad(name, column)}  ${name === t('valid', '有效期') ? value : safe(value)}`)
}
