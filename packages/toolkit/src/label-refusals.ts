/** What labelling needs, and what it refuses, each with its reason. */
import { InputError, type MediaHandler, SignError, type Source, UsageError } from '@yinji/core'
import type { Signer } from '@yinji/provenance'
import type { ManifestPlace } from './deliver.ts'
import type { Examination } from './examine.ts'
import type { Identity } from './identity.ts'
import type { LabelJob } from './label-job.ts'
import type { Plan } from './plan.ts'
import type { LabelOptions } from './types.ts'

export function requireSigner(identity: Identity | undefined, now: Date): Signer {
  if (identity === undefined) throw new SignError('sign.identity.missing', { home: '—' })
  const { signer } = identity
  if (now > signer.notAfter)
    throw new SignError('sign.certificate.expired', { notAfter: signer.notAfter.toISOString().slice(0, 10) })
  return signer
}

export function requireHandler(
  source: Source,
  before: Pick<Examination, 'handler' | 'findings'>,
): MediaHandler {
  const { instead, id } = before.handler ?? {}
  if (instead !== undefined)
    throw new InputError('input.format.readonly', { name: source.name ?? '', format: id, instead })
  if (before.handler) return before.handler
  const code = source.size === 0 ? 'input.empty' : 'input.type.unsupported'
  throw new InputError(code, { name: source.name ?? '' })
}

/** A decoder would make something of what is left, and the label would vouch for it. */
export function refuseDamage(source: Source, before: Examination): void {
  const damage = before.findings.find(({ code }) => code === 'asset.damaged')
  if (damage) throw new InputError('input.damaged', { what: damage.data?.['what'], name: source.name ?? '' })
}

/** Plain JavaScript has no types that would tell. */
export function refuseUnknown({ ingredients = [], security, binding }: LabelOptions): void {
  const words = [
    ...ingredients.map(({ use }, at) => [`ingredients[${at}].use`, use, ['componentOf', 'inputTo']] as const),
    ['security', security, ['sm2', 'off']] as const,
    ['binding', binding, ['boxes']] as const,
  ]
  for (const [at, found, allowed] of words)
    if (found !== undefined && !(allowed as readonly unknown[]).includes(found))
      throw new UsageError('usage.field.invalid', { at, found, allowed: allowed.join(', ') })
}

/** What is about the manifest alone. */
const inManifest = [
  ...(['sidecar', 'remote', 'binding', 'thumbnail', 'updatable', 'compress'] as const),
  ...(['ingredients', 'identities'] as const),
  ...(['actions', 'assertions', 'softBindings', 'training', 'disclosure'] as const),
]

/** A manifest is left out only when somebody said so. */
export function placeOf(handler: MediaHandler, source: Source, options: LabelOptions): ManifestPlace {
  const { slots, id: format } = handler
  const name = source.name ?? ''
  if (options.manifest === false) {
    const given = inManifest.find((name) => {
      const value = options[name]
      return Array.isArray(value) ? value.length > 0 : value
    })
    const other = given ?? (options.embed === false ? 'no-embed' : undefined)
    if (other === undefined) return 'nowhere'
    throw new UsageError('usage.option.conflict', { option: `--${other}`, other: '--no-manifest' })
  }
  if (options.binding === 'boxes' && !slots.manifest?.boxes)
    throw new InputError('input.binding.unsupported', { name, format })
  if (options.remote !== undefined && slots.xmp === undefined)
    throw new InputError('input.remote.unsupported', { name, format })
  if (options.embed === false) return refuseApart(options)
  if (slots.manifest) return 'inside'
  if (options.sidecar) return 'beside'
  throw new InputError('input.manifest.unsupported', { name, format })
}

/** What is for manifests inside a file only: hashes of its boxes, and of the segments that it is the beginning of. */
function refuseApart({ binding, fragments }: LabelOptions): 'beside' {
  const other = binding ? '--binding' : fragments ? '--fragments' : undefined
  if (other) throw new UsageError('usage.option.conflict', { option: '--no-embed', other })
  return 'beside'
}

/** What takes a label that people see or hear, and what nearly everything of a kind can be converted to. */
const drawable: Readonly<Record<MediaHandler['medium'], string>> = {
  image: 'AVIF, JPEG, PNG',
  video: 'MP4',
  audio: 'M4A, FLAC',
  text: 'Markdown, HTML',
  document: 'PDF, DOCX',
}

/** An explicit label is left out only when somebody said so. */
export function refuseInvisible({ id, medium, visible }: MediaHandler, options: LabelOptions): void {
  if (options.visible === false || visible !== undefined) return
  const format = id.toUpperCase()
  throw new InputError('visible.format.unsupported', { format, instead: drawable[medium] })
}

/** A manifest is about content: segments beside it, or those of a live video that are yet to come. */
export function refuseBeginning(
  { source, segments, begins, options }: LabelJob,
  { found }: Examination,
): void {
  if (found?.initialization && segments === undefined && options.manifest !== false && !begins)
    throw new InputError('input.segments.missing', { name: source.name ?? '' })
}

/** Segments need a manifest, which vouches for them, and can't be encoded again one by one. */
export function refuseSegments({ source, target, options }: LabelJob, plan: Plan): void {
  if (target === undefined || (options.output === undefined && !options.inPlace))
    throw new UsageError('usage.segments.output')
  if (options.manifest === false)
    throw new UsageError('usage.option.conflict', { option: '--fragments', other: '--no-manifest' })
  if (plan.draw) throw new InputError('visible.segments', { name: source.name ?? '' })
}
