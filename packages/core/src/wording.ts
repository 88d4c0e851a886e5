/**
 * What an explicit label has to say, rule by rule. Rows are data: the clause, the words that must be there, and the
 * words that are used when the caller has none of their own.
 */
import type { Involvement } from './record.ts'

/** The rules whose wording is known. */
export const wordings = ['cn', 'eu', 'in'] as const
/** `cn`: GB 45438-2025. `eu`: AI Act art. 50(4). `in`: India's IT Rules as amended in 2026. */
export type Wording = (typeof wordings)[number]

/** One rule about the words of a label. */
export interface WordingRule {
  /** Where it is written. */
  readonly clause: string
  /** Every one of these must be in the words. */
  readonly elements: readonly RegExp[]
  /** The words for content that was made, and for content that was changed, by AI. */
  readonly texts: Readonly<Record<Involvement, string>>
}

/** The rules. Size, time and contrast of GB 45438 are kept under all of them: it is the only one with figures. */
export const wordingRules: Readonly<Record<Wording, WordingRule>> = {
  // An AI element and a generation element (5.1 to 5.4). English alone does not meet the clause.
  cn: {
    clause: 'GB 45438-2025 5.1–5.4',
    elements: [/人工智能|AI/, /生成|合成/],
    texts: { generated: 'AI生成', manipulated: 'AI合成' },
  },
  // “AI” in capitals; “generated” or “modified” is encouraged by the Code of Practice.
  eu: {
    clause: 'Regulation (EU) 2024/1689 art. 50(4)',
    elements: [/(?<![A-Za-z])AI(?![A-Za-z])/],
    texts: { generated: 'AI generated', manipulated: 'AI modified' },
  },
  // A prominent label by which synthetically generated information is told at once; no words are fixed.
  in: {
    clause: 'IT Rules 2021 (amended 2026) rule 3(3)',
    elements: [/(?<![A-Za-z])AI(?![A-Za-z])|artificial|synthetic/i, /generated|created|modified|synthetic/i],
    texts: { generated: 'AI generated', manipulated: 'AI modified' },
  },
}

/** Whether the words meet the rule. */
export function meetsWording(text: string, wording: Wording = 'cn'): boolean {
  return wordingRules[wording].elements.every((element) => element.test(text))
}

/** The characters of a label that the rule demands: those whose size the size rule is about. */
export function demandedCharacters(text: string, wording: Wording = 'cn'): string[] {
  const demanded = wording === 'cn' ? [/人工智能/, /AI/, /生成/, /合成/] : wordingRules[wording].elements
  const found = demanded.flatMap((element) => [...(element.exec(text)?.[0] ?? '')])
  return [...new Set(found)]
}
