/**
 * Signs an asset: drafts its manifest, has the format make room for it, hashes what stands around the room and fills it
 * (C2PA 9.2, 10.4; where the room is, in appendix A).
 */
import {
  bytes,
  chunksOf,
  findRoom,
  InputError,
  InternalError,
  type MediaHandler,
  type Source,
  splicedSource,
} from '@yinji/core'
import type { Signer } from '../signers/signer.ts'
import { type DraftOptions, draftManifest } from './draft.ts'
import type { ManifestContent } from './manifest.ts'
import { bindSplice, type OutlineOptions, outlineOf } from './outline.ts'

/** What is signed: the bytes, and the format that knows where a manifest goes in them (`handlerOf` of `@yinji/media`). */
export interface Asset {
  readonly source: Source
  readonly handler: MediaHandler
}

/** What the manifest says; media type and title follow from the asset. */
export type AssetContent = Omit<ManifestContent, 'mediaType'>

/** How it is bound and drafted. */
export type EmbedOptions = DraftOptions & Pick<OutlineOptions, 'binding'>

/**
 * The signed asset, an earlier manifest replaced: name that as `parent`, or it is gone. Nothing is copied: the source
 * stays open until what is returned has been read, and is read twice.
 * @throws InputError `input.manifest.unsupported` for a format without a place for manifests, which can stand beside it
 * (`draftManifest`); `input.segments.missing` for the beginning of a film; `input.damaged`. And as `draftManifest`.
 */
export async function embedManifest(
  content: AssetContent,
  { source, handler }: Asset,
  signer: Signer,
  { binding, ...options }: EmbedOptions = {},
): Promise<Source> {
  const name = source.name ?? ''
  if (handler.slots.manifest === undefined)
    throw new InputError('input.manifest.unsupported', { name, format: handler.id })
  const { initialization, fragmented, findings } = await handler.read(source)
  if (initialization) throw new InputError('input.segments.missing', { name })
  const damage = findings.find(({ code }) => code === 'asset.damaged')
  if (damage) throw new InputError('input.damaged', { what: damage.data?.['what'], name })

  const edit = { room: 0 }
  const outline = await outlineOf(handler, source, edit, { binding, fragmented })
  const about = { mediaType: handler.mediaTypes[0], title: source.name, ...content }
  const draft = draftManifest(about, outline, signer, options)
  const fragments = outline.kind === 'bmff' && outline.fragments !== undefined
  const splice = bindSplice(await handler.splice(source, { ...edit, room: draft.size, fragments }), outline)

  const room = findRoom(splice.parts)
  if (!room || !splice.binding) throw new InternalError('a splice without room for its manifest')
  const sealer = draft.seal({
    binding: splice.binding,
    room: { start: room.start, length: room.part.length },
  })
  for (const part of splice.parts) {
    if (part.kind === 'bytes') sealer.update(part.bytes)
    if (part.kind !== 'copy') continue
    for await (const chunk of chunksOf(source, part.start, part.end)) sealer.update(chunk)
  }
  const manifest = bytes(room.part.embed(await sealer.finish()))
  return splicedSource(
    source,
    splice.parts.map((part) => (part === room.part ? manifest : part)),
  )
}
