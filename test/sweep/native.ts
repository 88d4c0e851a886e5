/** c2pa-rs as a native library: the same as in WebAssembly, and quicker. Fetched once (see bench/native.ts). */
import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nativeBinding } from '../../bench/native.ts'
import { definition, settingsFor } from '../../bench/peer.ts'
import { failed, type Judgement, judgementOf, settingsFor as readSettings } from '../oracles/c2pa.ts'
import type { Home, PeerSigner } from './samples.ts'

export interface NativePeer extends PeerSigner, Disposable {
  read(bytes: Uint8Array, mediaType: string, anchorPem?: string): Promise<Judgement>
}

/** How long an answer may take, in milliseconds. */
const patience = 20_000

interface Answer {
  readonly json?: string
  readonly error?: string
}

export async function nativePeer({ directory, identity }: Home): Promise<NativePeer> {
  const native = await nativeBinding()
  const [chain, key] = ['signer.pem', 'signer.key'].map((name) => readFileSync(join(directory, name)))
  if (!chain || !key) throw new Error('no identity')
  const signer = native.localSignerNew(chain, key, 'es256')
  const settings = settingsFor(identity.anchor)
  let reader: ChildProcess | undefined
  const stop = () => {
    reader?.kill('SIGKILL')
    reader = undefined
  }
  return {
    async sign(file, mediaType) {
      const output: { buffer: Buffer | null } = { buffer: null }
      const builder = native.builderWithJson(JSON.stringify(definition), settings)
      native.builderSign.call(builder, signer, { buffer: file, mimeType: mediaType }, output)
      if (output.buffer === null) throw new Error('nothing was written')
      return output.buffer
    },
    async read(bytes, mediaType, anchorPem) {
      reader ??= fork(fileURLToPath(new URL('./native-reader.ts', import.meta.url)), {
        serialization: 'advanced',
      })
      const question = { buffer: Buffer.from(bytes), mimeType: mediaType, settings: readSettings(anchorPem) }
      const { json, error } = await ask(reader, question)
      if (error === 'ended' || error === 'no answer') stop()
      if (error !== undefined) return failed(error)
      return json ? judgementOf(JSON.parse(json)) : failed('no JUMBF data found')
    },
    [Symbol.dispose]: stop,
  }
}

function ask(reader: ChildProcess, question: object): Promise<Answer> {
  return new Promise((resolve) => {
    const done = (answer: Answer) => {
      clearTimeout(timer)
      reader.removeAllListeners()
      resolve(answer)
    }
    const timer = setTimeout(() => done({ error: 'no answer' }), patience)
    reader.once('message', (answer: Answer) => done(answer))
    reader.once('exit', () => done({ error: 'ended' }))
    reader.send(question)
  })
}
