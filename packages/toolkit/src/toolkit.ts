/** The composition root: formats, identity and trust come together here. */
import type { MediaHandler, Report, Source } from '@yinji/core'
import { defaultHandlers, readBy, SecondReader } from '@yinji/media'
import { createRevocation, createTrust, type RevocationQuestion } from '@yinji/provenance'
import { secondOpinion } from './deep.ts'
import { type Examination, type ExamineOptions, examine, reportOf } from './examine.ts'
import { openInput, segmentsOf } from './input.ts'
import { inspectionOf } from './inspect.ts'
import { labelSource } from './label.ts'
import { targetOf } from './label-job.ts'
import { type LiveOptions, startLive } from './live.ts'
import { lookFor } from './look.ts'
import { createOnline } from './online.ts'
import { findSidecar } from './sidecar.ts'
import { createAsking } from './staple.ts'
import type { Format, Input, LabelOptions, LabelRecord, Receipt, Toolkit, ToolkitOptions } from './types.ts'
import { updateSource } from './update.ts'
import type { UpdateOptions, UpdateStatement } from './update-types.ts'
import type { VerifyOptions } from './verify-types.ts'
import { version } from './version.ts'
import { startWatch } from './watch.ts'
import { startRanges } from './watch-ranges.ts'
import type { WatchOptions } from './watch-types.ts'
import { Workspace } from './workspace.ts'

/** Makes a toolkit. Cheap to make, safe to share, meant to be kept: it remembers certificates it has checked. */
export function createToolkit(options: ToolkitOptions = {}): Toolkit {
  const { identity, ffmpeg } = options
  const handlers = options.handlers ?? defaultHandlers
  const { store } = options
  const anchors = [
    ...(options.trust ?? (identity?.anchor ? [identity.anchor] : [])),
    ...(store?.anchors ?? []),
  ]
  const trustIn = (more: VerifyOptions['trust'] = []) =>
    createTrust({
      anchors: [...anchors, ...more],
      pins: store?.certificates,
      usages: options.usages ?? store?.usages,
      timestampAnchors: [...(options.timestampTrust ?? []), ...(store?.timestampAnchors ?? [])],
      identityAnchors: [...(options.identityTrust ?? []), ...(store?.identityAnchors ?? [])],
    })
  const trust = trustIn()
  const revocation = options.revocation ?? createRevocation()
  const ask = createAsking(options.online ?? {})
  const askOnline = options.online && createOnline(revocation, options.online)
  const now = options.clock ?? (() => new Date())
  const running = new Set<Promise<unknown>>()
  const secondReader = new SecondReader()
  const generator = { name: 'Yinji', version }

  function track<T>(job: Promise<T>): Promise<T> {
    running.add(job)
    const done = () => running.delete(job)
    job.then(done, done)
    return job
  }

  const settings = (call: {
    signal?: AbortSignal | undefined
    trust?: VerifyOptions['trust']
  }): ExamineOptions => ({
    handlers,
    trust: call.trust?.length ? trustIn(call.trust) : trust,
    now: now(),
    revocation,
    known: store && { statusOf: store.statusOf, ...store.known },
    certificates: options.certificates,
    signal: call.signal,
  })

  /** Where an authority could tell more than is at hand, and may be asked, it is; then everything is looked at again. */
  async function examineOnline(source: Source, examining: ExamineOptions): Promise<Examination> {
    if (askOnline === undefined || revocation.mode === 'off') return examine(source, examining)
    const open = new Map<string, RevocationQuestion>()
    const watched = {
      ...revocation,
      asked: true, // so whoever asks is told what remains unknown
      statusOf(question: RevocationQuestion) {
        const found = revocation.statusOf(question)
        if (found.status === 'unknown') open.set(question.certificate.fingerprint, question)
        return found
      },
    }
    const first = await examine(source, { ...examining, revocation: watched })
    if (open.size === 0) return first
    const told = (await Promise.all([...open.values()].map(askOnline))).flat()
    const second = await examine(source, { ...examining, revocation: watched })
    return { ...second, findings: [...second.findings, ...told] }
  }

  async function examined<T>(
    input: Input,
    call: VerifyOptions,
    answer: (report: Report, examination: Examination) => T,
  ): Promise<T> {
    await using workspace = new Workspace()
    await using source = await openInput(input, call.name, workspace)
    const sidecar = await findSidecar(pathOf(input), call.sidecar)
    const fragments = call.fragments && segmentsOf(call.fragments, workspace)
    const examining = { sidecar, remote: call.remote, fragments, assetSha256: true, ...settings(call) }
    const first = await examineOnline(source, examining)
    const more = call.deep
      ? await secondOpinion(secondReader, await workspace.pathOf(source), first.signs.items)
      : []
    const looked = call.look ? await lookFor(source, first, { signal: call.signal, ffmpeg, workspace }) : []
    const examination = { ...first, findings: [...first.findings, ...looked, ...more] }
    return answer(await reportOf(source, examination, examining.signal), examination)
  }

  async function watch(input: Input, call: WatchOptions) {
    const sidecar = await findSidecar(pathOf(input), call.sidecar)
    const examining = { sidecar, remote: call.remote, assetSha256: true, ...settings(call) }
    return startWatch({ input, name: call.name, examining, examineOnline })
  }

  /** @param begins whether segments follow that are signed one by one */
  async function label(
    input: Input,
    partial: LabelRecord = {},
    call: LabelOptions = {},
    begins = false,
  ): Promise<never> {
    await using workspace = new Workspace()
    await using source = await openInput(input, call.name, workspace)
    const sidecar = await findSidecar(pathOf(input), undefined)
    const fragments = call.fragments && segmentsOf(call.fragments, workspace)
    const examining = { sidecar, beside: call.sidecar, fragments, ...settings(call) }
    const target =
      typeof input === 'string' || call.output !== undefined
        ? targetOf(typeof input === 'string' ? input : '', call)
        : undefined
    const receipt: Receipt = await labelSource({
      source,
      target,
      segments: call.fragments,
      begins,
      partial,
      options: call,
      examine: examining,
      identity,
      ffmpeg,
      workspace,
      generator,
    })
    return receipt as never // the overloads of Toolkit say which fields there are
  }

  async function update(
    input: Input,
    statement: UpdateStatement = {},
    call: UpdateOptions = {},
  ): Promise<never> {
    await using workspace = new Workspace()
    await using source = await openInput(input, call.name, workspace)
    const path = pathOf(input)
    const examining = { sidecar: await findSidecar(path, undefined), ...settings(call) }
    const target =
      path !== undefined || call.output !== undefined ? targetOf(path ?? '', call, 'updated') : undefined
    const job = { source, target, statement, options: call, examine: examining, identity, generator, ask }
    return (await updateSource(job)) as never // the overloads of Toolkit say which fields there are
  }

  return {
    update: (input: Input, statement?: UpdateStatement, call?: UpdateOptions) =>
      track(update(input, statement, call)),
    label: (input: Input, record?: LabelRecord, call?: LabelOptions) => track(label(input, record, call)),
    live: (init: Input, record: LabelRecord = {}, call: LiveOptions = {}) =>
      track(
        startLive(init, record, call, {
          ...{ identity, handlers, clock: now, generator },
          label: (...words) => label(...words, true),
        }),
      ),
    watch: (input, call = {}) => track(watch(input, call)),
    watchRanges: (input, call = {}) =>
      track(
        startRanges({
          input,
          name: call.name,
          examining: { remote: call.remote, ...settings(call) },
          examineOnline,
        }),
      ),
    verify: (input, call = {}) => track(examined(input, call, (report) => report)),
    inspect: (input, call = {}) =>
      track(examined(input, call, (report, examination) => inspectionOf(report, examination, now()))),
    formats: () => handlers.map(formatOf),
    async [Symbol.asyncDispose]() {
      await Promise.allSettled(running)
      await secondReader[Symbol.asyncDispose]()
    },
  }
}

function pathOf(input: Input): string | undefined {
  return typeof input === 'string' ? input : undefined
}

function formatOf({
  id,
  medium,
  mediaTypes,
  extensions,
  slots,
  visible,
  instead,
  remux,
}: MediaHandler): Format {
  return {
    id,
    medium,
    mediaTypes,
    extensions,
    aigc: slots.aigc ?? null,
    xmp: slots.xmp ?? null,
    manifest: slots.manifest?.place ?? null,
    binding: slots.manifest?.binding ?? null,
    visible: visible?.how ?? null,
    needs: visible?.needs ?? null,
    instead: instead ?? null,
    readBy: readBy.get(id) ?? [],
    remux: remux?.extension ?? null,
  }
}
