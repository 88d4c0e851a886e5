/** Holds segment info against the session keys and the segment (C2PA 19.7.3). */
import { headers } from '../../encoding/cose.ts'
import type { PieceLedger } from '../content/piece-ledger.ts'
import { algorithmOf, signatureHolds } from '../signature/signature.ts'
import { compareSegment, type Segment } from './segment-hash.ts'
import { readSegmentInfo, type SegmentInfo } from './segment-info.ts'
import type { KeyRing, SessionKey } from './session-keys.ts'

const invalid = 'livevideo.segment.invalid'

/** What is known of the stream so far. */
interface Known {
  readonly ledger: PieceLedger
  readonly keys: KeyRing
  /** Whether it is a manifest of the stream that holds. */
  knows(manifest: string): boolean
}

interface Question {
  readonly info: Uint8Array
  readonly segment: Segment
  readonly name: string
  readonly now: Date
}

/** The sequence number of the segment; undefined when it can’t be relied on, which the ledger says. */
export async function checkSegmentInfo(
  stream: Known,
  { info: bytes, segment, name, now }: Question,
): Promise<number | undefined> {
  const { ledger, keys } = stream
  const info = readSegmentInfo(bytes)
  if (typeof info === 'string') return void ledger.note('manifest.fragment.malformed', name, invalid, info)
  const key = keys.get(info.key)
  if (key === undefined && info.url !== undefined)
    return void ledger.note('manifest.fragment.remote', name, undefined, info.url.slice(0, 200))
  if (key === undefined || !stream.knows(info.manifest))
    return void ledger.note('manifest.fragment.foreign', name, invalid)
  if (!isSignedBy(key, info)) return void ledger.note('manifest.fragment.altered', name, invalid)
  const compared = await compareSegment(segment, info.hash, key.digest)
  if (typeof compared === 'string')
    return void ledger.note('manifest.fragment.malformed', name, invalid, compared)
  if (!compared.matches) return void ledger.note('manifest.fragment.altered', name, invalid)
  if (compared.others.length > 0)
    ledger.note('manifest.fragment.partial', name, partial, compared.others.slice(0, 10).join(', '))
  checkKey(key, info, { ledger, name, now })
  return info.sequence
}

const partial = 'assertion.bmffHash.additionalExclusionsPresent'

function isSignedBy({ key }: SessionKey, { cose, payload }: SegmentInfo): boolean {
  const { protectedHeader: header, protectedBytes: protectedHeader, signature } = cose
  const algorithm = algorithmOf(header.get(headers.algorithm))
  return algorithm !== undefined && signatureHolds({ algorithm, key, protectedHeader, payload, signature })
}

/**
 * When a segment is shown, nothing in a file tells: the time at which it was signed, where that is said, stands for it, and
 * else the present.
 */
function checkKey(
  { first, from, until, certificate }: SessionKey,
  { sequence, time }: SegmentInfo,
  { ledger, name, now }: { ledger: PieceLedger; name: string; now: Date },
): void {
  const at = time ?? now
  if (sequence < first) ledger.note('manifest.fragment.key', name, invalid, `minSequenceNumber ${first}`)
  else if ((at < from || at > until) && time !== undefined)
    ledger.note('manifest.fragment.key', name, invalid, `${secondsOf(from)} – ${secondsOf(until)}`)
  else if (at < from || at > until) ledger.note('manifest.fragment.undated', name)
  if (at > certificate.notAfter)
    ledger.note(
      'manifest.fragment.certificate',
      name,
      'livevideo.sessionkey.invalid',
      secondsOf(certificate.notAfter),
    )
}

const secondsOf = (date: Date) => date.toISOString().replace(/\.\d+Z$/, 'Z')
