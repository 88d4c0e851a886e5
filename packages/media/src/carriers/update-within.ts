/**
 * Another manifest store of the same length in the place of the one that stands there: for formats where the hash covers
 * how long the store is. One that was made with spare bytes at its end has room for updates.
 */

import { crc32 } from 'node:zlib'
import {
  concat,
  copy,
  type FoundManifest,
  InputError,
  type MediaHandler,
  type Room,
  type Source,
  type Splice,
} from '@yinji/core'
import { setUint32le } from './integers.ts'
import { readZip } from './zip.ts'
import { localCrc, manifestEntry, recordCrc } from './zip-manifest.ts'

/** @throws InputError when there is no manifest, or one of another length. */
export async function updateWithin(
  { id, read }: Pick<MediaHandler, 'id' | 'read'>,
  source: Source,
  size: number,
): Promise<Splice> {
  const { excluded, store } = await presentManifest({ id, read }, source, size)
  const head = excluded.length - store.byteLength
  // A chunk header at most: where the store is not one run of bytes in the file, it can't be replaced.
  if (head !== 0 && head !== 8) throw unsupported(id)
  const { start } = excluded
  const header = await source.read(start, start + head)
  return spliceOf(source, start, start + excluded.length, (next) => concat([header, next]))
}

/** In a ZIP the checksum of the store stands in its local header and in the directory; no hash covers them (A.6.2.2). */
export async function updateWithinZip(
  { id, read }: Pick<MediaHandler, 'id' | 'read'>,
  source: Source,
  size: number,
): Promise<Splice> {
  const { excluded } = await presentManifest({ id, read }, source, size)
  const { entries, directory } = await readZip(source)
  let record = directory
  for (const entry of entries.values()) {
    if (entry.name === manifestEntry) break
    record += entry.record.byteLength
  }
  const entry = entries.get(manifestEntry)
  if (entry === undefined) throw unsupported(id)
  const there = await source.read(record, Math.min(source.size, record + entry.record.byteLength))
  if (record < excluded.start || Buffer.compare(there, entry.record) !== 0) throw unsupported(id)
  const { start } = entry
  const end = record + entry.record.byteLength
  const present = await source.read(start, end)
  return spliceOf(source, start, end, (next) => {
    const whole = Uint8Array.from(present)
    whole.set(next, excluded.start - start)
    const checksum = crc32(next)
    setUint32le(whole, localCrc, checksum)
    setUint32le(whole, record - start + recordCrc, checksum)
    return whole
  })
}

async function presentManifest(
  { id, read }: Pick<MediaHandler, 'id' | 'read'>,
  source: Source,
  size: number,
): Promise<FoundManifest> {
  const { manifest } = await read(source)
  if (manifest === undefined) throw new InputError('input.update.unsigned', { name: source.name ?? '' })
  if (manifest.store.byteLength !== size) throw unsupported(id)
  return manifest
}

function spliceOf(source: Source, start: number, end: number, embed: Room['embed']): Splice {
  return { parts: [copy(0, start), { kind: 'room', length: end - start, embed }, copy(end, source.size)] }
}

function unsupported(format: string): InputError {
  return new InputError('input.update.unsupported', { format })
}
