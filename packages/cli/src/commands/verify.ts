/** `yinji verify`: one line per file, and an exit code a script can rely on. */
import { resolve } from 'node:path'
import {
  type CrJson,
  createToolkit,
  keepRevocation,
  loadCertificates,
  loadRevocation,
  type Report,
  type RevocationMode,
  type Toolkit,
  UsageError,
} from '@yinji/toolkit'
import { type Command, Option } from 'commander'
import type { Context } from '../context.ts'
import { exitOf, exits, type Requirement, requirements } from '../exit.ts'
import { failureOf, reportFailure } from '../failure.ts'
import { examples } from '../help.ts'
import { believed } from '../identity.ts'
import { gatherInputs, gatherSegments, type Input, standardInput } from '../inputs.ts'
import { formatOption, fragmentsOption, manifestOption, remoteOption, repeatable } from '../options.ts'
import { inOrder } from '../pool.ts'
import { requireFiles, sayTotals } from '../totals.ts'
import { verdictLines } from '../verdict.ts'

interface Flags {
  readonly require: Requirement
  readonly trust: readonly string[]
  readonly crl: readonly string[]
  readonly ocsp: readonly string[]
  readonly online?: true
  readonly certificates?: string
  readonly revocation: RevocationMode
  readonly recursive?: true
  readonly deep?: true
  readonly look?: true
  readonly fragments: readonly string[]
  readonly remote: readonly string[]
  readonly sidecar?: string
  readonly json?: true
  readonly format?: 'json' | 'crjson'
}

type Outcome = { readonly input: Input } & (
  | { readonly report: Report; readonly crJson?: CrJson }
  | { readonly error: unknown }
)

export function verify(command: Command, context: Context): void {
  const { t } = context
  examples(command, context, [
    ['yinji verify photo.labeled.jpg', t('is it signed by somebody I trust?', '是否由我信任的一方签署？')],
    [
      'yinji verify -r inbox --trust acme.pem --json',
      t('one JSON report per file', '每个文件一份 JSON 报告'),
    ],
  ])
  command
    .argument(
      '<file...>',
      t(
        'files, patterns, folders with -r, or - for standard input',
        '文件、通配符、目录（加 -r），或 - 表示标准输入',
      ),
    )
    .addOption(
      new Option('--require <least>', t('the least that will do', '最低要求'))
        .choices(requirements)
        .default('trusted'),
    )
    .addOption(
      repeatable(
        '--trust <file>',
        t(
          'trust these too, for this once: whatever `yinji trust add` takes; can be repeated',
          '本次额外信任：凡 yinji trust add 可接受的文件，可重复',
        ),
        t('the root of your own identity', '自己身份的根证书'),
      ),
    )
    .addOption(
      new Option('--revocation <how>', t('must certificates be known not to be revoked?', '如何检查证书吊销'))
        .choices(['off', 'soft', 'hard'])
        .default('soft', t('use what is there', '利用已有信息')),
    )
    .addOption(repeatable('--crl <file>', t('a revocation list; can be repeated', '吊销列表文件，可重复')))
    .addOption(repeatable('--ocsp <file>', t('an OCSP response; can be repeated', 'OCSP 应答文件，可重复')))
    .option(
      '--certificates <folder>',
      t('where certificates are that a label only names', '标识仅指名的证书所在目录'),
    )
    .option(
      '--online',
      t('ask the authorities whether certificates were revoked', '向发证机构在线查询证书是否被吊销'),
    )
    .option('-r, --recursive', t('take the files in folders', '处理目录中的文件'))
    .addOption(remoteOption(context))
    .addOption(manifestOption(context))
    .addOption(fragmentsOption(context))
    .option('--deep', t('ask exiftool as well', '同时询问 exiftool'))
    .option(
      '--look',
      t('search the content itself for its visible or audible label', '在内容本身中检索显式标识'),
    )
    .option('--json', t('one JSON report per file', '每个文件一份 JSON 报告'))
    .addOption(formatOption(context))
    .action((names: string[], flags: Flags) => verifyFiles(names, flags, context))
}

/** The files that were named, and the lists that are kept. */
async function revocationFor({ crl, ocsp, revocation: mode }: Flags, { home, io }: Context) {
  const paths = (files: readonly string[]) => files.map((file) => resolve(io.cwd, file))
  return loadRevocation({ home, crls: paths(crl), ocsps: paths(ocsp), mode })
}

async function verifyFiles(names: readonly string[], flags: Flags, context: Context): Promise<void> {
  const revocation = await revocationFor(flags, context)
  await using toolkit = createToolkit({
    ...(await believed(context, flags.trust)),
    ffmpeg: flags.look && context.ffmpeg(),
    revocation,
    online: flags.online && {},
    ...(flags.certificates === undefined
      ? {}
      : { certificates: await loadCertificates(resolve(context.io.cwd, flags.certificates)) }),
  })
  const inputs = await gatherInputs(names, flags, context)
  requireFiles(names, inputs)
  if (flags.fragments.length > 0 && inputs.files.length > 1)
    throw new UsageError('usage.argument.excess', { command: 'verify --fragments' })
  if (flags.sidecar !== undefined && inputs.files.length > 1)
    throw new UsageError('usage.argument.excess', { command: 'verify --sidecar' })
  let met = 0
  for await (const outcome of inOrder(inputs.files, (input) => attempt(toolkit, input, flags, context))) {
    context.signal.throwIfAborted()
    if ((await report(outcome, flags, context)) === exits.ok) met++
  }
  if (flags.crl.length > 0 || flags.online) await keepRevocation(context.home, revocation)
  await sayTotals(
    {
      done: met,
      of: inputs.files.length,
      skipped: inputs.skipped,
      word: context.t(`as required`, '符合要求'),
    },
    context,
  )
}

async function attempt(
  toolkit: Toolkit,
  input: Input,
  { deep, look, format, remote: hosts, fragments: patterns, sidecar: beside }: Flags,
  context: Context,
): Promise<Outcome> {
  try {
    const file = input.path ?? standardInput(context)
    const remote = hosts.length > 0 ? { hosts } : undefined
    const fragments = patterns.length > 0 ? await gatherSegments(patterns, input.path, context) : undefined
    const sidecar = beside === undefined ? undefined : resolve(context.io.cwd, beside)
    const options = { signal: context.signal, deep, look, remote, fragments, sidecar }
    const { report, crJson } =
      format === 'crjson'
        ? await toolkit.inspect(file, options)
        : { report: await toolkit.verify(file, options), crJson: undefined }
    // Below a folder the bare name could be that of many files.
    const name = input.walked ? input.name : report.asset.name
    return { input, report: { ...report, asset: { ...report.asset, name } }, ...(crJson && { crJson }) }
  } catch (error) {
    return { input, error }
  }
}

async function report(outcome: Outcome, flags: Flags, context: Context) {
  const { name } = outcome.input
  if ('error' in outcome) {
    const failure = failureOf(outcome.error, context, { name })
    context.exit.add(failure.exit)
    await reportFailure(failure, context, { json: flags.json || flags.format ? true : undefined, name })
    return failure.exit
  }
  const exit = exitOf(outcome.report.verdict, flags.require)
  context.exit.add(exit)
  const json = outcome.crJson ?? (flags.json || flags.format ? outcome.report : undefined)
  const lines = json ? [JSON.stringify(json)] : verdictLines(name, outcome.report, exit, context)
  await context.terminal.print(lines.join('\n'))
  return exit
}
