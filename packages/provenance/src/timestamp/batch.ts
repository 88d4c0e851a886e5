/** One request to a time-stamp authority for many signatures: a service that signs all day need not ask for every file. */
import { createHash } from 'node:crypto'
import type { StampDigest, TimeStamper } from '../signers/signer.ts'
import { encodeEvidenceRecord, type HashPath, joined } from './evidence.ts'

/** How long and for how many a request waits. */
export interface Batch {
  /** From the first signature of a batch on. Default 0.1 seconds: time for others to come, too short to be felt. */
  readonly seconds?: number | undefined
  /** When so many are there, the request goes out. Default 1,000. */
  readonly most?: number | undefined
}

interface Waiting {
  readonly bytes: Uint8Array
  readonly digest: StampDigest
  readonly resolve: (record: Uint8Array) => void
  readonly reject: (error: unknown) => void
}

/**
 * The same authority, asked once for all signatures that come within a moment. What it makes are evidence records
 * (RFC 4998), which `verify` counts like tokens; C2PA knows tokens alone, so other readers take such signatures for
 * unstamped ones.
 * @throws `stamp`: what the authority's throws, for each signature of the batch.
 */
export function batched(authority: TimeStamper, { seconds = 0.1, most = 1000 }: Batch = {}): TimeStamper {
  let waiting: Waiting[] = []
  let timer: NodeJS.Timeout | undefined
  const send = () => {
    clearTimeout(timer)
    const batch = waiting
    waiting = []
    for (const digest of new Set(batch.map((one) => one.digest)))
      void answer(
        batch.filter((one) => one.digest === digest),
        digest,
        authority,
      )
  }
  return {
    form: 'evidence',
    reserve: authority.reserve + roomForPath(most),
    stamp: (bytes, digest = 'sha256') =>
      new Promise((resolve, reject) => {
        waiting.push({ bytes, digest, resolve, reject })
        if (waiting.length === 1) timer = setTimeout(send, seconds * 1000)
        if (waiting.length >= most) send()
      }),
  }
}

/** At most 66 bytes a hash, a head around each level and around the record. */
const roomForPath = (most: number) => 100 + 72 * (2 + Math.ceil(Math.log2(Math.max(2, most))))

async function answer(batch: readonly Waiting[], digest: StampDigest, authority: TimeStamper): Promise<void> {
  try {
    const { top, paths } = hashTree(
      batch.map(({ bytes }) => bytes),
      digest,
    )
    const token = await authority.stamp(top, digest)
    for (const [index, { resolve }] of batch.entries())
      resolve(encodeEvidenceRecord(paths[index] ?? [], token, digest))
  } catch (error) {
    for (const { reject } of batch) reject(error)
  }
}

interface Node {
  readonly hash: Uint8Array
  /** The leaves below, by number. */
  readonly leaves: readonly number[]
}

/**
 * A binary tree (RFC 4998 4.2). One leaf is its own root.
 * @returns What the token is to be over, unhashed, and the way up from each leaf.
 */
function hashTree(
  data: readonly Uint8Array[],
  digest: StampDigest,
): { top: Uint8Array; paths: readonly HashPath[] } {
  const hash = (bytes: Uint8Array) => createHash(digest).update(bytes).digest()
  const paths: Uint8Array[][][] = data.map(() => [])
  let top = data[0] ?? new Uint8Array()
  let level: Node[] = data.map((bytes, index) => ({ hash: hash(bytes), leaves: [index] }))
  while (level.length > 1) {
    const above: Node[] = []
    for (let at = 0; at < level.length; at += 2) {
      const [left, right] = level.slice(at, at + 2) as [Node, Node?]
      if (right === undefined) {
        above.push(left) // goes up as it is
        continue
      }
      for (const leaf of left.leaves) climb(paths[leaf], left, right)
      for (const leaf of right.leaves) climb(paths[leaf], right, left)
      top = joined([left.hash, right.hash])
      above.push({ hash: hash(top), leaves: [...left.leaves, ...right.leaves] })
    }
    level = above
  }
  return { top, paths }
}

/** The first step names the leaf as well; from then on it is what came out below. */
function climb(path: Uint8Array[][] | undefined, own: Node, other: Node): void {
  path?.push(path.length === 0 ? [own.hash, other.hash] : [other.hash])
}
