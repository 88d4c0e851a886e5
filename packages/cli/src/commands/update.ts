/** `yinji update`: adds a signed statement to a signed file, and leaves its content alone (C2PA 11.2.3). */
import {
  createToolkit,
  redactionReasons,
  type StampDigest,
  type Toolkit,
  type UpdateActionName,
  type UpdateReceipt,
  type UpdateStatement,
  type UpdateStatements,
  UsageError,
  updateActions,
} from '@yinji/toolkit'
import { type Command, Option } from 'commander'
import type { Context } from '../context.ts'
import { failureOf, reportFailure } from '../failure.ts'
import { examples } from '../help.ts'
import { believed, identityFor, type KeyFlags, keyOptions } from '../identity.ts'
import { gatherInputs, type Input } from '../inputs.ts'
import { repeatable } from '../options.ts'
import { type Destination, isNewName, placeOutputs, prepare } from '../outputs.ts'
import { safe } from '../paint.ts'
import { inOrder } from '../pool.ts'
import { statementsOption, updatesFrom } from '../statements.ts'
import { requireFiles, sayTotals } from '../totals.ts'

interface Flags extends KeyFlags {
  readonly output?: string
  readonly inPlace?: true
  readonly recursive?: true
  readonly force?: true
  readonly stamp?: true
  readonly renew?: true | StampDigest
  readonly together?: true
  readonly certificateStatus?: true
  readonly action?: string
  readonly redact: readonly string[]
  readonly reason: string
  readonly description?: string
  readonly statements?: string
  readonly dryRun?: true
  readonly json?: true
}

type Outcome = { readonly input: Input; readonly to: Destination } & (
  | { readonly receipt: UpdateReceipt }
  | { readonly error: unknown }
)

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
    [
      'yinji update -r ready --in-place --stamp --timestamp https://tsa.example.com',
      t('stamps a day’s files at once', '为一天的文件一次加盖时间戳'),
    ],
  ])
  command
    .argument(
      '<file...>',
      t('signed files, patterns, folders with -r', '已签名的文件、通配符、目录（加 -r）'),
    )
    .option('-o, --output <place>', t('file or folder to write to', '输出文件或目录'))
    .addOption(
      new Option('--in-place', t('replace the files themselves', '直接替换原文件')).conflicts('output'),
    )
    .option('-r, --recursive', t('take the files in folders', '处理目录中的文件'))
    .option('--force', t('overwrite existing files', '覆盖已有文件'))
    .option(
      '--stamp',
      t(
        'have --timestamp attest now when the file was signed, where nobody has yet',
        '尚无时间戳的签名，由 --timestamp 机构现在补证其时间',
      ),
    )
    .addOption(
      new Option(
        '--renew [hash]',
        t(
          'have --timestamp renew the time stamps there are (RFC 4998), with another hash all of it; other C2PA tools see the old ones',
          '由 --timestamp 机构续展已有的时间戳（RFC 4998），换用其他哈希算法时整体续展；其他 C2PA 工具只见原有的',
        ),
      ).choices(['sha256', 'sha384', 'sha512']),
    )
    .addOption(
      new Option(
        '--together',
        t(
          'stamp many files with one request (evidence records of RFC 4998, which other C2PA tools pass over)',
          '多个文件只请求一次时间戳（RFC 4998 证据记录，其他 C2PA 工具不读取）',
        ),
      ),
    )
    .option(
      '--certificate-status',
      t(
        'ask the trusted authorities of those who signed whether their certificates are good, where the file does not say',
        '文件未附应答时，向签名者所属的受信机构查询其证书是否有效并补入',
      ),
    )
    .addOption(
      new Option(
        '--action <name>',
        t(
          'what happened (default: published, unless something is redacted, stamped, renewed or brought)',
          '发生了什么（默认 published，隐去陈述、补盖或续展时间戳、补入应答时除外）',
        ),
      ).choices(actions),
    )
    .option('--description <words>', t('about it, in words', '文字说明'))
    .addOption(statementsOption(context, 'actions, redactions, assertions, softBindings, training'))
    .addOption(
      repeatable(
        '--redact <label>',
        t(
          'withhold a statement of the manifest, e.g. c2pa.metadata; can be repeated',
          '隐去清单中的陈述，如 c2pa.metadata，可重复',
        ),
      ),
    )
    .addOption(
      new Option('--reason <why>', t('why it is withheld', '隐去的原因'))
        .choices(redactionReasons)
        .default('c2pa.PII.present'),
    )
    .option('--dry-run', t('say what would be done, write nothing', '只说明将要做什么，不写入'))
    .option('--json', t('one JSON receipt per file', '每个文件输出一条 JSON 回执'))
    .action((names: string[], flags: Flags) => updateFiles(names, flags, context))
  keyOptions(command, context)
}

async function updateFiles(names: readonly string[], flags: Flags, context: Context): Promise<void> {
  const statement = statementOf(flags, await updatesFrom(flags.statements, context))
  const omit = flags.inPlace ? undefined : (name: string) => isNewName(name, 'updated')
  const inputs = await gatherInputs(names, { recursive: flags.recursive, omit }, context)
  if (inputs.files.some(({ path }) => path === undefined) || flags.output === '-')
    throw new UsageError('usage.option.conflict', { option: 'update', other: '-' })
  const destinations = await placeOutputs(inputs.files, { ...flags, word: 'updated' }, context)
  requireFiles(names, inputs)
  const identity = await identityFor(context, true, flags, flags.together && batch)
  if ((statement.stamp || statement.renew) && identity?.signer.timestamp === undefined)
    throw new UsageError('usage.stamp.authority')
  await using toolkit = createToolkit({
    identity,
    ...(await believed(context)),
  })
  let updated = 0
  const work = (job: Job) => attempt(toolkit, job, flags, statement, context)
  for await (const outcome of inOrder(destinations, work, flags.together && batch.most)) {
    context.signal.throwIfAborted()
    if ('receipt' in outcome) updated++
    await report(outcome, flags, context)
  }
  const of = inputs.files.length
  const word = context.t('updated', '已补充')
  await sayTotals({ done: updated, of, skipped: inputs.skipped, word }, context)
}

/** So many files wait for one time stamp: each holds its manifest in memory meanwhile, and a file open. */
const batch = { seconds: 1, most: 64 }

type Job = readonly [Input, Destination]

async function attempt(
  toolkit: Toolkit,
  [input, to]: Job,
  flags: Flags,
  statement: UpdateStatement,
  { signal }: Context,
): Promise<Outcome> {
  const { force, inPlace, dryRun } = flags
  try {
    if (!dryRun) await prepare(to)
    const where = inPlace ? { inPlace } : { output: to.path, force }
    const receipt = await toolkit.update(input.path ?? '', statement, { dryRun, signal, ...where })
    return { input, to, receipt }
  } catch (error) {
    return { input, to, error }
  }
}

/** What the options say comes after what stands in the file. */
function statementOf(flags: Flags, given: UpdateStatements): UpdateStatement {
  const { action, description, redact, reason, renew, together, certificateStatus } = flags
  const stamp = flags.stamp ?? (together && renew === undefined ? together : undefined)
  const late = stamp || renew !== undefined || certificateStatus === true
  const other = redact.length > 0 || late || Object.keys(given).length > 0
  const name = `c2pa.${action ?? 'published'}` as UpdateActionName
  const silent = action === undefined && other
  if (silent && description !== undefined)
    throw new UsageError('usage.option.missing', { option: '--action', command: 'update' })
  return {
    ...given,
    actions: [...(given.actions ?? []), ...(silent ? [] : [{ action: name, description }])],
    redactions: [...(given.redactions ?? []), ...redact.map((label) => ({ label, reason }))],
    stamp,
    renew,
    certificateStatus,
  }
}

async function report(outcome: Outcome, { json }: Flags, context: Context): Promise<void> {
  const { input, to } = outcome
  if ('error' in outcome) {
    const failure = failureOf(outcome.error, context, { name: input.name, path: to.name })
    context.exit.add(failure.exit)
    return reportFailure(failure, context, { json, name: input.name })
  }
  const { receipt } = outcome
  await context.terminal.print(json ? JSON.stringify(receipt) : line(input.name, receipt, context))
}

function line(name: string, { status, path, said, manifest }: UpdateReceipt, { paint, t }: Context): string {
  const done = status === 'updated'
  const mark = done ? paint('green', '✓') : paint('cyan', '·')
  const words = {
    updated: t('updated', '已补充'),
    unchanged: t('unchanged', '未变'),
    planned: t('planned', '计划'),
  }
  const to = path === null ? '' : ` → ${paint('bold', safe(path))}`
  const what = manifest === null ? [] : [`  ${said.join(', ')}  ${paint('dim', manifest)}`]
  return [`${mark} ${words[status]} ${safe(name)}${to}`, ...what].join('\n')
}
