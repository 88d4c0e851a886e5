/** The main job. The order is fixed here and nowhere else: visible label, metadata, manifest — a later write would break the seal. */
import { basename, dirname, extname, join, resolve } from 'node:path'
import {
  aigcOf,
  aigcText,
  type Binding,
  type Drawn,
  digitalSourceTypeOf,
  type Edit,
  InputError,
  InternalError,
  type MediaHandler,
  type Part,
  type ProvenanceRecord,
  SignError,
  type Source,
  type Splice,
  UsageError,
  type VisibleContext,
  type VisibleLabel,
  type XmpEdit,
} from '@yinji/core'
import { thumbnailOf } from '@yinji/media'
import { draftManifest, type ManifestContent, type ManifestDraft, type Signer } from '@yinji/provenance'
import { deliver, type ManifestPlace } from './deliver.ts'
import { type Examination, type ExamineOptions, examine } from './examine.ts'
import type { Identity } from './identity.ts'
import { readIngredients } from './ingredients.ts'
import { named } from './input.ts'
import { type Plan, planLabel } from './plan.ts'
import { codeToSign, type SignedRecord, signRecord } from './security.ts'
import { sidecarPath } from './sidecar.ts'
import { splicedSize } from './splice.ts'
import { permissionsFor } from './target.ts'
import { trainingMining } from './training.ts'
import type { LabelOptions, LabelRecord, Receipt, Written } from './types.ts'
import type { Workspace } from './workspace.ts'

export interface LabelJob {
  readonly source: Source
  /** Where to; undefined for memory. */
  readonly target: LabelTarget | undefined
  readonly partial: LabelRecord
  readonly options: LabelOptions
  readonly examine: ExamineOptions
  readonly identity: Identity | undefined
  readonly ffmpeg: string | undefined
  readonly workspace: Workspace
  readonly generator: { readonly name: string; readonly version: string }
}

export interface LabelTarget {
  readonly path: string
  readonly replace: boolean
}

export async function labelSource(job: LabelJob): Promise<Receipt & { content?: Uint8Array }> {
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
  const signer = options.manifest === false ? undefined : requireSigner(job.identity, job.examine.now)
  const handler = requireHandler(source, before)
  refuseDamage(source, before)
  const place = placeOf(handler, source, options)
  if (options.visible !== false && handler.visible === undefined)
    throw new InputError('visible.format.unsupported', {
      format: handler.id.toUpperCase(),
      instead: drawable[handler.medium],
    })
  const plan = planLabel(handler, before, job.partial, {
    ...options,
    place,
    identity: job.identity,
    now: job.examine.now,
  })
  const layOut = async (from: Source, explicit: VisibleLabel | undefined) => {
    const { record, content } = await signLabel(job, handler, from, plan)
    const said = { ...plan, record, aigc: aigcOf(record), explicit }
    const bare = editFor(handler, record)
    const outline =
      signer && place === 'inside' ? await outlineOf(handler, from, bare) : ({ kind: 'data' } as const)
    const more = signer && (await moreFor(job, handler, from))
    const draft = signer && draftFor(job, handler, before, said, signer, outline, more)
    const edit = { ...bare, room: place === 'inside' ? (draft?.size ?? 0) : 0 }
    return { record, content, draft, edit, splice: inPieces(await handler.splice(from, edit), outline) }
  }
  if (!handler.slots.aigc && !signer && !plan.draw)
    throw new InputError('input.nothing', { name: source.name ?? '' })
  const receipt = {
    schema: 'yinji.receipt/1' as const,
    input: { name: source.name ?? null, bytes: source.size },
    handler: handler.id,
    medium: handler.medium,
    mediaType: handler.mediaTypes[0],
    written: [],
    record: plan.record,
    findings: [
      ...before.findings.filter(({ code }) => code === 'asset.extension.mismatch'),
      ...plan.findings,
    ],
  }
  if (options.dryRun) {
    const { record, draft, edit } = plan.unchanged
      ? { record: plan.record, edit: noEdit }
      : await layOut(source, plan.explicit)
    const written = plan.unchanged ? [] : describeWritten(job, handler, plan.draw, edit, draft)
    return { ...receipt, record, written, status: 'planned', path: null, bytes: null, sidecar: null }
  }
  const mode = await permissions
  if (plan.unchanged) {
    const whole = { parts: [{ kind: 'copy' as const, start: 0, end: source.size }] }
    const store = place === 'beside' ? before.found?.manifest?.store : undefined
    return {
      ...receipt,
      status: 'unchanged',
      ...(await deliver({ ...job, mode, splice: whole, place, store })),
    }
  }
  const drawn = await draw(job, handler, plan)
  const prepared = drawn?.source ?? source
  try {
    // What was drawn is known only now: `auto` has become a corner.
    const { record, content, draft, edit, splice } = await layOut(prepared, drawn?.label ?? plan.explicit)
    const stale = staleSidecar(job, before)
    const written = { handler, edit, draft, content }
    const delivered = await deliver({ ...job, mode, source: prepared, splice, place, written, stale })
    return {
      ...receipt,
      ...delivered,
      record,
      status: 'labeled',
      written: describeWritten(job, handler, drawn?.label, edit, draft, drawn?.path),
      findings: [...receipt.findings, ...(drawn?.findings ?? [])],
    }
  } finally {
    if (prepared !== source) await prepared[Symbol.asyncDispose]?.()
  }
}

/** `photo.jpg` becomes `photo.labeled.jpg` beside it, unless told otherwise. */
export function targetOf(
  path: string,
  options: Pick<LabelOptions, 'output' | 'inPlace' | 'force'>,
  word = 'labeled',
): LabelTarget {
  if (options.inPlace) return { path: resolve(path), replace: true }
  const extension = extname(path)
  const beside = join(dirname(path), `${basename(path, extension)}.${word}${extension}`)
  return { path: resolve(options.output ?? beside), replace: options.force ?? false }
}

function withExtension(path: string, extension: string): string {
  return join(dirname(path), `${basename(path, extname(path))}.${extension}`)
}

export function requireSigner(identity: Identity | undefined, now: Date): Signer {
  if (identity === undefined) throw new SignError('sign.identity.missing', { home: '—' })
  const { signer } = identity
  if (now > signer.notAfter)
    throw new SignError('sign.certificate.expired', { notAfter: signer.notAfter.toISOString().slice(0, 10) })
  return signer
}

export function requireHandler(source: Source, before: Examination): MediaHandler {
  const { instead, id } = before.handler ?? {}
  if (instead !== undefined)
    throw new InputError('input.format.readonly', { name: source.name ?? '', format: id, instead })
  if (before.handler) return before.handler
  const code = source.size === 0 ? 'input.empty' : 'input.type.unsupported'
  throw new InputError(code, { name: source.name ?? '' })
}

/** The record with its security data; last, because it covers what was drawn. */
async function signLabel(
  { identity, options }: LabelJob,
  handler: MediaHandler,
  prepared: Source,
  { record }: Plan,
): Promise<SignedRecord> {
  if (options.security === 'sm2' && identity?.label === undefined)
    throw new SignError('sign.key.missing', { path: 'sm2.key' })
  if (options.security === 'off' || codeToSign(record, identity) === undefined) return { record }
  return signRecord(record, identity, handler, prepared, options.signal)
}

/** What takes a label that people see or hear, and what nearly everything of a kind can be converted to. */
const drawable: Readonly<Record<MediaHandler['medium'], string>> = {
  image: 'AVIF, JPEG, PNG',
  video: 'MP4',
  audio: 'M4A, FLAC',
  text: 'Markdown, HTML',
  document: 'PDF, DOCX',
}

/** A manifest is left out only when somebody said so. */
function placeOf(handler: MediaHandler, source: Source, options: LabelOptions): ManifestPlace {
  if (options.manifest === false) {
    if (!options.sidecar) return 'nowhere'
    throw new UsageError('usage.option.conflict', { option: '--sidecar', other: '--no-manifest' })
  }
  if (handler.slots.manifest) return 'inside'
  if (options.sidecar) return 'beside'
  throw new InputError('input.manifest.unsupported', { name: source.name ?? '', format: handler.id })
}

/** The sidecar of a file that is replaced under its own name, where the content shows that it was its own. */
function staleSidecar({ source, target }: LabelJob, before: Examination): string | undefined {
  const own = before.findings.some(({ code }) => code === 'manifest.content.intact')
  return own && target?.path === source.path ? before.sidecar?.path : undefined
}

/** A decoder would make something of what is left, and the label would vouch for it. */
function refuseDamage(source: Source, before: Examination): void {
  const damage = before.findings.find(({ code }) => code === 'asset.damaged')
  if (damage) throw new InputError('input.damaged', { what: damage.data?.['what'], name: source.name ?? '' })
}

type More = Pick<ManifestContent, 'ingredients' | 'actions' | 'assertions' | 'thumbnail'>

/** What the caller has to say besides. */
async function moreFor(job: LabelJob, { medium }: MediaHandler, source: Source): Promise<More> {
  const { ingredients = [], actions, assertions = [], training, thumbnail } = job.options
  return {
    ingredients: await readIngredients(ingredients, job.examine, job.workspace),
    actions,
    assertions: [...assertions, ...(training === undefined ? [] : [trainingMining(training)])],
    thumbnail: thumbnail && medium === 'image' ? await thumbnailOf(source) : undefined,
  }
}

/** An earlier manifest becomes the new one's ingredient, byte for byte. */
function draftFor(
  job: LabelJob,
  handler: MediaHandler,
  before: Examination,
  plan: Plan,
  signer: Signer,
  outline: Binding,
  more: More | undefined,
): ManifestDraft {
  const { found, validation } = before
  const readable =
    found?.manifest && validation && !before.findings.some(({ code }) => code === 'manifest.store.malformed')
  return draftManifest(
    {
      record: plan.record,
      aigc: plan.aigc,
      mediaType: handler.mediaTypes[0],
      title: job.source.name,
      explicit: plan.explicit,
      drawn: plan.draw !== undefined,
      generator: job.generator,
      ...more,
      parent:
        readable && found.manifest
          ? { store: found.manifest.store, results: validation.results, deltas: validation.deltas }
          : plan.record.involvement === 'manipulated'
            ? 'unsigned'
            : undefined,
    },
    outline,
    signer,
  )
}

/** The pieces of the outline, in the finished file. */
function inPieces(splice: Splice, outline: Binding): Splice {
  if (splice.binding?.kind !== 'bmff' || outline.kind !== 'bmff' || !outline.pieces) return splice
  return { ...splice, binding: { ...splice.binding, pieces: piecesOf(splice.parts) } }
}

const noEdit: Edit = { room: 0 }

/** Where every part of a file gets a hash of its own, a first plan tells how many there are. */
async function outlineOf(handler: MediaHandler, source: Source, edit: Edit): Promise<Binding> {
  const kind = handler.slots.manifest?.binding ?? 'data'
  if (kind === 'data' || kind === 'text') return { kind }
  if (kind === 'bmff' && source.size < piecewiseFrom) return { kind, boxes: [] }
  const { binding, parts } = await handler.splice(source, { ...edit, room: 1 })
  if (binding === undefined) throw new InternalError('a splice without a binding for its manifest')
  return binding.kind === 'bmff' ? { ...binding, pieces: piecesOf(parts) } : binding
}

/** From here on, films are hashed in pieces: a player should not have to load all of one before it can check any of it. */
const piecewiseFrom = 128 * 1024 * 1024
/** Some seconds of film; a gigabyte has 256 hashes of 32 bytes. */
const pieceBytes = 4 * 1024 * 1024
const piecesOf = (parts: readonly Part[]) => ({ bytes: pieceBytes, size: splicedSize(parts) })

function editFor(handler: MediaHandler, record: ProvenanceRecord): Edit {
  return {
    ...(handler.slots.aigc ? { aigc: aigcText(record) } : {}),
    ...(handler.slots.xmp ? { xmp: xmpOf(record) } : {}),
    room: 0,
  }
}

function xmpOf(record: ProvenanceRecord): XmpEdit {
  return {
    digitalSourceType: digitalSourceTypeOf(record.involvement),
    ...(record.system ? { systemUsed: record.system.name } : {}),
    ...(record.system?.version ? { systemVersionUsed: record.system.version } : {}),
    createDate: record.createdAt,
    publisher: record.provider.name,
    documentId: record.contentId,
  }
}

function describeWritten(
  { target, source }: LabelJob,
  handler: MediaHandler,
  shown: VisibleLabel | undefined,
  edit: Edit,
  draft: ManifestDraft | undefined,
  path?: Drawn['path'],
): Written[] {
  const { slots, visible } = handler
  const placed = handler.visible?.placed === true
  return [
    ...(shown && visible
      ? [
          {
            layer: 'visible' as const,
            place: placed ? shown.position : visible.how,
            what: shown.text,
            ...(path && { path }),
          },
        ]
      : []),
    ...(edit.aigc && slots.aigc ? [{ layer: 'metadata' as const, place: slots.aigc, what: edit.aigc }] : []),
    ...(edit.xmp && slots.xmp
      ? [{ layer: 'metadata' as const, place: slots.xmp, what: edit.xmp.digitalSourceType }]
      : []),
    ...(draft
      ? [
          slots.manifest
            ? { layer: 'manifest' as const, place: slots.manifest.place, what: draft.label }
            : {
                layer: 'sidecar' as const,
                place: basename(sidecarPath(target?.path ?? source.name ?? '')),
                what: draft.label,
              },
        ]
      : []),
  ]
}

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
