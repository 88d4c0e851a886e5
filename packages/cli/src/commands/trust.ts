/** `yinji trust`: whom this machine believes; anchors, keys, providers, and signed lists of them. */
import { isAbsolute, resolve } from 'node:path'
import {
  addTrust,
  describe,
  exportTrust,
  InputError,
  importTrust,
  keyFingerprint,
  listKey,
  listOrigins,
  loadTrustStore,
  removeTrust,
  type TrustPurpose,
  UsageError,
  writeNew,
} from '@yinji/toolkit'
import { type Command, Option } from 'commander'
import type { Context } from '../context.ts'
import { exits } from '../exit.ts'
import { examples } from '../help.ts'
import { identityFor, readTrust } from '../identity.ts'
import { moment } from '../options.ts'
import { safe } from '../paint.ts'
import { printRows } from '../trust-rows.ts'

interface Json {
  readonly json?: true
}

interface AddFlags extends Json {
  readonly purpose?: TrustPurpose
  readonly usages?: string
  readonly from?: Date
  readonly until?: Date
  readonly pin?: true
  readonly provider?: string
}

export function trust(command: Command, context: Context): void {
  const { t } = context
  examples(command, context, [
    ['yinji trust add ministry.pem', t('believe what this authority vouches for', '信任该机构担保的内容')],
    ['yinji trust import register.json --key KEY', t('take a signed list over', '导入签名列表')],
  ])
  adding(command, context)
  looking(command, context)
  exchanging(command, context)
}

function sub(command: Command, name: string, summary: string): Command {
  return command
    .command(name)
    .summary(summary.split('\n')[0] ?? '')
    .description(summary)
}

function adding(command: Command, context: Context): void {
  const { t } = context
  const add = sub(
    command,
    'add',
    t('add authorities, certificates, keys or usages', '添加机构、证书、密钥或用途'),
  )
  examples(add, context, [
    ['yinji trust add root.pem', t('an authority', '一个机构')],
    [
      'yinji trust add C2PA-TRUST-LIST.json',
      t('the authorities of the C2PA, with dates', 'C2PA 信任列表中的机构，含日期'),
    ],
    [
      'yinji trust add anchors.pem --usages store.cfg',
      t('authorities, for these key usages alone', '仅就这些密钥用途信任的机构'),
    ],
    [
      'yinji trust add key.pem --provider 001191110102MACQD9K64010000',
      t('the key of a provider', '某提供者的密钥'),
    ],
  ])
  add
    .argument(
      '<file...>',
      t(
        'PEM certificates, a C2PA trust list, a PEM public key, or accepted key usages (OIDs)',
        'PEM 证书、C2PA 信任列表、PEM 公钥或接受的密钥用途（OID）',
      ),
    )
    .addOption(
      new Option(
        '--purpose <what>',
        t(
          'what they may vouch for (default: content, or as the list says)',
          '可为何种内容担保（默认 content，或依列表）',
        ),
      ).choices(['content', 'timestamp', 'identity']),
    )
    .option(
      '--usages <file>',
      t(
        'signers need one of these key usages (OIDs), for these authorities',
        '就这些机构而言，签名者须具备其中一种密钥用途（OID）',
      ),
    )
    .option('--from <time>', t('believe nothing signed before', '不信任此前的签名'), moment('--from'))
    .option('--until <time>', t('believe nothing signed after', '不信任此后的签名'), moment('--until'))
    .addOption(
      new Option('--pin', t('trust these certificates themselves', '直接信任这些证书本身')).conflicts(
        'provider',
      ),
    )
    .option('--provider <code>', t('bind the keys to this provider code', '将密钥绑定到该服务提供者编码'))
    .option('--json', t('print JSON', '输出 JSON'))
    .action((files: string[], flags: AddFlags) => addFiles(files, flags, context))
  sub(command, 'remove', t('remove an entry', '移除条目'))
    .argument(
      '<id>',
      t(
        'fingerprint (8 digits will do), provider code, usage or list',
        '指纹（至少 8 位）、编码、用途或列表名',
      ),
    )
    .option('--json', t('print JSON', '输出 JSON'))
    .action(async (id: string, flags: Json) => {
      await printRows(await removeTrust(context.home, id), '−', flags, context)
    })
}

function looking(command: Command, context: Context): void {
  const { t, home } = context
  sub(command, 'list', t('show who is believed', '查看信任内容'))
    .option('--json', t('print JSON', '输出 JSON'))
    .action(async (flags: Json) => {
      const rows = (await loadTrustStore(home)).rows()
      await printRows(rows, '', flags, context)
      if (rows.length === 0 && !flags.json)
        await context.terminal.say(t('The trust store is empty.', '信任库为空。'))
    })
  sub(command, 'check', t('look for what has run out or is overdue', '检查是否有到期或应更新的内容'))
    .option('--json', t('print JSON', '输出 JSON'))
    .action((flags: Json) => checkStore(flags, context))
}

function exchanging(command: Command, context: Context): void {
  const { t } = context
  sub(command, 'import', t('take a signed list over', '导入签名列表'))
    .argument('<file>', t('a signed list', '签名列表'))
    .option(
      '--key <key>',
      t('the key it must be signed with: SHA-256 or a PEM file', '其签名密钥：SHA-256 或 PEM 文件'),
    )
    .option('--json', t('print JSON', '输出 JSON'))
    .action(async (file: string, flags: Json & { key?: string }) => {
      const key = flags.key === undefined ? undefined : await keyOf(flags.key, context)
      const path = resolve(context.io.cwd, file)
      const list = { text: await readTrust(file, context), origin: path, key }
      await printRows(await importTrust(context.home, list), '+', flags, context)
    })
  sub(command, 'update', t('look for newer editions where the lists came from', '从来源处更新列表'))
    .option('--online', t('ask the network where a list came from there', '允许联网更新'))
    .option('--json', t('print JSON', '输出 JSON'))
    .action((flags: Json & { online?: true }) => updateLists(flags, context))
  sub(command, 'export', t('write everything into one signed list', '将全部内容导出为签名列表'))
    .requiredOption('-o, --output <file>', t('where to', '输出文件'))
    .option('--id <id>', t('name of the list for machines', '列表标识'), 'export')
    .option(
      '--name <name>',
      t('name of the list for people (default: your provider name)', '列表名称（默认：提供者名称）'),
    )
    .option('--json', t('print JSON', '输出 JSON'))
    .action((flags: Json & { output: string; id: string; name?: string }) => exportStore(flags, context))
}

async function addFiles(files: readonly string[], flags: AddFlags, context: Context): Promise<void> {
  const { purpose, from: notBefore, until: notAfter, pin, provider } = flags
  const usages = flags.usages === undefined ? undefined : await readTrust(flags.usages, context)
  for (const file of files) {
    const text = await readTrust(file, context)
    const origin = resolve(context.io.cwd, file)
    const rows = await addTrust(context.home, {
      text,
      origin,
      purpose,
      usages,
      notBefore,
      notAfter,
      pin,
      provider,
    })
    await printRows(rows, '+', flags, context)
  }
}

async function checkStore(flags: Json, { home, exit, terminal, t, language }: Context): Promise<void> {
  const findings = (await loadTrustStore(home)).check(new Date())
  if (findings.some(({ level }) => level === 'warning')) exit.add(exits.invalid)
  if (flags.json) return terminal.print(JSON.stringify(findings))
  for (const { code, data } of findings) {
    const { title, next } = describe(code, data ?? {}, language)
    await terminal.print(`! ${safe(title)} ${code}${next ? `\n  → ${safe(next)}` : ''}`)
  }
  if (findings.length === 0) await terminal.print(t('✓ nothing has run out', '✓ 没有到期内容'))
}

async function updateLists(flags: Json & { online?: true }, context: Context): Promise<void> {
  for (const { origin } of await listOrigins(context.home)) {
    const remote = /^https:\/\//.test(origin)
    if (!remote && !isAbsolute(origin)) continue // came in another list
    if (remote && !flags.online) throw new UsageError('usage.list.offline', { origin })
    const text = remote ? await download(origin, context) : await readTrust(origin, context)
    await printRows(await importTrust(context.home, { text, origin }), '+', flags, context)
  }
}

/** A list is small; anything else is not one. */
const mostBytes = 64 * 1024 * 1024

async function download(url: string, { signal }: Context): Promise<string> {
  const unreachable = (cause: unknown) => new InputError('input.list.unreachable', { url }, { cause })
  const response = await fetch(url, {
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
  }).catch((error: unknown) => {
    throw unreachable(error)
  })
  if (!response.ok || response.body === null) throw unreachable(response.status)
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body) {
    size += chunk.byteLength
    if (size > mostBytes) throw unreachable('too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function exportStore(
  { output, id, name, json }: Json & { output: string; id: string; name?: string },
  context: Context,
): Promise<void> {
  const identity = await identityFor(context, true)
  if (identity === undefined) return
  const signer = identity.label ?? identity.signer
  const text = await exportTrust(context.home, {
    id,
    name: name ?? identity.provider.name,
    signer,
    now: new Date(),
  })
  const path = resolve(context.io.cwd, output)
  await writeNew(path, text)
  const key = listKey(text)
  if (json) return context.terminal.print(JSON.stringify({ path, id, key }))
  await context.terminal.print(`✓ ${safe(output)}`)
  await context.terminal.say(
    context.t(
      `  → on the other machine: yinji trust import ${safe(output)} --key ${key}`,
      `  → 在另一台机器上：yinji trust import ${safe(output)} --key ${key}`,
    ),
  )
}

async function keyOf(text: string, context: Context): Promise<string> {
  return /^[0-9a-f]{64}$/i.test(text) ? text.toLowerCase() : keyFingerprint(await readTrust(text, context))
}
