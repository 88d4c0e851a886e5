/** Samples that an encoder made, changed one by one and written into another file. */
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { throwIfAborted } from '@yinji/core'
import { openFile } from '../../file.ts'
import type { Encoded, Job } from './encode.ts'

/** The encoded samples as `rewrite` gives them, one behind the other; the file they came from is closed. */
export async function rewritten(
  { file, track }: Encoded,
  rewrite: (sample: Uint8Array) => Uint8Array,
  { directory, context }: Job,
): Promise<Encoded> {
  const path = join(directory, 'rewritten.samples')
  const size = track.samples.size.slice()
  const position = track.samples.position.slice()
  try {
    await using out = await open(path, 'w')
    let end = 0
    for (const [index, length] of track.samples.size.entries()) {
      throwIfAborted(context.signal)
      const at = track.samples.position[index] ?? 0
      const sample = rewrite(await file.read(at, at + length))
      await out.write(sample, 0, sample.byteLength, end)
      position[index] = end
      size[index] = sample.byteLength
      end += sample.byteLength
    }
  } finally {
    await file[Symbol.asyncDispose]()
  }
  return { file: await openFile(path), track: { ...track, samples: { ...track.samples, size, position } } }
}
