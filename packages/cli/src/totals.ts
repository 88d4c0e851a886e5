/** The last line of a batch, and what to say when there is nothing to work on. */
import { InputError } from '@yinji/toolkit'
import type { Context } from './context.ts'
import type { Inputs } from './inputs.ts'

export interface Totals {
  readonly done: number
  readonly of: number
  readonly skipped: number
  /** What was done. */
  readonly word: string
}

/** Talk, so that it never gets between the data. */
export async function sayTotals(
  { done, of, skipped, word }: Totals,
  { terminal, paintTalk, t }: Context,
): Promise<void> {
  if (of < 2 && skipped === 0) return
  const parts = [`${done} ${word}`]
  if (of > done) parts.push(`${of - done} ${t('not', '未完成')}`)
  if (skipped > 0) parts.push(t(`${skipped} of unknown type skipped`, `跳过未知类型 ${skipped} 个`))
  await terminal.say(paintTalk('dim', parts.join(' · ')))
}

/** A folder without a single file to work on is more likely a mistake than a wish. */
export function requireFiles(names: readonly string[], { files, skipped }: Inputs): void {
  if (files.length === 0) throw new InputError('input.folder.nothing', { name: names.join(', '), skipped })
}
