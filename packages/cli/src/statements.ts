/** `--statements`: what is stated besides, in a JSON file, in the very terms that programs use. */
import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import {
  checkStatements,
  checkUpdateStatements,
  type Statements,
  type UpdateStatements,
  UsageError,
} from '@yinji/toolkit'
import { Option } from 'commander'
import type { Context } from './context.ts'

export function statementsOption({ t }: Context, kinds: string): Option {
  return new Option(
    '--statements <file>',
    t(`state what a JSON file says: ${kinds}`, `陈述 JSON 文件所列内容：${kinds}`),
  )
}

/** What a label states besides its record. @throws UsageError that says where in the file something is wrong */
export async function statementsFrom(name: string | undefined, context: Context): Promise<Statements> {
  const value = await read(name, context)
  checkStatements(value, `${name}: `)
  return value
}

/** What an update states. @throws UsageError that says where in the file something is wrong */
export async function updatesFrom(name: string | undefined, context: Context): Promise<UpdateStatements> {
  const value = await read(name, context)
  checkUpdateStatements(value, `${name}: `)
  return value
}

/** A thousand long statements; what is larger is some other file. */
const mostBytes = 4 * 1024 * 1024

async function read(name: string | undefined, { io }: Context): Promise<unknown> {
  if (name === undefined) return {}
  try {
    const path = resolve(io.cwd, name)
    const { size } = await stat(path)
    if (size > mostBytes) throw new Error(`${size} bytes, more than ${mostBytes}`)
    const text = await readFile(path, 'utf8')
    return JSON.parse(text.replace(/^\ufeff/, '')) // a mark that editors on Windows leave
  } catch (error) {
    const problem = error instanceof Error ? error.message : ''
    throw new UsageError('usage.statements.unreadable', { path: name, problem }, { cause: error })
  }
}
