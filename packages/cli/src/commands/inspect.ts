/** `yinji inspect`: everything that stands in one file, as it stands. */

import { resolve } from 'node:path'
import { createToolkit, type Inspection, UsageError } from '@yinji/toolkit'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { exits } from '../exit.ts'
import { treeLines } from '../family.ts'
import { examples } from '../help.ts'
import { believed } from '../identity.ts'
import { standardInput } from '../inputs.ts'
import { inspectionLines, rawLines } from '../inspection.ts'
import { formatOption, manifestOption, remoteOption } from '../options.ts'
import { storeLines } from '../store-lines.ts'

interface Flags {
  readonly raw?: true
  readonly tree?: true
  readonly manifest?: true
  readonly deep?: true
  readonly remote: readonly string[]
  readonly sidecar?: string
  readonly json?: true
  readonly format?: 'json' | 'crjson'
}

export function inspect(command: Command, context: Context): void {
  const { t } = context
  examples(command, context, [
    [
      'yinji inspect photo.labeled.jpg',
      t('every label, signer, history and finding', '全部标识、签名者、历史和检查结果'),
    ],
    ['yinji inspect photo.labeled.jpg --tree', t('where it comes from, as a tree', '以树形显示来源')],
  ])
  command
    .argument('<file>', t('a file, or - for standard input', '文件，或 - 表示标准输入'))
    .option(
      '--raw',
      t(
        'labels and manifest exactly as they stand (manifest in base64)',
        '原样显示标识和清单（清单为 base64）',
      ),
    )
    .option('--tree', t('what it was made from, like a family tree', '以家谱形式显示其来源'))
    .option('--manifest', t('the manifest, box by box', '逐个数据盒显示签名清单'))
    .addOption(remoteOption(context))
    .addOption(manifestOption(context))
    .option('--deep', t('ask exiftool as well', '同时询问 exiftool'))
    .option('--json', t('print JSON', '输出 JSON'))
    .addOption(formatOption(context))
    .action((name: string, flags: Flags) => inspectFile(name, flags, context))
}

async function inspectFile(name: string, flags: Flags, context: Context): Promise<void> {
  const { raw, format, deep, remote: hosts, sidecar } = flags
  const other = (['raw', 'tree', 'manifest'] as const).find((name) => flags[name])
  if (format === 'crjson' && other)
    throw new UsageError('usage.option.conflict', { option: '--format crjson', other: `--${other}` })
  const { io, terminal, signal } = context
  await using toolkit = createToolkit({
    ...(await believed(context)),
  })
  const input = name === '-' ? standardInput(context) : resolve(io.cwd, name)
  const inspection = await toolkit.inspect(input, {
    signal,
    deep,
    ...(hosts.length > 0 && { remote: { hosts } }),
    ...(sidecar !== undefined && { sidecar: resolve(io.cwd, sidecar) }),
  })
  const { store, boxes, crJson, ...rest } = inspection
  // Showing is the job here, so only a file that could not be looked at is a failure.
  if (inspection.report.verdict === 'unchecked') context.exit.add(exits.failed)
  if (format === 'crjson') return terminal.print(JSON.stringify(crJson, null, 2))
  if (flags.json || format === 'json') {
    const whole = {
      ...rest,
      ...(raw && store ? { store: Buffer.from(store).toString('base64') } : {}),
      ...(flags.manifest ? { boxes } : {}),
    }
    return terminal.print(JSON.stringify(whole, readable, 2))
  }
  await terminal.print(linesOf(name, inspection, flags, context).join('\n'))
}

/** Bytes, e.g. certificates, as base64. */
const readable = (_: string, value: unknown) =>
  value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value

function linesOf(name: string, inspection: Inspection, flags: Flags, context: Context): string[] {
  if (flags.raw) return rawLines(inspection, context)
  const chosen = [
    ...(flags.tree ? treeLines(name, inspection, context) : []),
    ...(flags.manifest ? storeLines(inspection, context) : []),
  ]
  return chosen.length > 0 ? chosen : inspectionLines(name, inspection, context)
}
