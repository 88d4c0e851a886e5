/** `--statements`: what is stated besides, in a JSON file or from a pipe, in the very terms that programs use. */
import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import {
  checkStatements,
  checkUpdateStatements,
  problem,
  type Statements,
  statementsFromJson,
  type UpdateStatements,
  UsageError,
} from '@yinji/toolkit'
import { Option } from 'commander'
import type { Context } from './context.ts'
import { standardInput } from './inputs.ts'

export function statementsOption({ t }: Context, kinds: string): Option {
  return new Option(
    '--statements <file>',
    t(
      `state what a JSON file says (- for standard input): ${kinds}`,
      `陈述 JSON 文件（- 表示标准输入）所列内容：${kinds}`,
    ),
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

async function read(name: string | undefined, context: Context): Promise<unknown> {
  if (name === undefined) return {}
  let json: unknown
  try {
    const text = await bounded(
      name === '-' ? piped(context) : createReadStream(resolve(context.io.cwd, name)),
    )
    json = JSON.parse(text.replace(/^\ufeff/, '')) // a mark that editors on Windows leave
  } catch (error) {
    context.signal.throwIfAborted()
    const problem = error instanceof Error ? error.message : ''
    throw new UsageError('usage.statements.unreadable', { path: name, problem }, { cause: error })
  }
  return statementsFromJson(json, `${name}: `)
}

function piped(context: Context): AsyncIterable<Uint8Array> {
  if (context.io.stdin.isTTY) throw new Error(problem('standard input is a terminal, so nothing is piped in'))
  return standardInput(context)
}

/** What a pipe or a file holds; how long that is need not be known beforehand. */
async function bounded(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const read: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.byteLength
    if (size > mostBytes) throw new Error(problem(`more than ${mostBytes} bytes`))
    read.push(chunk)
  }
  return Buffer.concat(read).toString('utf8')
}
