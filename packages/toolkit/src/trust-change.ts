/** What becomes of a trust store when something is added: certificates, keys, signed lists. Pure. */
import { InputError, problem, type TrustEntries, trustStoreSchema, UsageError } from '@yinji/core'
import {
  type Certificate,
  certificatesIn,
  readC2paTrustList,
  readCertificate,
  readTrustList,
  type TrustAnchors,
} from '@yinji/provenance'
import { isUsageList, pinId, spkiFingerprint, unique, usagesIn } from './trust-entries.ts'
import type { TrustPurpose } from './trust-view.ts'

/** What may be added to a store. */
export interface TrustAddition {
  /**
   * Contents of the file: PEM certificates, a trust list of the C2PA, a PEM public key, dotted OIDs of usages, one a line, or a
   * newer edition of a signed list that the store has.
   */
  readonly text: string
  /** Where it came from, in words: the file’s path or address. */
  readonly origin: string
  /** Default: what a trust list of the C2PA is for, and `content` for everything else. */
  readonly purpose?: TrustPurpose | undefined
  /** Usages of signers that these authorities count for, as in `text`. Default: those of the list, or of the whole store. */
  readonly usages?: string | undefined
  /** The authorities count for nothing signed before. Default: as their list says, or no such date. */
  readonly notBefore?: Date | undefined
  /** Or after. */
  readonly notAfter?: Date | undefined
  /** Trust these certificates or this key as such, not those they issue. */
  readonly pin?: boolean | undefined
  /** Bind them to this provider code: then the provider is believed with these keys only. */
  readonly provider?: string | undefined
  readonly now?: Date | undefined
}

/** A signed list that is to be taken over. */
export interface TrustImport {
  /** The list, as `exportTrust` or a ministry writes it. */
  readonly text: string
  /** Where it came from, in words: the file’s path or address. */
  readonly origin: string
  /** SHA-256 of the key that the list must be signed with; needed for a list that is new here. */
  readonly key?: string | undefined
  readonly now?: Date | undefined
}

/** @throws UsageError, InputError as `importTrust`. */
export function withList(
  before: TrustEntries,
  { text, origin, key, now = new Date() }: TrustImport,
): TrustEntries {
  const { list, key: signedBy, digest } = readTrustList(text)
  const known = before.lists.find((entry) => entry.list.id === list.id)
  const expected = key?.toLowerCase() ?? known?.key
  if (expected === undefined) throw new UsageError('usage.list.key', { id: list.id, key: signedBy })
  if (signedBy !== expected) throw new InputError('input.list.foreign', { id: list.id, key: signedBy })
  if (known && list.sequence < known.list.sequence)
    throw new InputError('input.list.rollback', {
      id: list.id,
      have: known.list.sequence,
      got: list.sequence,
    })
  if (known && list.sequence === known.list.sequence && digest !== known.digest)
    throw new InputError('input.list.fork', { id: list.id, got: list.sequence })
  const entry = { list, key: signedBy, digest, origin, added: now.toISOString() }
  return { ...before, lists: [...before.lists.filter((other) => other !== known), entry] }
}

/** @throws UsageError when one can’t be read or is of no use. */
export function withCertificates(before: TrustEntries, addition: TrustAddition): TrustEntries {
  const { text, origin, now = new Date() } = addition
  const read = certificatesIn(text).map(readOne)
  if (read.length === 0)
    throw new UsageError('usage.trust.invalid', { problem: problem('there is no PEM certificate in it') })
  const where = { origin, added: now.toISOString() }
  if (addition.provider !== undefined)
    return withKeys(
      before,
      read.map(({ publicKey }) => spkiFingerprint(publicKey)),
      addition,
    )
  if (!addition.pin) return withAnchors(before, addition, [{ certificates: text }])
  const pins = read.map(({ der }) => ({ certificate: encoded(der), ...where }))
  return { ...before, pins: unique([...before.pins, ...pins], pinId) }
}

/** A later edition at the same place takes the place of the earlier one. @throws UsageError */
export function withC2paList(before: TrustEntries, addition: TrustAddition): TrustEntries {
  const { purpose, anchors } = readC2paTrustList(addition.text)
  const meant = { ...addition, purpose: addition.purpose ?? purpose }
  const earlier = (entry: AnchorEntry) => entry.origin === meant.origin && entry.purpose === meant.purpose
  return withAnchors(before, meant, anchors, earlier)
}

type AnchorEntry = TrustEntries['anchors'][number]

/** What is said of an authority now stands in place of what was said before. */
function withAnchors(
  before: TrustEntries,
  addition: TrustAddition,
  stores: readonly TrustAnchors[],
  replaced: (entry: AnchorEntry) => boolean = () => false,
): TrustEntries {
  const { origin, purpose = 'content', now = new Date() } = addition
  const own = addition.usages === undefined ? undefined : signersUsages(addition.usages)
  const entries = stores.flatMap(({ certificates, ...store }): AnchorEntry[] =>
    certificatesIn(certificates).map((der, index) => {
      const { extensions, subject } = readOne(der, index)
      if (!extensions.basicConstraints?.ca)
        throw new UsageError('usage.trust.leaf', { subject: subject.text })
      const usages = own ?? (store.usages && [...store.usages])
      const notBefore = (addition.notBefore ?? store.notBefore)?.toISOString()
      const notAfter = (addition.notAfter ?? store.notAfter)?.toISOString()
      const limits = {
        ...(usages && { usages }),
        ...(notBefore && { notBefore }),
        ...(notAfter && { notAfter }),
      }
      return { certificate: encoded(der), purpose, ...limits, origin, added: now.toISOString() }
    }),
  )
  const idOf = (entry: AnchorEntry) => `${entry.purpose} ${entry.certificate}`
  const saying = ({ added: _, origin: __, ...entry }: AnchorEntry) => JSON.stringify(entry)
  const news = new Set(entries.map(idOf))
  const said = new Map(before.anchors.map((entry) => [saying(entry), entry]))
  const kept = before.anchors.filter((entry) => !news.has(idOf(entry)) && !replaced(entry))
  return check({
    ...before,
    anchors: [...kept, ...unique(entries, saying).map((entry) => said.get(saying(entry)) ?? entry)],
  })
}

function readOne(der: Uint8Array, index: number): Certificate {
  const certificate = readCertificate(der)
  if (certificate) return certificate
  throw new UsageError('usage.trust.invalid', { problem: problem(`certificate ${index + 1} can’t be read`) })
}

const encoded = (der: Uint8Array) => Buffer.from(der).toString('base64')

/** @param keys SHA-256 of each */
export function withKeys(
  before: TrustEntries,
  keys: readonly string[],
  addition: TrustAddition,
): TrustEntries {
  const { origin, provider, now = new Date() } = addition
  const where = { origin, added: now.toISOString() }
  if (provider === undefined)
    return { ...before, pins: unique([...before.pins, ...keys.map((key) => ({ key, ...where }))], pinId) }
  const known = before.providers.find(({ code }) => code === provider)
  const entry = {
    status: 'active' as const,
    ...known,
    code: provider,
    keys: [...new Set([...(known?.keys ?? []), ...keys])],
    ...where,
  }
  return check({ ...before, providers: [...before.providers.filter((other) => other !== known), entry] })
}

/** Usages that lists of other verifiers have for others than signers of content: stamping times, OCSP. */
const others = new Set(['1.3.6.1.5.5.7.3.8', '1.3.6.1.5.5.7.3.9'])

/** Which extended key usages are accepted from whoever signs content, instead of those that the standard names. */
export function withUsages(
  before: TrustEntries,
  { text, origin, now = new Date() }: TrustAddition,
): TrustEntries {
  const where = { origin, added: now.toISOString() }
  const usages = [...before.usages, ...signersUsages(text).map((oid) => ({ oid, ...where }))]
  return check({ ...before, usages: unique(usages, ({ oid }) => oid) })
}

/** @throws UsageError when it holds none. */
function signersUsages(text: string): string[] {
  const usages = isUsageList(text) ? usagesIn(text).filter((oid) => !others.has(oid)) : []
  if (usages.length > 0) return [...new Set(usages)]
  throw new UsageError('usage.trust.invalid', { problem: problem('there is no key usage for content in it') })
}

function check(entries: TrustEntries): TrustEntries {
  const result = trustStoreSchema.safeParse(entries)
  if (result.success) return result.data
  throw new UsageError('usage.trust.invalid', { problem: result.error.issues[0]?.message ?? '?' })
}
