/** Whether content may be used for training and mining, as `cawg.training-mining` 1.1 says it. */
import { type Form, object, oneOf, text } from './form.ts'
import type { NewAssertion } from './manifest.ts'

/** What the provider allows for every kind of use. */
export const trainingUses = ['allowed', 'notAllowed'] as const
/** What the provider allows. */
export type TrainingUse = (typeof trainingUses)[number]

/** The kinds of use (CAWG training and data mining 1.1). */
export const trainingEntries = [
  'cawg.ai_inference',
  'cawg.ai_generative_training',
  'cawg.ai_training',
  'cawg.data_mining',
] as const

/** What is allowed for one kind of use. */
export interface TrainingEntry {
  readonly use: TrainingUse | 'constrained'
  /** The conditions, for people. */
  readonly constraint_info?: string | undefined
  /** Which kind of learning is meant, in CAWG’s terms. Default: nothing is said. */
  readonly ai_model_learning_type?: string | undefined
  /** Which kind of mining is meant, in CAWG’s terms. Default: nothing is said. */
  readonly ai_mining_type?: string | undefined
}

/** What is allowed for some kinds of use; nothing is said about the others. */
export type TrainingMining = Readonly<Partial<Record<(typeof trainingEntries)[number], TrainingEntry>>>

const entry = object(
  { use: oneOf([...trainingUses, 'constrained']) },
  { constraint_info: text, ai_model_learning_type: text, ai_mining_type: text },
)
const entries = object({}, Object.fromEntries(trainingEntries.map((name) => [name, entry])))

export const training: Form = (value, at) => {
  if (typeof value === 'object' && value !== null) return entries(value, at)
  oneOf([...trainingUses, `{ ${trainingEntries.join(', ')} }`])(value, at)
}

export function trainingAssertion(given: TrainingUse | TrainingMining): NewAssertion {
  const same = () => Object.fromEntries(trainingEntries.map((name) => [name, { use: given }]))
  return { label: 'cawg.training-mining', content: { entries: typeof given === 'string' ? same() : given } }
}
