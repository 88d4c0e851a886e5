/**
 * The trust store: whom this machine believes, and since when. One file, `trust.json`; every entry says where it came
 * from. Beside it may stand `certificates/`, where those are found that a security code only names. Nothing comes from the
 * network unless somebody asked for that.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError, problem, type TrustEntries, trustStoreSchema, UsageError } from '@yinji/core'
import { type ListSigner, readTrustList, signTrustList } from '@yinji/provenance'
import { loadCertificates } from './certificate-files.ts'
import { replaceFile } from './replace-file.ts'
import {
  type TrustAddition,
  type TrustImport,
  withC2paList,
  withCertificates,
  withKeys,
  withList,
  withUsages,
} from './trust-change.ts'
import { certificateId, isSignedList, isUsageList, keyFingerprint, merged, pinId } from './trust-entries.ts'
import { rowsOf, storeOf, type TrustRow, type TrustStore } from './trust-view.ts'

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

const empty: TrustEntries = {
  schema: 'yinji.trust/1',
  anchors: [],
  pins: [],
  providers: [],
  usages: [],
  lists: [],
}

const pathOf = (home: string) => join(home, 'trust.json')

/**
 * The store in a directory; an empty one when there is none.
 * @param more What is believed besides, for this once: whatever `addTrust` takes. Nothing is written. Default: nothing.
 * @throws UsageError when the store is damaged, or as `addTrust`.
 */
export async function loadTrustStore(home: string, more: readonly TrustAddition[] = []): Promise<TrustStore> {
  const entries = more.reduce(besides, await read(home))
  return storeOf(entries, await loadCertificates(join(home, 'certificates'), true))
}

/** As `added`, but what was said of an authority before holds beside what is said now. */
function besides(before: TrustEntries, addition: TrustAddition): TrustEntries {
  const after = added({ ...before, anchors: [] }, addition)
  return { ...after, anchors: [...before.anchors, ...after.anchors] }
}

/** Adds certificates, a key or accepted key usages; returns what is new. @throws UsageError, InputError when it can’t be. */
export async function addTrust(home: string, addition: TrustAddition): Promise<readonly TrustRow[]> {
  const before = await read(home)
  return replace(home, before, added(before, addition))
}

/** Of several files, the one that is wrong is the one to be told of. */
function added(before: TrustEntries, addition: TrustAddition): TrustEntries {
  try {
    return withAddition(before, addition)
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof InputError)) throw error
    const Same = error instanceof UsageError ? UsageError : InputError
    throw new Same(error.code, { ...error.details, file: addition.origin }, { cause: error })
  }
}

function withAddition(before: TrustEntries, addition: TrustAddition): TrustEntries {
  const { text, pin, provider } = addition
  const plain = text.includes('-----BEGIN CERTIFICATE-----') && !pin && provider === undefined
  const isSigned = isSignedList(text)
  const isList = !isSigned && text.trimStart().startsWith('{')
  if (!plain && !isList && (addition.usages ?? addition.notBefore ?? addition.notAfter) !== undefined)
    throw new UsageError('usage.trust.invalid', {
      problem: problem('usages and dates go with authorities alone'),
    })
  if (isSigned) return withList(before, addition) // an edition of one that is known by its key
  if (isList) return withC2paList(before, addition)
  if (text.includes('-----BEGIN PUBLIC KEY-----')) return withKeys(before, [keyFingerprint(text)], addition)
  return isUsageList(text) ? withUsages(before, addition) : withCertificates(before, addition)
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

/** Removes the entries with this fingerprint (or at least eight digits of it), provider code, key usage or list id. */
export async function removeTrust(home: string, id: string): Promise<readonly TrustRow[]> {
  const before = await read(home)
  const hit = (own: string) =>
    own === id || (/^[0-9a-f]{8,64}$/i.test(id) && own.startsWith(id.toLowerCase()))
  const after: TrustEntries = {
    ...before,
    anchors: before.anchors.filter((entry) => !hit(certificateId(entry.certificate))),
    pins: before.pins.filter((entry) => !hit(pinId(entry))),
    providers: before.providers.filter((entry) => !hit(entry.code)),
    usages: before.usages.filter((entry) => !hit(entry.oid)),
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

/** SHA-256 of the key a list is signed with: what `importTrust` is told. @throws InputError when the signature fails. */
export function listKey(text: string): string {
  return readTrustList(text).key
}
