/**
 * Signed files, changed in every way, judged here and by c2pa-rs: `npm run sweep [COUNT] [SEED]`. Prints where the two differ
 * and why, and keeps one file of each difference that has no reason. Ends with 1 if there are such. With the directory of other
 * people's files in `YINJI_CORPUS`, these are changed too.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { changeOf } from './change.ts'
import { type Judge, ours, theirs } from './judges.ts'
import { nativePeer } from './native.ts'
import { reasonOf } from './reasons.ts'
import { corpusSamples, leave, makeHome, ownSamples, peerSamples, type Sample } from './samples.ts'

const [count = 1000, seed = 1] = process.argv.slice(2).map(Number)
const corpus = process.env['YINJI_CORPUS'] ?? ''
const kept = fileURLToPath(new URL('../../node_modules/.cache/sweep', import.meta.url))
const write = (text: string) => process.stdout.write(`${text}\n`)

const home = await makeHome()
using native = await nativePeer(home)
const judge = theirs(native.read)
const samples = await trusted(
  [
    ...(await ownSamples(home)),
    ...(await peerSamples(home, native)),
    ...(existsSync(corpus) ? await corpusSamples(corpus) : []),
  ],
  judge,
)
write(`${samples.length} files, seed ${seed}`)

interface Row {
  times: number
  readonly example: string
}
const reasons = new Map<string, number>()
const open = new Map<string, Row>()
let slowest = 0
for (let index = 0; index < count; index++) {
  const change = await changeOf(samples, seed, index)
  if (change === undefined || change.file.equals(change.sample.file)) continue
  const { sample, file, what } = change
  const difference = { what, ours: await ours(sample, file), theirs: await judge(sample, file) }
  slowest = Math.max(slowest, difference.ours.milliseconds)
  const reason = reasonOf(difference)
  if (reason !== undefined) {
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    continue
  }
  const { ours: our, theirs: their } = difference
  const key = `${our.state} ${our.codes.join()} ${our.error ?? ''} | ${their.state} ${their.codes.join()} ${their.error ?? ''}`
  const row = open.get(key)
  if (row) row.times++
  else open.set(key, { times: 1, example: keep(index, sample, file, what) })
}
leave(home)
for (const [reason, times] of [...reasons].sort((a, b) => b[1] - a[1])) write(`${times}\t${reason}`)
for (const [key, { times, example }] of open) write(`${times}\t? ${key}\n\t${example}`)
write(`slowest verdict ${Math.round(slowest)} ms`)
process.exitCode = open.size > 0 ? 1 : 0

/** Those that both trust as they are: of others nothing could be told. */
async function trusted(all: readonly Sample[], peer: Judge): Promise<Sample[]> {
  const good: Sample[] = []
  for (const sample of all) {
    const states = [await ours(sample, sample.file), await peer(sample, sample.file)].map(
      ({ state }) => state,
    )
    if (states.every((state) => /^(?:trusted|valid)$/i.test(state))) good.push(sample)
  }
  return good
}

function keep(index: number, { name }: Sample, file: Buffer, what: string): string {
  mkdirSync(kept, { recursive: true })
  const path = join(kept, `${seed}-${index}-${name.replaceAll(' ', '-')}`)
  writeFileSync(path, file)
  return `${what}: ${path}`
}
