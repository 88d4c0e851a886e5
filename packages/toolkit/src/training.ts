/** Whether content may be used for training and mining, as `cawg.training-mining` 1.1 says it. */
import type { NewAssertion } from '@yinji/provenance'

/** What the provider allows. */
export const trainingUses = ['allowed', 'notAllowed'] as const
/** What the provider allows. */
export type TrainingUse = (typeof trainingUses)[number]

const entries = ['cawg.ai_inference', 'cawg.ai_generative_training', 'cawg.ai_training', 'cawg.data_mining']

/** The assertion that says the same for every kind of use. */
export function trainingMining(use: TrainingUse): NewAssertion {
  return {
    label: 'cawg.training-mining',
    content: { entries: Object.fromEntries(entries.map((name) => [name, { use }])) },
  }
}
