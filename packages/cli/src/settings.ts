/** What the command line and the environment say about the command as a whole, known before anything else is read. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Io, Output } from './io.ts'

export type Language = 'en' | 'zh'

export const languages: readonly Language[] = ['en', 'zh']
export const colours = ['auto', 'always', 'never'] as const

/** `--lang`, else the locale of the environment, else English. */
export function languageOf(argv: readonly string[], env: Io['env']): Language {
  const asked = wordAfter(argv, '--lang')
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || ''
  return languages.find((language) => language === asked) ?? (/^zh/i.test(locale) ? 'zh' : 'en')
}

/** `--color`, else `NO_COLOR` (no-color.org), else whether somebody is looking. */
export function coloured(argv: readonly string[], env: Io['env'], output: Output): boolean {
  const asked = wordAfter(argv, '--color')
  if (asked === 'always') return true
  if (asked === 'never' || env['NO_COLOR'] || env['TERM'] === 'dumb') return false
  return output.isTTY === true
}

/** Where the identity lives. */
export function homeOf(env: Io['env']): string {
  return env['YINJI_HOME'] || join(env['HOME'] || homedir(), '.config', 'yinji')
}

function wordAfter(argv: readonly string[], option: string): string | undefined {
  const end = argv.indexOf('--')
  const words = end < 0 ? argv : argv.slice(0, end)
  const joined = words.find((word) => word.startsWith(`${option}=`))
  if (joined !== undefined) return joined.slice(option.length + 1)
  const at = words.indexOf(option)
  return at < 0 ? undefined : words[at + 1]
}
