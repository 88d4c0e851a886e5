/** Stamps times over HTTP (RFC 3161 3.4). */
import { readFile } from 'node:fs/promises'
import { problem, SignError, UsageError } from '@yinji/core'
import { certificatesIn, readCertificate } from '@yinji/provenance'
import {
  answerTimeStamp,
  openCertificateKey,
  refuseTimeStamp,
  stampProblem,
  type TimeStampAuthority,
} from '@yinji/provenance/certificates'
import { keyOf } from '../authority/state.ts'
import type { Passphrase } from '../authority/vault.ts'
import { readKeyFile } from '../key-file.ts'
import { type Answerer, type ServeOptions, type Server, serve } from './http.ts'

/** What a time-stamp authority consists of. */
export interface TimestampFiles {
  /** Its certificate and those above it, PEM; its own is the one for time stamps. */
  readonly chain: string
  /** PEM. */
  readonly key: string
  readonly passphrase?: string | undefined
  /** Dotted OID of the policy stamps are made under. Default `2.5.29.32.0`: any, so nothing is promised. */
  readonly policy?: string | undefined
}

/**
 * @throws SignError when the key can’t be opened, is of another certificate, or the certificate may not stamp times.
 * @throws UsageError when the policy is no object identifier.
 */
export function openTimestampAuthority(
  { chain, key: pem, passphrase, policy = '2.5.29.32.0' }: TimestampFiles,
  now: Date = new Date(),
): TimeStampAuthority {
  if (!/^(?:[01]\.[1-3]?\d|2\.\d{1,2})(?:\.\d{1,9}){1,20}$/.test(policy))
    throw new UsageError('usage.policy.invalid', { policy })
  const key = openCertificateKey(pem, passphrase)
  const certificates = certificatesIn(chain).flatMap((der) => readCertificate(der) ?? [])
  const own = certificates.find((one) => keyOf(one) === Buffer.from(key.publicKey).toString('hex'))
  if (own === undefined) throw new SignError('sign.key.mismatch')
  const problem = stampProblem(own, own.sm2Key ? 'sm2' : 'c2pa')
  if (problem !== undefined) throw new SignError('sign.certificate.stamps', { problem })
  if (now > own.notAfter)
    throw new SignError('sign.certificate.expired', { notAfter: own.notAfter.toISOString() })
  const above = certificates.filter((one) => one !== own && one.subject.key !== one.issuer.key) // no root
  return { certificate: own.der, key, chain: above.map(({ der }) => der), policy }
}

/** Where the parts of a time-stamp authority lie. */
export interface TimestampPaths extends Pick<TimestampFiles, 'policy'> {
  /** Path of the chain. */
  readonly certificate: string
  readonly key: string
  /** Asked only when the key is encrypted. */
  readonly passphrase?: Passphrase | undefined
}

/** The same from files. @throws SignError also when one is missing, or others can read the key. */
export async function loadTimestampAuthority(
  { certificate: path, key: keyPath, passphrase, policy }: TimestampPaths,
  now?: Date,
): Promise<TimeStampAuthority> {
  const chain = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new SignError(
      'sign.certificate.unreadable',
      { problem: problem(`${path} can’t be read`) },
      { cause: error },
    )
  })
  const key = await readKeyFile(keyPath)
  const opened = key.includes('ENCRYPTED') ? await passphrase?.() : undefined
  return openTimestampAuthority({ chain, key, passphrase: opened, policy }, now)
}

/** What is particular about stamping over HTTP. */
export interface TimestampServing extends Pick<ServeOptions, 'onError'> {
  /** Default: the system clock. */
  readonly clock?: (() => Date) | undefined
}

/** Part of a server that stamps whatever it is sent. */
export function timestampAnswerer(
  authority: TimeStampAuthority,
  { clock = () => new Date(), onError }: TimestampServing = {},
): Answerer {
  return async ({ method, type, body }) => {
    if (method !== 'POST') return { status: 405, headers: { allow: 'POST' } }
    if (type !== 'application/timestamp-query') return { status: 415 }
    const answer = await answerTimeStamp(body, authority, clock()).catch((error: unknown) => {
      onError?.(error)
      return refuseTimeStamp('systemFailure')
    })
    return { status: 200, type: 'application/timestamp-reply', body: answer }
  }
}

/** A server that does nothing else. @throws UsageError when the address can’t be listened at. */
export async function createTimestampServer(
  authority: TimeStampAuthority,
  options: TimestampServing & ServeOptions = {},
): Promise<Server> {
  return serve(timestampAnswerer(authority, options), { maxBytes: 4096, ...options })
}
