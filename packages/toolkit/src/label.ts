/** The main job. The order is fixed here and nowhere else: visible label, metadata, manifest — a later write would break the seal. */
import {
  type Drawn,
  type Edit,
  InputError,
  type MediaHandler,
  UsageError,
  type VisibleContext,
} from '@yinji/core'
import { deliver } from './deliver.ts'
import { type Examination, examine } from './examine.ts'
import { named } from './input.ts'
import { type LabelJob, type LabelTarget, withExtension } from './label-job.ts'
import { layOut } from './label-layout.ts'
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

export async function labelSource(given: LabelJob): Promise<Receipt & { content?: Uint8Array }> {
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

async function labelExamined(
  job: LabelJob,
  before: Examination,
  permissions: Promise<number | undefined>,
): Promise<Receipt & { content?: Uint8Array }> {
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
  const setting = { job, handler, before, plan, signer, place, leaves: segments && leavesToCome(segments) }
  if (!handler.slots.aigc && !signer && !plan.draw)
    throw new InputError('input.nothing', { name: source.name ?? '' })
  const receipt = {
    schema: 'yinji.receipt/1' as const,
    input: { name: source.name ?? null, bytes: source.size },
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
  if (options.dryRun) {
    const { record, draft, edit, findings } = plan.unchanged
      ? { record: plan.record, edit: noEdit, findings: [] }
      : await layOut(setting, source, plan.explicit)
    const written = plan.unchanged ? [] : describeWritten(job, handler, plan.draw, { edit, draft, place })
    const planned = { ...receipt, record, written, findings: [...receipt.findings, ...findings] }
    return { ...planned, status: 'planned' }
  }
  const mode = await permissions
  if (plan.unchanged) {
    const whole = { parts: [{ kind: 'copy' as const, start: 0, end: source.size }] }
    const store = place === 'beside' ? before.found?.manifest?.store : undefined
    const copied = await writeSegments(segments?.map(asItIs) ?? [], options)
    try {
      const together = copied.targets
      const delivered = await deliver({ mode, splice: whole, place, store, together, ...job })
      return Object.assign({}, receipt, delivered, { status: 'unchanged' as const })
    } finally {
      await discardAll(copied.targets)
    }
  }
  const drawn = await draw(job, handler, plan)
  const prepared = drawn?.source ?? source
  let fresh: WrittenSegments | undefined
  try {
    fresh = segments && (await writeSegments(segments, options))
    // What was drawn is known only now: `auto` has become a corner.
    const { record, content, draft, edit, splice, findings } = await layOut(
      { ...setting, leaves: fresh?.leaves },
      prepared,
      drawn?.label ?? plan.explicit,
    )
    const stale = staleSidecar(job, before)
    const written = { handler, edit, draft, content }
    const together = fresh?.targets
    const delivered = await deliver({
      mode,
      splice,
      place,
      written,
      stale,
      together,
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
    if (prepared !== source) await prepared[Symbol.asyncDispose]?.()
  }
}

/** The sidecar of a file that is replaced under its own name, where the content shows that it was its own. */
function staleSidecar({ source, target }: LabelJob, before: Examination): string | undefined {
  const own = before.findings.some(({ code }) => code === 'manifest.content.intact')
  return own && target?.path === source.path ? before.sidecar?.path : undefined
}

const noEdit: Edit = { room: 0 }

async function draw(job: LabelJob, handler: MediaHandler, plan: Plan): Promise<Drawn | undefined> {
  if (!plan.draw || !handler.visible) return undefined
  return handler.visible.apply(job.source, plan.draw, { ...contextOf(job), previous: plan.previous })
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
