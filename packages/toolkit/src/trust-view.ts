/** What a trust store says: to the verifier, and to people. */
import { type Finding, finding, type TrustEntries } from '@yinji/core'
import {
  type Certificate,
  pemOf,
  readCertificate,
  type SecurityContext,
  type TrustAnchors,
} from '@yinji/provenance'
import { certificateId, certificateKey, merged, pinId } from './trust-entries.ts'

/** What an anchor vouches for: content, time stamps, or who else stands behind content (CAWG identity assertions). */
export type TrustPurpose = 'content' | 'timestamp' | 'identity'

/** One line of `trust list`. */
export interface TrustRow {
  /** What `trust remove` takes: a fingerprint, a provider code, an OID, the id of a list. */
  readonly id: string
  readonly kind: 'anchor' | 'pin' | 'provider' | 'usage' | 'list'
  /** In words: subject of the certificate, name of the provider, usage or list. */
  readonly what: string
  readonly purpose: TrustPurpose | null
  readonly status: 'active' | 'suspended' | 'withdrawn' | null
  /** Extended key usages of signers that an anchor counts for, dotted OIDs; null for those of the whole store. */
  readonly usages: readonly string[] | null
  /** From when on it counts, ISO 8601; null where its list has no such date. */
  readonly notBefore: string | null
  /** ISO 8601; null where nothing runs out. */
  readonly notAfter: string | null
  readonly origin: string
  readonly added: string
}

/** The trust of one machine, ready to verify with. */
export interface TrustStore {
  /** Anchors for content. */
  readonly anchors: readonly TrustAnchors[]
  /** Anchors for time stamps. */
  readonly timestampAnchors: readonly TrustAnchors[]
  /** Anchors for identities. */
  readonly identityAnchors: readonly TrustAnchors[]
  /** SHA-256 of certificates that are trusted as such, lower-case hex. */
  readonly certificates: ReadonlySet<string>
  /** Extended key usages accepted from whoever signs content, where an anchor has no list of its own, dotted OIDs; undefined for those of the standard. */
  readonly usages: ReadonlySet<string> | undefined
  /** Keys and providers, for the security data of labels. */
  readonly known: Pick<SecurityContext, 'certificates' | 'pins' | 'keysOf'>
  /** What the store holds against a provider at this time: suspended, withdrawn, or nothing. */
  statusOf(provider: string, at: Date): 'active' | 'suspended' | 'withdrawn' | undefined
  rows(): readonly TrustRow[]
  /** Anchors that have run out or are about to, lists that are overdue. */
  check(now: Date): readonly Finding[]
}

/** The store that these entries make. @param more certificates that are at hand, and nothing besides */
export function storeOf(entries: TrustEntries, more: readonly Certificate[]): TrustStore {
  const { anchors, pins, providers } = merged(entries)
  const vouching = (wanted: TrustPurpose) =>
    anchors.filter(({ purpose }) => purpose === wanted).map(anchorsOf)
  const byCode = new Map(providers.map((entry) => [entry.code, entry]))
  const certificates = [...anchors, ...pins].flatMap(
    ({ certificate }) => (certificate && readCertificate(Buffer.from(certificate, 'base64'))) || [],
  )
  const pinned = pins.flatMap(({ certificate, key }) => [
    ...(key === undefined ? [] : [key]),
    ...(certificate === undefined ? [] : [certificateKey(certificate)]),
  ])
  return {
    anchors: vouching('content'),
    timestampAnchors: vouching('timestamp'),
    identityAnchors: vouching('identity'),
    certificates: new Set(pins.flatMap(({ certificate }) => (certificate ? certificateId(certificate) : []))),
    usages: entries.usages.length > 0 ? new Set(entries.usages.map(({ oid }) => oid)) : undefined,
    known: {
      certificates: [...certificates, ...more],
      pins: new Set(pinned),
      keysOf: (provider) => {
        const keys = byCode.get(provider)?.keys
        return keys?.length ? new Set(keys) : undefined
      },
    },
    statusOf(provider, at) {
      const entry = byCode.get(provider)
      if (entry === undefined) return undefined
      const { status, validFrom, validTo } = entry
      const early = validFrom !== undefined && at < new Date(validFrom)
      const late = validTo !== undefined && at > new Date(validTo)
      return status === 'active' && (early || late) ? 'withdrawn' : status
    },
    rows: () => rowsOf(entries),
    check: (now) => checkStore(entries, now),
  }
}

function anchorsOf(entry: TrustEntries['anchors'][number]): TrustAnchors {
  const { certificate, usages, notBefore, notAfter } = entry
  return {
    certificates: pemOf('CERTIFICATE', Buffer.from(certificate, 'base64')),
    usages: usages && new Set(usages),
    notBefore: notBefore === undefined ? undefined : new Date(notBefore),
    notAfter: notAfter === undefined ? undefined : new Date(notAfter),
  }
}

/** Weeks before the end in which to say that it is coming. */
const soon = 30 * 86_400_000

function checkStore(entries: TrustEntries, now: Date): Finding[] {
  const { anchors } = merged(entries)
  return [
    ...anchors.flatMap(({ certificate }) => {
      const read = readCertificate(Buffer.from(certificate, 'base64'))
      const left = read ? read.notAfter.getTime() - now.getTime() : 0
      const data = { subject: read?.subject.text ?? '?', notAfter: read?.notAfter.toISOString() ?? '?' }
      if (left < 0) return [finding('trust.anchor.expired', { data })]
      return left < soon ? [finding('trust.anchor.expiring', { data })] : []
    }),
    ...entries.lists.flatMap(({ list: { id, nextUpdate } }) =>
      now > new Date(nextUpdate) ? [finding('trust.list.overdue', { data: { id, nextUpdate } })] : [],
    ),
  ]
}

const unlimited = { usages: null, notBefore: null }

const earlier = (one: string | null, other = one) =>
  one !== null && other !== null && new Date(other) < new Date(one) ? other : one

/** One row for each entry, lists first. */
export function rowsOf(entries: TrustEntries): TrustRow[] {
  const { anchors, pins, providers } = merged(entries)
  const lists = entries.lists.map(({ list, origin, added }) => ({
    id: list.id,
    kind: 'list' as const,
    what: `${list.name} #${list.sequence}`,
    ...unlimited,
    purpose: null,
    status: null,
    notAfter: list.nextUpdate,
    origin,
    added,
  }))
  const certified = (certificate: string) => {
    const read = readCertificate(Buffer.from(certificate, 'base64'))
    return { what: read?.subject.text ?? '?', notAfter: read?.notAfter.toISOString() ?? null }
  }
  return [
    ...lists,
    ...anchors.map(({ certificate, purpose, usages = null, notBefore = null, notAfter, origin, added }) => {
      const own = certified(certificate)
      return {
        id: certificateId(certificate),
        kind: 'anchor' as const,
        ...own,
        usages,
        notBefore,
        notAfter: earlier(own.notAfter, notAfter),
        purpose,
        status: null,
        origin,
        added,
      }
    }),
    ...pins.map((pin) => ({
      id: pinId(pin),
      kind: 'pin' as const,
      ...unlimited,
      ...(pin.certificate ? certified(pin.certificate) : { what: pin.note ?? 'key', notAfter: null }),
      purpose: null,
      status: null,
      origin: pin.origin,
      added: pin.added,
    })),
    ...providers.map(({ code, name, status, keys, validTo, origin, added }) => ({
      id: code,
      kind: 'provider' as const,
      ...unlimited,
      what: [name, ...keys.map((key) => key.slice(0, 16))].filter(Boolean).join(' · '),
      purpose: null,
      status,
      notAfter: validTo ?? null,
      origin,
      added,
    })),
    ...entries.usages.map(({ oid, origin, added }) => ({
      id: oid,
      kind: 'usage' as const,
      ...unlimited,
      what: usageName(oid) === oid ? '' : usageName(oid),
      purpose: null,
      status: null,
      notAfter: null,
      origin,
      added,
    })),
  ]
}

const usageNames: ReadonlyMap<string, string> = new Map([
  ['1.3.6.1.4.1.62558.2.1', 'c2pa-kp-claimSigning'],
  ['1.3.6.1.5.5.7.3.4', 'emailProtection'],
  ['1.3.6.1.5.5.7.3.36', 'documentSigning'],
])

/** What a key usage is called, or its OID. */
export const usageName = (oid: string) => usageNames.get(oid) ?? oid
