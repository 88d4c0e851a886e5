/** A process of its own that asks c2pa-rs: it may end, or never, on what it reads. */
import process from 'node:process'
import { nativeBinding } from '../../bench/native.ts'

const native = await nativeBinding()

interface Question {
  readonly buffer: Buffer
  readonly mimeType: string
  readonly settings: string
}

process.on('message', async ({ settings, ...asset }: Question) => {
  try {
    const reader = await native.readerFromAsset(asset, settings)
    process.send?.({ json: reader ? native.readerJson.call(reader) : '' })
  } catch (error) {
    process.send?.({ error: String(error) })
  }
})
