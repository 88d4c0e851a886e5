/** What went wrong, as a person and as a program reads it. */
import { basename, isAbsolute, relative } from 'node:path'
import { type Code, describe, InternalError, UsageError, YinjiError } from '@yinji/toolkit'
import type { Context } from './context.ts'
import { type Exit, exits } from './exit.ts'
import { safe } from './paint.ts'

export interface Failure {
  readonly code: Code
  readonly title: string
  readonly next: string
  readonly exit: Exit
  /** Where in the program; bugs only. */
  readonly stack?: string | undefined
}

/** @param called what the user calls the files, which says more than the bare names and full paths an error knows. */
export function failureOf(
  error: unknown,
  context: Context,
  called: { readonly name?: string; readonly path?: string } = {},
): Failure {
  const known = error instanceof YinjiError ? error : new InternalError(messageOf(error), { cause: error })
  const { title, next } = describe(known.code, inTheirWords(known.details, called), context.language)
  const exit =
    known instanceof UsageError ? exits.usage : known instanceof InternalError ? exits.bug : exits.failed
  const origin = known.cause instanceof Error ? known.cause : known
  return {
    code: known.code,
    title: told(title),
    next: told(next),
    exit,
    stack: exit === exits.bug ? origin.stack : undefined,
  }
}

/** Errors repeat what they are about, which may be a megabyte in a file. */
const told = (text: string) => safe(text.length > mostTold ? `${text.slice(0, mostTold)}…` : text)
const mostTold = 4000

/** An error may be about a file beside those that were named: a segment, an ingredient. */
function inTheirWords(details: YinjiError['details'], called: Readonly<Record<string, string>>) {
  const same = ([key, name]: readonly [string, string]) =>
    typeof details[key] !== 'string' || basename(details[key]) === basename(name)
  return { ...details, ...Object.fromEntries(Object.entries(called).filter(same)) }
}

/** The file that was read besides those that were named, where an error is about it: as seen from here. */
export function fileOf(error: unknown, { io }: Context): string | undefined {
  const file = error instanceof YinjiError ? error.details['file'] : undefined
  if (typeof file !== 'string' || !isAbsolute(file)) return undefined
  const near = relative(io.cwd, file)
  return near.startsWith('..') ? file : near
}

/** People read stderr; with `--json`, programs find the same on stdout. */
export async function reportFailure(
  failure: Failure,
  context: Context,
  options: { json?: boolean | undefined; name?: string | undefined },
): Promise<void> {
  const { terminal, paintTalk: paint } = context
  const { code, title, next } = failure
  const name = safe(options.name ?? '')
  const of = name === '' || title.includes(name) ? '' : `${name}: `
  if (options.json)
    await terminal.print(
      JSON.stringify({
        schema: 'yinji.error/1',
        name: options.name ?? null,
        code,
        title,
        next,
        exit: failure.exit,
      }),
    )
  await terminal.say(`${paint('red', '✗')} ${of}${title} ${paint('dim', code)}`)
  if (next) await terminal.say(`  ${paint('cyan', '→')} ${next}`)
  if (failure.stack) await terminal.say(paint('dim', failure.stack))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
