/** Writes the labelled file, reads it back, and only then lets it have its name. */
import { bytesSource, type Edit, type MediaHandler, type Source, type Splice, ToolError } from '@yinji/core'
import { openFile } from '@yinji/media'
import type { ManifestDraft } from '@yinji/provenance'
import type { LabelTarget } from './label.ts'
import { splicedSize, writeSplice } from './splice.ts'
import { FileTarget, MemoryTarget } from './target.ts'
import type { LabelOptions } from './types.ts'

export interface Delivery {
  readonly source: Source
  readonly splice: Splice
  readonly target: LabelTarget | undefined
  readonly options: LabelOptions
  /** What must be found again; absent for a plain copy. */
  readonly written?: {
    readonly handler: MediaHandler
    readonly edit: Edit
    readonly draft: ManifestDraft | undefined
  }
}

export interface Delivered {
  readonly path: string | null
  readonly bytes: number
  readonly content?: Uint8Array
}

export async function deliver(delivery: Delivery): Promise<Delivered> {
  const bytes = splicedSize(delivery.splice.parts)
  if (delivery.target === undefined) {
    const memory = new MemoryTarget(bytes)
    const store = await write(delivery, memory)
    await readBack(delivery, bytesSource(memory.bytes, delivery.source.name), store)
    return { path: null, bytes, content: memory.bytes }
  }
  const { path, replace } = delivery.target
  const file = await FileTarget.create(path, { replace })
  try {
    const store = await write(delivery, file)
    await file.close()
    const written = await openFile(file.temporary)
    try {
      await readBack(delivery, written, store)
    } finally {
      await written[Symbol.asyncDispose]?.()
    }
    await file.commit({ replace })
  } finally {
    await file.discard()
  }
  return { path, bytes }
}

function write({ source, splice, options, written }: Delivery, target: FileTarget | MemoryTarget) {
  const { signal, onProgress } = options
  return writeSplice(
    {
      source,
      splice,
      draft: written?.draft,
      signal,
      onProgress: onProgress && ((fraction) => onProgress({ step: 'write', fraction })),
    },
    target,
  )
}

/** A label that can't be read back is an error, whatever the writer believes. */
async function readBack({ written }: Delivery, source: Source, store: Uint8Array | undefined): Promise<void> {
  if (written === undefined) return
  const { handler, edit } = written
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
  if (store !== undefined && (!found.manifest || Buffer.compare(found.manifest.store, store) !== 0))
    throw fail('C2PA')
}

/** YAML slots come back as a mapping, all others as the text itself. */
function sameField(value: string | Readonly<Record<string, unknown>>, text: string): boolean {
  return typeof value === 'string' ? value === text : JSON.stringify(value) === text
}
