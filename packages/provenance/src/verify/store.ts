/** The manifest store (C2PA 11.1.4), read once into the shape the rest of the validator works with. */
import { brotliDecompressSync } from 'node:zlib'
import { limits } from '@yinji/core'
import { hashedPart, isSuperBox, JumbfError, parseJumbf, type SuperBox, uuids } from '../encoding/jumbf.ts'
import type { StatusCode } from './status.ts'

export interface Store {
  /** In file order; the last one is the active manifest. */
  readonly manifests: ReadonlyMap<string, Manifest>
  readonly active: Manifest
}

export interface Manifest {
  readonly label: string
  readonly kind: 'standard' | 'update'
  /** It stands in the store under Brotli. */
  readonly compressed: boolean
  /** What a hash of it may be over: the box as it stands, and, where it is compressed, what is in it. */
  readonly bodies: readonly Uint8Array[]
  readonly node: Node
  /** By label. */
  readonly assertions: ReadonlyMap<string, Node>
  /** What else can be referred to, by its path: data boxes, credentials. */
  readonly others: ReadonlyMap<string, Node>
  /** There must be one. */
  readonly claims: readonly Node[]
  readonly signatures: readonly Node[]
}

/** A superbox that can be referred to. */
export interface Node {
  readonly label: string
  /** Of the contents, 32 hex digits. */
  readonly uuid: string
  /** What a hashed URI is the hash of. */
  readonly body: Uint8Array
  readonly contents: readonly { readonly type: string; readonly data: Uint8Array }[]
}

/** The store can't be read. The message names what is wrong with it. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError'
  readonly status: StatusCode = 'manifest.inaccessible.malformed'
}

/** A manifest in it is compressed, and can't be unpacked (C2PA 11.2.4). */
class CompressedError extends StoreError {
  override readonly name = 'CompressedError'
  override readonly status = 'manifest.compressed.invalid'
}

const kinds: ReadonlyMap<string, Manifest['kind']> = new Map([
  [uuids.manifest, 'standard'],
  [uuids.earlyManifest, 'standard'],
  [uuids.updateManifest, 'update'],
])

/** @throws StoreError */
export function readStore(bytes: Uint8Array): Store {
  if (bytes.byteLength > limits.manifestBytes) throw new StoreError('it is too large')
  const root = parse(bytes)
  if (root.uuid !== uuids.store) throw new StoreError('it is no manifest store')
  requireName(root, 'c2pa')
  if (bytes.subarray(root.bytes.byteLength).some((byte) => byte !== 0))
    throw new StoreError('something follows it')
  const manifests = new Map<string, Manifest>()
  let active: Manifest | undefined
  let room: number = limits.manifestBytes
  for (const box of root.children) {
    if (!isSuperBox(box)) continue
    const plain = box.uuid === uuids.compressedManifest ? decompress(box, room) : box
    if (plain !== box) room -= plain.bytes.byteLength
    const kind = kinds.get(plain.uuid)
    if (kind === undefined) continue // somebody's extension (C2PA 11.1.2)
    if (manifests.has(box.label)) throw new StoreError('two manifests have one label')
    if (manifests.size >= limits.manifests) throw new StoreError('it holds too many manifests')
    const compressed = plain !== box
    const bodies = compressed ? [hashedPart(box), hashedPart(plain)] : [hashedPart(box)]
    active = { compressed, bodies, ...readManifest(plain, kind, nodeOf(box)) }
    manifests.set(box.label, active)
  }
  if (active === undefined) throw new StoreError('it holds no manifest')
  return { manifests, active }
}

function parse(bytes: Uint8Array, Failure = StoreError): SuperBox {
  try {
    return parseJumbf(bytes)
  } catch (error) {
    if (error instanceof JumbfError) throw new Failure(error.message, { cause: error })
    throw error
  }
}

/**
 * A whole manifest under Brotli (C2PA 11.2.4). Hashes of it are of the compressed box; those of c2pa-rs are of what is in it.
 * Both bind every byte that is said, so both are taken.
 */
function decompress(box: SuperBox, room: number): SuperBox {
  const [content] = box.children
  if (box.children.length !== 1 || content === undefined || isSuperBox(content) || content.type !== 'brob')
    throw new CompressedError('a compressed manifest without content')
  let bytes: Uint8Array
  try {
    bytes = brotliDecompressSync(content.payload, { maxOutputLength: Math.max(1, room) })
  } catch (error) {
    throw new CompressedError('a compressed manifest that can’t be unpacked', { cause: error })
  }
  const plain = parse(bytes, CompressedError)
  if (plain.label !== box.label || !kinds.has(plain.uuid) || plain.bytes.byteLength !== bytes.byteLength)
    throw new CompressedError('a compressed manifest that holds something else')
  return plain
}

function readManifest(
  box: SuperBox,
  kind: Manifest['kind'],
  node: Node,
): Omit<Manifest, 'compressed' | 'bodies'> {
  const children = box.children.filter(isSuperBox)
  const [assertionStore, ...more] = children.filter(({ uuid }) => uuid === uuids.assertionStore)
  if (more.length > 0) throw new StoreError('a manifest has two assertion stores')
  if (assertionStore) requireName(assertionStore, 'c2pa.assertions')
  const assertions = new Map<string, Node>()
  for (const child of assertionStore?.children ?? []) {
    if (!isSuperBox(child)) {
      if (child.type === 'free') continue
      throw new StoreError('something else among assertions') // C2PA 11.1.4.3
    }
    if (assertions.has(child.label)) throw new StoreError('two assertions have one label')
    if (assertions.size >= limits.assertions) throw new StoreError('it holds too many assertions')
    assertions.set(child.label, nodeOf(child))
  }
  const nodes = (type: string) => children.filter(({ uuid }) => uuid === type).map(nodeOf)
  return {
    label: box.label,
    kind,
    node,
    assertions,
    others: othersIn(children),
    claims: nodes(uuids.claim),
    signatures: nodes(uuids.signature),
  }
}

/** Boxes in stores of other kinds (C2PA 11.1.4.3), where they have names. */
function othersIn(stores: readonly SuperBox[]): Map<string, Node> {
  const named = stores
    .filter(({ uuid }) => uuid !== uuids.assertionStore)
    .flatMap((store) =>
      store.children
        .filter(isSuperBox)
        .filter(({ toggles }) => (toggles & 0xe3) === 0x03)
        .map((box) => [`${store.label}/${box.label}`, nodeOf(box)] as const),
    )
  return new Map(named)
}

/**
 * Labelled and requestable (C2PA 11.1.4.1.2): what can't be named can't be signed. The three highest toggles have no
 * meaning (ISO 19566-5, 5.3), and no hash covers those of the boxes that hold others.
 */
function requireName({ toggles, label }: SuperBox, expected = label): void {
  if ((toggles & 0xe3) !== 0x03 || label !== expected || !name.test(label))
    throw new StoreError('a box that can’t be referred to')
}

/** What has a meaning in URIs, control characters and these two are in no label (C2PA 11.1.4.1.1). */
const name = /^[^/;?#\ufeff\uffff\p{Cc}]+$/u

/** Padding (`free`, ISO 19566-5 A.4) is no content. */
function nodeOf(box: SuperBox): Node {
  requireName(box)
  const contents = box.children.flatMap((child) =>
    isSuperBox(child) || child.type === 'free' ? [] : [{ type: child.type, data: child.payload }],
  )
  return { label: box.label, uuid: box.uuid, body: hashedPart(box), contents }
}
