/** The main job. The order is fixed here and nowhere else: visible label, metadata, manifest — a later write would break the seal. */
import { copy, type Drawn, InputError, type MediaHandler, UsageError, type VisibleContext } from '@yinji/core'
import { deliver } from './deliver.ts'
import { type Examination, examine } from './examine.ts'
import { named } from './input.ts'
import { type LabelJob, type LabelTarget, withExtension } from './label-job.ts'
import { layOut, type Setting } from './label-layout.ts'
import { liveJob } from './label-live.ts'
import {
  placeOf,
  refuseBeginning,
  refuseDamage,
  refuseInvisible,
  refuseSegments,
  refuseUnknown,
  requireHandler,
  requireSigner,
} from './label-refusals.ts'
import {
  asItIs,
  discardAll,
  leavesToCome,
  type PlannedSegment,
  planSegments,
  playlistsLeft,
  type WrittenSegments,
  writeSegments,
} from './label-segments.ts'
import { describeWritten } from './label-written.ts'
import { manifestAddress } from './manifest-address.ts'
import { type Plan, planLabel } from './plan.ts'
import { permissionsFor } from './target.ts'
import type { Receipt } from './types.ts'

export async function labelSource(given: LabelJob): Promise<Labelled> {
  const job = given.options.live ? liveJob(given) : given
  const mode = modeOf(job.target) // asked while the source is examined
  const before = await examine(job.source, job.examine)
  const { remux } = before.handler ?? {}
  if (!job.options.remux || !remux) return labelExamined(job, before, mode)
  refuseDamage(job.source, before)
  if (job.options.inPlace)
    throw new UsageError('usage.option.conflict', { option: '--in-place', other: '--remux' })
  const name = withExtension(job.source.name ?? '', remux.extension)
  await using source = named(await remux.apply(job.source, contextOf(job)), name)
  const { handler, found } = await examine(source, job.examine)
  const target = job.target && {
    ...job.target,
    path:
      job.options.output === undefined ? withExtension(job.target.path, remux.extension) : job.target.path,
  }
  // Labels of the old container count as earlier labels, as they would have in place.
  return await labelExamined({ ...job, source, target }, { ...before, handler, found }, modeOf(target))
}

/** A target that may not be replaced is refused before the label is drawn, which can take minutes. */
function modeOf(target: LabelTarget | undefined): Promise<number | undefined> {
  const asked = target ? permissionsFor(target.path, target) : Promise.resolve(undefined)
  asked.catch(() => {}) // of no interest when something else goes wrong first
  return asked
}

type Labelled = Receipt & { content?: Uint8Array }

async function labelExamined(
  job: LabelJob,
  before: Examination,
  permissions: Promise<number | undefined>,
): Promise<Labelled> {
  const { setting, segments } = await decide(job, before)
  const receipt = await receiptFor(setting, segments)
  if (job.options.dryRun) return plannedOnly(setting, receipt)
  const writing = { setting, segments, receipt, mode: await permissions }
  return setting.plan.unchanged ? copyWhole(writing) : write(writing)
}

/** What will be written, and where; whatever can't be is refused here. */
async function decide(job: LabelJob, before: Examination) {
  const { source, options } = job
  refuseUnknown(options)
  const signer = options.manifest === false ? undefined : requireSigner(job.identity, job.examine.now)
  const handler = requireHandler(source, before)
  refuseDamage(source, before)
  refuseBeginning(job, before)
  const place = placeOf(handler, source, options)
  refuseInvisible(handler, options)
  const plan = planLabel(handler, before, job.partial, {
    place,
    address: manifestAddress(job),
    identity: job.identity,
    now: job.examine.now,
    ...options,
  })
  if (job.segments) refuseSegments(job, plan)
  const segments = job.segments && (await planSegments(job, handler))
  if (!handler.slots.aigc && !signer && !plan.draw)
    throw new InputError('input.nothing', { name: source.name ?? '' })
  const leaves = segments && leavesToCome(segments)
  const setting: Setting = { job, handler, before, plan, signer, place, leaves }
  return { setting, segments }
}

/** What is known before anything is written. */
type Begun = Omit<Receipt, 'status'>

async function receiptFor(
  { job, handler, before, plan }: Setting,
  segments: readonly PlannedSegment[] | undefined,
): Promise<Begun> {
  return {
    schema: 'yinji.receipt/1',
    input: { name: job.source.name ?? null, bytes: job.source.size },
    handler: handler.id,
    medium: handler.medium,
    mediaType: handler.mediaTypes[0],
    written: [],
    ...(segments && { segments: segments.map(({ to }) => to) }),
    record: plan.record,
    findings: [
      ...before.findings.filter(({ code }) => code === 'asset.extension.mismatch'),
      ...plan.findings,
      ...(job.segments ? await playlistsLeft(job) : []),
    ],
    path: null,
    bytes: null,
    sidecar: null,
  }
}

/** A dry run: everything but what is drawn is laid out. */
async function plannedOnly(setting: Setting, receipt: Begun): Promise<Labelled> {
  const { job, handler, plan, place } = setting
  const status = 'planned'
  if (plan.unchanged) return Object.assign({}, receipt, { status } as const)
  const { record, draft, edit, findings } = await layOut(setting, job.source, plan.explicit)
  return Object.assign({}, receipt, {
    record,
    written: describeWritten(job, handler, plan.draw, { edit, draft, place }),
    findings: [...receipt.findings, ...findings],
    status,
  } as const)
}

interface Writing {
  readonly setting: Setting
  readonly segments: readonly PlannedSegment[] | undefined
  readonly receipt: Begun
  /** Permissions of the target. */
  readonly mode: number | undefined
}

/** The file says exactly this already, so whoever asked for another one gets a copy. */
async function copyWhole({ setting, segments, receipt, mode }: Writing): Promise<Labelled> {
  const { job, before, place } = setting
  const whole = { parts: [copy(0, job.source.size)] }
  const store = place === 'beside' ? before.found?.manifest?.store : undefined
  const copied = await writeSegments(segments?.map(asItIs) ?? [], job.options)
  try {
    const together = copied.targets
    const delivered = await deliver({ mode, splice: whole, place, store, together, ...job })
    return Object.assign({}, receipt, delivered, { status: 'unchanged' as const })
  } finally {
    await discardAll(copied.targets)
  }
}

async function write({ setting, segments, receipt, mode }: Writing): Promise<Labelled> {
  const { job, handler, before, plan, place } = setting
  const drawn = await draw(job, handler, plan)
  const prepared = drawn?.source ?? job.source
  let fresh: WrittenSegments | undefined
  try {
    fresh = segments && (await writeSegments(segments, job.options))
    // What was drawn is known only now: `auto` has become a corner.
    const { record, content, draft, edit, splice, findings } = await layOut(
      { ...setting, leaves: fresh?.leaves },
      prepared,
      drawn?.label ?? plan.explicit,
    )
    const delivered = await deliver({
      mode,
      splice,
      place,
      written: { handler, edit, draft, content },
      stale: staleSidecar(job, before),
      together: fresh?.targets,
      ...job,
      source: prepared,
    })
    return Object.assign({}, receipt, delivered, {
      record,
      status: 'labeled' as const,
      written: describeWritten(job, handler, drawn?.label, { edit, draft, place }, drawn?.path),
      findings: [...receipt.findings, ...findings, ...(drawn?.findings ?? [])],
    })
  } finally {
    await discardAll(fresh?.targets ?? [])
    if (prepared !== job.source) await prepared[Symbol.asyncDispose]?.()
  }
}

/** The sidecar of a file that is replaced under its own name, where the content shows that it was its own. */
function staleSidecar({ source, target }: LabelJob, before: Examination): string | undefined {
  const own = before.findings.some(({ code }) => code === 'manifest.content.intact')
  return own && target?.path === source.path ? before.sidecar?.path : undefined
}

async function draw(job: LabelJob, handler: MediaHandler, plan: Plan): Promise<Drawn | undefined> {
  if (!plan.draw || !handler.visible) return undefined
  return handler.visible.apply(job.source, plan.draw, { previous: plan.previous, ...contextOf(job) })
}

function contextOf({ options, ffmpeg, workspace }: LabelJob): VisibleContext {
  const { signal, onProgress } = options
  return {
    signal,
    onProgress: onProgress && ((fraction) => onProgress({ step: 'visible', fraction })),
    ...(ffmpeg === undefined ? {} : { tools: { ffmpeg } }),
    temporaryDirectory: () => workspace.directory(),
    pathOf: (source) => workspace.pathOf(source),
  }
}
