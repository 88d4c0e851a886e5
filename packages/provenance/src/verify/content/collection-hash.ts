/**
 * `c2pa.hash.collection.data` (C2PA 15.12.5, 18.8) of a ZIP archive (A.6.2): a hash for each entry, one for the central
 * directory, and the manifest's own entry the one thing that none of them covers.
 */
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { limits } from '@yinji/core'
import { isBytes, isFields, isText } from '../fields.ts'
import { type Binding, type Compared, type Content, unchecked } from './binding.ts'
import { pour, type Range } from './stream.ts'
import { type Archive, type Entry, readArchive, ZipError } from './zip.ts'

const manifestName = 'META-INF/content_credential.c2pa'

export async function collectionHash(binding: Binding, content: Content): Promise<Compared> {
  const { fields, at, log } = binding
  const expected = readUris(fields.get('uris'))
  const directory = fields.get('zip_central_directory_hash')
  if (typeof expected === 'string' || (directory !== undefined && !isBytes(directory))) {
    const what = typeof expected === 'string' ? expected : 'zip_central_directory_hash'
    const code = what === 'uri' ? 'invalidURI' : 'malformed'
    log.report('manifest.binding.malformed', { status: `assertion.collectionHash.${code}`, at, what })
    return unchecked
  }
  const archive = directory === undefined ? 'files beside each other' : await archiveOf(content)
  if (typeof archive !== 'string' && directory !== undefined)
    return compare(binding, content, archive, expected, directory)
  log.report('manifest.binding.unsupported', { at, label: `c2pa.hash.collection.data: ${archive}` })
  return unchecked
}

/** Hashes by name, or what is wrong with them. */
function readUris(value: unknown): ReadonlyMap<string, Uint8Array> | string {
  if (!Array.isArray(value) || value.length === 0 || value.length > limits.items) return 'uris'
  const hashes = new Map<string, Uint8Array>()
  for (const entry of value) {
    const uri = isFields(entry) ? entry.get('uri') : undefined
    const hash = isFields(entry) ? entry.get('hash') : undefined
    if (!isText(uri) || !isBytes(hash)) return 'uris'
    const name = decoded(uri)
    if (name === undefined || name.split(/[/\\]/).some((step) => step === '.' || step === '..')) return 'uri'
    if (hashes.has(name)) return 'uris'
    hashes.set(name, hash)
  }
  return hashes
}

function decoded(uri: string): string | undefined {
  try {
    return decodeURIComponent(uri)
  } catch {
    return undefined
  }
}

async function archiveOf({ source }: Content): Promise<Archive | string> {
  try {
    return await readArchive(source)
  } catch (error) {
    if (error instanceof ZipError) return error.message
    throw error
  }
}

async function compare(
  { digest, at, log }: Binding,
  content: Content,
  { entries, directory }: Archive,
  expected: ReadonlyMap<string, Uint8Array>,
  expectedDirectory: Uint8Array,
): Promise<Compared> {
  const { source } = content
  const own = entries.find(({ name }) => name === manifestName)
  const others = entries.filter((entry) => entry !== own)
  const signed = others.flatMap((entry) => hashFor(expected, entry) ?? [])
  if (others.length !== expected.size || signed.length !== others.length) {
    log.status('assertion.collectionHash.incorrectFileCount', at)
    return { outcome: 'mismatch', sha256: await pour(content, []) } // a million entries would need as many hashes
  }
  const hashes = signed.map((expected) => ({ hash: createHash(digest), expected }))
  const files = others.map(({ start, end }, index): Range => ({ start, end, into: into(hashes[index]) }))
  const central = directoryRanges(own, directory, source.size).map((ranges) => {
    const hash = createHash(digest)
    return { hash, ranges: ranges.map((range): Range => ({ into: hash, ...range })) }
  })
  const sha256 = await pour(content, [files, ...central.map(({ ranges }) => ranges)])
  const holds =
    (await isAlone(own, content)) &&
    hashes.every(({ hash, expected }) => Buffer.compare(hash.digest(), expected) === 0) &&
    central.some(({ hash }) => Buffer.compare(hash.digest(), expectedDirectory) === 0)
  return { outcome: holds ? 'match' : 'mismatch', sha256 }
}

const into = (one: { readonly hash: Range['into'] } | undefined): Range['into'] =>
  one?.hash ?? { update: () => {} }

/** Names are UTF-8, or, in archives from other times, one byte a character. */
function hashFor(expected: ReadonlyMap<string, Uint8Array>, { name }: Entry): Uint8Array | undefined {
  return expected.get(Buffer.from(name, 'latin1').toString('utf8')) ?? expected.get(name)
}

/**
 * To the end of the file. The checksum of the manifest's own record is left out, which no writer could know before; in
 * C2PA 2.2 it was zero and hashed with the rest.
 */
function directoryRanges(own: Entry | undefined, directory: number, size: number) {
  const whole = [{ start: directory, end: size }]
  if (own === undefined) return [whole]
  const crc = own.record + 16
  return [
    [
      { start: directory, end: crc },
      { start: crc + 4, end: size },
    ],
    whole,
  ]
}

/**
 * The manifest's entry holds the store and nothing else, and its header says what its record says: no hash covers them,
 * so that something could be hidden there (APPNOTE 4.3.7, 4.3.12).
 */
async function isAlone(own: Entry | undefined, { source, found }: Content): Promise<boolean> {
  const { store, excluded } = found
  if (own === undefined) return excluded.length === 0
  if (excluded.start + excluded.length !== own.end || excluded.start - own.start > mostHeader) return false
  const local = Buffer.from(await source.read(own.start, excluded.start))
  const record = Buffer.from(await source.read(own.record, own.record + 46))
  const checksum = local.readUInt32LE(14)
  return (
    local.readUInt32LE(0) === 0x04034b50 &&
    local.subarray(4, 28).equals(record.subarray(6, 30)) &&
    local.toString('latin1', 30, 30 + manifestName.length) === manifestName &&
    local.length === 30 + manifestName.length + local.readUInt16LE(28) &&
    (checksum === crc32(store) || checksum === 0)
  )
}

/** Header, name and some dates in an extra field. */
const mostHeader = 1024
