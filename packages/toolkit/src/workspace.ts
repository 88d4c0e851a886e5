/** A private directory for one job, made when first asked for and removed with everything in it. */
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { chunksOf, type Source } from '@yinji/core'
import { outputError } from './target.ts'

export class Workspace implements AsyncDisposable {
  #directory: Promise<string> | undefined
  #files = 0

  directory(): Promise<string> {
    this.#directory ??= mkdtemp(join(tmpdir(), 'yinji-'))
    return this.#directory
  }

  /** A path to the bytes of a source: its own, or that of a temporary copy. */
  async pathOf(source: Source): Promise<string> {
    return source.path ?? (await this.spool(copiesOf(source), source.name))
  }

  /** Writes a stream to a new file in the directory. Its extension is kept for tools that look at it. */
  async spool(stream: AsyncIterable<Uint8Array>, name = ''): Promise<string> {
    const extension = /\.[0-9A-Za-z]{1,8}$/.exec(name)?.[0] ?? ''
    const path = join(await this.directory(), `input-${this.#files++}${extension}`)
    try {
      await pipeline(stream, createWriteStream(path, { flags: 'wx' }))
    } catch (error) {
      throw outputError(error, path)
    }
    return path
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#directory) await rm(await this.#directory, { recursive: true, force: true })
  }
}

/** Streams hold on to chunks, and `chunksOf` uses its arrays again. */
async function* copiesOf(source: Source): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunksOf(source, 0, source.size)) yield Uint8Array.from(chunk)
}
