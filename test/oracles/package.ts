/**
 * A second look at signed archives, by the text of the standard alone (C2PA A.6, 13.2, 15.7): c2pa-rs opens no ZIP, and
 * takes the list of files in the assertion for a map, which it is not (18.8.2). The archive is walked from its front, by local
 * headers; the validator goes by the directory at its end.
 */
import { constants, createHash, verify, X509Certificate } from 'node:crypto'
import { decode } from 'cborg'
import type { Judgement } from './c2pa.ts'

const manifestName = 'META-INF/content_credential.c2pa'
const sha256 = (...parts: readonly Uint8Array[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const nothing = { successes: [], informational: [], ingredientFailures: [] } as const

/** What can be said of an archive. */
export function judgePackage(file: Buffer, anchor: string): Judgement {
  const { entries, directory } = walk(file)
  const own = entries.find(({ name }) => name === manifestName)
  if (own === undefined) return { ...nothing, state: 'NoManifest', failures: [] }
  const manifest = lastManifest(own.data)
  const failures: string[] = []
  const claim = contentOf(manifest, 'c2pa.claim.v2')
  for (const { url, hash } of claim.value['created_assertions'] as Reference[]) {
    const label = url.slice(url.lastIndexOf('/') + 1)
    if (sha256(boxOf(manifest, label)) !== hex(hash)) failures.push(`assertion.hashedURI.mismatch ${label}`)
  }
  const binding = contentOf(manifest, 'c2pa.hash.collection.data').value as unknown as Collection
  const others = entries.filter((entry) => entry !== own)
  const listed = new Map(binding.uris.map(({ uri, hash }) => [decodeURIComponent(uri), hex(hash)]))
  for (const { name, bytes } of others)
    if (listed.get(name) !== sha256(bytes)) failures.push(`assertion.collectionHash.mismatch ${name}`)
  if (listed.size !== others.length) failures.push('assertion.collectionHash.incorrectFileCount')
  const crc = file.indexOf(manifestName, directory, 'latin1') - 46 + 16
  const covered = [file.subarray(directory, crc), file.subarray(crc + 4)]
  if (sha256(...covered) !== hex(binding.zip_central_directory_hash))
    failures.push('assertion.collectionHash.mismatch')
  failures.push(...signatureFaults(contentOf(manifest, 'c2pa.signature').bytes, claim.bytes, anchor))
  return { ...nothing, state: failures.length === 0 ? 'Trusted' : 'Invalid', failures }
}

interface Reference {
  readonly url: string
  readonly hash: Uint8Array
}
interface Collection {
  readonly uris: readonly { readonly uri: string; readonly hash: Uint8Array }[]
  readonly zip_central_directory_hash: Uint8Array
}

/** Local headers one after the other; a data descriptor ends where the next signature begins. */
function walk(file: Buffer) {
  const entries: { name: string; bytes: Buffer; data: Buffer }[] = []
  let at = 0
  while (file.readUInt32LE(at) === 0x04034b50) {
    const data = at + 30 + file.readUInt16LE(at + 26) + file.readUInt16LE(at + 28)
    const streamed = (file.readUInt16LE(at + 6) & 8) !== 0
    const end = streamed ? nextHeader(file, data) : data + file.readUInt32LE(at + 18)
    const name = file.toString('utf8', at + 30, at + 30 + file.readUInt16LE(at + 26))
    entries.push({ name, bytes: file.subarray(at, end), data: file.subarray(data, end) })
    at = end
  }
  return { entries, directory: at }
}

function nextHeader(file: Buffer, from: number): number {
  const places = ['PK\x03\x04', 'PK\x01\x02'].map((mark) => file.indexOf(mark, from, 'latin1'))
  return Math.min(...places.filter((place) => place >= 0))
}

/** The bytes of the last manifest of a store. */
function lastManifest(store: Buffer): Buffer {
  let at = 8 + store.readUInt32BE(8)
  let last = at
  for (const end = store.readUInt32BE(0); at < end; at += Math.max(8, store.readUInt32BE(at))) last = at
  return store.subarray(last, last + store.readUInt32BE(last))
}

/** What a hashed URI to a box is the hash of: found by its label. */
function boxOf(manifest: Buffer, label: string): Buffer {
  const description = manifest.indexOf(`${label}\0`, 0, 'latin1') - 25
  return manifest.subarray(description, description - 8 + manifest.readUInt32BE(description - 8))
}

function contentOf(manifest: Buffer, label: string) {
  const box = boxOf(manifest, label)
  const content = box.readUInt32BE(0)
  const bytes = box.subarray(content + 8, content + box.readUInt32BE(content))
  return { bytes, value: decode(bytes, { tags }) as Record<string, unknown> }
}

const tags = { 0: (value: () => unknown) => value(), 18: (value: () => unknown) => value() }

/** C2PA 13.2.1, by their numbers in the register of COSE. */
const raw = { dsaEncoding: 'ieee-p1363' } as const
const salted = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
const algorithms: ReadonlyMap<unknown, { readonly digest: string | null; readonly options: object }> =
  new Map([
    [-7, { digest: 'sha256', options: raw }],
    [-35, { digest: 'sha384', options: raw }],
    [-36, { digest: 'sha512', options: raw }],
    [-37, { digest: 'sha256', options: salted }],
    [-38, { digest: 'sha384', options: salted }],
    [-39, { digest: 'sha512', options: salted }],
    [-8, { digest: null, options: {} }],
  ])

/** RFC 9052 4.4 with the leaf's key, and the chain up to the anchor. */
function signatureFaults(cose: Uint8Array, claim: Uint8Array, anchor: string): string[] {
  const options = { tags, useMaps: true }
  const [header, , , signature] = decode(cose, options) as [Uint8Array, unknown, unknown, Uint8Array]
  const protected_ = decode(header, options) as Map<number, unknown>
  const ders = [protected_.get(33) ?? []].flat() as Uint8Array[]
  const chain = ders.map((der) => new X509Certificate(der))
  const [leaf] = chain
  const length = (bytes: Uint8Array) => Buffer.from([0x59, bytes.length >> 8, bytes.length & 255])
  const signed = Buffer.concat([
    Buffer.from('\x84\x6aSignature1', 'latin1'),
    length(header),
    header,
    Buffer.of(0x40),
    length(claim),
    claim,
  ])
  const algorithm = algorithms.get(protected_.get(1))
  if (!leaf || !algorithm) return ['algorithm.unsupported']
  const key = { key: leaf.publicKey, ...algorithm.options }
  if (!verify(algorithm.digest, signed, key, signature)) return ['claimSignature.mismatch']
  const path = [...chain, new X509Certificate(anchor)]
  const holds = path.slice(1).every((issuer, index) => path[index]?.verify(issuer.publicKey))
  return holds ? [] : ['signingCredential.untrusted']
}
