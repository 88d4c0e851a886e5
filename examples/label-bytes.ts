/** Bytes in, bytes out: what a service does with a picture that it has just made and not yet stored. */
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIdentity, createToolkit } from '@yinji/toolkit'

const home = await mkdtemp(join(tmpdir(), 'yinji-example-'))
await using yinji = createToolkit({ identity: await createIdentity(home, { provider: 'Acme AI' }) })

const fresh = new Uint8Array(await readFile('fixtures/picture.png')) // stands for what the model returned

const { content, record } = await yinji.label(fresh, {}, { name: 'answer.png' })
console.log(record.contentId, '·', fresh.byteLength, 'bytes in,', content.byteLength, 'bytes out')

const { verdict } = await yinji.verify(content)
console.log(verdict) // trusted
