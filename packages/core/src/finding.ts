/**
 * A finding is one thing learnt about a file: a code, where, and the facts. Words come later, from the table.
 * Findings are plain data and survive JSON unchanged.
 */

import type { Level, Text } from './codes/entry.ts'
import { type Code, codes } from './codes/index.ts'
import { inChinese } from './codes/problems.ts'

/** Languages that messages come in. */
export type Language = 'en' | 'zh'

/** The places provenance can live in, plus the file itself. */
export const layers = [
  'asset',
  'visible',
  'metadata',
  'manifest',
  'security',
  'watermark',
  'sidecar',
] as const
/** One of the places provenance can live in. */
export type Layer = (typeof layers)[number]

/** One thing learnt about a file. */
export interface Finding {
  readonly code: Code
  readonly level: Level
  readonly layer: Layer
  /** Where in the file: a container path or a manifest URI, e.g. `APP1 XMP`, `self#jumbf=…`. */
  readonly at?: string
  /** The facts behind the sentence; plain JSON values. */
  readonly data?: Readonly<Record<string, unknown>>
}

/** Makes a finding; level and layer come from the table. */
export function finding(
  code: Code,
  facts: { at?: string | undefined; data?: Readonly<Record<string, unknown>> | undefined } = {},
): Finding {
  const layer = layers.find((name) => code.startsWith(`${name}.`)) ?? 'asset'
  return {
    code,
    level: codes[code].level,
    layer,
    ...(facts.at === undefined ? {} : { at: facts.at }),
    ...(facts.data === undefined ? {} : { data: facts.data }),
  }
}

/** Whether a text is a code of the table. */
export function isCode(text: string): text is Code {
  return Object.hasOwn(codes, text)
}

/** Title, meaning and next step of a code, with `{names}` filled in from the facts. */
export function describe(code: Code, facts: Readonly<Record<string, unknown>>, language: Language): Text {
  const text: Text = codes[code][language]
  return {
    title: fill(text.title, facts, language),
    meaning: fill(text.meaning, facts, language),
    next: fill(text.next, facts, language),
  }
}

/** Facts that are words themselves; all others are names and numbers. */
const spoken: ReadonlySet<string> = new Set(['problem', 'problems', 'reason', 'what'])

function fill(template: string, facts: Readonly<Record<string, unknown>>, language: Language): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(facts, name) ? facts[name] : undefined
    if (typeof value !== 'string') return value === undefined ? '…' : JSON.stringify(value)
    return spoken.has(name) && language === 'zh' ? inChinese(value) : value
  })
}
