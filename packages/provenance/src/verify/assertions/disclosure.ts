/** `c2pa.ai-disclosure` (C2PA 2.4): what is said about the model must be said in the words of the standard. */
import { readDigitalSourceType } from '@yinji/core'
import { oversightLevels } from '../../vocabulary.ts'
import type { CheckedManifest } from '../checked-manifest.ts'
import { fieldsOf, textOf } from '../fields.ts'
import { assertionUri } from '../uri.ts'
import { actionsOf } from './actions.ts'

export function checkDisclosure(checked: CheckedManifest): void {
  const { assertions, manifest, log } = checked
  for (const { label, fields } of assertions.filter(({ base }) => base === 'c2pa.ai-disclosure')) {
    const level = fieldsOf(fields, 'contentProfile')?.get('humanOversightLevel')
    const problem = !textOf(fields, 'modelType')
      ? 'modelType'
      : level !== undefined && !oversightLevels.some((name) => name === level)
        ? 'humanOversightLevel'
        : saysNoModel(checked)
          ? 'digitalCreation'
          : undefined
    if (problem !== undefined)
      log.report('manifest.disclosure.malformed', { at: assertionUri(manifest.label, label), what: problem })
  }
}

/** Content a person made with a program has no model to disclose. */
function saysNoModel(checked: CheckedManifest): boolean {
  const codes = actionsOf(checked).flatMap(({ digitalSourceType }) =>
    digitalSourceType === null ? [] : [readDigitalSourceType(digitalSourceType).code],
  )
  return codes.length > 0 && codes.every((code) => code === 'digitalCreation')
}
