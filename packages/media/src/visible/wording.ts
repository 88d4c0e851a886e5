/** The wording rules as refusals: a label that does not say what its rule asks for is never drawn. */
import { demandedCharacters, meetsWording, UsageError, type Wording, wordingRules } from '@yinji/core'

export { demandedCharacters, meetsWording }

/** @throws UsageError `visible.text.wording`, for another rule than GB 45438 `visible.text.rule` */
export function assertWording(text: string, wording: Wording = 'cn'): void {
  if (meetsWording(text, wording)) return
  if (wording === 'cn') throw new UsageError('visible.text.wording', { text })
  const { clause, texts } = wordingRules[wording]
  throw new UsageError('visible.text.rule', { text, clause, example: texts.generated })
}
