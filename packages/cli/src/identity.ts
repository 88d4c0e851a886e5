/** Who labels, and whom a reviewer trusts. */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  type Identity,
  identityRoles,
  loadIdentity,
  loadTrustStore,
  type NamedActor,
  SignError,
  type ToolkitOptions,
  UsageError,
} from '@yinji/toolkit'
import type { Command } from 'commander'
import type { Context } from './context.ts'
import { type PassphraseFlags, passphraseFor, passphraseOption } from './passphrase.ts'

/**
 * The identity in the home directory. Nobody to sign with is an error only when something is to be signed.
 * @param together One request for a time stamp for so many files.
 */
export async function identityFor(
  context: Context,
  signing: boolean,
  flags: KeyFlags = {},
  together?: { readonly seconds: number; readonly most: number },
): Promise<Identity | undefined> {
  const { timestamp: url, staple } = flags
  const passphrase = passphraseFor(flags, context)
  try {
    return await loadIdentity(context.home, undefined, {
      passphrase,
      staple,
      batch: together,
      timestamp: url === undefined ? undefined : { url },
    })
  } catch (error) {
    if (!signing && error instanceof SignError && error.code === 'sign.identity.missing') return undefined
    throw error
  }
}

/** Options of commands that sign. */
export interface KeyFlags extends PassphraseFlags {
  readonly timestamp?: string
  readonly staple?: boolean
}

/** Adds them to a command. */
export function keyOptions(command: Command, context: Context): void {
  const { t } = context
  command
    .optionsGroup(t('Signing:', '签名：'))
    .option('--timestamp <url>', t('have a time-stamp authority attest the time', '由时间戳机构证明签名时间'))
  command.option(
    '--staple',
    t(
      'carry the authority’s word that the certificate is good; to be time-stamped, now or by update --stamp',
      '随附发证机构关于证书有效的应答；须加盖时间戳，可同时进行，也可之后用 update --stamp',
    ),
  )
  command.option('--no-staple', t('do not, though config.json says so', '即使 config.json 要求也不附'))
  passphraseOption(command, context)
}

/** `--identity`: a folder, and what they are to the content. */
export interface IdentityFlag {
  readonly folder: string
  readonly roles: readonly string[]
}

const short = identityRoles.map((role) => role.replace('cawg.', ''))
const role = `(?:${short.join('|')}|[A-Za-z\\d][\\w-]*(?:\\.[A-Za-z\\d][\\w-]*)+)`
const withRoles = new RegExp(`^(.+):(${role}(?:,${role})*)$`)

/** `FOLDER` or `FOLDER:creator,editor`. A colon and words behind it that are no roles belong to the name of the folder. */
export function identityFlag(text: string): IdentityFlag {
  const [, folder = text, roles] = withRoles.exec(text) ?? []
  const named = (roles?.split(',') ?? []).map((name) => (short.includes(name) ? `cawg.${name}` : name))
  return { folder, roles: named }
}

/** Who else signs: each from the folder of an identity, as its config.json says. */
export async function namedActors(
  given: readonly IdentityFlag[],
  flags: PassphraseFlags,
  context: Context,
): Promise<readonly NamedActor[]> {
  const passphrase = passphraseFor(flags, context)
  const open = async ({ folder, roles }: IdentityFlag): Promise<NamedActor> => {
    const { signer } = await loadIdentity(resolve(context.io.cwd, folder), undefined, { passphrase })
    return { signer, ...(roles.length > 0 && { roles }) }
  }
  return Promise.all(given.map(open))
}

/**
 * Whom a reviewer believes: the own root, if there is one, and the trust store.
 * @param files believed besides, for this once: whatever `trust add` takes
 */
export async function believed(
  context: Context,
  files: readonly string[] = [],
): Promise<Required<Pick<ToolkitOptions, 'trust' | 'store'>>> {
  const { home, io } = context
  const own = await readFile(join(home, 'ca', 'root.pem'), 'utf8').catch(() => undefined)
  const more = files.map(async (file) => ({
    text: await readTrust(file, context),
    origin: resolve(io.cwd, file),
  }))
  return { trust: own === undefined ? [] : [own], store: await loadTrustStore(home, await Promise.all(more)) }
}

/** @throws UsageError */
export async function readTrust(file: string, { io }: Context): Promise<string> {
  return readFile(resolve(io.cwd, file), 'utf8').catch((error: unknown) => {
    throw new UsageError('usage.trust.unreadable', { path: file }, { cause: error })
  })
}
