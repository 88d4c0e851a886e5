/** What the tests of handlers have in common: a label written as the toolkit writes it, files made by ffmpeg. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesSource, concat, type MediaHandler, partLength } from '@yinji/core'

export const aigc =
  '{"Label":"1","ContentProducer":"Acme","ProduceID":"x-1","ReservedCode1":"","ContentPropagator":"Acme","PropagateID":"x-1","ReservedCode2":""}'
/** Longer than the head of a file. */
export const store = new Uint8Array(9001).fill(0xff)

export async function spliced(
  handler: MediaHandler,
  input: Uint8Array,
  edit: { aigc?: string; room?: number } = {},
): Promise<Uint8Array> {
  const source = bytesSource(input, 'x')
  const { parts } = await handler.splice(source, { aigc, room: 0, ...edit })
  const chunks: Uint8Array[] = []
  for (const part of parts) {
    const chunk =
      part.kind === 'copy'
        ? await source.read(part.start, part.end)
        : part.kind === 'bytes'
          ? part.bytes
          : part.embed(store.subarray(0, part.length))
    if (chunk.byteLength !== partLength(part)) throw new Error(`a part of ${chunk.byteLength} bytes`)
    chunks.push(chunk)
  }
  return concat(chunks)
}

export interface Bench {
  /** A file that ffmpeg makes of a tone; the extension names the container. */
  tone(name: string, ...args: readonly string[]): Uint8Array
  file(name: string, bytes: Uint8Array): string
  /** What ffmpeg decodes, and what it complains about. */
  decoded(name: string, bytes: Uint8Array): { readonly digest: string; readonly complaints: string }
  /** Tags as ffprobe reads them, of the file and its streams. */
  tags(name: string, bytes: Uint8Array): Record<string, string>
}

/** @param finally_ `afterAll` of the test file, which takes the working directory away. */
export function bench(finally_: (clean: () => void) => void): Bench {
  const directory = mkdtempSync(join(tmpdir(), 'yinji-audio-'))
  finally_(() => rmSync(directory, { recursive: true, force: true }))
  const run = (program: string, args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
    return { status, stdout, stderr }
  }
  const file = (name: string, bytes: Uint8Array) => {
    writeFileSync(join(directory, name), bytes)
    return join(directory, name)
  }
  return {
    file,
    tone(name, ...args) {
      const path = join(directory, `tone-${name}`)
      const input = ['-f', 'lavfi', '-i', 'sine=duration=1:sample_rate=48000']
      const made = run('ffmpeg', ['-v', 'error', '-y', ...input, '-bitexact', ...args, path])
      if (made.status !== 0) throw new Error(made.stderr)
      return new Uint8Array(readFileSync(path))
    },
    decoded(name, bytes) {
      const path = file(`decoded-${name}`, bytes)
      const { stdout, stderr } = run('ffmpeg', ['-v', 'warning', '-i', path, '-map', '0:a', '-f', 'md5', '-'])
      return { digest: stdout, complaints: stderr }
    },
    tags(name, bytes) {
      const path = file(`tags-${name}`, bytes)
      const { stdout } = run('ffprobe', ['-v', 'error', '-of', 'json', '-show_format', '-show_streams', path])
      const { format, streams } = JSON.parse(stdout) as {
        format: { tags?: Record<string, string> }
        streams: { tags?: Record<string, string> }[]
      }
      return Object.assign({}, format.tags, ...streams.map((stream) => stream.tags))
    },
  }
}
