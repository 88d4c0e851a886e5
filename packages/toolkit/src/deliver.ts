/** Writes the labelled file, reads it back, and only then lets it have its name; a manifest beside it comes with it. */
import { stat, unlink } from 'node:fs/promises'
import {
  bytesSource,
  type Edit,
  InputError,
  InternalError,
  type MediaHandler,
  type Source,
  type Splice,
  splicedSize,
  ToolError,
} from '@yinji/core'
import type { ManifestDraft } from '@yinji/provenance'
import type { LabelTarget } from './label-job.ts'
import { holdsContent, type MediaBefore } from './media-hash.ts'
import { sidecarPath } from './sidecar.ts'
import { writeSplice } from './splice.ts'
import { FileTarget, MemoryTarget, permissionsFor, type Tentative } from './target.ts'
import type { LabelOptions } from './types.ts'

export interface Delivery {
  readonly source: Source
  readonly splice: Splice
  readonly target: LabelTarget | undefined
  /** What `permissionsFor` said of the target, where that was asked beforehand. */
  readonly mode?: number | undefined
  readonly options: LabelOptions
  /** Where the manifest goes. */
  readonly place: ManifestPlace
  /** What must be found again; absent for a plain copy. */
  readonly written?: {
    readonly handler: MediaHandler
    readonly edit: Edit
    readonly draft: ManifestDraft | undefined
    /** What the security code binds. */
    readonly content?: MediaBefore | undefined
  }
  /** A finished manifest that goes beside a plain copy, or into the room as it is. */
  readonly store?: Uint8Array | undefined
  /** Finished files that get their names together with this one. */
  readonly together?: readonly FileTarget[] | undefined
  /** A sidecar of the file that is replaced, which would contradict the new one. */
  readonly stale?: string | undefined
}

export type ManifestPlace = 'inside' | 'beside' | 'nowhere'

export interface Delivered {
  readonly path: string | null
  readonly bytes: number
  readonly sidecar: string | null
  readonly content?: Uint8Array
  /** A manifest that has no file to go to. */
  readonly manifest?: Uint8Array
}

export async function deliver(delivery: Delivery): Promise<Delivered> {
  const bytes = splicedSize(delivery.splice.parts)
  const beside = delivery.place === 'beside'
  if (delivery.target !== undefined) {
    const { path } = delivery.target
    await deliverFile(delivery, delivery.target)
    return { path, bytes, sidecar: beside ? sidecarPath(path) : null }
  }
  const memory = new MemoryTarget(bytes)
  const store = await write(delivery, memory)
  await readBack(delivery, bytesSource(memory.bytes, delivery.source.name), store)
  const manifest = beside && store ? { manifest: store } : {}
  return { path: null, bytes, sidecar: null, content: memory.bytes, ...manifest }
}

async function deliverFile(delivery: Delivery, { path, replace }: LabelTarget): Promise<void> {
  const obsolete = await obsoleteSidecar(delivery, { path, replace })
  const mode = delivery.mode ?? (await permissionsFor(path, { replace }))
  const file = await FileTarget.create(path, { mode, size: splicedSize(delivery.splice.parts) })
  let sidecar: FileTarget | undefined
  try {
    if (delivery.place === 'beside') {
      const size = delivery.written?.draft?.size ?? delivery.store?.byteLength ?? 0
      const mode = await permissionsFor(sidecarPath(path), { replace })
      sidecar = await FileTarget.create(sidecarPath(path), { mode, size })
    }
    const store = await write(delivery, file)
    await readBackFrom(file, delivery, store)
    if (sidecar) await writeSidecar(sidecar, store)
    await commit(file, [...(delivery.together ?? []), ...(sidecar ? [sidecar] : [])], replace)
    if (obsolete !== undefined) await unlink(obsolete).catch(() => {})
  } finally {
    await file.discard()
    await sidecar?.discard()
  }
}

/** All or none: a manifest without its file, or beside another version of it, would speak of altered content. */
async function commit(file: FileTarget, others: readonly FileTarget[], replace: boolean): Promise<void> {
  const named: Tentative[] = []
  try {
    for (const other of others) named.push(await other.commitForNow({ replace }))
    await file.commit({ replace })
  } catch (error) {
    for (const one of named.reverse()) await one.undo()
    throw error
  }
  for (const one of named) await one.settle()
}

async function writeSidecar(sidecar: FileTarget, store: Uint8Array | undefined): Promise<void> {
  if (store === undefined) throw new InternalError('a sidecar without a manifest')
  await sidecar.write(store, 0)
  await using written = await sidecar.finish()
  if (Buffer.compare(await written.read(0, written.size), store) !== 0)
    throw new ToolError('output.readback', { what: 'C2PA' })
}

/** A manifest beside the target that speaks of what was there before; it goes with it, but never by accident. */
async function obsoleteSidecar(
  { place, stale }: Delivery,
  { path, replace }: LabelTarget,
): Promise<string | undefined> {
  if (place === 'beside') return undefined
  if (place === 'inside') return replace ? stale : undefined
  const exists = await stat(sidecarPath(path)).catch(() => undefined)
  if (!exists?.isFile()) return replace ? stale : undefined
  if (!replace) throw new InputError('output.exists', { path: sidecarPath(path) })
  return sidecarPath(path)
}

async function write(
  { source, splice, options, place, written, store }: Delivery,
  target: FileTarget | MemoryTarget,
): Promise<Uint8Array | undefined> {
  const { signal, onProgress } = options
  const draft = written?.draft
  return writeSplice(
    {
      source,
      splice,
      draft,
      store,
      beside: place === 'beside',
      signal,
      onProgress: onProgress && ((fraction) => onProgress({ step: 'write', fraction })),
    },
    target,
  )
}

async function readBackFrom(file: FileTarget, delivery: Delivery, store: Uint8Array | undefined) {
  await using written = await file.finish()
  await readBack(delivery, written, store)
}

/** A label that can't be read back is an error, whatever the writer believes. */
async function readBack(
  { written, place, splice }: Delivery,
  source: Source,
  store: Uint8Array | undefined,
): Promise<void> {
  if (written === undefined) return
  const { handler, edit, content } = written
  const found = await handler.read(source)
  const fail = (what: string) => new ToolError('output.readback', { what })
  const damage = found.findings.find(({ code, level }) => code === 'asset.damaged' || level === 'error')
  if (damage) throw fail(damage.code)
  const label = found.labels[0]
  if (
    edit.aigc !== undefined &&
    (found.labels.length !== 1 || !label?.standard || !sameField(label.value, edit.aigc))
  )
    throw fail('AIGC')
  const inside = place === 'inside' ? store : undefined
  if (inside ? !found.manifest || Buffer.compare(found.manifest.store, inside) !== 0 : found.manifest)
    throw fail('C2PA')
  const named = found.properties.filter(({ name }) => name === 'provenance').map(({ value }) => value)
  if (edit.provenance !== undefined && named.join() !== edit.provenance) throw fail('dcterms:provenance')
  if (content && !(await holdsContent(handler, source, splice.parts, content))) throw fail('Bindings')
}

/** YAML slots come back as a mapping, all others as the text itself. */
function sameField(value: string | Readonly<Record<string, unknown>>, text: string): boolean {
  return typeof value === 'string' ? value === text : JSON.stringify(value) === text
}
