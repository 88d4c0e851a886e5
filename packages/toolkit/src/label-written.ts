/** What a receipt says was written, and where. */
import { basename } from 'node:path'
import type { Drawn, Edit, MediaHandler, VisibleLabel } from '@yinji/core'
import type { ManifestDraft } from '@yinji/provenance'
import type { ManifestPlace } from './deliver.ts'
import type { LabelJob } from './label-job.ts'
import { sidecarPath } from './sidecar.ts'
import type { Written } from './types.ts'

/** What is laid out, and where its manifest goes. */
interface Planned {
  readonly edit: Edit
  readonly draft: ManifestDraft | undefined
  readonly place: ManifestPlace
}

/** @param shown the label that was drawn, if one was @param path the way it was drawn */
export function describeWritten(
  { target, source }: LabelJob,
  handler: MediaHandler,
  shown: VisibleLabel | undefined,
  { edit, draft, place }: Planned,
  path?: Drawn['path'],
): Written[] {
  const { slots, visible } = handler
  return [
    ...(shown && visible
      ? [
          {
            layer: 'visible' as const,
            place: visible.place?.(shown) ?? (visible.placed ? shown.position : visible.how),
            what: shown.text,
            ...(path && { path }),
          },
        ]
      : []),
    ...(edit.aigc && slots.aigc ? [{ layer: 'metadata' as const, place: slots.aigc, what: edit.aigc }] : []),
    ...(edit.xmp && slots.xmp
      ? [{ layer: 'metadata' as const, place: slots.xmp, what: edit.xmp.digitalSourceType }]
      : []),
    ...(edit.provenance && slots.xmp
      ? [{ layer: 'metadata' as const, place: slots.xmp, what: edit.provenance }]
      : []),
    ...(draft
      ? [
          place === 'inside' && slots.manifest
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
