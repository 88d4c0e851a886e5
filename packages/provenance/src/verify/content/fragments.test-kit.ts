/** For tests only: films in fragments, signed by the text of the standard alone (C2PA 18.6, A.5.4), without the signing half. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cutFilm, fragmentFilm } from '../../../../../test/helpers/film.ts'
import { encodeCbor } from '../../encoding/cbor.ts'
import { actions, forgeManifest, forgeStore, sha256 } from '../forge.test-kit.ts'

const encoder = new TextEncoder()
const c2pa = Buffer.from('d8fec3d61b0e483c92975828877ec481', 'hex')
export const exclusions = [
  { xpath: '/uuid', data: [{ offset: 8, value: c2pa }] },
  { xpath: '/ftyp' },
  { xpath: '/mfra' },
]

/** The files ffmpeg makes of six seconds: with several, the initialization segment is the first. */
export function film(kind: 'dash' | 'hls' | 'file'): Buffer[] {
  const folder = mkdtempSync(join(tmpdir(), 'fragments-'))
  try {
    if (kind === 'file') {
      const path = join(folder, 'film.mp4')
      fragmentFilm(path)
      return [readFileSync(path)]
    }
    const { init, media } = cutFilm(folder, kind)
    return [init, ...media].map((bytes) => Buffer.from(bytes))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export function boxesOf(bytes: Buffer) {
  const boxes: { type: string; start: number; bytes: Buffer }[] = []
  for (let at = 0; at < bytes.length; ) {
    const size = bytes.readUInt32BE(at)
    boxes.push({
      type: bytes.toString('latin1', at + 4, at + 8),
      start: at,
      bytes: bytes.subarray(at, at + size),
    })
    at += size
  }
  return boxes
}

export function box(type: string, ...contents: readonly Uint8Array[]): Buffer {
  const out = Buffer.concat([Buffer.alloc(8), ...contents])
  out.writeUInt32BE(out.length)
  out.write(type, 4, 'latin1')
  return out
}

export const manifestBox = (store: Uint8Array) =>
  box('uuid', c2pa, new Uint8Array(4), encoder.encode('manifest\0'), new Uint8Array(8), store)

/** @param padding zeros behind what the box holds */
export const merkleBox = (proof: object, padding = 0) =>
  box('uuid', c2pa, new Uint8Array(4), encoder.encode('merkle\0'), encodeCbor(proof), new Uint8Array(padding))

/** 18.6.2: every box that is not left out, its offset before it. Segment info is left out as well (19.4.1). */
export function hashOf(bytes: Buffer, from = 0, to = bytes.length): Uint8Array {
  const left = (part: { type: string; bytes: Buffer }) =>
    ['ftyp', 'mfra'].includes(part.type) ||
    (part.type === 'uuid' && part.bytes.subarray(8, 24).equals(c2pa)) ||
    (part.type === 'emsg' && part.bytes.includes('urn:c2pa:verifiable-segment-info'))
  const hashed = boxesOf(bytes).filter((part) => part.start >= from && part.start < to && !left(part))
  return sha256(
    Buffer.concat(
      hashed.flatMap((part) => {
        const offset = Buffer.alloc(8)
        offset.writeBigUInt64BE(BigInt(part.start))
        return [offset, part.bytes]
      }),
    ),
  )
}

/** From the leaves to the root. */
export function rowsOf(leaves: readonly Uint8Array[]): Uint8Array[][] {
  const above: Uint8Array[] = []
  for (let at = 0; at < leaves.length; at += 2) {
    const [left, right] = leaves.slice(at, at + 2) as [Uint8Array, Uint8Array?]
    above.push(right ? sha256(Buffer.concat([left, right])) : left)
  }
  return leaves.length > 1 ? [[...leaves], ...rowsOf(above)] : [[...leaves]]
}

const names = { uniqueId: 1, localId: 1 }

export function proofOf(
  rows: readonly Uint8Array[][],
  location: number,
  height: number,
  tree: object = names,
): object {
  const hashes = rows.slice(0, height).flatMap((row, level) => row[(location >> level) ^ 1] ?? [])
  return { ...tree, location, ...(hashes.length > 0 ? { hashes } : {}) }
}

export interface Shape {
  /** Rows between the leaves and the one in the manifest; at most to the root. */
  readonly height?: number
  readonly padding?: number
  /** What the manifest says of the tree instead. */
  readonly tree?: object
  readonly binding?: object
}

function storeOf(rows: readonly Uint8Array[][], initHash: Uint8Array, shape: Shape): Uint8Array {
  const [leaves = []] = rows
  const hashes = rows[Math.min(shape.height ?? 0, rows.length - 1)]
  const tree = { ...names, count: leaves.length, initHash, hashes, ...shape.tree }
  const content = { exclusions, alg: 'sha256', merkle: [tree], ...shape.binding }
  return forgeStore([forgeManifest({ assertions: [{ label: 'c2pa.hash.bmff.v3', content }, actions] })])
}

/** Puts a manifest behind the first box again and again, until the hash it holds is that of the file it stands in. */
export function settle(bytes: Buffer, build: (bytes: Buffer) => Uint8Array) {
  const ftyp = bytes.readUInt32BE(0)
  const around = (store: Uint8Array) =>
    Buffer.concat([bytes.subarray(0, ftyp), manifestBox(store), bytes.subarray(ftyp)])
  let store: Uint8Array = new Uint8Array(0)
  for (let pass = 0; pass < 3; pass++) store = build(around(store))
  const signed = around(store)
  const excluded = { start: ftyp, length: manifestBox(store).length }
  return { bytes: new Uint8Array(signed), found: { site: 'uuid', store, excluded, binding: 'bmff' as const } }
}

/** An initialization segment, and media segments of which each says where it belongs. */
export function signSegments([init = Buffer.of(), ...media]: readonly Buffer[], shape: Shape = {}) {
  const build = (proofs: readonly object[]) =>
    media.map((bytes, index) => {
      const moof = boxesOf(bytes).find(({ type }) => type === 'moof')?.start ?? 0
      const proof = merkleBox(proofs[index] ?? {}, shape.padding)
      return Buffer.concat([bytes.subarray(0, moof), proof, bytes.subarray(moof)])
    })
  const height = shape.height ?? 0
  const empty = rowsOf(media.map(() => new Uint8Array(32)))
  const rows = rowsOf(build(media.map((_, at) => proofOf(empty, at, height))).map((bytes) => hashOf(bytes)))
  const segments = build(media.map((_, at) => proofOf(rows, at, height)))
  return { ...settle(init, (bytes) => storeOf(rows, hashOf(bytes), shape)), segments }
}

/** One file, with a box before each fragment that says where it belongs. */
export function signFile(bytes: Buffer, shape: Shape = {}) {
  const height = shape.height ?? 0
  const count = boxesOf(bytes).filter(({ type }) => type === 'moof').length
  const build = (rows: readonly Uint8Array[][]) => {
    let location = 0
    const parts = boxesOf(bytes).flatMap((part) =>
      part.type === 'moof'
        ? [merkleBox(proofOf(rows, location++, height), shape.padding), part.bytes]
        : [part.bytes],
    )
    return Buffer.concat(parts)
  }
  let rows = rowsOf(Array.from({ length: count }, () => new Uint8Array(32)))
  const starts = (file: Buffer) =>
    boxesOf(file).flatMap(({ type, start }) => (type === 'moof' ? [start] : []))
  const store = (file: Buffer) => {
    const at = starts(file)
    rows = rowsOf(at.map((start, index) => hashOf(file, start, at[index + 1])))
    return storeOf(rows, hashOf(file, 0, at[0]), shape)
  }
  settle(build(rows), store)
  return settle(build(rows), store)
}
