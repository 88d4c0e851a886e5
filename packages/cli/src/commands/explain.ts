/** `yinji explain`: a code in plain words, from the same table as every message. */
import { type Code, codes, describe, isCode, UsageError } from '@yinji/toolkit'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { examples } from '../help.ts'

export function explain(command: Command, context: Context): void {
  const { t } = context
  examples(command, context, [
    ['yinji explain manifest.content.altered', t('what it means and what to do', '含义和处理办法')],
    ['yinji explain', t('all codes', '全部代码')],
  ])
  command
    .argument('[code]', t('a code, or its first parts', '代码，或代码的前几部分'))
    .option('--json', t('print JSON', '输出 JSON'))
    .action((code: string | undefined, flags: { json?: true }) =>
      explainCodes(code, flags.json === true, context),
    )
}

async function explainCodes(wanted: string | undefined, json: boolean, context: Context): Promise<void> {
  const { terminal, language } = context
  const all = Object.keys(codes).filter(isCode)
  const chosen = all.filter(
    (code) => wanted === undefined || code === wanted || code.startsWith(`${wanted}.`),
  )
  if (wanted !== undefined && chosen.length === 0)
    throw new UsageError('usage.code.unknown', { code: wanted, nearest: nearest(wanted, all) })
  if (json) {
    const rows = chosen.map((code) => ({
      code,
      level: codes[code].level,
      ...describe(code, placeholders(code), language),
    }))
    return terminal.print(JSON.stringify(wanted !== undefined && isCode(wanted) ? rows[0] : rows, null, 2))
  }
  for (const code of chosen)
    await terminal.print(chosen.length === 1 ? whole(code, context) : line(code, context))
}

/** The facts are not known here, so the places where they go are shown by name. */
function placeholders(code: Code): Readonly<Record<string, string>> {
  const names = JSON.stringify(codes[code]).matchAll(/\{(\w+)\}/g)
  return Object.fromEntries([...names].map(([, name = '']) => [name, `‹${name}›`]))
}

function line(code: Code, { language, paint }: Context): string {
  return `${code.padEnd(32)}  ${paint('dim', describe(code, placeholders(code), language).title)}`
}

function whole(code: Code, { language, paint }: Context): string {
  const { title, meaning, next } = describe(code, placeholders(code), language)
  const head = `${paint('bold', code)} ${paint('dim', codes[code].level)}`
  return [head, '', title, meaning, ...(next ? [`${paint('cyan', '→')} ${next}`] : [])].join('\n')
}

/** The code that shares most pairs of letters with what was typed. */
function nearest(typed: string, all: readonly Code[]): Code | undefined {
  const pairs = (text: string) => new Set([...text].map((letter, at) => letter + (text[at + 1] ?? '')))
  const wanted = pairs(typed)
  const score = (code: Code) => {
    const own = pairs(code)
    return [...own].filter((pair) => wanted.has(pair)).length / (own.size + wanted.size)
  }
  return all.toSorted((a, b) => score(b) - score(a))[0]
}
