/** `yinji inspect`: everything that stands in one file, as it stands. */

import { resolve } from 'node:path'
import { createToolkit } from '@yinji/toolkit'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { exits } from '../exit.ts'
import { examples } from '../help.ts'
import { trustFor } from '../identity.ts'
import { standardInput } from '../inputs.ts'
import { inspectionLines, rawLines } from '../inspection.ts'

interface Flags {
  readonly raw?: true
  readonly deep?: true
  readonly json?: true
}

export function inspect(command: Command, context: Context): void {
  const { t } = context
  examples(command, context, [
    [
      'yinji inspect photo.labeled.jpg',
      t('every label, signer, history and finding', '全部标识、签名者、历史和检查结果'),
    ],
    ['yinji inspect photo.labeled.jpg --raw', t('the labels byte for byte', '逐字显示标识')],
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
    .option('--deep', t('ask exiftool as well', '同时询问 exiftool'))
    .option('--json', t('print JSON', '输出 JSON'))
    .action((name: string, flags: Flags) => inspectFile(name, flags, context))
}

async function inspectFile(name: string, { raw, json, deep }: Flags, context: Context): Promise<void> {
  const { io, terminal, signal } = context
  await using toolkit = createToolkit({ trust: await trustFor([], context) })
  const input = name === '-' ? standardInput(context) : resolve(io.cwd, name)
  const inspection = await toolkit.inspect(input, { signal, deep })
  const { store, ...rest } = inspection
  // Showing is the job here, so only a file that could not be looked at is a failure.
  if (inspection.report.verdict === 'unchecked') context.exit.add(exits.failed)
  if (json) {
    const manifest = raw && store ? { store: Buffer.from(store).toString('base64') } : {}
    return terminal.print(JSON.stringify({ ...rest, ...manifest }, null, 2))
  }
  const lines = raw ? rawLines(inspection, context) : inspectionLines(name, inspection, context)
  await terminal.print(lines.join('\n'))
}
