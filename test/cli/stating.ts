/** A photo, `said.json` with what is stated about it, and how the command takes that. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { judgeByC2pa } from '../oracles/c2pa.ts'
import { type Desk, desk, reports } from './command.ts'

/** As it stands, if it is text. */
export const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

export const write = ({ path }: Desk, value: unknown) => writeFileSync(path('said.json'), textOf(value))

export async function stated(value: unknown, command = 'label', ...options: string[]) {
  const here = await desk(['photo.jpg'])
  write(here, value)
  const result = await here.yinji([command, '--statements', 'said.json', 'photo.jpg', ...options])
  return { here, ...result }
}

/** Content of every assertion of the newest manifest, as `inspect --manifest` shows it. */
export async function shown({ yinji }: Desk, name: string): Promise<Record<string, unknown>> {
  interface Box {
    readonly label: string | null
    readonly content?: unknown
    readonly boxes: readonly Box[]
  }
  const { boxes }: { boxes: Box } = JSON.parse((await yinji(['inspect', '--manifest', '--json', name])).out)
  const assertions = boxes.boxes.at(-1)?.boxes.find(({ label }) => label === 'c2pa.assertions')?.boxes ?? []
  return Object.fromEntries(assertions.map(({ label, boxes: [only] }) => [label, only?.content]))
}

/** What we and c2pa-rs say of a file. */
export async function judged({ path, home, yinji }: Desk, name: string, mediaType = 'image/jpeg') {
  const anchor = readFileSync(join(home, 'ca', 'root.pem'), 'utf8')
  const [report] = reports(await yinji(['verify', name, '--json']))
  const { state, failures } = await judgeByC2pa(readFileSync(path(name)), mediaType, anchor)
  return { verdict: report?.verdict, state, failures }
}

export const trusted = { verdict: 'trusted', state: 'Trusted', failures: [] }
