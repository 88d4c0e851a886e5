/**
 * `c2pa.hash.bmff.v3` over a file that streams by (C2PA 18.6.2): every top-level box that is not excluded, preceded by
 * its offset in the finished file as 8 bytes big-endian. Excluded are `mfra` and the `uuid` boxes of C2PA.
 */
import { createHash, type Hash } from 'node:crypto'
import { type BoxesBinding, concat, InternalError, type TopLevelBox } from '@yinji/core'
import { c2paBoxUuid, type Room, uuidOffset } from './binding.ts'
import type { ContentHash } from './content-hash.ts'
import { mediaOffset, Pieces, treesOf } from './pieces.ts'

/**
 * The SHA-256 of a finished media segment in a file of its own, a leaf of the tree over all of them (C2PA 18.6.3).
 * @param boxes Its top-level boxes, from the first byte to the last.
 * @returns `update` takes its bytes in order, in chunks of any size; `digest` ends it: 32 bytes.
 */
export function hashSegment(boxes: readonly TopLevelBox[]) {
  const { update, digest } = hashBmff({ kind: 'bmff', boxes }, undefined)
  return { update, digest: () => digest().hash }
}

interface Stretch {
  /** First byte of the box. */
  readonly start: number
  /** First byte after it. */
  readonly end: number
  /** Undecided until the type of a `uuid` box has gone by. */
  readonly excluded: boolean | undefined
  /** A fragment begins here, which has a hash of its own. */
  readonly fragment?: boolean
}

/** Takes a file whose top-level boxes start with its first byte and leave no gaps. */
export function hashBmff(binding: BoxesBinding, room: Room | undefined): ContentHash {
  const { boxes } = binding
  if (boxes[0]?.start !== 0) throw new InternalError('boxes that do not start where the file does')
  const stretches = boxes.flatMap((box, index) => stretchesOf(box, boxes[index + 1]?.start, room, binding))
  const walk = new BoxWalk(stretches)
  const pieces = new Pieces(treesOf(binding).flatMap(({ spans }) => spans))
  const take = (chunk: Uint8Array) => {
    walk.take(chunk)
    pieces.take(chunk)
  }
  return {
    update(chunk) {
      const before =
        room && walk.position <= room.start ? room.start - walk.position : Number.POSITIVE_INFINITY
      take(chunk.subarray(0, before))
      if (room === undefined || chunk.byteLength <= before) return
      walk.skip(room.length)
      pieces.skip(room.length)
      take(chunk.subarray(before))
    },
    digest() {
      const [hash = new Uint8Array(), ...fragments] = walk.digests()
      return { hash, pieces: binding.fragments ? fragments : pieces.digest() }
    },
  }
}

function stretchesOf(
  { type, start }: TopLevelBox,
  next: number | undefined,
  room: Room | undefined,
  { pieces, fragments }: BoxesBinding,
): Stretch[] {
  const end = next ?? Number.POSITIVE_INFINITY
  if (type === 'mdat' && pieces !== undefined && end - start > mediaOffset)
    return [
      { start, end: start + mediaOffset, excluded: false },
      { start: start + mediaOffset, end, excluded: true },
    ]
  const holdsManifest = room !== undefined && room.start >= start && room.start < end
  const excluded = type === 'mfra' || holdsManifest || (type === 'uuid' ? undefined : false)
  return [{ start, end, excluded, fragment: type === 'moof' && fragments !== undefined }]
}

class BoxWalk {
  position = 0
  #hash: Hash = createHash('sha256')
  /** Of what came before the present fragment. */
  readonly #closed: Uint8Array[] = []
  readonly #stretches: readonly Stretch[]
  #index = 0
  /** First bytes of a `uuid` box that is not decided yet. */
  #held: Uint8Array[] = []
  #decided: boolean | undefined

  constructor(stretches: readonly Stretch[]) {
    this.#stretches = stretches
    this.#enter(0)
  }

  skip(length: number): void {
    this.position += length
    this.#advance()
  }

  take(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.byteLength; ) {
      const end = this.#stretches[this.#index]?.end ?? Number.POSITIVE_INFINITY
      const chunk = bytes.subarray(at, at + Math.min(bytes.byteLength - at, end - this.position))
      this.#feed(chunk)
      at += chunk.byteLength
      this.position += chunk.byteLength
      this.#advance()
    }
  }

  /** One, and one for each fragment. */
  digests(): Uint8Array[] {
    if (this.#decided === undefined) this.#release(false)
    return [...this.#closed, this.#hash.digest()]
  }

  #feed(chunk: Uint8Array): void {
    if (this.#decided === false) this.#hash.update(chunk)
    if (this.#decided !== undefined) return
    this.#held.push(new Uint8Array(chunk))
    const head = concat(this.#held)
    if (head.byteLength < uuidOffset + c2paBoxUuid.byteLength) return
    this.#release(
      Buffer.compare(head.subarray(uuidOffset, uuidOffset + c2paBoxUuid.byteLength), c2paBoxUuid) === 0,
    )
  }

  /** Ends the doubt about a `uuid` box. */
  #release(excluded: boolean): void {
    this.#decided = excluded
    if (!excluded) for (const chunk of [this.#offset(), ...this.#held]) this.#hash.update(chunk)
    this.#held = []
  }

  #advance(): void {
    while (this.position >= (this.#stretches[this.#index]?.end ?? Number.POSITIVE_INFINITY)) {
      if (this.#decided === undefined) this.#release(false)
      this.#enter(this.#index + 1)
    }
  }

  #enter(index: number): void {
    this.#index = index
    if (this.#stretches[index]?.fragment) {
      this.#closed.push(this.#hash.digest())
      this.#hash = createHash('sha256')
    }
    this.#decided = this.#stretches[index]?.excluded
    if (this.#decided === false) this.#hash.update(this.#offset())
  }

  #offset(): Uint8Array {
    const offset = Buffer.alloc(8)
    offset.writeBigUInt64BE(BigInt(this.#stretches[this.#index]?.start ?? 0))
    return offset
  }
}
