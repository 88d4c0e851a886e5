/**
 * Signs an asset: drafts its manifest, has the format make room for it, hashes what stands around the room and fills it
 * (C2PA 9.2, 10.4; where the room is, in appendix A).
 */
import {
  bytes,
  chunksOf,
  type Found,
  findRoom,
  InputError,
  InternalError,
  type MediaHandler,
  type Part,
  requireManifestUrl,
  type Source,
  splicedSource,
} from '@yinji/core'
import type { Signer } from '../signers/signer.ts'
import { type DraftOptions, draftManifest } from './draft.ts'
import type { ManifestContent, Sealer } from './manifest.ts'
import { bindSplice, type OutlineOptions, outlineOf } from './outline.ts'

/** What is signed: the bytes, and the format that knows where a manifest goes in them (`handlerOf` of `@yinji/media`). */
export interface Asset {
  readonly source: Source
  readonly handler: MediaHandler
}

/** What the manifest says; media type and title follow from the asset. */
export type AssetContent = Omit<ManifestContent, 'mediaType'>

/** How it is bound and drafted. */
export type EmbedOptions = DraftOptions &
  Pick<OutlineOptions, 'binding'> & {
    /**
     * Where the manifest is served besides: `dcterms:provenance` in XMP (C2PA 11.5). Default: what the XMP of the asset says stays as
     * it is.
     */
    readonly provenance?: string | undefined
  }

/** An asset and its manifest store, which stands somewhere else. */
export interface Apart {
  /** Without a manifest in it; it stays open for as long as the source it is made from. */
  readonly source: Source
  /** To be served as `application/c2pa`. */
  readonly store: Uint8Array
}

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
  { binding, provenance, ...options }: EmbedOptions = {},
): Promise<Source> {
  if (handler.slots.manifest === undefined)
    throw new InputError('input.manifest.unsupported', { name: source.name ?? '', format: handler.id })
  const { fragmented } = await readWhole({ source, handler })

  const edit = { room: 0, provenance: addressFor({ source, handler }, provenance) }
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
  await hashParts(splice.parts, source, sealer)
  const manifest = bytes(room.part.embed(await sealer.finish()))
  return splicedSource(
    source,
    splice.parts.map((part) => (part === room.part ? manifest : part)),
  )
}

/**
 * The signed asset and its manifest apart (C2PA 11.4), for one that is served from elsewhere, or an asset that is to be changed as
 * little as can be: a manifest inside it is taken out, and with `provenance` it says where the new one is. Every byte of it is hashed.
 * @throws InputError `input.segments.missing` for the beginning of a film; `input.remote.unsupported` for a format without XMP;
 * `input.damaged`. UsageError for an address from which nobody would fetch anything. And as `draftManifest`.
 */
export async function signApart(
  content: AssetContent,
  { source, handler }: Asset,
  signer: Signer,
  { provenance, ...options }: Omit<EmbedOptions, 'binding'> = {},
): Promise<Apart> {
  await readWhole({ source, handler })
  const edit = { room: 0, provenance: addressFor({ source, handler }, provenance) }
  const about = { mediaType: handler.mediaTypes[0], title: source.name, ...content }
  const { parts } = await handler.splice(source, edit)
  const sealer = draftManifest(about, 'data', signer, options).seal({ binding: { kind: 'data' } })
  await hashParts(parts, source, sealer)
  return { source: splicedSource(source, parts), store: await sealer.finish() }
}

/** @throws InputError for what is damaged, or nothing but the beginning of a film. */
async function readWhole({ source, handler }: Asset): Promise<Found> {
  const name = source.name ?? ''
  const found = await handler.read(source)
  if (found.initialization) throw new InputError('input.segments.missing', { name })
  const damage = found.findings.find(({ code }) => code === 'asset.damaged')
  if (damage) throw new InputError('input.damaged', { what: damage.data?.['what'], name })
  return found
}

function addressFor({ source, handler }: Asset, provenance: string | undefined): string | undefined {
  if (provenance === undefined) return undefined
  if (handler.slots.xmp) return requireManifestUrl(provenance)
  throw new InputError('input.remote.unsupported', { name: source.name ?? '', format: handler.id })
}

async function hashParts(parts: readonly Part[], source: Source, sealer: Sealer): Promise<void> {
  for (const part of parts) {
    if (part.kind === 'bytes') sealer.update(part.bytes)
    if (part.kind !== 'copy') continue
    for await (const chunk of chunksOf(source, part.start, part.end)) sealer.update(chunk)
  }
}
