/**
 * The trust store: whom this machine believes, and since when. One file, `trust.json`; every entry says where it came
 * from. Nothing in it comes from the network unless somebody asked for that.
 */
import { createHash, createPublicKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Finding,
  finding,
  InputError,
  type TrustEntries,
  trustStoreSchema,
  UsageError,
} from '@yinji/core'
import {
  certificatesIn,
  type ListSigner,
  readCertificate,
  readTrustList,
  type SecurityContext,
  signTrustList,
} from '@yinji/provenance'
import { replaceFile } from './replace-file.ts'

/** What an anchor vouches for: content, or time stamps. */
export type TrustPurpose = 'content' | 'timestamp'

/** One line of `trust list`. */
export interface TrustRow {
  /** What `trust remove` takes: a fingerprint, a provider code, the id of a list. */
  readonly id: string
  readonly kind: 'anchor' | 'pin' | 'provider' | 'list'
  /** In words: subject of the certificate, name of the provider or list. */
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
  /** Keys and providers, for the security data of labels. */
  readonly known: Pick<SecurityContext, 'certificates' | 'pins' | 'keysOf'>
  /** What the store holds against a provider at this time: suspended, withdrawn, or nothing. */
  statusOf(provider: string, at: Date): 'active' | 'suspended' | 'withdrawn' | undefined
  rows(): readonly TrustRow[]
  /** Anchors that have run out or are about to, lists that are overdue. */
  check(now: Date): readonly Finding[]
}

/** What may be added to a store. */
export interface TrustAddition {
  /** Contents of the file: PEM certificates, or a PEM public key. */
  readonly text: string
  /** Where it came from, in words: the file’s path or address. */
  readonly origin: string
  readonly purpose?: TrustPurpose | undefined
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

/** What an exported list is called, and who signs it. */
export interface TrustExport {
  /** For machines: stays the same from edition to edition. */
  readonly id: string
  /** For people. */
  readonly name: string
  readonly signer: ListSigner
  readonly now: Date
  /** Days until the next edition is due. Default 90. */
  readonly days?: number | undefined
}

const empty: TrustEntries = { schema: 'yinji.trust/1', anchors: [], pins: [], providers: [], lists: [] }

const pathOf = (home: string) => join(home, 'trust.json')

/** The store in a directory; an empty one when there is none. @throws UsageError when it is damaged. */
export async function loadTrustStore(home: string): Promise<TrustStore> {
  return storeOf(await read(home))
}

/** Adds certificates, a key or a list; returns what is new. @throws UsageError, InputError when it can’t be. */
export async function addTrust(home: string, addition: TrustAddition): Promise<readonly TrustRow[]> {
  const before = await read(home)
  const isKey = addition.text.includes('-----BEGIN PUBLIC KEY-----')
  const after = isKey
    ? withKeys(before, [keyFingerprint(addition.text)], addition)
    : withCertificates(before, addition)
  return replace(home, before, after)
}

/**
 * Takes a signed list over, in place of an earlier edition; returns what is new.
 * @throws InputError when its signature does not hold, it is another’s, or it is older than the one that is here.
 */
export async function importTrust(home: string, list: TrustImport): Promise<readonly TrustRow[]> {
  const before = await read(home)
  return replace(home, before, withList(before, list))
}

async function replace(
  home: string,
  before: TrustEntries,
  after: TrustEntries,
): Promise<readonly TrustRow[]> {
  await write(home, after)
  const known = new Set(rowsOf(before).map((row) => JSON.stringify(row)))
  return rowsOf(after).filter((row) => !known.has(JSON.stringify(row)))
}

/** Removes the entries with this fingerprint (or at least eight digits of it), provider code or list id. */
export async function removeTrust(home: string, id: string): Promise<readonly TrustRow[]> {
  const before = await read(home)
  const hit = (own: string) =>
    own === id || (/^[0-9a-f]{8,64}$/i.test(id) && own.startsWith(id.toLowerCase()))
  const after: TrustEntries = {
    ...before,
    anchors: before.anchors.filter((entry) => !hit(certificateId(entry.certificate))),
    pins: before.pins.filter((entry) => !hit(pinId(entry))),
    providers: before.providers.filter((entry) => !hit(entry.code)),
    lists: before.lists.filter((entry) => !hit(entry.list.id)),
  }
  const left = new Set(rowsOf(after).map((row) => JSON.stringify(row)))
  const removed = rowsOf(before).filter((row) => !left.has(JSON.stringify(row)))
  if (removed.length === 0) throw new UsageError('usage.trust.unknown', { id })
  await write(home, after)
  return removed
}

/** Everything in the store as one signed list, for another machine. */
export async function exportTrust(
  home: string,
  { id, name, signer, now, days = 90 }: TrustExport,
): Promise<string> {
  const { anchors, pins, providers } = merged(await read(home))
  const list = {
    schema: 'yinji.trust-list/1' as const,
    id,
    name,
    sequence: Math.floor(now.getTime() / 1000),
    issuedAt: now.toISOString(),
    nextUpdate: new Date(now.getTime() + days * 86_400_000).toISOString(),
    anchors: anchors.map(({ origin: _, added: __, ...entry }) => entry),
    pins: pins.map(({ origin: _, added: __, ...entry }) => entry),
    providers: providers.map(({ origin: _, added: __, ...entry }) => entry),
  }
  return signTrustList(list, signer)
}

/** Where lists came from, to look there for newer ones. */
export async function listOrigins(
  home: string,
): Promise<readonly { readonly id: string; readonly origin: string }[]> {
  return (await read(home)).lists.map(({ list, origin }) => ({ id: list.id, origin }))
}

function withList(before: TrustEntries, { text, origin, key, now = new Date() }: TrustImport): TrustEntries {
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

function withCertificates(before: TrustEntries, addition: TrustAddition): TrustEntries {
  const { text, origin, purpose = 'content', now = new Date() } = addition
  const ders = certificatesIn(text)
  const read = ders.map((der, index) => {
    const certificate = readCertificate(der)
    if (certificate) return certificate
    throw new UsageError('usage.trust.invalid', { problem: `certificate ${index + 1} can’t be read` })
  })
  if (read.length === 0)
    throw new UsageError('usage.trust.invalid', { problem: 'there is no PEM certificate in it' })
  const where = { origin, added: now.toISOString() }
  const encoded = (der: Uint8Array) => Buffer.from(der).toString('base64')
  if (addition.provider !== undefined)
    return withKeys(
      before,
      read.map(({ publicKey, sm2Key: _ }) => spkiFingerprint(publicKey)),
      addition,
    )
  if (addition.pin) {
    const pins = read.map(({ der }) => ({ certificate: encoded(der), ...where }))
    return { ...before, pins: unique([...before.pins, ...pins], pinId) }
  }
  const leaf = read.find(({ extensions }) => !extensions.basicConstraints?.ca)
  if (leaf) throw new UsageError('usage.trust.leaf', { subject: leaf.subject.text })
  const anchors = read.map(({ der }) => ({ certificate: encoded(der), purpose, ...where }))
  const idOf = (entry: TrustEntries['anchors'][number]) => `${entry.purpose} ${entry.certificate}`
  return { ...before, anchors: unique([...before.anchors, ...anchors], idOf) }
}

function withKeys(before: TrustEntries, keys: readonly string[], addition: TrustAddition): TrustEntries {
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

/** Own entries and those of the lists as one; an entry of one’s own about a provider stands before a list’s. */
function merged(entries: TrustEntries): Pick<TrustEntries, 'anchors' | 'pins' | 'providers'> {
  const from = entries.lists.map(({ list, added }) => {
    const where = { origin: list.id, added }
    const tell = <T extends object>(all: readonly T[]) => all.map((entry) => ({ ...entry, ...where }))
    return { anchors: tell(list.anchors), pins: tell(list.pins), providers: tell(list.providers) }
  })
  return {
    anchors: [...entries.anchors, ...from.flatMap(({ anchors }) => anchors)],
    pins: [...entries.pins, ...from.flatMap(({ pins }) => pins)],
    providers: unique(
      [...entries.providers, ...from.flatMap(({ providers }) => providers)],
      ({ code }) => code,
    ),
  }
}

function storeOf(entries: TrustEntries): TrustStore {
  const { anchors, pins, providers } = merged(entries)
  const pem = (wanted: TrustPurpose) =>
    anchors.filter(({ purpose }) => purpose === wanted).map(({ certificate }) => pemOf(certificate))
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
    known: {
      certificates,
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

function rowsOf(entries: TrustEntries): TrustRow[] {
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
  ]
}

async function read(home: string): Promise<TrustEntries> {
  const text = await readFile(pathOf(home), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new UsageError('usage.trust.damaged', { path: pathOf(home) }, { cause: error })
  })
  if (text === undefined) return empty
  try {
    return trustStoreSchema.parse(JSON.parse(text))
  } catch (error) {
    throw new UsageError('usage.trust.damaged', { path: pathOf(home) }, { cause: error })
  }
}

async function write(home: string, entries: TrustEntries): Promise<void> {
  await replaceFile(pathOf(home), `${JSON.stringify(entries, null, 1)}\n`)
}

function check(entries: TrustEntries): TrustEntries {
  const result = trustStoreSchema.safeParse(entries)
  if (result.success) return result.data
  throw new UsageError('usage.trust.invalid', { problem: result.error.issues[0]?.message ?? '?' })
}

function unique<T>(entries: readonly T[], idOf: (entry: T) => string): T[] {
  const seen = new Set<string>()
  return entries.filter((entry) => {
    const id = idOf(entry)
    return seen.has(id) ? false : seen.add(id)
  })
}

const certificateId = (base64: string) =>
  createHash('sha256').update(Buffer.from(base64, 'base64')).digest('hex')

function pinId({
  certificate,
  key,
}: {
  readonly certificate?: string | undefined
  readonly key?: string | undefined
}): string {
  return key ?? (certificate === undefined ? '' : certificateId(certificate))
}

function certificateKey(base64: string): string {
  const read = readCertificate(Buffer.from(base64, 'base64'))
  return read ? spkiFingerprint(read.publicKey) : ''
}

type PublicKey = ReturnType<typeof createPublicKey>

function spkiFingerprint(key: PublicKey): string {
  return createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest('hex')
}

/** SHA-256 of the key in a PEM file. @throws UsageError when there is none. */
export function keyFingerprint(pem: string): string {
  try {
    return spkiFingerprint(createPublicKey(pem))
  } catch (error) {
    throw new UsageError('usage.trust.invalid', { problem: 'there is no public key in it' }, { cause: error })
  }
}

function pemOf(base64: string): string {
  return `-----BEGIN CERTIFICATE-----\n${base64.match(/.{1,64}/g)?.join('\n')}\n-----END CERTIFICATE-----\n`
}
