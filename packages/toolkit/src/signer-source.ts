/** From what config.json says about the signer to a signer; see `SignerSettings` for the kinds. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { problem, SignError, type SignerSettings, type TimestampSettings, UsageError } from '@yinji/core'
import {
  batched,
  createCommandSigner,
  createHttpSigner,
  createPkcs12Signer,
  createSigner,
  createTimeStamper,
  type Signer,
  withTimeStamps,
} from '@yinji/provenance'
import { readKeyFile } from './key-file.ts'

/** What a key may need that does not stand in files of the identity. */
export interface SignerAccess {
  /** What opens encrypted keys; asked only when one is. `undefined`: there is none. */
  readonly passphrase?: (() => Promise<string | undefined>) | undefined
  /** For signing services and time stamps. Default: that of the platform. */
  readonly fetch?: typeof fetch | undefined
  /** Let signatures carry the authority’s word that their certificate is good; see `withStaples`. Default: as config.json says. */
  readonly staple?: boolean | undefined
  /** Stamp with this authority, whatever config.json says. */
  readonly timestamp?: TimestampSettings | undefined
  /** Ask the authority once for many signatures, whatever config.json says. */
  readonly batch?: TimestampSettings['batch']
}

/** @throws SignError, UsageError: with what is wrong about the settings, the files or the key. */
export async function openSigner(
  home: string,
  settings: SignerSettings,
  timestamp: TimestampSettings | undefined,
  access: SignerAccess,
  now: Date,
): Promise<Signer> {
  const signer = await open(home, settings, access, now)
  const authority = access.timestamp ?? timestamp
  if (authority === undefined) return signer
  const { batch: usual, ...service } = authority
  const batch = access.batch ?? usual
  const timeStamper = createTimeStamper({ ...service, fetch: access.fetch })
  return withTimeStamps(signer, batch ? batched(timeStamper, batch) : timeStamper)
}

async function open(
  home: string,
  settings: SignerSettings,
  access: SignerAccess,
  now: Date,
): Promise<Signer> {
  const path = (name: string) => resolve(home, name)
  const chain = async (name: string) => (await read(path(name))).toString('utf8')
  switch (settings.kind) {
    case 'file': {
      const key = await readKeyFile(path(settings.key))
      const passphrase = /ENCRYPTED/.test(key) ? await passphraseFor(settings.key, access) : undefined
      return createSigner({ key, passphrase, chain: await chain(settings.chain) }, now)
    }
    case 'pkcs12': {
      const bytes = await read(path(settings.file))
      return createPkcs12Signer({ bytes, passphrase: await passphraseFor(settings.file, access) }, now)
    }
    case 'command': {
      const [program = '', ...args] = settings.command
      const key = { ...settings, command: [program, ...args] as const, chain: await chain(settings.chain) }
      return createCommandSigner(key, now)
    }
    case 'http': {
      const headers = settings.headersFile ? await readHeaders(path(settings.headersFile)) : undefined
      const { url, timeoutSeconds } = settings
      const { fetch } = access
      return createHttpSigner(
        { url, timeoutSeconds, headers, fetch, chain: await chain(settings.chain) },
        now,
      )
    }
  }
}

export async function passphraseFor(path: string, { passphrase }: SignerAccess): Promise<string> {
  const given = await passphrase?.()
  if (given === undefined) throw new SignError('sign.passphrase.needed', { path })
  return given
}

async function readHeaders(path: string): Promise<Record<string, string>> {
  const details = { problem: problem(`${path} is no JSON object of texts`) }
  const text = (await read(path)).toString('utf8')
  try {
    const value: unknown = JSON.parse(text)
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
    if (
      entries.length > 0 &&
      entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')
    )
      return Object.fromEntries(entries)
  } catch (error) {
    throw new UsageError('usage.signer.invalid', details, { cause: error })
  }
  throw new UsageError('usage.signer.invalid', details)
}

async function read(path: string): Promise<Buffer> {
  return readFile(path).catch((error: unknown) => {
    throw new SignError('sign.key.missing', { path }, { cause: error })
  })
}
