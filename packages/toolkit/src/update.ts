/**
 * Adds a signed statement to a signed file without changing its content (C2PA 11.2.3): a platform says that it has
 * published it, an editor that metadata was edited. The manifest that is there stays, and its hash still holds.
 */
import { concat, InputError, type MediaHandler, type Source, UsageError } from '@yinji/core'
import {
  assertionsOf,
  lateStamps,
  type NewAssertion,
  type RevocationQuestion,
  renewedStamps,
  type Signer,
  signUpdate,
  type TimeStamper,
  type UpdateAction,
} from '@yinji/provenance'
import { certificateStatus, noting } from './certificate-status.ts'
import { deliver, type ManifestPlace } from './deliver.ts'
import { type Examination, examine } from './examine.ts'
import type { LabelJob } from './label-job.ts'
import { requireHandler, requireSigner } from './label-refusals.ts'
import type { AskForAnswer } from './staple.ts'
import type { UpdateReceipt, UpdateStatement } from './update-types.ts'

export type UpdateJob = Pick<
  LabelJob,
  'source' | 'target' | 'options' | 'examine' | 'identity' | 'generator'
> & {
  readonly statement: UpdateStatement
  readonly ask: AskForAnswer
}

const published: readonly UpdateAction[] = [{ action: 'c2pa.published' }]

export async function updateSource(job: UpdateJob): Promise<UpdateReceipt & { content?: Uint8Array }> {
  const { source, options } = job
  const signer = requireSigner(job.identity, job.examine.now)
  const { redactions = [], stamp = false, renew = false, certificateStatus: answers = false } = job.statement
  const asked = noting(job.examine.revocation)
  const before = await examine(
    source,
    answers ? { ...job.examine, revocation: asked.revocation } : job.examine,
  )
  const handler = requireHandler(source, before)
  const place: ManifestPlace = before.sidecar ? 'beside' : 'inside'
  const parent = requireIntact(source, before)
  const { store } = parent
  if (place === 'inside' && handler.update === undefined)
    throw new InputError('input.update.unsupported', { format: handler.id })
  const { softBindings, training, assertions: stated = [] } = job.statement
  const more = assertionsOf({ assertions: stated, softBindings, training })
  const other = redactions.length > 0 || stamp || renew !== false || answers || more.length > 0
  const { actions = other ? [] : published } = job.statement
  const receipt = {
    schema: 'yinji.update/1' as const,
    input: { name: source.name ?? null, bytes: source.size },
    handler: handler.id,
    mediaType: handler.mediaTypes[0],
  }
  const late = await lateAssertions(job, store, signer, asked.questions)
  const assertions = [...stated, ...late]
  const all = [...more, ...late]
  if (actions.length + redactions.length + all.length === 0) return unchanged(job, place, store, receipt)
  const signed = await signUpdate(
    {
      parent,
      mediaType: handler.mediaTypes[0],
      title: source.name,
      generator: job.generator,
      actions,
      redactions,
      assertions,
      softBindings,
      training,
    },
    signer,
    { now: job.examine.now },
  )
  const added = Object.assign({}, receipt, {
    manifest: signed.label,
    said: [...said(actions, all), ...redactions.map(({ label }) => `c2pa.redacted ${label}`)],
  })
  const whole = place === 'inside' ? fitted(handler, signed.store, store.byteLength) : signed.store
  const splice = await spliceFor(handler, source, whole, place)
  if (options.dryRun) return Object.assign({}, added, { status: 'planned' as const, ...nowhere })
  const written = { handler, edit: { room: whole.byteLength }, draft: undefined }
  const delivered = await deliver({ splice, place, written, store: whole, ...job })
  const { manifest: loose, ...rest } = delivered
  return Object.assign({}, added, { status: 'updated' as const }, rest, loose && { store: loose })
}

/** What others say of the signatures that are there: when they were made, and that their certificates are good. */
async function lateAssertions(
  { statement, examine: { now }, ask }: UpdateJob,
  store: Uint8Array,
  signer: Signer,
  questions: readonly RevocationQuestion[],
): Promise<NewAssertion[]> {
  const { stamp, renew, certificateStatus: answers } = statement
  return [
    ...merged([
      stamp ? await lateStamps(store, clockOf(signer), now) : undefined,
      renew ? await renewedStamps(store, clockOf(signer), renew === true ? undefined : renew) : undefined,
    ]),
    answers ? await certificateStatus(questions, ask, now) : undefined,
  ].filter((assertion) => assertion !== undefined)
}

const nowhere = { path: null, bytes: null, sidecar: null }

/** Only what checks out is built on; whether its signer is trusted is another question. */
function requireIntact(source: Source, { found, validation, findings }: Examination) {
  const name = source.name ?? ''
  if (!found?.manifest || !validation) throw new InputError('input.update.unsigned', { name })
  const intact = findings.some(({ code }) => code === 'manifest.content.intact')
  if (!intact || findings.some(({ level }) => level === 'error'))
    throw new InputError('input.update.invalid', { name })
  return validation
}

/** @throws UsageError when there is nobody to ask. */
function clockOf({ timestamp }: Signer): TimeStamper {
  if (timestamp === undefined) throw new UsageError('usage.stamp.authority')
  return timestamp
}

/** Of one label there is one assertion: readers look at no second one. */
function merged(assertions: readonly (NewAssertion | undefined)[]): NewAssertion[] {
  const [one, other] = assertions.filter((assertion) => assertion !== undefined)
  if (one === undefined || other === undefined) return one ? [one] : []
  const [first, second] = [one.content, other.content]
  if (one.label !== other.label || !(first instanceof Map) || !(second instanceof Map)) return [one, other]
  return [{ ...one, content: new Map([...first, ...second]) }]
}

/** A copy, so that whoever asked for a file has one. */
async function unchanged(
  job: UpdateJob,
  place: ManifestPlace,
  store: Uint8Array,
  receipt: Pick<UpdateReceipt, 'schema' | 'input' | 'handler' | 'mediaType'>,
): Promise<UpdateReceipt & { content?: Uint8Array }> {
  const same = Object.assign({}, receipt, { status: 'unchanged' as const, manifest: null, said: [] })
  if (job.options.dryRun) return Object.assign({}, same, nowhere)
  const splice = { parts: [{ kind: 'copy' as const, start: 0, end: job.source.size }] }
  const { manifest: loose, ...rest } = await deliver({
    splice,
    place,
    store: place === 'beside' ? store : undefined,
    ...job,
  })
  return Object.assign({}, same, rest, loose && { store: loose })
}

/** @throws InputError when it has become too long for its place. */
function fitted({ id, slots }: MediaHandler, store: Uint8Array, room: number): Uint8Array {
  if (!slots.manifest?.fixed) return store
  if (store.byteLength > room) throw new InputError('input.update.unsupported', { format: id })
  return concat([store, new Uint8Array(room - store.byteLength)])
}

async function spliceFor(handler: MediaHandler, source: Source, store: Uint8Array, place: ManifestPlace) {
  if (place === 'beside' || !handler.update)
    return { parts: [{ kind: 'copy' as const, start: 0, end: source.size }] }
  return handler.update(source, store)
}

function said(actions: readonly UpdateAction[], assertions: readonly NewAssertion[]): string[] {
  return [...actions.map(({ action }) => action), ...assertions.map(({ label }) => label)]
}
