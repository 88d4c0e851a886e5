/**
 * The manifest in a ZIP archive (C2PA A.6): the stored entry `META-INF/content_credential.c2pa`. It is written as the last
 * one, so that it, the central directory and the end record are one room at the end of the file: the checksum of the
 * store stands in the directory as well, and is known only with the store.
 */
import { crc32 } from 'node:zlib'
import {
  concat,
  type Finding,
  type FoundManifest,
  finding,
  limits,
  type Room,
  type Source,
} from '@yinji/core'
import { setUint32le } from './integers.ts'
import { readStored, type Zip, ZipDamage } from './zip.ts'

export const manifestEntry = 'META-INF/content_credential.c2pa'

/** The store, or what is wrong with the entry. */
export async function readManifestEntry(
  source: Source,
  { entries }: Zip,
): Promise<{ readonly manifest?: FoundManifest; readonly findings: readonly Finding[] }> {
  const entry = entries.get(manifestEntry)
  if (entry === undefined) return { findings: [] }
  const malformed = (what: string) => ({
    findings: [finding('manifest.store.malformed', { at: manifestEntry, data: { what } })],
  })
  if (entry.method !== 0 || entry.flags & 1) return malformed('it is compressed or encrypted')
  if (entry.compressed > limits.manifestBytes) return malformed(`${entry.compressed} bytes`)
  try {
    const { content, start } = await readStored(source, entry)
    const excluded = { start, length: content.byteLength }
    return {
      manifest: { site: manifestEntry, store: content, excluded, binding: 'collection' },
      findings: [],
    }
  } catch (error) {
    if (error instanceof ZipDamage) return malformed(error.message)
    throw error
  }
}

/** An entry of which everything is known but its content. */
export interface OpenEntry {
  /** Local header; the content follows it. */
  readonly local: Uint8Array
  readonly size: number
  /** Record in the central directory. */
  readonly record: Uint8Array
}

/** Where the checksum stands in the local header and in the record (APPNOTE 4.3.7, 4.3.12). */
export const localCrc = 14
export const recordCrc = 16

/** The room: entry, directory and end record, with the checksum in both places. */
export function manifestRoom({ local, size, record }: OpenEntry, others: Uint8Array, tail: Uint8Array): Room {
  return {
    kind: 'room',
    length: local.byteLength + size + others.byteLength + record.byteLength + tail.byteLength,
    embed(store) {
      const [head, own] = [Uint8Array.from(local), Uint8Array.from(record)]
      const checksum = crc32(store)
      setUint32le(head, localCrc, checksum)
      setUint32le(own, recordCrc, checksum)
      return concat([head, store, others, own, tail])
    },
  }
}

/** What the hash of the directory covers (A.6.2.2). */
export function hashedDirectory({ record }: OpenEntry, others: Uint8Array, tail: Uint8Array): Uint8Array[] {
  return [others, record.subarray(0, recordCrc), record.subarray(recordCrc + 4), tail]
}

/** The name of an entry as a relative URI reference. */
export function entryUri(name: string): string {
  if (name.split('/').some((step) => step === '.' || step === '..'))
    throw new ZipDamage(`an entry is named ${name.slice(0, 100)}`)
  return encodeURI(name).replaceAll('?', '%3F').replaceAll('#', '%23')
}
