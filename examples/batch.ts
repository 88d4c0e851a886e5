/** Labels what arrives as streams, two at a time, and gives up cleanly after ten seconds. */
import { createReadStream } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createIdentity, createToolkit, YinjiError } from '@yinji/toolkit'

const folder = await mkdtemp(join(tmpdir(), 'yinji-example-'))
await using yinji = createToolkit({
  identity: await createIdentity(join(folder, 'identity'), { provider: 'Acme AI' }),
})

const waiting = ['fixtures/photo.jpg', 'fixtures/picture.png', 'fixtures/music.wav', 'fixtures/story.txt']
const signal = AbortSignal.timeout(10_000)

async function worker(): Promise<void> {
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const name = basename(path)
    try {
      const receipt = await yinji.label(
        createReadStream(path),
        {},
        { name, output: join(folder, name), signal },
      )
      console.log('labeled', name, '·', receipt.bytes, 'bytes')
    } catch (error) {
      if (!(error instanceof YinjiError)) throw error
      console.log('not labeled', name, '·', error.code, '·', error.explain('en').next)
    }
  }
}

await Promise.all([worker(), worker()])
