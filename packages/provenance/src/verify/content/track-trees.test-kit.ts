/** For tests only: real films signed with a tree for each track, by the text of C2PA 1.3 (12.3.2.3), without the signing half. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { actions, forgeManifest, forgeStore, type Signed, sha256 } from '../forge.test-kit.ts'
import { boxesOf, exclusions, manifestBox, merkleBox, proofOf, rowsOf } from './fragments.test-kit.ts'

const fixture = (name: string) => readFileSync(join(import.meta.dirname, '../../../../../fixtures', name))

export interface FilmSpec {
  /** Default: a film of two tracks, whose chunks alternate. */
  readonly film?: Buffer
  /** Which row stands in the manifest, from the leaves. Default 1. */
  readonly height?: number
  /** Whether the rest of the trees stands behind the media. Default true. */
  readonly boxes?: boolean | ((boxes: readonly Buffer[]) => readonly Buffer[])
  readonly entries?: (entries: readonly Entry[]) => unknown
  /** Changes the film, its tables in their place, before it is signed; hashes of chunks are of what it was. */
  readonly damage?: (film: Buffer) => void
}
export interface Entry {
  readonly uniqueId: number
  readonly localId: number
  readonly count: number
  readonly hashes: readonly Uint8Array[]
}

export const clip = fixture('clip.mp4')
export const song = fixture('melody.m4a')

/** Where the tables of all tracks are, by the name of their box, behind that name. */
export function tablesOf(film: Buffer, name: string): number[] {
  const found: number[] = []
  for (let at = film.indexOf(name); at >= 0; at = film.indexOf(name, at + 4)) found.push(at + 4)
  return found
}

/** First and last byte of each chunk of each track. */
function chunksOf(film: Buffer): [number, number][][] {
  const [offsets, runs, sizes] = ['stco', 'stsc', 'stsz'].map((name) => tablesOf(film, name)) as [
    number[],
    number[],
    number[],
  ]
  return offsets.map((offset, track) => {
    const [run = 0, size = 0] = [runs[track], sizes[track]]
    const per = Array.from({ length: film.readUInt32BE(run + 4) }, (_, index) => ({
      first: film.readUInt32BE(run + 8 + index * 12),
      samples: film.readUInt32BE(run + 12 + index * 12),
    }))
    let sample = 0
    return Array.from({ length: film.readUInt32BE(offset + 4) }, (_, index) => {
      const start = film.readUInt32BE(offset + 8 + index * 4)
      const samples = per.findLast(({ first }) => first <= index + 1)?.samples ?? 0
      let end = start
      for (const last = sample + samples; sample < last; sample++)
        end += film.readUInt32BE(size + 12 + sample * 4)
      return [start, end]
    })
  })
}

/** Every table of offsets, moved; so that something may stand before the media. */
function shifted(film: Buffer, by: number): Buffer {
  const out = Buffer.from(film)
  for (const at of tablesOf(out, 'stco'))
    for (let index = 0; index < out.readUInt32BE(at + 4); index++)
      out.writeUInt32BE(out.readUInt32BE(at + 8 + index * 4) + by, at + 8 + index * 4)
  return out
}

/** The numbers of the tracks, in their order. */
const idsOf = (film: Buffer) => tablesOf(film, 'tkhd').map((at) => film.readUInt32BE(at + 12))

/** Every box but those of C2PA and `ftyp`, its offset before it; of the media only the first sixteen bytes. */
function mainHash(bytes: Buffer): Uint8Array {
  const hashed = boxesOf(bytes).filter(({ type }) => type !== 'uuid' && type !== 'ftyp')
  return sha256(
    Buffer.concat(
      hashed.flatMap(({ type, start, bytes: part }) => {
        const offset = Buffer.alloc(8)
        offset.writeBigUInt64BE(BigInt(start))
        return [offset, type === 'mdat' ? part.subarray(0, 16) : part]
      }),
    ),
  )
}

export function signedFilm({
  film = clip,
  height = 1,
  boxes = true,
  entries = (all) => all,
  damage = () => {},
}: FilmSpec = {}): Signed {
  const trees = chunksOf(film).map((chunks) =>
    rowsOf(chunks.map(([start, end]) => sha256(film.subarray(start, end)))),
  )
  const names = idsOf(film).map((localId, index) => ({ uniqueId: index + 7, localId }))
  const all = trees.flatMap((rows, track) =>
    (rows[0] ?? []).map((_, location) => merkleBox(proofOf(rows, location, height, names[track]))),
  )
  const behind = typeof boxes === 'function' ? boxes(all) : boxes ? all : []
  const merkle = entries(
    trees.map((rows, track) => ({
      ...(names[track] ?? { uniqueId: 0, localId: 0 }),
      count: rows[0]?.length ?? 0,
      hashes: rows[height] ?? [],
    })),
  )
  const media = { xpath: '/mdat', subset: [{ offset: 16, length: 0 }] }
  const head = film.readUInt32BE(0)
  let signed: Signed | undefined
  let store: Uint8Array = new Uint8Array(0)
  for (let pass = 0; pass < 4; pass++) {
    const manifest = manifestBox(store)
    const moved = shifted(film, manifest.length)
    damage(moved)
    const rest = moved.subarray(head)
    const bytes = Buffer.concat([film.subarray(0, head), manifest, rest, ...behind])
    const hash = mainHash(bytes)
    const found = {
      site: 'uuid',
      store,
      excluded: { start: head, length: manifest.length },
      binding: 'bmff',
    } as const
    signed = { bytes: new Uint8Array(bytes), found }
    const content = { exclusions: [...exclusions, media], alg: 'sha256', hash, merkle }
    store = forgeStore([forgeManifest({ assertions: [{ label: 'c2pa.hash.bmff.v2', content }, actions] })])
  }
  if (signed === undefined) throw new Error('unsigned')
  return signed
}
