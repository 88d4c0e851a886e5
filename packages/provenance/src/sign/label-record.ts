/**
 * Our own assertion: what the implicit and the explicit label of GB 45438-2025 say, signed. In CDDL:
 *
 *     label-map = {
 *       "aigc": { "Label": tstr, "ContentProducer": tstr, … },  ; the seven fields of Annex E
 *       "involvement": "generated" / "manipulated",
 *       "contentId": tstr,
 *       "createdAt": tstr,                                      ; ISO 8601 with zone, as the record has it
 *       ? "system": tstr,                                       ; name of the AI system
 *       ? "explicit": explicit-map,                             ; the label that stands in the content
 *     }
 *     explicit-map = {
 *       "text": tstr, "position": tstr,
 *       ? "moment": tstr, ? "style": tstr,                      ; absent: the medium's own
 *       ? "size": float,                                        ; wished for, as a share of the shortest side
 *     }
 */
import { aigcKeys, aigcOf, type ProvenanceRecord, type VisibleLabel } from '@yinji/core'
import type { ManifestContent } from './manifest.ts'

export const labelRecordLabel = 'cn.yinji.label'

export function labelRecordOf({
  record,
  aigc = aigcOf(record),
  explicit,
}: Pick<ManifestContent, 'aigc' | 'explicit'> & { readonly record: ProvenanceRecord }) {
  return {
    aigc: Object.fromEntries(aigcKeys.map((key) => [key, aigc[key]])),
    involvement: record.involvement,
    contentId: record.contentId,
    createdAt: record.createdAt,
    system: record.system?.name,
    explicit: explicit && explicitOf(explicit),
  }
}

const explicitOf = ({ text, position, moment, style, size }: VisibleLabel) => ({
  text,
  position,
  moment,
  style,
  size,
})
