/**
 * Time stamps of a store are renewed (RFC 4998 5) by records in an assertion of an update manifest. C2PA knows tokens alone, each over
 * a signature (10.3.2.5, 18.18), and no renewal; what is signed can't be rewritten, and headers are hashed by whoever builds on them.
 */
import { encodeCbor } from '../encoding/cbor.ts'
import { CoseError, type CoseSign1, parseCoseSign1 } from '../encoding/cose.ts'
import { DerError } from '../encoding/der.ts'
import { isSuperBox, type SuperBox, uuids } from '../encoding/jumbf.ts'
import type { StampDigest, TimeStamper } from '../signers/signer.ts'
import {
  type EvidenceRecord,
  evidenceLabel,
  readEvidenceRecord,
  recordOfToken,
  rootsOf,
} from '../timestamp/evidence.ts'
import { renewed } from '../timestamp/renewal.ts'
import { readTimeStampToken } from '../timestamp/token.ts'
import { readStore } from './ingredient.ts'
import { cborBox, childOf, stampsIn } from './late-stamps.ts'
import type { NewAssertion } from './manifest.ts'
import { stampedStructure } from './signature.ts'

/**
 * Renews the time stamp of every signature of the store that has one: of several the one that tells the earliest time.
 * @param digest another than that of the last time stamps begins a new chain (RFC 4998 5.3). Default: the same one goes on (5.2)
 * @returns The assertion for `signUpdate`; undefined when there is nothing to renew.
 * @throws InputError when the store is damaged; SignError `sign.timestamp.failed`
 */
export async function renewedStamps(
  store: Uint8Array,
  timestamp: TimeStamper,
  digest?: StampDigest,
): Promise<NewAssertion | undefined> {
  const manifests = readStore(store, '').children.filter(isSuperBox)
  const late = (name: string) => manifests.map((manifest) => stampsIn(manifest, name))
  const [tokens, records] = [late('c2pa.time-stamp'), late(evidenceLabel)]
  const jobs = manifests.flatMap((manifest) => {
    const { label } = manifest
    const cose = signatureOf(manifest)
    if (cose === undefined) return []
    const given = [
      ...headerRecords(cose),
      ...tokens.flatMap((one) => recordIn(one.get(label), ofToken)),
      ...records.flatMap((one) => recordIn(one.get(label), readEvidenceRecord)),
    ]
    const own = given.flatMap((record) => aboutOwn(record, cose)).toSorted(byTime)
    return own.slice(0, 1).map((one) => ({ label, ...one }))
  })
  const made = jobs.map(
    async ({ label, record, data }) => [label, await renewed(record, data, timestamp, digest)] as const,
  )
  const content = new Map(await Promise.all(made))
  return content.size > 0 ? { label: evidenceLabel, content } : undefined
}

interface Own {
  readonly record: EvidenceRecord
  readonly data: Uint8Array
}

/** The earliest first; of the same, the one that was renewed most often. */
function byTime({ record: one }: Own, { record: other }: Own): number {
  const first = (record: EvidenceRecord) => record[0]?.stamps[0]?.token.info.time.getTime() ?? 0
  const count = (record: EvidenceRecord) => record.flatMap(({ stamps }) => stamps).length
  return first(one) - first(other) || count(other) - count(one)
}

/** With what it is over: the structure around the signature, or, of one that came later, the signature (C2PA 18.18.3). */
function aboutOwn(record: EvidenceRecord, { protectedBytes, signature }: CoseSign1): Own[] {
  const single = record[0]?.stamps[0]?.path.length === 0
  const bare = encodeCbor(['CounterSignature', protectedBytes, new Uint8Array(), signature])
  const whole = stampedStructure(protectedBytes, signature)
  const data = (single ? [whole, bare, signature] : [whole]).find((bytes) => isOver(record, bytes))
  return data ? [{ record, data }] : []
}

/** Nothing that is over something else is renewed: it would stay worthless. */
function isOver(record: EvidenceRecord, data: Uint8Array): boolean {
  const roots = rootsOf(record, data)
  const tokens = record.flatMap(({ stamps }) => stamps.map(({ token }) => token))
  return tokens.every(
    ({ info }, index) => Buffer.compare(roots[index] ?? Buffer.of(), info.imprint.hash) === 0,
  )
}

function headerRecords({ unprotected }: CoseSign1): EvidenceRecord[] {
  const container = unprotected.get('sigTst2')
  const list: unknown = container instanceof Map ? container.get('tstTokens') : undefined
  const [first]: unknown[] = Array.isArray(list) ? list : []
  const token: unknown = first instanceof Map ? first.get('val') : undefined
  return [...recordIn(token, ofToken), ...recordIn(unprotected.get(evidenceLabel), readEvidenceRecord)]
}

const ofToken = (bytes: Uint8Array) => recordOfToken(readTimeStampToken(bytes), bytes)

function recordIn(value: unknown, read: (bytes: Uint8Array) => EvidenceRecord): EvidenceRecord[] {
  if (!(value instanceof Uint8Array)) return []
  try {
    return [read(value)]
  } catch (error) {
    if (error instanceof DerError) return []
    throw error
  }
}

function signatureOf(manifest: SuperBox): CoseSign1 | undefined {
  const box = childOf(manifest, uuids.signature)
  const bytes = box && cborBox(box)?.payload
  try {
    return bytes && parseCoseSign1(bytes)
  } catch (error) {
    if (error instanceof CoseError) return undefined
    throw error
  }
}
