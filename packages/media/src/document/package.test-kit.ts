/** For tests only: packages that Info-ZIP makes and reads, and handlers at work on them. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import type { MediaHandler } from '@yinji/core'
import { fixture, handling } from '../handler.test-kit.ts'
import { folder, run } from '../programs.test-kit.ts'

const { inside, saved } = folder('zip')

export { saved }
export const read = (handler: MediaHandler, value: Uint8Array) => handling(handler).read(value)
export const splice = (handler: MediaHandler, value: Uint8Array) => handling(handler).labelled(value)
export const contentOf = (value: Uint8Array, name: string) =>
  run('unzip', '-p', saved(value), name.replace(/[[\]]/g, '\\$&'))
export const contents = (value: Uint8Array) => {
  const names = run('unzip', '-Z1', saved(value)).trim().split('\n')
  return new Map(names.map((name) => [name, contentOf(value, name)]))
}

export type Files = ReadonlyMap<string, string>
/** Made by Info-ZIP, from files or (streamed) with data descriptors. */
export function zipped(files: Files, ...options: string[]): Uint8Array {
  const place = mkdtempSync(inside('files-'))
  for (const [name, text] of files) {
    mkdirSync(dirname(join(place, name)), { recursive: true })
    writeFileSync(join(place, name), text)
  }
  return new Uint8Array(
    execFileSync('zip', ['-qX', ...options, '-', ...files.keys()], { cwd: place, maxBuffer: 1 << 28 }),
  )
}
/** One deflated entry by hand, in an archive with another one. */
export function bomb(name: string, size: number, files: Files): Uint8Array {
  const content = deflateRawSync(Buffer.alloc(size))
  const common = Buffer.alloc(26)
  common.writeUInt16LE(8, 4)
  common.writeUInt32LE(crc32(Buffer.alloc(size)), 10)
  common.writeUInt32LE(content.length, 14)
  common.writeUInt32LE(size, 18)
  common.writeUInt16LE(name.length, 22)
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), content])
  const record = Buffer.concat([Buffer.from('PK\x01\x02\0\0'), common, Buffer.alloc(14), Buffer.from(name)])
  const rest = Buffer.from(zipped(files))
  const end = Buffer.from(rest.subarray(-22))
  const directory = end.readUInt32LE(16)
  const records = Buffer.from(rest.subarray(directory, -22))
  for (
    let at = 0;
    at < records.length;
    at += 46 + records.readUInt16LE(at + 28) + records.readUInt16LE(at + 30)
  )
    records.writeUInt32LE(records.readUInt32LE(at + 42) + local.length, at + 42)
  end.writeUInt16LE(end.readUInt16LE(10) + 1, 10)
  end.writeUInt32LE(records.length + record.length, 12)
  end.writeUInt32LE(directory + local.length, 16)
  return new Uint8Array(Buffer.concat([local, rest.subarray(0, directory), record, records, end]))
}

export const changed = (name: string, changes: Readonly<Record<string, string | undefined>>): Files => {
  const files = contents(fixture(name))
  for (const [entry, text] of Object.entries(changes)) {
    if (text === undefined) files.delete(entry)
    else files.set(entry, text)
  }
  return files
}
export const text = (name: string, entry: string) => contentOf(fixture(name), entry)
