/** What a trust store says: to the verifier, and to people. */
import { type Finding, finding, type TrustEntries } from '@yinji/core'
import { type Certificate, pemOf, readCertificate, type SecurityContext } from '@yinji/provenance'
import { certificateId, certificateKey, merged, pinId } from './trust-entries.ts'

/** What an anchor vouches for: content, or time stamps. */
export type TrustPurpose = 'content' | 'timestamp'

/** One line of `trust list`. */
export interface TrustRow {
  /** What `trust remove` takes: a fingerprint, a provider code, an OID, the id of a list. */
  readonly id: string
  readonly kind: 'anchor' | 'pin' | 'provider' | 'usage' | 'list'
  /** In words: subject of the certificate, name of the provider, usage or list. */
  readonly what: string
  readonly purpose: TrustPurpose | null
  readonly status: 'active' | 'suspended' | 'withdrawn' | null
  /** ISO 8601; null where nothing runs out. */
  readonly notAfter: string | null
  readonly origin: string
  readonly added: string
}

/** The trust of one machine, ready to verify with. */
export interface TrustStore {
  /** Anchors for content, PEM. */
  readonly anchors: readonly string[]
  /** Anchors for time stamps, PEM. */
  readonly timestampAnchors: readonly string[]
  /** SHA-256 of certificates that are trusted as such, lower-case hex. */
  readonly certificates: ReadonlySet<string>
  /** Extended key usages accepted from whoever signs content, dotted OIDs; undefined for those of the standard. */
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
  const pem = (wanted: TrustPurpose) =>
    anchors
      .filter(({ purpose }) => purpose === wanted)
      .map(({ certificate }) => pemOf('CERTIFICATE', Buffer.from(certificate, 'base64')))
  const byCode = new Map(providers.map((entry) => [entry.code, entry]))
  const certificates = [...anchors, ...pins].flatMap(
    ({ certificate }) => (certificate && readCertificate(Buffer.from(certificate, 'base64'))) || [],
  )
  const pinned = pins.flatMap(({ certificate, key }) => [
    ...(key === undefined ? [] : [key]),
    ...(certificate === undefined ? [] : [certificateKey(certificate)]),
  ])
  return {
    anchors: pem('content'),
    timestampAnchors: pem('timestamp'),
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

/** One row for each entry, lists first. */
export function rowsOf(entries: TrustEntries): TrustRow[] {
  const { anchors, pins, providers } = merged(entries)
  const lists = entries.lists.map(({ list, origin, added }) => ({
    id: list.id,
    kind: 'list' as const,
    what: `${list.name} #${list.sequence}`,
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
    ...anchors.map(({ certificate, purpose, origin, added }) => ({
      id: certificateId(certificate),
      kind: 'anchor' as const,
      ...certified(certificate),
      purpose,
      status: null,
      origin,
      added,
    })),
    ...pins.map((pin) => ({
      id: pinId(pin),
      kind: 'pin' as const,
      ...(pin.certificate ? certified(pin.certificate) : { what: pin.note ?? 'key', notAfter: null }),
      purpose: null,
      status: null,
      origin: pin.origin,
      added: pin.added,
    })),
    ...providers.map(({ code, name, status, keys, validTo, origin, added }) => ({
      id: code,
      kind: 'provider' as const,
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
      what: usageNames.get(oid) ?? '',
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
