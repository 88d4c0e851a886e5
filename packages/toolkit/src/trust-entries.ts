/** Entries of the trust store: own ones and those of lists as one, and the names they go by. */
import { createHash, createPublicKey } from 'node:crypto'
import { problem, type TrustEntries, UsageError } from '@yinji/core'
import { readCertificate } from '@yinji/provenance'

/** Own entries and those of the lists as one; an entry of one’s own about a provider stands before a list’s. */
export function merged(entries: TrustEntries): Pick<TrustEntries, 'anchors' | 'pins' | 'providers'> {
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

/** Of entries with the same id the first. */
export function unique<T>(entries: readonly T[], idOf: (entry: T) => string): T[] {
  const seen = new Set<string>()
  return entries.filter((entry) => {
    const id = idOf(entry)
    return seen.has(id) ? false : seen.add(id)
  })
}

/** SHA-256 of a certificate. */
export const certificateId = (base64: string) =>
  createHash('sha256').update(Buffer.from(base64, 'base64')).digest('hex')

/** SHA-256 of what is pinned: a certificate or a key. */
export function pinId({
  certificate,
  key,
}: {
  readonly certificate?: string | undefined
  readonly key?: string | undefined
}): string {
  return key ?? (certificate === undefined ? '' : certificateId(certificate))
}

/** SHA-256 of the key in a certificate; empty when that can’t be read. */
export function certificateKey(base64: string): string {
  const read = readCertificate(Buffer.from(base64, 'base64'))
  return read ? spkiFingerprint(read.publicKey) : ''
}

type PublicKey = ReturnType<typeof createPublicKey>

export function spkiFingerprint(key: PublicKey): string {
  return createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest('hex')
}

/** SHA-256 of the key in a PEM file. @throws UsageError when there is none. */
export function keyFingerprint(pem: string): string {
  try {
    return spkiFingerprint(createPublicKey(pem))
  } catch (error) {
    throw new UsageError(
      'usage.trust.invalid',
      { problem: problem('there is no public key in it') },
      { cause: error },
    )
  }
}

/** Lines of a list of key usages, as the configuration of c2pa-rs has them: one dotted OID in each, `//` before remarks. */
export function usagesIn(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/(?:\/\/|#).*/, '').trim())
    .filter((line) => line !== '')
}

/** Whether this text is a signed list of whom to trust (`yinji.signed-list/1`), however damaged. */
export const isSignedList = (text: string) => /^\s*\{\s*"schema"\s*:\s*"yinji\.signed-list\//.test(text)

/** Whether this text is such a list. */
export function isUsageList(text: string): boolean {
  const lines = text.includes('-----BEGIN') ? [] : usagesIn(text)
  return lines.length > 0 && lines.every((line) => /^[012](?:\.\d+)+$/.test(line))
}
