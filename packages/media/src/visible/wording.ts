/** What an explicit label has to say (GB 45438-2025 5.1–5.4): an AI element and a generation element. */
import { UsageError } from '@yinji/core'

const artificial = /人工智能|AI/
const generation = /生成|合成/

/** Whether the words meet the clause. English alone does not. */
export function meetsWording(text: string): boolean {
  return artificial.test(text) && generation.test(text)
}

/** @throws UsageError `visible.text.wording` */
export function assertWording(text: string): void {
  if (!meetsWording(text)) throw new UsageError('visible.text.wording', { text })
}

/** The characters of a label that the clause demands: those whose size the size rule is about. */
export function demandedCharacters(text: string): string[] {
  const found = [/人工智能/, /AI/, /生成/, /合成/].flatMap((element) => [...(element.exec(text)?.[0] ?? '')])
  return [...new Set(found)]
}
