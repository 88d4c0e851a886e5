/** `yinji label`: writes the label, signs it, and says what went where. */
import {
  createToolkit,
  involvements,
  type Receipt,
  type Toolkit,
  trainingUses,
  UsageError,
} from '@yinji/toolkit'
import { type Command, Option } from 'commander'
import type { Context } from '../context.ts'
import { failureOf, reportFailure } from '../failure.ts'
import { examples } from '../help.ts'
import { identityFlag, identityFor, keyOptions, namedActors } from '../identity.ts'
import { gatherInputs } from '../inputs.ts'
import { ingredientFlag, type Job, type LabelFlags, labelOne, type Said } from '../label-one.ts'
import { fragmentsOption, repeatable } from '../options.ts'
import { type Destination, isNewName, placeOutputs } from '../outputs.ts'
import { inOrder } from '../pool.ts'
import { receiptLines } from '../receipt.ts'
import { statementsFrom, statementsOption } from '../statements.ts'
import { requireFiles, sayTotals } from '../totals.ts'
import { visibleOptions, visibleWishes } from '../visible-flags.ts'

type Outcome = Job & ({ readonly receipt: Receipt } | { readonly error: unknown })

export function label(command: Command, context: Context): void {
  const { t } = context
  examples(command, context, [
    ['yinji label photo.jpg', t('writes photo.labeled.jpg beside it', '在旁边生成 photo.labeled.jpg')],
    ['yinji label -r outbox -o ready', t('labels a folder into another one', '把一个目录标识到另一个目录')],
  ])
  placing(command, context)
  saying(command, context)
  visibleOptions(command, context)
  keyOptions(command, context)
  command.action((names: string[], flags: LabelFlags) => labelFiles(names, flags, context))
}

/** What to read and where to write. */
function placing(command: Command, context: Context): void {
  const { t } = context
  command
    .optionsGroup(t('Files:', '文件：'))
    .argument(
      '<file...>',
      t(
        'files, patterns, folders with -r, or - for standard input',
        '文件、通配符、目录（加 -r），或 - 表示标准输入',
      ),
    )
    .option(
      '-o, --output <place>',
      t('file or folder to write to; - is standard output', '输出文件或目录；- 表示标准输出'),
    )
    .addOption(
      new Option('--in-place', t('replace the files themselves', '直接替换原文件')).conflicts('output'),
    )
    .option('-r, --recursive', t('take the files in folders', '处理目录中的文件'))
    .addOption(fragmentsOption(context))
    .option(
      '--live',
      t(
        'sign each segment by itself, as a live video does: any stretch of it can be checked',
        '按直播视频的方式逐个签署分片：可检查其中任意一段',
      ),
    )
    .option('--force', t('overwrite existing files', '覆盖已有文件'))
    .option('--dry-run', t('say what would be done, write nothing', '只说明将要做什么，不写入'))
    .option('--json', t('one JSON receipt per file', '每个文件输出一条 JSON 回执'))
}

/** What the label says, and which layers it goes into. */
function saying(command: Command, context: Context): void {
  const { t } = context
  command
    .optionsGroup(t('What it says, and where it is written:', '内容与写入位置：'))
    .addOption(
      new Option('--involvement <how>', t('made or changed by AI', '由人工智能生成或修改')).choices(
        involvements,
      ),
    )
    .option(
      '--content-id <id>',
      t('your number for this content (default: a new one)', '内容编号（默认自动生成）'),
    )
    .addOption(
      repeatable(
        '--ingredient <file[:use]>',
        t(
          'content that stands in this one (componentOf) or that a model was given (inputTo); can be repeated',
          '构成此内容的素材（componentOf）或提供给模型的输入（inputTo），可重复',
        ),
        undefined,
        ingredientFlag,
      ),
    )
    .addOption(
      repeatable(
        '--identity <folder[:role]>',
        t(
          'who else stands behind it and signs as well, from the folder of their identity; roles: creator, editor, …; can be repeated',
          '还有谁为内容负责并一同签名，取自其身份目录；角色：creator、editor 等；可重复',
        ),
        undefined,
        identityFlag,
      ),
    )
    .addOption(
      new Option('--training <use>', t('may it be used to train AI', '是否可用于训练人工智能')).choices(
        trainingUses,
      ),
    )
    .addOption(statementsOption(context, 'actions, assertions, softBindings, training, disclosure'))
    .option('--thumbnail', t('put a small picture into the manifest', '在清单中放入缩略图'))
    .addOption(
      new Option(
        '--binding <how>',
        t(
          'name every box in the manifest and hash pictures apart from metadata (JPEG, PNG, GIF, JPEG XL)',
          '在清单中列出每个数据块，图像与元数据分别计算哈希（JPEG、PNG、GIF、JPEG XL）',
        ),
      ).choices(['boxes']),
    )
    .option(
      '--updatable',
      t(
        'leave room for `yinji update` where a manifest can’t grow later (WebP, WAV, PDF, …)',
        '在清单日后无法加长的格式（WebP、WAV、PDF 等）中为 yinji update 预留空间',
      ),
    )
    .option(
      '--compress',
      t(
        'keep the earlier manifests, of the file and of ingredients, in compressed form',
        '以压缩形式保留文件和素材中原有的清单',
      ),
    )
    .option('--no-manifest', t('do not sign with a manifest', '不用清单签名'))
    .addOption(
      new Option(
        '--security <how>',
        t(
          'sign the label’s security code with SM2 (default: when the identity has such a key)',
          '用 SM2 签署标识的安全码（默认：身份有该密钥时签署）',
        ),
      ).choices(['sm2', 'off']),
    )
    .option(
      '--sidecar',
      t(
        'where the format has no place for the signature, write it beside the file (NAME.c2pa)',
        '格式中没有存放签名的位置时，写入旁边的文件（名称.c2pa）',
      ),
    )
    .option(
      '--no-embed',
      t(
        'keep the signature out of the file in every format: beside it (NAME.c2pa)',
        '任何格式都不把签名写入文件，而写入旁边的文件（名称.c2pa）',
      ),
    )
    .option(
      '--remote <url>',
      t(
        'say in the file where its signature will be served; with / at the end, a folder for NAME.c2pa',
        '在文件中写明签名将发布的地址；以 / 结尾时为存放 名称.c2pa 的目录',
      ),
    )
    .option(
      '--remux',
      t(
        'put sounds that have no place for labels into one that has (AAC into M4A); packets stay as they are',
        '把无处存放标识的音频换一种封装（AAC 换成 M4A），音频数据不变',
      ),
    )
}

async function labelFiles(names: readonly string[], flags: LabelFlags, context: Context): Promise<void> {
  checkFlags(flags, context.io.cwd)
  if (flags.statements === '-' && names.includes('-'))
    throw new UsageError('usage.option.conflict', { option: '--statements -', other: '-' })
  const statements = await statementsFrom(flags.statements, context)
  if (flags.training && statements.training)
    throw new UsageError('usage.option.conflict', { option: '--training', other: '--statements (training)' })
  const omit = flags.inPlace ? undefined : (name: string) => isNewName(name, 'labeled') // what an earlier run has made
  const inputs = await gatherInputs(names, { recursive: flags.recursive, omit }, context)
  if (flags.contentId !== undefined && inputs.files.length > 1)
    throw new UsageError('usage.option.conflict', {
      option: '--content-id',
      other: `${inputs.files.length} files`,
    })
  if (flags.remote && !flags.remote.endsWith('/') && inputs.files.length > 1)
    throw new UsageError('usage.option.conflict', {
      option: `--remote ${flags.remote}`,
      other: `${inputs.files.length} files`,
    })
  const set = flags.fragments.length > 0
  if (set && inputs.files.length > 1)
    throw new UsageError('usage.argument.excess', { command: 'label --fragments' })
  const placement = { ...flags, renamed: renamedBy(flags), keepName: set }
  const destinations = await placeOutputs(inputs.files, placement, context)
  checkStdout([...destinations.values()], flags)
  requireFiles(names, inputs)
  await using toolkit = createToolkit({
    identity: await identityFor(context, flags.manifest, flags),
    ffmpeg: context.ffmpeg(),
  })
  const said = { ...statements, identities: await namedActors(flags.identity, flags, context) }
  const many = inputs.files.length > 1
  const jobs = [...destinations].map(([input, to], index) => ({
    input,
    to,
    title: many ? `[${index + 1}/${inputs.files.length}] ${input.name}` : input.name,
  }))
  let labeled = 0
  for await (const outcome of inOrder(jobs, (job) => attempt(toolkit, job, flags, said, context))) {
    context.signal.throwIfAborted()
    if ('receipt' in outcome) labeled++
    await report(outcome, many, flags, context)
  }
  await sayTotals(
    { done: labeled, of: jobs.length, skipped: inputs.skipped, word: context.t('labeled', '已标识') },
    context,
  )
}

/** Extensions that a file has before and after its container is changed. */
function renamedBy({ remux }: LabelFlags): ReadonlyMap<string, string> {
  const formats = remux ? createToolkit().formats() : []
  return new Map(
    formats.flatMap(({ extensions, remux }) =>
      remux ? extensions.map((extension) => [`.${extension}`, `.${remux}`] as const) : [],
    ),
  )
}

function checkFlags(flags: LabelFlags, cwd: string): void {
  visibleWishes(flags, cwd)
  const more = {
    '--ingredient': flags.ingredient.length > 0,
    '--identity': flags.identity.length > 0,
    '--training': flags.training,
    '--statements': flags.statements,
    '--thumbnail': flags.thumbnail,
    '--updatable': flags.updatable,
    '--compress': flags.compress,
    '--sidecar': flags.sidecar,
    '--remote': flags.remote,
    '--no-embed': !flags.embed,
  }
  const other = Object.entries(more).find(([, given]) => given)?.[0]
  if (!flags.manifest && other)
    throw new UsageError('usage.option.conflict', { option: '--no-manifest', other })
  if (flags.inPlace && flags.remux)
    throw new UsageError('usage.option.conflict', { option: '--in-place', other: '--remux' })
}

/** Content, receipts and manifests can't share one stream. */
function checkStdout(destinations: readonly Destination[], flags: LabelFlags): void {
  if (destinations.every(({ path }) => path !== undefined)) return
  const { json, dryRun, sidecar, embed, remote = '' } = flags
  const apart = sidecar ? '--sidecar' : embed ? undefined : '--no-embed'
  const nameless = remote.endsWith('/') ? `--remote ${remote}` : undefined
  const word = apart ?? nameless ?? (json && !dryRun ? '--json' : undefined)
  if (word) throw new UsageError('usage.option.conflict', { option: word, other: '-o -' })
}

async function attempt(
  toolkit: Toolkit,
  job: Job,
  flags: LabelFlags,
  said: Said,
  context: Context,
): Promise<Outcome> {
  try {
    return { receipt: await labelOne(toolkit, job, flags, said, context), ...job }
  } catch (error) {
    return { error, ...job }
  }
}

async function report(outcome: Outcome, many: boolean, flags: LabelFlags, context: Context): Promise<void> {
  const { input, to } = outcome
  if ('error' in outcome) {
    const failure = failureOf(outcome.error, context, { name: input.name, path: to.name })
    context.exit.add(failure.exit)
    return reportFailure(failure, context, { json: flags.json, name: input.name })
  }
  const { content: _, ...receipt } = { content: undefined, ...outcome.receipt }
  if (flags.json) return context.terminal.print(JSON.stringify(receipt))
  const toStdout = to.path === undefined
  const lines = receiptLines(
    { receipt, from: input.name, to: to.name, brief: many },
    toStdout ? context.paintTalk : context.paint,
    context,
  )
  for (const line of lines) await (toStdout ? context.terminal.say(line) : context.terminal.print(line))
}
