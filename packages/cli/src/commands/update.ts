/** `yinji update`: adds a signed statement to a signed file, and leaves its content alone (C2PA 11.2.3). */
import { resolve } from 'node:path'
import {
  createToolkit,
  redactionReasons,
  type UpdateActionName,
  type UpdateReceipt,
  updateActions,
} from '@yinji/toolkit'
import { type Command, Option } from 'commander'
import type { Context } from '../context.ts'
import { examples } from '../help.ts'
import { identityFor, type KeyFlags, keyOptions, trustFor } from '../identity.ts'
import { safe } from '../paint.ts'

interface Flags extends KeyFlags {
  readonly output?: string
  readonly inPlace?: true
  readonly force?: true
  readonly action?: string
  readonly redact: readonly string[]
  readonly reason: string
  readonly description?: string
  readonly dryRun?: true
  readonly json?: true
}

/** Without the prefix they all have. */
const actions = updateActions.map((action) => action.replace('c2pa.', ''))

export function update(command: Command, context: Context): void {
  const { t } = context
  examples(command, context, [
    [
      'yinji update photo.labeled.jpg',
      t(
        'signs that it was published; writes photo.labeled.updated.jpg',
        '签署“已发布”，生成 photo.labeled.updated.jpg',
      ),
    ],
    [
      'yinji update photo.labeled.jpg --in-place --action edited.metadata',
      t('signs that metadata was edited', '签署“元数据已修改”'),
    ],
  ])
  command
    .argument('<file>', t('a signed file', '已签名的文件'))
    .option('-o, --output <file>', t('file to write to', '输出文件'))
    .addOption(new Option('--in-place', t('replace the file itself', '直接替换原文件')).conflicts('output'))
    .option('--force', t('overwrite an existing file', '覆盖已有文件'))
    .addOption(
      new Option(
        '--action <name>',
        t(
          'what happened (default: published, unless something is redacted)',
          '发生了什么（默认 published，隐去陈述时除外）',
        ),
      ).choices(actions),
    )
    .option('--description <words>', t('about it, in words', '文字说明'))
    .addOption(
      new Option(
        '--redact <label>',
        t(
          'withhold a statement of the manifest, e.g. c2pa.metadata; can be repeated',
          '隐去清单中的陈述，如 c2pa.metadata，可重复',
        ),
      )
        .argParser((label: string, before: readonly string[]) => [...before, label])
        .default([]),
    )
    .addOption(
      new Option('--reason <why>', t('why it is withheld', '隐去的原因'))
        .choices(redactionReasons)
        .default('c2pa.PII.present'),
    )
    .option('--dry-run', t('say what would be done, write nothing', '只说明将要做什么，不写入'))
    .option('--json', t('print a JSON receipt', '输出 JSON 回执'))
    .action((name: string, flags: Flags) => updateFile(name, flags, context))
  keyOptions(command, context)
}

async function updateFile(name: string, flags: Flags, context: Context): Promise<void> {
  const { io, terminal, signal } = context
  const identity = await identityFor(context, true, flags)
  await using toolkit = createToolkit({ identity, trust: await trustFor([], context) })
  const { output, inPlace, force, dryRun, description, redact, reason } = flags
  const action = `c2pa.${flags.action ?? 'published'}` as UpdateActionName
  const statement = {
    ...(flags.action === undefined && redact.length > 0 ? {} : { actions: [{ action, description }] }),
    redactions: redact.map((label) => ({ label, reason })),
  }
  const receipt = await toolkit.update(resolve(io.cwd, name), statement, {
    output: output && resolve(io.cwd, output),
    inPlace,
    force,
    dryRun,
    signal,
  })
  await terminal.print(flags.json ? JSON.stringify(receipt) : line(name, receipt, context))
}

function line(name: string, { status, path, said, manifest }: UpdateReceipt, { paint, t }: Context): string {
  const done = status === 'updated'
  const mark = done ? paint('green', '✓') : paint('cyan', '·')
  const word = done ? t('updated', '已补充') : t('planned', '计划')
  const to = path === null ? '' : ` → ${paint('bold', safe(path))}`
  return `${mark} ${word} ${safe(name)}${to}\n  ${said.join(', ')}  ${paint('dim', manifest)}`
}
