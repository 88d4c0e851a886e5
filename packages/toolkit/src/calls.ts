/** What single calls of a toolkit do with what all of them share. */
import type { MediaHandler, Report } from '@yinji/core'
import type { SecondReader } from '@yinji/media'
import { secondOpinion } from './deep.ts'
import { type Examination, type ExamineOptions, reportOf } from './examine.ts'
import type { Examine } from './examine-online.ts'
import type { Identity } from './identity.ts'
import { openInput, segmentsOf } from './input.ts'
import { labelSource } from './label.ts'
import { targetOf } from './label-job.ts'
import { lookFor } from './look.ts'
import { findSidecar } from './sidecar.ts'
import type { AskForAnswer } from './staple.ts'
import type { Input, LabelOptions, LabelRecord } from './types.ts'
import { updateSource } from './update.ts'
import type { UpdateOptions, UpdateStatement } from './update-types.ts'
import type { VerifyOptions } from './verify-types.ts'
import { startWatch } from './watch.ts'
import type { WatchOptions } from './watch-types.ts'
import { Workspace } from './workspace.ts'

export interface Shared {
  readonly identity: Identity | undefined
  readonly ffmpeg: string | undefined
  readonly handlers: readonly MediaHandler[]
  readonly generator: { readonly name: string; readonly version: string }
  readonly now: () => Date
  /** How one call examines what it is given. */
  readonly settings: (call: Pick<VerifyOptions, 'signal' | 'trust'>) => ExamineOptions
  /** Asks authorities, where that is allowed. */
  readonly examineOnline: Examine
  /** Asks for answers that go into signed files. */
  readonly ask: AskForAnswer
  readonly secondReader: SecondReader
}

export async function verify<T>(
  { settings, examineOnline, secondReader, ffmpeg }: Shared,
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

export async function watch({ settings, examineOnline }: Shared, input: Input, call: WatchOptions) {
  const sidecar = await findSidecar(pathOf(input), call.sidecar)
  const examining = { sidecar, remote: call.remote, assetSha256: true, ...settings(call) }
  return startWatch({ input, name: call.name, examining, examineOnline })
}

/** @param begins whether segments follow that are signed one by one */
export async function label(
  { settings, identity, ffmpeg, generator }: Shared,
  input: Input,
  partial: LabelRecord = {},
  call: LabelOptions = {},
  begins = false,
): Promise<never> {
  await using workspace = new Workspace()
  await using source = await openInput(input, call.name, workspace)
  const path = pathOf(input)
  const sidecar = await findSidecar(path, undefined)
  const fragments = call.fragments && segmentsOf(call.fragments, workspace)
  const receipt = await labelSource({
    source,
    target: path !== undefined || call.output !== undefined ? targetOf(path ?? '', call) : undefined,
    segments: call.fragments,
    begins,
    partial,
    options: call,
    examine: { sidecar, beside: call.sidecar, fragments, ...settings(call) },
    identity,
    ffmpeg,
    workspace,
    generator,
  })
  return receipt as never // the overloads of Toolkit say which fields there are
}

export async function update(
  { settings, identity, generator, ask }: Shared,
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

function pathOf(input: Input): string | undefined {
  return typeof input === 'string' ? input : undefined
}
