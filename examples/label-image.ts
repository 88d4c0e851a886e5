/** Labels one picture, signs the label, and checks the result: npx tsx examples/label-image.ts photo.jpg */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIdentity, createToolkit } from '@yinji/toolkit'

const [photo = 'fixtures/photo.jpg'] = process.argv.slice(2)
const folder = await mkdtemp(join(tmpdir(), 'yinji-example-'))

// Once per provider; afterwards `loadIdentity(home)`.
const identity = await createIdentity(join(folder, 'identity'), {
  provider: 'Acme AI',
  system: 'Acme Painter',
})

await using yinji = createToolkit({ identity })

const receipt = await yinji.label(photo, { contentId: 'painting-1' }, { output: join(folder, 'labeled.jpg') })
for (const { layer, place, what } of receipt.written) console.log(layer, '·', place, '·', what)

const report = await yinji.verify(join(folder, 'labeled.jpg'))
console.log(report.verdict, '·', report.origin?.provider) // trusted · Acme AI
