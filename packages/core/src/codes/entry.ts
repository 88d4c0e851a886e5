/** One row of the code table: how grave, and what it says in both languages. */

/**
 * `pass` speaks for the file, `info` for nobody, `warning` asks for a look, `error` makes the file invalid,
 * `unchecked` means the question could not be answered. `fault` rows are thrown, never found.
 */
export type Level = 'pass' | 'info' | 'warning' | 'error' | 'unchecked' | 'fault'

/** The words of a code in one language. */
export interface Text {
  /** One sentence; `{name}` stands for a fact of that name. */
  readonly title: string
  /** What it means for somebody who has never read the standard. */
  readonly meaning: string
  /** What to do next; empty when nothing needs doing. */
  readonly next: string
}

/** One row of the table. */
export interface Entry {
  readonly level: Level
  readonly en: Text
  readonly zh: Text
}

type Words = readonly [title: string, meaning: string, next?: string]

export function entry<L extends Level>(level: L, en: Words, zh: Words): Entry & { level: L } {
  return { level, en: text(en), zh: text(zh) }
}

function text([title, meaning, next = '']: Words): Text {
  return { title, meaning, next }
}
