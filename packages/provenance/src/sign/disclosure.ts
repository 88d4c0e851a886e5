/** What is said about the model: `c2pa.ai-disclosure` (C2PA 18.28). */
import { readDigitalSourceType } from '@yinji/core'
import { oversightLevels } from '../vocabulary.ts'
import { list, matching, members, object, oneOf, refuse, text } from './form.ts'
import type { ManifestContent } from './manifest.ts'

/** About the model that made the content or changed it. */
export interface AiDisclosure {
  /** A type of C2PA, such as `c2pa.types.model.pytorch`, or one of your own. Default `c2pa.types.model`. */
  readonly modelType?: string | undefined
  /** Default: the system of the record. */
  readonly modelName?: string | undefined
  /** A URI, or another name that is the model’s alone. */
  readonly modelIdentifier?: string | undefined
  /**
   * `fully_autonomous`: nobody looked at the result. `prompt_guided`: somebody gave the prompts, nobody approved the result.
   * `human_validated`: somebody did before it went out.
   */
  readonly contentProfile?: { readonly humanOversightLevel?: (typeof oversightLevels)[number] } | undefined
  /** Fields of science that the content is about, in the taxonomy of arXiv: `cs.AI`. */
  readonly scientificDomain?: readonly string[] | undefined
  /** About the assertion itself (C2PA 18.3). */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}

export const disclosure = object(
  {},
  {
    modelType: matching(/^[\w-]+(?:\.[\w-]+)+$/, 'c2pa.types.model, c2pa.types.model.…, com.example.…'),
    modelName: text,
    modelIdentifier: text,
    contentProfile: object({}, { humanOversightLevel: oneOf(oversightLevels) }),
    scientificDomain: list(matching(/^[\w-]+(?:\.[\w-]+)+$/, 'cs.AI, physics.optics, …'), 1),
    metadata: members,
  },
)

/** Undefined where nothing says that there was a model. */
export function aiDisclosureOf({ record, disclosure, actions = [] }: ManifestContent) {
  if (record === undefined && disclosure === undefined) return undefined
  const types = actions.flatMap(({ digitalSourceType }) => digitalSourceType ?? [])
  const drawn = (type: string) => readDigitalSourceType(type).code === 'digitalCreation'
  if (record === undefined && types.length > 0 && types.every(drawn))
    refuse('disclosure', disclosure, 'digitalSourceType ≠ digitalCreation')
  return { modelType: 'c2pa.types.model', modelName: record?.system?.name, ...disclosure }
}
