/** How the labelled file will be laid out: its record, signed, the draft of its manifest, and the splice that has room for it. */
import {
  aigcOf,
  aigcText,
  type Binding,
  digitalSourceTypeOf,
  type Edit,
  type Finding,
  type MediaHandler,
  type ProvenanceRecord,
  SignError,
  type Source,
  type Splice,
  type VisibleLabel,
  type XmpEdit,
} from '@yinji/core'
import { thumbnailOf } from '@yinji/media'
import {
  bindSplice,
  draftManifest,
  type ManifestContent,
  type ManifestDraft,
  outlineOf,
  type Signer,
  type Statements,
} from '@yinji/provenance'
import type { ManifestPlace } from './deliver.ts'
import type { Examination } from './examine.ts'
import { readIngredients } from './ingredients.ts'
import type { LabelJob } from './label-job.ts'
import { manifestAddress } from './manifest-address.ts'
import { noThumbnail, type Plan } from './plan.ts'
import { codeToSign, type SignedRecord, signRecord } from './security.ts'

/** What is known before anything is laid out. */
export interface Setting {
  readonly job: LabelJob
  readonly handler: MediaHandler
  readonly before: Examination
  readonly plan: Plan
  readonly signer: Signer | undefined
  readonly place: ManifestPlace
  /** Hashes of the media segments of a film in segments; while they are not known, as many others. */
  readonly leaves?: readonly Uint8Array[] | undefined
}

/** The labelled file, planned to the byte. */
export interface LabelLayout extends SignedRecord {
  readonly draft: ManifestDraft | undefined
  readonly edit: Edit
  readonly splice: Splice
  /** Remarks about what could not be done. */
  readonly findings: readonly Finding[]
}

/** @param from with what was drawn @param explicit what was drawn, or stands there already */
export async function layOut(
  setting: Setting,
  from: Source,
  explicit: VisibleLabel | undefined,
): Promise<LabelLayout> {
  const { job, handler, before, plan, signer, place, leaves } = setting
  const { record, content } = await signLabel(job, handler, from, plan)
  const said = { ...plan, record, aigc: aigcOf(record), explicit }
  const bare = { leaves, provenance: manifestAddress(job), ...editFor(handler, record) }
  const outline =
    signer && place === 'inside'
      ? await outlineOf(handler, from, bare, {
          binding: job.options.binding,
          fragmented: before.found?.fragmented,
        })
      : ({ kind: 'data' } as const)
  const more = signer && (await moreFor(job, handler, from))
  const draft = signer && draftFor(setting, said, signer, outline, more)
  const edit = {
    fragments: outline.kind === 'bmff' && outline.fragments !== undefined,
    ...bare,
    room: place === 'inside' ? (draft?.size ?? 0) : 0,
  }
  const splice = bindSplice(await handler.splice(from, edit), outline)
  const undrawn = job.options.thumbnail && handler.medium === 'image' && signer && !more?.thumbnail
  return {
    record,
    content,
    draft,
    edit,
    splice,
    findings: undrawn ? [noThumbnail(handler.mediaTypes[0])] : [],
  }
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

type More = Pick<ManifestContent, 'identities' | 'ingredients' | 'thumbnail' | keyof Statements>

/** What the caller has to say besides. */
async function moreFor(job: LabelJob, { medium }: MediaHandler, source: Source): Promise<More> {
  const { ingredients = [], identities, thumbnail } = job.options
  const { actions, assertions, softBindings, training, disclosure } = job.options
  return {
    ingredients: await readIngredients(ingredients, job.examine, job.workspace),
    ...{ actions, assertions, softBindings, training, disclosure, identities },
    thumbnail: thumbnail && medium === 'image' ? await thumbnailOf(source) : undefined,
  }
}

/** An earlier manifest becomes the new one's ingredient, byte for byte. */
function draftFor(
  { job, handler, before, place }: Setting,
  plan: Plan,
  signer: Signer,
  outline: Binding,
  more: More | undefined,
): ManifestDraft {
  const readable = !before.findings.some(({ code }) => code === 'manifest.store.malformed')
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
        readable && before.validation
          ? before.validation
          : plan.record.involvement === 'manipulated'
            ? 'unsigned'
            : undefined,
    },
    outline,
    signer,
    {
      spare: job.options.updatable && place === 'inside' && handler.slots.manifest?.fixed ? spareBytes : 0,
      compress: job.options.compress,
      uuid: job.live?.uuid,
    },
  )
}

/** An update takes some 3 KB, and twice as much again for each time stamp. */
const spareBytes = 32 * 1024

function editFor(handler: MediaHandler, record: ProvenanceRecord): Edit {
  return {
    room: 0,
    ...(handler.slots.aigc ? { aigc: aigcText(record) } : {}),
    ...(handler.slots.xmp ? { xmp: xmpOf(record) } : {}),
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
