/** For tests only: sound that ffmpeg makes, and what ffmpeg and ffprobe make of ours. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { folder, run } from '../programs.test-kit.ts'

/** @param extension of the files, which names the container. */
export function sound(extension: string) {
  const { inside, saved } = folder(extension)
  let tones = 0
  return {
    /** A file of a tone of one second. */
    tone(...args: readonly string[]): Uint8Array {
      const path = inside(`tone-${++tones}.${extension}`)
      const input = ['-f', 'lavfi', '-i', 'sine=duration=1:sample_rate=48000']
      run('ffmpeg', '-v', 'error', ...input, '-bitexact', ...args, path)
      return new Uint8Array(readFileSync(path))
    },
    saved,
    /** Digest of the samples, and what ffmpeg complains about. */
    decoded(file: Uint8Array) {
      const args = ['-v', 'warning', '-i', saved(file), '-map', '0:a', '-f', 'md5', '-']
      const { stdout, stderr } = spawnSync('ffmpeg', args, { encoding: 'utf8' })
      // A single channel has no other layout to guess.
      return { digest: stdout, complaints: stderr.replace(/^Guessed Channel Layout .* : mono\n/m, '') }
    },
    /** Tags as ffprobe reads them, of the file and its streams. */
    tags(file: Uint8Array): Record<string, string> {
      const args = ['-v', 'error', '-of', 'json', '-show_format', '-show_streams', saved(file)]
      const { format, streams } = JSON.parse(run('ffprobe', ...args)) as {
        format: { tags?: Record<string, string> }
        streams: { tags?: Record<string, string> }[]
      }
      return Object.assign({}, format.tags, ...streams.map((stream) => stream.tags))
    },
  }
}
