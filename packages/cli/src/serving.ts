/** What commands that serve have in common: where they listen, and that they go on until they are told to stop. */
import { once } from 'node:events'
import { UsageError } from '@yinji/toolkit'
import type { Server } from '@yinji/toolkit/authority'
import type { Command } from 'commander'
import type { Context } from './context.ts'

/** The options of such commands. */
export interface ServingFlags {
  readonly port: number
  readonly host: string
}

/** Adds them to a command. */
export function servingOptions(command: Command, { t }: Context, port: number): Command {
  return command
    .option('--port <n>', t('where to listen; 0 takes a free one', '监听端口；0 表示自动选用'), portOf, port)
    .option(
      '--host <address>',
      t(
        'who may ask: this machine alone, or 0.0.0.0 for everybody',
        '监听地址：默认仅本机，0.0.0.0 为所有人',
      ),
      '127.0.0.1',
    )
}

function portOf(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new UsageError('usage.option.value', { option: '--port', value: text, allowed: '0, 3161, 8080, …' })
}

/** For people who run the server: what went wrong inside, which those who asked are not told. */
export function complain({ terminal }: Context): (error: unknown) => void {
  return (error) => {
    const words = error instanceof Error ? error.message : String(error)
    terminal.say(`${new Date().toISOString()} ${words}`).catch(() => {}) // nobody reads it any more
  }
}

/** Until Ctrl-C or a signal to stop; those who are being answered are let finish. That is no failure: exit code 0. */
export async function untilStopped(
  server: Server,
  { signal, terminal, paintTalk, t }: Context,
): Promise<void> {
  await terminal.say(`  ${paintTalk('cyan', '→')} ${t('Stop with Ctrl-C.', '按 Ctrl-C 停止。')}`)
  if (!signal.aborted) await once(signal, 'abort')
  await server[Symbol.asyncDispose]()
}
