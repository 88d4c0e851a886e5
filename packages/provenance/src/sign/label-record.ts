/**
 * Our own assertion: what the implicit and the explicit label of GB 45438-2025 say, signed. In CDDL:
 *
 *     label-map = {
 *       "aigc": { "Label": tstr, "ContentProducer": tstr, … },  ; the seven fields of Annex E
 *       "involvement": "generated" / "manipulated",
 *       "contentId": tstr,
 *       "createdAt": tstr,                                      ; ISO 8601 with zone, as the record has it
 *       ? "system": tstr,                                       ; name of the AI system
 *       ? "explicit": { "text": tstr, "position": tstr },       ; the label that stands in the content
 *     }
 */
import { aigcKeys } from '@yinji/core'
import type { ManifestContent } from '../draft.ts'

export const labelRecordLabel = 'cn.yinji.label'

export function labelRecordOf({ record, aigc, explicit }: ManifestContent) {
  return {
    aigc: Object.fromEntries(aigcKeys.map((key) => [key, aigc[key]])),
    involvement: record.involvement,
    contentId: record.contentId,
    createdAt: record.createdAt,
    system: record.system?.name,
    explicit: explicit && { text: explicit.text, position: explicit.position },
  }
}
