/** Labels one file for the command: from a path or standard input, to a path or standard output. */
import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import {
  type IngredientUse,
  type Involvement,
  type LabelOptions,
  type LabelRecord,
  type Receipt,
  type Statements,
  type Toolkit,
  type TrainingUse,
  UsageError,
} from '@yinji/toolkit'
import type { Context } from './context.ts'
import type { IdentityFlag, KeyFlags } from './identity.ts'
import { gatherSegments, type Input, standardInput } from './inputs.ts'
import { type Destination, prepare } from './outputs.ts'
import { cut, safe } from './paint.ts'
import { progressLine } from './progress.ts'
import { type VisibleFlags, visibleWishes } from './visible-flags.ts'

/** What can be said on the command line. */
export interface LabelFlags extends VisibleFlags, KeyFlags {
  readonly output?: string
  readonly inPlace?: true
  readonly recursive?: true
  readonly involvement?: Involvement
  readonly contentId?: string
  readonly manifest: boolean
  readonly sidecar?: true
  readonly remote?: string
  readonly embed: boolean
  readonly ingredient: readonly IngredientFlag[]
  readonly identity: readonly IdentityFlag[]
  readonly training?: TrainingUse
  readonly statements?: string
  readonly thumbnail?: true
  readonly binding?: 'boxes'
  readonly updatable?: true
  readonly compress?: true
  readonly security?: 'sm2' | 'off'
  readonly remux?: true
  readonly fragments: readonly string[]
  readonly live?: true
  readonly force?: true
  readonly dryRun?: true
  readonly json?: true
}

/** `FILE`, `FILE:componentOf` or `FILE:inputTo`. */
export interface IngredientFlag {
  readonly file: string
  readonly use: IngredientUse
}

/** A colon and a word behind it that is no use belong to the name of the file. */
export function ingredientFlag(text: string): IngredientFlag {
  const [, file = text, use] = /^(.+):(componentOf|inputTo)$/.exec(text) ?? []
  return { file, use: use === 'inputTo' ? 'inputTo' : 'componentOf' }
}

export interface Job {
  readonly input: Input
  readonly to: Destination
  /** What the progress line calls it. */
  readonly title: string
}

/** What is stated besides, and by whom; the same in every file. */
export type Said = Statements & Pick<LabelOptions, 'identities'>

export async function labelOne(
  toolkit: Toolkit,
  job: Job,
  flags: LabelFlags,
  said: Said,
  context: Context,
): Promise<Receipt> {
  const { input, to } = job
  const source = input.path ?? standardInput(context)
  const options = {
    fragments: await segmentsFor(job, flags, context),
    ...said,
    ...optionsOf(job, flags, context),
  }
  const send = (output: string, force: boolean) =>
    typeof source === 'string'
      ? toolkit.label(source, recordOf(flags), { output, force, inPlace: flags.inPlace, ...options })
      : toolkit.label(source, recordOf(flags), { output, force, ...options })
  if (to.path !== undefined) {
    if (!flags.dryRun) await prepare(to)
    return send(to.path, flags.force === true)
  }
  // Through a file, so that memory stays constant and nothing is poured out before it has been read back.
  const folder = await mkdtemp(join(tmpdir(), 'yinji-'))
  try {
    const receipt = await send(join(folder, 'labeled'), true)
    if (!flags.dryRun) await pour(join(folder, 'labeled'), receipt, context)
    return receipt
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function segmentsFor({ input }: Job, { fragments }: LabelFlags, context: Context) {
  return fragments.length > 0 ? await gatherSegments(fragments, input.path, context) : undefined
}

function optionsOf({ title }: Job, flags: LabelFlags, { io, signal, terminal, t }: Context): LabelOptions {
  const { manifest, sidecar, remote, embed, security, remux, binding, updatable, compress, live, dryRun } =
    flags
  const shown = cut(safe(title), (io.stderr.columns ?? 80) - 28)
  const progress = progressLine((rest) => t(`about ${rest} left`, `约剩 ${rest}`))
  return {
    visible: visibleWishes(flags, io.cwd),
    manifest,
    sidecar,
    remote,
    embed,
    ingredients: flags.ingredient.map(({ file, use }) => ({ file: resolve(io.cwd, file), use })),
    ...(flags.training && { training: flags.training }),
    thumbnail: flags.thumbnail,
    binding,
    updatable,
    compress,
    security,
    remux,
    live,
    dryRun,
    signal,
    onProgress: (done) => terminal.status(`${shown}  ${progress(done)}`),
  }
}

function recordOf({ involvement, contentId }: LabelFlags): LabelRecord {
  return {
    ...(involvement === undefined ? {} : { involvement }),
    ...(contentId === undefined ? {} : { contentId }),
  }
}

async function pour(path: string, { medium }: Receipt, { io, terminal }: Context): Promise<void> {
  if (io.stdout.isTTY && medium !== 'text') throw new UsageError('usage.output.terminal')
  for await (const chunk of createReadStream(path)) await terminal.data(chunk)
}
