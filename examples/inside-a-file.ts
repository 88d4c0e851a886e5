/** Reads what a file says, and puts a label into it, with the formats alone: npx tsx examples/inside-a-file.ts song.mp3 */
import { aigcOf, parseRecord, splicedSource, writeAigc } from '@yinji/core'
import { handlerOf, openFile } from '@yinji/media'

const [path = 'fixtures/speech.mp3'] = process.argv.slice(2)
await using source = await openFile(path)
const handler = await handlerOf(source)
if (handler === undefined) throw new Error(`${path} is of no known format`)

const before = await handler.read(source)
console.log(handler.id, '·', before.labels.length, 'labels')

// A splice names the byte ranges that stay and the few that are new; nothing is decoded.
const record = parseRecord({
  provider: { name: 'Acme-AI' },
  contentId: 'a-1',
  createdAt: new Date().toISOString(),
})
const { parts } = await handler.splice(source, { aigc: writeAigc(aigcOf(record)), room: 0 })
const labelled = splicedSource(source, parts)

for (const { site, value } of (await handler.read(labelled)).labels) console.log(site, '·', value)
